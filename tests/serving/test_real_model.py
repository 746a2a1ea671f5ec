"""What applications are answered is what the studio itself answers, token for token."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import openai
import pytest

from studio.errors import StudioError
from studio.schemas.chat import ReplySettings
from studio.schemas.example import pair
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec, Status
from studio.services.studio import Studio
from studio.serving.served_models import load_served
from studio.settings import Settings
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from tests.serving.clients import eight_clients
from tests.serving.conftest import served
from tests.tiny_models import make_adapter, make_model
from tests.web.conftest import in_a_loop

QUESTIONS = ("Hello", "Where is my order, please?", "Grüße aus Köln", "And then?")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """Three runs of one project on one tiny model, each with an adapter of its own."""
    tmp_path = tmp_path_factory.mktemp("real")
    made = Studio(Settings(home=tmp_path / "home", offline=True), LocalEngine())
    made.home.create_project("p", "ana", id="p")
    base = make_model(tmp_path / "base", "llama", context=512)
    for number in (1, 2, 3):
        recipe = Recipe(base_model=str(base), instructions="Be brief.")
        spec = RunSpec(id=f"run-{number}", project="p", created=datetime(2026, 1, number, tzinfo=UTC), by="ana",
                       recipe=recipe, dataset="d", dataset_sha256="0", model_folder=str(base))  # fmt: skip
        folder = RunFolder(made.home.projects / "p" / "runs" / spec.id)
        folder.create(spec, [pair(1, f"question {number}", "answer")], [], [], [])
        make_adapter(base, folder.adapter, seed=number)
        folder.move_to(Status.STOPPED)
    return made


@pytest.fixture(scope="module")
def client(real: Studio) -> Iterator[openai.OpenAI]:
    with served(real, ["run-1", "run-2", "run-3"]) as running:
        yield running.client()


def test_replies_equal_the_studios_own_token_for_token(client: openai.OpenAI, real: Studio) -> None:
    wanted = [(name, question) for question in QUESTIONS for name in ("run-1", "run-2", "run-3")]

    def ask(one: tuple[str, str]) -> tuple[str, int, str]:
        answer = client.chat.completions.create(
            model=one[0], messages=[{"role": "user", "content": one[1]}], max_tokens=40
        )
        assert answer.usage
        finish = answer.choices[0].finish_reason
        return answer.choices[0].message.content or "", answer.usage.completion_tokens, finish

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, wanted))
    greedy = ReplySettings(max_new_tokens=40)
    for (name, question), (text, tokens, finish) in zip(wanted, found, strict=True):
        turn = real.chats.answer_once(name, question, by="ana", contestants=["tuned"], settings={"tuned": greedy})
        reply = turn.replies[0]
        assert (text, tokens) == (reply.text, reply.tokens) and (finish == "stop") == reply.stopped_by_itself


def test_the_starting_model_is_asked_as_the_versions_are(client: openai.OpenAI, real: Studio) -> None:
    asked = [{"role": "user", "content": "Hello"}]
    settings = ReplySettings(max_new_tokens=30)
    both = {"base": settings, "tuned": settings}
    turn = real.chats.answer_once("run-1", "Hello", by="ana", contestants=["base", "tuned"], settings=both)
    for name, reply in zip(("base", "run-1"), turn.replies, strict=True):
        answer = client.chat.completions.create(model=name, messages=asked, max_tokens=30)
        assert answer.choices[0].message.content == reply.text
        assert answer.system_fingerprint == reply.fingerprint
        chunks = client.chat.completions.create(model=name, messages=asked, max_tokens=30, stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == reply.text


def test_the_same_seed_draws_the_same_words(client: openai.OpenAI) -> None:
    def drawn(seed: int) -> list[str | None]:
        answer = client.chat.completions.create(
            model="run-2", messages=[{"role": "user", "content": "Hello"}], temperature=1.5, seed=seed, n=2,
            max_tokens=20,
        )  # fmt: skip
        return [choice.message.content for choice in answer.choices]

    assert drawn(5) == drawn(5) != drawn(50)
    assert drawn(5)[1] == drawn(6)[0]


def test_a_bare_text_ends_at_the_request_s_own_stop(client: openai.OpenAI) -> None:
    whole = client.completions.create(model="base", prompt="The tailor", max_tokens=30).choices[0].text
    cut = client.completions.create(model="base", prompt="The tailor", max_tokens=30, stop=whole[4:7]).choices[0]
    assert (cut.text, cut.finish_reason) == (whole[: whole.index(whole[4:7])], "stop")


@pytest.mark.nightly
def test_the_command_says_where_the_first_key_lies_and_saves_what_was_used(real: Studio) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = real.settings.home
    shutil.copytree(home, home.with_name("copy"), ignore=shutil.ignore_patterns("serving"))
    command = [sys.executable, "-m", "studio", "serve-model", "run-1", "--port", str(port), "--home",
               str(home.with_name("copy"))]  # fmt: skip
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert child.stderr
    try:
        said = [child.stderr.readline() for _ in range(3)]
        path = Path(re.search(r"lies in (.*)\. `studio key`", said[2])[1])  # type: ignore[index]
        key = path.read_text().strip()
        assert key not in "".join(said)
        address = f"http://127.0.0.1:{port}/v1"
        with openai.OpenAI(base_url=address, api_key=key, max_retries=2) as client:
            client.chat.completions.create(model="run-1", messages=[{"role": "user", "content": "Hello"}], max_tokens=5)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=30)
        child.stderr.close()
    assert child.returncode == 0
    assert json.loads((path.parent / "used.json").read_text())["tokens"]["first application"] > 5


@pytest.mark.nightly
def test_eight_clients_ask_for_a_minute_without_an_error(client: openai.OpenAI) -> None:
    runs = ["base", "run-1", "run-2", "run-3"]
    done = in_a_loop(lambda: eight_clients(str(client.base_url), client.api_key, runs, seconds=60))
    assert set(done) == {"whole", "stream", "stop", "several", "leave"} and done.total() > 100


def test_runs_of_other_starting_models_are_refused_before_anything_listens(real: Studio, tmp_path: Path) -> None:
    folder = real.home.run("run-3")
    other = make_model(tmp_path / "other", "llama", context=256)
    spec = json.loads((folder.path / "recipe.json").read_text()) | {"model_folder": str(other)}
    (folder.path / "recipe.json").write_text(json.dumps(spec))
    with pytest.raises(StudioError, match="different starting models"):
        load_served(real, ["run-1", "run-3"])
