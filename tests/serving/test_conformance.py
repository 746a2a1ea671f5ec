"""Forty requests, and what an application that knows OpenAI's API gets for each: status and shape."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.services.conftest import table
from tests.serving.conftest import Running, served

HI = [{"role": "user", "content": "Hi"}]
CHAT, COMPLETE, CLASSIFY, FEEDBACK = "/chat/completions", "/completions", "/classify", "/feedback"
ERROR = {"error": {"message": str, "type": str, "code": str}}
ANSWER = {
    "id": str, "object": "chat.completion", "created": int, "model": "base", "system_fingerprint": str,
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": str}}],
    "usage": {"prompt_tokens": int, "completion_tokens": int, "total_tokens": int},
}  # fmt: skip
CUT = {"choices": [{"finish_reason": "length"}]}
TEXT = {"id": str, "object": "text_completion", "choices": [{"index": 0, "text": str}], "usage": {"total_tokens": int}}
TOLD = {"choices": [{"logprobs": {"content": [{"token": str, "logprob": float, "bytes": list,
                                               "top_logprobs": [{"token": str, "logprob": float}]}]}}]}  # fmt: skip


def chat(**fields: Any) -> dict[str, Any]:
    return {"model": "base", "messages": HI, **fields}


def error(code: str, param: str | None) -> dict[str, Any]:
    return {"error": {"message": str, "type": "invalid_request_error", "code": code, "param": param}}


TABLE: list[tuple[str, str, Any, int, Mapping[str, Any]]] = [
    ("plain", CHAT, chat(), 200, ANSWER),
    ("every setting at once", CHAT, chat(temperature=0.5, top_p=0.9, seed=3, n=1, stop="zebra", max_tokens=99),
     200, ANSWER),
    ("settings that are null", CHAT, chat(temperature=None, n=None, stop=None, stream=None, tools=None, user=None),
     200, ANSWER),
    ("settings that ask for nothing", CHAT,
     chat(frequency_penalty=0, presence_penalty=0.0, logit_bias={}, response_format={"type": "text"}, tools=[]),
     200, ANSWER),
    ("a system message", CHAT, chat(messages=[{"role": "system", "content": "Be brief."}, *HI]), 200, ANSWER),
    ("a developer message", CHAT, chat(messages=[{"role": "developer", "content": "Be brief."}, *HI]), 200, ANSWER),
    ("a conversation", CHAT, chat(messages=[*HI, {"role": "assistant", "content": "Yes?"}, *HI]), 200, ANSWER),
    ("text parts", CHAT, chat(messages=[{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]), 200, ANSWER),
    ("max_tokens", CHAT, chat(max_tokens=2), 200, CUT),
    ("max_completion_tokens", CHAT, chat(max_completion_tokens=2), 200, CUT),
    ("logprobs", CHAT, chat(logprobs=True, top_logprobs=2), 200, TOLD),
    ("a bare text", COMPLETE, {"model": "base", "prompt": "Hi"}, 200, TEXT),
    ("a bare text with logprobs", COMPLETE, {"model": "base", "prompt": "Hi", "logprobs": 1, "max_tokens": 3}, 200,
     {"choices": [{"logprobs": {"tokens": list, "token_logprobs": list, "top_logprobs": list, "text_offset": list}}]}),
    ("tools", CHAT, chat(tools=[{"type": "function", "function": {"name": "f"}}]), 400,
     error("unsupported_parameter", "tools")),
    ("JSON mode", CHAT, chat(response_format={"type": "json_object"}), 400,
     error("unsupported_parameter", "response_format")),
    ("penalties", CHAT, chat(frequency_penalty=0.5), 400, error("unsupported_parameter", "frequency_penalty")),
    ("a bias", CHAT, chat(logit_bias={"50256": -100}), 400, error("unsupported_parameter", "logit_bias")),
    ("a user", CHAT, chat(user="ana", safety_identifier="a1"), 200, ANSWER),
    ("a user that is no text", CHAT, chat(user=7), 400, error("invalid_value", "user")),
    ("storing", CHAT, chat(store=True), 400, error("unsupported_parameter", "store")),
    ("best_of", COMPLETE, {"model": "base", "prompt": "Hi", "best_of": 2}, 400,
     error("unsupported_parameter", "best_of")),
    ("a field that nobody knows", CHAT, chat(temprature=1), 400, error("unknown_parameter", "temprature")),
    ("a picture", CHAT, chat(messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]), 400,
     {"error": {"code": "invalid_value", "param": str}}),
    ("no messages", CHAT, {"model": "base"}, 400, error("missing_required_parameter", "messages")),
    ("empty messages", CHAT, chat(messages=[]), 400, error("invalid_value", "messages")),
    ("no model", CHAT, {"messages": HI}, 400, error("missing_required_parameter", "model")),
    ("an unknown role", CHAT, chat(messages=[{"role": "tool", "content": "3"}]), 400,
     error("invalid_value", "messages[0].role")),
    ("a system message later", CHAT, chat(messages=[*HI, {"role": "system", "content": "No."}, *HI]), 400,
     error("invalid_value", "messages")),
    ("an answer last", CHAT, chat(messages=[*HI, {"role": "assistant", "content": "Yes"}]), 400,
     error("invalid_value", "messages")),
    ("too warm", CHAT, chat(temperature=2.5), 400, error("invalid_value", "temperature")),
    ("a number as text", CHAT, chat(temperature="1"), 400, error("invalid_value", "temperature")),
    ("no chances", CHAT, chat(top_p=0), 400, error("invalid_value", "top_p")),
    ("no answers", CHAT, chat(n=0), 400, error("invalid_value", "n")),
    ("five stops", CHAT, chat(stop=["a", "b", "c", "d", "e"]), 400, error("invalid_value", "stop")),
    ("two limits", CHAT, chat(max_tokens=3, max_completion_tokens=4), 400, error("invalid_value", "max_tokens")),
    ("top_logprobs alone", CHAT, chat(top_logprobs=2), 400, error("invalid_value", "top_logprobs")),
    ("stream_options alone", CHAT, chat(stream_options={"include_usage": True}), 400,
     error("invalid_value", "stream_options")),
    ("too long", CHAT, chat(messages=[{"role": "user", "content": "word " * 2000}]), 400,
     error("context_length_exceeded", "messages")),
    ("an unknown model", CHAT, chat(model="gpt-4o"), 404, error("model_not_found", "model")),
    ("a list, no object", CHAT, [1], 400, error("invalid_json", None)),
    ("a label from a model that writes", CLASSIFY, {"model": "base", "input": "Hi"}, 400,
     error("wrong_endpoint", "model")),
    ("a label from nobody", CLASSIFY, {"model": "x", "input": ["Hi"]}, 404, error("model_not_found", "model")),
    ("feedback on a reply that nobody got", FEEDBACK, {"reply_id": "chatcmpl-0", "judgement": "up"}, 404,
     error("reply_not_found", "reply_id")),
    ("feedback on nothing", FEEDBACK, {"judgement": "up"}, 400, error("missing_required_parameter", "reply_id")),
    ("feedback that says nothing", FEEDBACK, {"reply_id": "chatcmpl-0"}, 400,
     error("missing_required_parameter", "judgement")),
    ("a judgement that there is not", FEEDBACK, {"reply_id": "chatcmpl-0", "judgement": "meh"}, 400,
     error("invalid_value", "judgement")),
    ("a correction that is too long", FEEDBACK,
     {"reply_id": "chatcmpl-0", "judgement": "wrong", "correction": "x" * 20_001}, 400,
     error("invalid_value", "correction")),
    ("feedback with a field that nobody knows", FEEDBACK, {"reply_id": "c", "judgement": "up", "stars": 5}, 400,
     error("unknown_parameter", "stars")),
    ("a route that is not there", "/embeddings", {"model": "base", "input": "Hi"}, 404, ERROR),
]  # fmt: skip


def holds(found: Any, expected: Any, at: str = "$") -> None:
    """The expected keys are there, with these values or of these kinds."""
    if isinstance(expected, type):
        assert isinstance(found, expected), f"{at}: {found!r}"
    elif isinstance(expected, Mapping):
        for key, value in expected.items():
            assert key in found, f"{at}.{key}"
            holds(found[key], value, f"{at}.{key}")
    elif isinstance(expected, list):
        for place, value in enumerate(expected):
            holds(found[place], value, f"{at}[{place}]")
    else:
        assert found == expected, at


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for the whole table."""
    place = tmp_path_factory.mktemp("conformance")
    studio = Studio(Settings(home=place / "home", offline=True), FakeEngine(steps=4, pause=0.0))
    (place / "t.csv").write_text(table(), encoding="utf-8")
    view = studio.examples.upload(place / "t.csv", "t.csv", by="ana")
    run = studio.runs.launch(view.project, view.id, Recipe(), by="ana").id
    studio.runs.carry_out_when_free(run)
    with served(studio, [run], feedback_hours=1) as made:
        yield made
    studio.close()


