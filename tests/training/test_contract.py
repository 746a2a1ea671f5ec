"""The fake that most tests are run on and the engine with torch keep one and the same contract:
`services/engine.py`."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.errors import NotFound, RunFailed, StudioError, UnusableModel
from studio.inference.multi_adapter import MultiAdapterModel
from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Example, Message
from studio.schemas.model import ModelFacts
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunResult, Status
from studio.services.engine import Engine, LoadedModel
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from tests.fake_engine import FakeEngine, FakeLoadedModel
from tests.model_fixtures import freezer, read_json

Prepare = Callable[..., RunFolder]
QUESTIONS = ["how do I wash the hat?", "what is a hat?"]
SHORT = ReplySettings(max_new_tokens=6)


def verbs(kind: type) -> dict[str, list[tuple[str, Any]]]:
    """Name of each public method, with the names and defaults of what it takes."""
    methods = {n: f for n, f in inspect.getmembers(kind, inspect.isfunction) if not n.startswith("_")}
    return {n: [(p.name, p.default) for p in inspect.signature(f).parameters.values()] for n, f in methods.items()}


@pytest.mark.parametrize(
    ("expected", "made"),
    [(Engine, LocalEngine), (Engine, FakeEngine), (LoadedModel, MultiAdapterModel), (LoadedModel, FakeLoadedModel)],
)
def test_what_the_services_expect_is_offered_with_the_same_words(expected: type, made: type) -> None:
    offered = verbs(made)
    assert {name: offered.get(name) for name in verbs(expected)} == verbs(expected)


@dataclass(frozen=True)
class Bench:
    """An engine with a model that it opened and a run that it carried out."""

    engine: Engine
    facts: ModelFacts
    run: RunFolder
    outcome: RunResult


@pytest.fixture(scope="module", params=[FakeEngine, LocalEngine])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tiny: Path, examples: list[Example]
) -> Bench:
    engine: Engine = FakeEngine(steps=12, pause=0.0) if request.param is FakeEngine else LocalEngine()
    run = freezer(tmp_path_factory.mktemp("contract"), tiny, examples)()
    write_json(run.path / "questions.json", QUESTIONS)
    return Bench(engine, engine.inspect(tiny), run, engine.train(run.path, lambda: False))


@pytest.fixture
def loaded(bench: Bench) -> Any:
    opened = bench.engine.load_adapters(Path(bench.facts.folder), {"tuned": bench.run.adapter})
    yield opened
    opened.close()


def asked(text: str) -> list[Message]:
    return [Message(role="user", content=text)]


def answered(
    loaded: LoadedModel, chats: Mapping[str, Sequence[Message]], stop: Callable[[], bool] = lambda: False
) -> tuple[list[dict[str, str]], dict[str, Reply]]:
    """The texts that were shown, and the replies by contestant."""
    going, shown = loaded.answer(chats, dict.fromkeys(chats, SHORT), stop), []
    while True:
        try:
            shown.append(next(going))
        except StopIteration as end:
            return shown, {reply.contestant: reply for reply in end.value}


def test_a_device_has_a_name_and_its_memory(bench: Bench) -> None:
    for device in bench.engine.devices():
        assert set(device) == {"name", "memory_bytes", "free_bytes"} and device["name"]


def test_every_method_of_a_recipe_is_possible_or_has_its_sentence(bench: Bench) -> None:
    methods = bench.engine.methods()
    assert set(methods) == {"lora", "rslora", "dora", "qlora", "full", "last_layers"}
    assert methods["lora"] == "" and all(said == "" or said.endswith(".") for said in methods.values())


def test_a_model_is_opened_and_a_folder_without_one_is_refused_in_a_sentence(bench: Bench, tmp_path: Path) -> None:
    facts = bench.facts
    assert min(facts.parameters, facts.context, facts.vocabulary, facts.layers, facts.hidden) > 0
    assert facts.architecture == "LlamaForCausalLM" and len(facts.sha256) == 64
    with pytest.raises(UnusableModel) as refused:
        bench.engine.inspect(tmp_path)
    assert refused.value.message.endswith(".") and refused.value.hint


def test_the_context_is_the_one_that_opening_the_model_finds(bench: Bench) -> None:
    assert bench.engine.context(Path(bench.facts.folder)) == bench.facts.context


def test_pieces_are_counted_for_each_text_in_order(bench: Bench) -> None:
    one, none, more = bench.engine.count_tokens(Path(bench.facts.folder), ["hat", "", "how do I wash the hat?"])
    assert none == 0 < one < more


def test_an_example_is_longer_than_its_question_and_instructions_make_both_longer(
    bench: Bench, examples: list[Example]
) -> None:
    folder = Path(bench.facts.folder)
    plain = bench.engine.lengths(folder, examples[:3])
    told = bench.engine.lengths(folder, examples[:3], "Be kind and brief.")
    assert len(plain) == len(told) == 3
    for one, longer in zip(plain, told, strict=True):
        assert 0 < one.asked < one.whole
        assert longer.asked > one.asked and longer.whole > one.whole


def test_proposed_knobs_make_a_recipe(bench: Bench, examples: list[Example]) -> None:
    Recipe(base_model="x", **bench.engine.propose_knobs(bench.facts, examples))


def test_a_forecast_counts_rows_and_steps_and_no_rows_are_blocked(bench: Bench, examples: list[Example]) -> None:
    recipe = Recipe(base_model=bench.facts.folder, num_train_epochs=2, per_device_train_batch_size=4, max_length=128)
    found = bench.engine.forecast(bench.facts, recipe, examples)
    steps = len(examples) * 2 / (4 * recipe.gradient_accumulation_steps)
    assert not found.blocked and (found.rows, found.steps) == (len(examples), steps)
    assert found.times_seen == pytest.approx(2.0) and 0 < found.learned_tokens < found.read_tokens
    assert found.seconds is not None and found.seconds > 0 and found.needs_bytes > 0 and found.disk_bytes > 0
    assert bench.engine.forecast(bench.facts, recipe, []).blocked


def test_an_example_is_seen_as_what_is_read_and_what_is_learned(bench: Bench, examples: list[Example]) -> None:
    seen = bench.engine.see(bench.facts, Recipe(base_model=bench.facts.folder, max_length=128), examples[0])
    assert [piece.part for piece in seen] == ["read", "learned"]
    read, learned = (piece.text for piece in seen)
    assert examples[0].question in read and examples[0].answer in learned and examples[0].answer not in read


@pytest.mark.slow
def test_a_run_ends_with_its_version_its_outcome_and_its_state(bench: Bench) -> None:
    assert bench.outcome.status is bench.run.state.status is Status.DONE
    assert (bench.outcome.steps, bench.run.state.step, bench.run.state.total_steps) == (12, 12, 12)
    assert bench.outcome.best_step == bench.run.state.best_step
    assert Path(bench.outcome.adapter) == bench.run.adapter
    assert {"adapter_config.json", "adapter_model.safetensors"} <= {path.name for path in bench.run.adapter.iterdir()}
    assert RunResult.model_validate(read_json(bench.run.path / "outcome.json")) == bench.outcome
    assert bench.run.lock.is_free()


def test_the_curve_falls_and_its_lines_hold_what_the_page_draws(bench: Bench) -> None:
    lines = [line for line in bench.run.metrics() if "loss" in line]
    assert [line["step"] for line in lines] == list(range(1, 13)) and lines[-1]["loss"] < lines[0]["loss"]
    for line in lines:
        assert set(line) == {"step", "epoch", "loss", "learning_rate", "grad_norm", "tokens_per_second", "tokens",
                             "elapsed_seconds", "memory_bytes"}  # fmt: skip
    checks = [line for line in bench.run.metrics() if "eval_loss" in line]
    assert (checks[0]["step"], checks[-1]["step"]) == (0, 12), "the starting model is checked too, and the end"
    assert all({"step", "epoch", "eval_loss", "elapsed_seconds"} <= set(line) for line in checks)


def test_the_live_questions_are_answered_by_the_starting_model_and_at_every_check(bench: Bench) -> None:
    answers = bench.run.answers()
    checks = {line["step"] for line in bench.run.metrics() if "eval_loss" in line and line["step"]}
    for question in QUESTIONS:
        mine = [line for line in answers if line["question"] == question]
        assert [line["step"] for line in mine if line["contestant"] == "base"] == [0]
        assert {line["step"] for line in mine if line["contestant"] == "tuned"} == checks


def test_a_run_that_is_asked_to_stop_keeps_what_it_has(bench: Bench, prepare: Prepare) -> None:
    folder = prepare()
    outcome = bench.engine.train(folder.path, lambda: True)
    assert outcome.status is folder.state.status is Status.STOPPED and outcome.steps == 1
    assert folder.state.reason and folder.adapter.is_dir()


def test_nobody_carries_out_what_somebody_else_carries_out(bench: Bench, prepare: Prepare) -> None:
    folder = prepare()
    lock = folder.lock
    assert lock.take()
    with pytest.raises(StudioError, match="already"):
        bench.engine.train(folder.path, lambda: False)
    lock.release()


def test_a_run_that_fails_says_why_where_it_is_looked_at(bench: Bench, prepare: Prepare, tmp_path: Path) -> None:
    folder = prepare(model=tmp_path / "gone")
    engine = FakeEngine(failing="The starting model is gone.") if isinstance(bench.engine, FakeEngine) else bench.engine
    with pytest.raises(RunFailed) as failed:
        engine.train(folder.path, lambda: False)
    assert folder.state.status is Status.FAILED and folder.state.reason == failed.value.message


def test_a_saved_point_becomes_the_version_and_one_that_is_not_there_does_not(bench: Bench, prepare: Prepare) -> None:
    folder = prepare(eval_steps=4)
    bench.engine.train(folder.path, lambda: False)
    points = bench.engine.points(folder.path)
    assert points == sorted(points) and points[-1] == 12
    chosen = bench.engine.keep(folder.path, points[0], by="ana", questions=["Why?"])
    assert (chosen.step, chosen.by, chosen.questions) == (points[0], "ana", ("Why?",)) and folder.chosen == chosen
    with pytest.raises(NotFound):
        bench.engine.keep(folder.path, 999, by="ana")
    assert folder.chosen == chosen, "what was chosen before stays"


def test_contestants_answer_side_by_side_and_alone_alike(loaded: LoadedModel) -> None:
    assert loaded.contestants == ("base", "tuned") and loaded.together and not loaded.fallbacks
    chats = {"tuned": asked(QUESTIONS[0]), "base": asked(QUESTIONS[1])}
    shown, replies = answered(loaded, chats)
    assert shown and shown[-1] == {name: reply.text for name, reply in replies.items()}
    assert list(replies) == list(chats)
    for name, reply in replies.items():
        assert reply.fingerprint == loaded.fingerprint(name) and reply.tokens > 0 and reply.seconds > 0
        assert answered(loaded, {name: chats[name]})[1][name].text == reply.text


def test_an_answer_that_is_stopped_at_once_ends_without_having_ended_by_itself(loaded: LoadedModel) -> None:
    _, replies = answered(loaded, {"base": asked(QUESTIONS[0])}, stop=lambda: True)
    assert not replies["base"].stopped_by_itself and replies["base"].note == "stopped"


def test_many_questions_are_answered_in_order_as_in_the_chat(loaded: LoadedModel) -> None:
    replies = loaded.answer_all("tuned", [asked(text) for text in QUESTIONS], SHORT, lambda: False)
    alone = [answered(loaded, {"tuned": asked(text)})[1]["tuned"].text for text in QUESTIONS]
    assert [reply.text for reply in replies] == alone
    assert {(reply.contestant, reply.fingerprint) for reply in replies} == {("tuned", loaded.fingerprint("tuned"))}


def test_fingerprints_are_twelve_hex_digits_and_tell_the_contestants_apart(loaded: LoadedModel) -> None:
    marks = {loaded.fingerprint(name) for name in loaded.contestants}
    assert len(marks) == 2 and all(len(mark) == 12 and int(mark, 16) >= 0 for mark in marks)
    assert loaded.self_test() == []


def test_losses_are_a_sum_and_a_number_of_pieces_for_each_conversation(
    loaded: LoadedModel, examples: list[Example]
) -> None:
    conversations = [list(examples[0].messages), [Message(role="assistant", content="a text that stands alone")]]
    for total, pieces in loaded.losses("base", conversations):
        assert total > 0 and pieces > 0
