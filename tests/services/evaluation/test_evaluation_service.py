"""The exam: everybody answers every question, nothing is asked twice, and the report claims no more than it saw."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.cli import answers
from studio.cli import main as cli
from studio.copy.catalog import say
from studio.errors import StudioError
from studio.evaluation.guards.check import GuardInputs
from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Message, pair
from studio.schemas.recipe import Recipe
from studio.schemas.report import Advice, Report
from studio.services.evaluation.probes import SECONDS, probes_of, turns
from studio.services.studio import Studio
from studio.settings import Settings, shared_folder
from studio.storage.files import read_lines, write_json
from tests.fake_engine import FakeEngine, FakeLoadedModel
from tests.services.conftest import table

Speak = Callable[[str, Sequence[Message]], str]
PROBES = shared_folder("assets") / "probes"


def murmur(contestant: str, chat: Sequence[Message]) -> str:
    """What nobody wants to hear."""
    return "Please look at our website for that."


class Voices(FakeLoadedModel):
    """Contestants that say what the test puts into their mouths, and remember what they were asked."""

    def __init__(self, adapters: Mapping[str, Path], speak: Speak, heard: list[tuple[str, Sequence[Message]]]) -> None:
        super().__init__(adapters, 0.0)
        self._speak, self._heard = speak, heard

    def answer_all(self, contestant: str, chats: Sequence[Sequence[Message]], settings: ReplySettings,
                   stop: Callable[[], bool]) -> list[Reply]:  # fmt: skip
        self._heard += [(contestant, chat) for chat in chats]
        return [
            Reply(contestant=contestant, text=self._speak(contestant, chat), tokens=9, seconds=0.1,
                  fingerprint=self.fingerprint(contestant))
            for chat in chats
        ]  # fmt: skip

    def _text(self, contestant: str, chat: Sequence[Message]) -> str:
        return self._speak(contestant, chat)


class Choir(FakeEngine):
    """An engine whose loaded models are Voices."""

    def __init__(self) -> None:
        super().__init__(steps=8, pause=0.0)
        self.speak: Speak = murmur
        self.heard: list[tuple[str, Sequence[Message]]] = []

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> Voices:
        return Voices(adapters, lambda name, chat: self.speak(name, chat), self.heard)


class Day:
    """A clock that a test can move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def choir() -> Choir:
    return Choir()


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def studio(tmp_path: Path, choir: Choir, day: Day) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path / "home", offline=True), choir, day)
    yield made
    made.close()