@pytest.mark.parametrize(("path", "body", "status", "shape"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_request_gets_this_status_and_shape(
    running: Running, path: str, body: Any, status: int, shape: Mapping[str, Any]
) -> None:
    said = running.post(path, body)
    assert said.status_code == status, said.text
    holds(said.json(), shape)


def test_the_table_has_forty_requests() -> None:
    assert len(TABLE) >= 40


@pytest.mark.parametrize("path", [CHAT, COMPLETE])
def test_every_chunk_of_a_stream_has_its_shape(running: Running, path: str) -> None:
    asked = {"model": "base", "stream": True, "n": 2, **({"messages": HI} if path == CHAT else {"prompt": "Hi"})}
    lines = running.post(path, asked).text.split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    kind = "chat.completion.chunk" if path == CHAT else "text_completion"
    for chunk in chunks:
        holds(chunk, {"id": chunks[0]["id"], "object": kind, "created": int, "model": "base", "choices": [{}]})
    assert {chunk["choices"][0]["index"] for chunk in chunks} == {0, 1}
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks].count(None) == len(chunks) - 2


def test_what_is_no_json_and_what_is_too_large_are_refused(running: Running) -> None:
    headers = {"authorization": f"Bearer {running.key}"}
    said = httpx.post(f"{running.address}{CHAT}", content=b"{", headers=headers)
    assert (said.status_code, said.json()["error"]["code"]) == (400, "invalid_json")
    said = httpx.post(f"{running.address}{CHAT}", content=b"[" * 100_000, headers=headers)
    assert (said.status_code, said.json()["error"]["code"]) == (400, "invalid_json")
    said = httpx.post(f"{running.address}{CHAT}", content=b" " * (5 * 2**20), headers=headers)
    assert (said.status_code, said.json()["error"]["code"]) == (413, "request_too_large")
    assert httpx.get(f"{running.address}{CHAT}", headers=headers).status_code == 405


def test_only_programs_of_this_computer_are_answered(running: Running) -> None:
    headers = {"authorization": f"Bearer {running.key}"}
    for more, status in (({"host": "evil.example:7870"}, 421), ({"origin": "http://127.0.0.1:3000"}, 403)):
        said = httpx.get(f"{running.address}/models", headers={**headers, **more})
        assert said.status_code == status and said.json()["error"]["message"]
    assert httpx.get(f"{running.address}/models").status_code == 401
    assert httpx.get(running.address.replace("/v1", "/health")).json() == {"status": "ok"}
