"""Requests of several applications: they join and leave the batch, and each is answered as it would be alone."""

import math

import pytest
import torch

from studio.inference.multi_adapter import load_multi_adapter
from studio.models.chat_template import load_chat_template
from studio.schemas.chat import GenerationRequest, ReplySettings
from studio.schemas.example import Message
from tests.tiny_models import FAMILIES, load_plain, make_adapter, make_model

QUESTIONS = ("Hello", "Where is my order, please? I wait.", "Hi", "Grüße aus Köln", "And then?", "cuts once")


@pytest.fixture(scope="module", params=FAMILIES)
def model(request, tmp_path_factory):
    home = tmp_path_factory.mktemp(request.param)
    base = make_model(home / "base", request.param)
    return load_multi_adapter(base, {"a": make_adapter(base, home / "a"), "b": make_adapter(base, home / "b", seed=2)})


def asked(name, question, room=24, **more):
    settings = more.pop("settings", ReplySettings(max_new_tokens=room))
    return GenerationRequest(
        contestant=name, messages=(Message(role="user", content=question),), settings=settings, **more
    )


def finish(batch, *rows):
    while not all(row.is_over for row in rows):
        batch.step()


def alone(model, request):
    batch = model.open_batch()
    row = batch.prepare(request)
    batch.add(row)
    finish(batch, row)
    return row


def test_rows_that_join_one_after_another_are_answered_as_the_chat_answers_them(model):
    requests = [asked(("base", "a", "b")[n % 3], question, 12 + 3 * n) for n, question in enumerate(QUESTIONS * 2)]
    batch, rows = model.open_batch(), []
    for request in requests:
        rows.append(batch.prepare(request))
        batch.add(rows[-1])
        batch.step()
        batch.step()
    finish(batch, *rows)
    for row, request in zip(rows, requests, strict=True):
        reply = model.answer_all(request.contestant, [request.messages], request.settings, lambda: False)[0]
        assert (row.text, row.tokens, row.stopped_by_itself) == (reply.text, reply.tokens, reply.stopped_by_itself)


def test_a_row_draws_the_same_words_whoever_is_beside_it(model):
    request = asked("a", "Hello", settings=ReplySettings(max_new_tokens=20, temperature=0.9, top_p=0.9, seed=5))
    expected = alone(model, request).new_ids
    batch = model.open_batch()
    rows = [batch.prepare(one) for one in (asked("b", "Where is my order?"), request, asked("base", "Hi"))]
    for row in rows:
        batch.add(row)
        batch.step()
    finish(batch, *rows)
    assert rows[1].new_ids == expected


def test_a_row_that_somebody_ended_leaves_and_the_others_go_on(model):
    expected = alone(model, asked("a", "Hello")).text
    batch = model.open_batch()
    gone, stays = batch.prepare(asked("base", "Where is my order?")), batch.prepare(asked("a", "Hello"))
    batch.add(gone)
    batch.add(stays)
    batch.step()
    gone.end("stopped")
    finish(batch, stays)
    assert stays.text == expected and gone.tokens == 1 and batch._batch.rows == []


def test_a_row_ends_before_a_stop_string_of_the_request(model):
    whole = alone(model, asked("a", "Hello")).text
    stop = whole[5:7]
    row = alone(model, asked("a", "Hello", stop=(stop,)))
    assert row.text == whole[: whole.index(stop)].strip() and row.stopped_by_itself


def test_a_bare_text_is_read_as_it_stands_and_keeps_its_blanks(model):
    text = "The tailor"
    row = alone(model, GenerationRequest(contestant="base", text=text, settings=ReplySettings(max_new_tokens=8)))
    assert row.text == row.stop_rules.tokenizer.decode(row.new_ids, skip_special_tokens=True).rstrip("\ufffd")
    assert row.prompt_tokens == len(row.stop_rules.tokenizer(text)["input_ids"])


def test_logprobs_are_those_of_the_plain_model(tmp_path):
    folder = make_model(tmp_path / "base", "llama")
    row = alone(load_multi_adapter(folder, {}), asked("base", "Hello", 6, top_logprobs=3))
    prompt = load_chat_template(folder).prompt_ids([Message(role="user", content="Hello")])
    logits = load_plain(folder)(torch.tensor([prompt + row.new_ids])).logits[0].detach()
    assert len(row.logprobs) == row.tokens == 6
    for place, told in enumerate(row.logprobs):
        expected = torch.log_softmax(logits[len(prompt) - 1 + place], dim=-1)
        assert math.isclose(told.logprob, float(expected[row.new_ids[place]]), abs_tol=1e-4)
        assert [value for _, value in told.top] == pytest.approx(expected.topk(3).values.tolist(), abs=1e-4)


def test_a_prompt_that_is_too_long_is_over_before_it_begins(model):
    row = model.open_batch().prepare(asked("a", "word " * 200))
    assert row.is_over and row.prompt_tokens >= model.context


def test_where_rows_are_not_independent_they_take_turns(tmp_path):
    base = make_model(tmp_path / "base", "llama")
    model = load_multi_adapter(base, {"a": make_adapter(base, tmp_path / "a")})
    expected = [alone(model, asked("a", question)).text for question in QUESTIONS[:3]]
    model.together = False
    batch = model.open_batch()
    rows = [batch.prepare(asked("a", question)) for question in QUESTIONS[:3]]
    for row in rows:
        batch.add(row)
    finish(batch, *rows)
    assert [row.text for row in rows] == expected


def test_no_more_rows_are_taken_than_fit(model):
    batch = model.open_batch()
    for number in range(32):
        row = batch.prepare(asked("a", f"Hello {number}"))
        assert batch.has_room(row)
        batch.add(row)
    assert not batch.has_room(batch.prepare(asked("b", "Hello")))


def test_a_version_that_is_added_while_others_answer_answers_as_when_it_was_there_from_the_start(tmp_path):
    base = make_model(tmp_path / "base", "llama")
    folders = {name: make_adapter(base, tmp_path / name, seed=seed) for name, seed in (("a", 1), ("late", 4))}
    known = load_multi_adapter(base, folders)
    model = load_multi_adapter(base, {"a": folders["a"]})
    batch = model.open_batch()
    going = batch.prepare(asked("a", "Hello"))
    batch.add(going)
    batch.step()
    model.add("late", folders["late"])
    late = batch.prepare(asked("late", "Hello"))
    batch.add(late)
    finish(batch, going, late)
    assert going.text == alone(known, asked("a", "Hello")).text
    assert late.text == alone(known, asked("late", "Hello")).text
    assert model.fingerprint("late") == known.fingerprint("late") and "late" in model.contestants