@pytest.fixture
def run(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> str:
    """A finished run; its exam has twelve questions or more."""
    project, dataset = upload(table(120))
    launched = studio.runs.launch(project, dataset, Recipe(instructions="Be kind."), by="ana").id
    studio.runs.carry_out_when_free(launched)
    return launched


def known(studio: Studio, run: str) -> dict[str, str]:
    """The expert's answer to every question, those of the exam included."""
    folder = studio.home.run(run)
    return {example.question: example.answer for example in [*folder.train, *studio.chats.exam(run)]}


def expert(studio: Studio, run: str, name: str = "tuned") -> Speak:
    """One contestant answers like the expert, all others murmur."""
    answers = known(studio, run)

    def speak(contestant: str, chat: Sequence[Message]) -> str:
        return answers.get(chat[-1].content, "") or "I do not know." if contestant == name else murmur("", chat)

    return speak


def test_a_version_that_answers_like_the_expert_is_to_be_used(studio: Studio, run: str, choir: Choir) -> None:
    choir.speak = expert(studio, run)
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    assert report.verdict.advice is Advice.USE
    assert report.contestants == ("base", "prompted", "lookup", "tuned")
    main = report.metrics[report.main_metric]
    assert main["tuned"].value == 1.0 and main["base"].high < 0.6
    assert {(row.one, row.other) for row in report.comparisons} >= {("tuned", "base"), ("tuned", "lookup")}
    assert "your version is better than the starting model by" in report.comparisons[0].sentence


def test_an_exam_that_asks_for_another_number_only_is_told_in_the_report(studio: Studio, run: str) -> None:
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    assert "3 exam questions differ from taught ones only by a number." in report.limits


def test_the_same_answers_are_no_difference_and_did_not_learn(studio: Studio, run: str) -> None:
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    assert report.verdict.advice in (Advice.NOT_YET, Advice.PROMPT)
    assert {row.better for row in report.comparisons if (row.one, row.other) == ("tuned", "base")} == {""}
    assert next(cause.name for cause in report.diagnosis if cause.found) == "did_not_learn"


def test_a_good_prompt_that_does_as_well_is_enough(studio: Studio, run: str, choir: Choir) -> None:
    choir.speak = expert(studio, run, "prompted")
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    assert report.verdict.advice is Advice.PROMPT


def test_the_rival_is_shown_instructions_and_three_solved_examples(studio: Studio, run: str, choir: Choir) -> None:
    studio.evaluation.evaluate(run, by="ana", quick=True)
    chat = next(chat for name, chat in choir.heard if name == "prompted")
    assert [message.role for message in chat] == ["system", *["user", "assistant"] * 3, "user"]
    taught = {example.answer for example in studio.home.run(run).train}
    assert chat[0].content == "Be kind." and {chat[2].content, chat[4].content, chat[6].content} <= taught


def test_one_endless_row_does_not_leave_the_rival_without_examples(
    studio: Studio, upload: Callable[[str], tuple[str, str]], choir: Choir
) -> None:
    project, dataset = upload(f"{table(120)}Is there an endless one?,{'round and ' * 500}round.\n")
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.runs.carry_out_when_free(run)
    studio.evaluation.evaluate(run, by="ana", quick=True)
    chats = [chat for name, chat in choir.heard if name == "prompted"]
    assert chats and all(len(chat) > 1 for chat in chats), "a rival without examples is the starting model again"


def test_what_was_answered_is_never_asked_again(studio: Studio, run: str, choir: Choir) -> None:
    first = studio.evaluation.evaluate(run, by="ana", quick=True)
    asked = len(choir.heard)
    again = studio.evaluation.evaluate(run, by="ben", quick=True)
    assert len(choir.heard) == asked and again.metrics == first.metrics and again.by == "ben"


def test_an_exam_that_ended_early_is_told_until_a_report_makes_up_for_it(
    studio: Studio, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, adapters: Mapping[str, Path]) -> None:
        raise StudioError("No room for the model.")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(studio.engine, "load_adapters", full)
        assert studio.evaluation.begin(run, by="ana", quick=True).wait(20)
    job = studio.evaluation.job(run)
    assert job is not None and job.error is not None and job.error.message == "No room for the model."
    studio.evaluation.evaluate(run, by="ana", quick=True)
    assert studio.evaluation.job(run) is None


def test_a_stopped_exam_goes_on_where_it_was(studio: Studio, run: str, choir: Choir) -> None:
    told: list[tuple[str, int, int]] = []

    def tell(whom: str, done: int, total: int) -> None:
        told.append((whom, done, total))

    with pytest.raises(StudioError, match="stopped"):
        studio.evaluation.evaluate(run, by="ana", quick=True, on_progress=tell, stop=lambda: "prompted" in told[-1][0])
    assert studio.evaluation.report(run) is None
    studio.evaluation.evaluate(run, by="ana", quick=True)
    exam = len(studio.chats.exam(run))
    assert sum(name == "base" and chat[-1].content == studio.chats.exam(run)[0].question
               for name, chat in choir.heard) == 1  # fmt: skip
    assert ("base, exam", exam, exam) in told


def test_the_report_lies_in_the_run_folder_and_in_the_audit_log(studio: Studio, run: str) -> None:
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    assert studio.evaluation.report(run) == report
    assert report.verdict.sentence.split(".")[0] in studio.evaluation.page(run).read_text(encoding="utf-8")
    assert studio.ledger.notes()[0][1:3] == ("ana", "evaluate")
    assert report.data["Source"] == "tickets.csv" and report.recipe["instructions"] == "Be kind."
    lines = list(read_lines(studio.home.run(run).path / "exam_answers.jsonl"))
    assert {line["contestant"] for line in lines} == {"base", "prompted", "tuned"}


# What teaching cost


def test_guards_ask_before_and_after_and_what_got_worse_limits_the_verdict(
    studio: Studio, run: str, choir: Choir
) -> None:
    answers = known(studio, run)
    accept = {
        probe.asked[0]: probe.more[0][0] for probe in probes_of(GuardInputs(PROBES, studio.home.run(run).train))[0]
    }

    def speak(contestant: str, chat: Sequence[Message]) -> str:
        question = chat[-1].content
        if contestant == "base":
            return accept.get(question, "I do not know.")
        return answers.get(question, "Everything is fine.") if contestant == "tuned" else "Well."

    choir.speak = speak
    report = studio.evaluation.evaluate(run, by="ana")
    states = {guard.name: guard.state for guard in report.probes}
    assert states["forgetting"] == states["made_up"] == "fail" and set(states) >= {"safety", "over_refusal", "bias"}
    assert say("evaluation_service.rows_gone") not in report.limits
    assert report.verdict.advice is Advice.USE_FOR and "general questions" in report.verdict.not_for


def test_guards_end_in_time_and_say_how_many_they_asked(studio: Studio, run: str, choir: Choir, day: Day) -> None:
    def slowly(contestant: str, chat: Sequence[Message]) -> str:
        day.now += timedelta(seconds=SECONDS / 40)
        return "Well."

    choir.speak = slowly
    report = studio.evaluation.evaluate(run, by="ana")
    assert any("to end in time" in limit for limit in report.limits)
    assert {guard.name for guard in report.probes} == {
        "forgetting", "general_text", "safety", "over_refusal", "made_up", "memorised", "bias"
    }  # fmt: skip


def test_what_cannot_be_looked_for_any_more_is_said(studio: Studio, run: str, choir: Choir) -> None:
    choir.speak = lambda contestant, chat: "Well."
    spec = studio.home.run(run).spec
    (studio.home.dataset_folder(spec.project, spec.dataset) / "imported.jsonl").unlink()
    assert say("evaluation_service.rows_gone") in studio.evaluation.evaluate(run, by="ana").limits


def test_every_part_of_the_probes_has_something_of_every_set_and_nothing_twice() -> None:
    rows = [pair(n, f"Where is the lamp number {n} kept?", f"In room {n}.") for n in range(1, 41)]
    sets = probes_of(GuardInputs(PROBES, rows))
    parts = turns(sets)
    assert all({probe.check for probe in part} == {probes[0].check for probes in sets} for part in parts)
    assert sum(map(len, parts)) == sum(map(len, sets))


# What cannot be asked


def test_a_run_that_is_not_over_cannot_be_examined(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> None:
    project, dataset = upload(table())
    waiting = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    with pytest.raises(StudioError, match="queued"):
        studio.evaluation.evaluate(waiting, by="ana")


@pytest.mark.parametrize(("spoil", "words"), [
    ("adapter", "no version"), ("exam", "no exam"), ("model_folder", "not there"), ("model_sha256", "another model"),
])  # fmt: skip
def test_what_is_missing_is_said_in_a_sentence(studio: Studio, run: str, spoil: str, words: str) -> None:
    folder = studio.home.run(run)
    if spoil == "adapter":
        (folder.adapter / "adapter_config.json").unlink()
    elif spoil == "exam":
        (studio.home.project_folder(folder.spec.project) / "exam.json").unlink()
    else:
        hers = folder.spec.recipe.model_copy(update={"base_model": "/models/hers"})  # a moved starter is found
        spoilt = {spoil: "/nowhere/at/all", "recipe": hers}
        write_json(folder.path / "recipe.json", folder.spec.model_copy(update=spoilt))
    with pytest.raises(StudioError, match=words):
        studio.evaluation.evaluate(run, by="ana")


def test_before_the_exam_there_is_no_report(studio: Studio, run: str) -> None:
    assert studio.evaluation.report(run) is None
    with pytest.raises(StudioError, match="no report"):
        studio.evaluation.page(run)


# The command line


def test_the_command_line_prints_one_object_and_tells_progress(
    studio: Studio, run: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "open_studio", lambda home: studio)
    assert cli.run_command(["evaluate", run, "--quick", "--json"]) == 0
    said = capsys.readouterr()
    assert Report.model_validate(json.loads(said.out)) == studio.evaluation.report(run)
    assert "tuned, exam: " in said.err
    assert cli.run_command(["evaluate", run, "--quick"]) == 0
    assert "report.html" in capsys.readouterr().out
