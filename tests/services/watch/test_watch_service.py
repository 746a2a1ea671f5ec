"""The watch: off at first, sentences with what to do, examples to read, and a reason when it is all right."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.example import Message
from studio.schemas.loop.served_use import ServedUse
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.services.versions.family_evidence import FamilyEvidenceReader
from studio.services.watch.drift import open_alarms
from studio.storage.loop.use_log import UseLog
from tests.services.conftest import TOPICS

RELEASE = datetime(2026, 10, 1, 9, tzinfo=UTC)
OLD = ("What does the {} cost?", "How heavy is your {}?", "Who makes the {}?", "Can I return a {} later?")
NEW = "Do the {} trainers and sandals come in wide shoes?"


@dataclass
class UsedVersion:
    """A finished run, and people who ask it."""

    studio: Studio
    project: str
    run: str
    now: datetime = RELEASE
    asked: int = field(default=0)

    def ask(self, count: int, new: Callable[[int], bool] = lambda _: False, *, refused: bool = False,
            days_apart: float = 0.02) -> None:  # fmt: skip
        """Conversations one after the other."""
        log = UseLog(self.studio.home)
        for number in range(count):
            self.asked += 1
            topic = TOPICS[self.asked % len(TOPICS)]
            question = NEW.format(topic) if new(number) else OLD[self.asked % 4].format(topic) + f" ({self.asked})"
            self.now += timedelta(days=days_apart)
            log.add(self.project, ServedUse(
                id=f"chatcmpl-{self.asked}", at=self.now, version=self.run, conversation=f"c{self.asked}",
                question=question, question_letters=len(question), reply_letters=40, seconds=0.5, is_refusal=refused,
            ))  # fmt: skip

    def thumb(self, up: bool, number: int) -> None:
        self.now += timedelta(minutes=1)
        self.studio.feedback.add(
            self.project, by=f"person {number}", key=f"k{number}", origin="chat", version=self.run,
            turns=[Message(role="user", content=f"Is {number} right, dora@example.org?")], reply="Yes.",
            judgement="up" if up else "down",
        )  # fmt: skip


@pytest.fixture
def used(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> UsedVersion:
    rows = [f"{shape.format(topic)} ({number}),The {topic} is ready number {number}."
            for number, (topic, shape) in enumerate((t, s) for t in TOPICS for s in OLD)]  # fmt: skip
    more = [f"{OLD[n % 4].format(TOPICS[n % 12])} ({n}),The {TOPICS[n % 12]} number {n} is ready for {n % 4} people."
            for n in range(100, 400)]  # fmt: skip
    project, dataset = upload("\n".join(["question,answer", *rows, *more]) + "\n")
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.runs.carry_out_when_free(run)
    made = UsedVersion(studio, project, run)
    for service in (studio.watch, studio.feedback):
        service._clock = lambda: made.now
    return made


def test_nothing_is_watched_until_somebody_says_so(used: UsedVersion, studio: Studio) -> None:
    view = studio.watch.view(used.project)
    assert not view.settings.is_on and not view.alarms and not view.days
    assert not (studio.home.project_folder(used.project) / "use").exists()


def test_it_is_switched_on_for_the_days_that_she_sets_and_off_again(used: UsedVersion, studio: Studio) -> None:
    assert studio.watch.switch_on(used.project, by="ana", days=14).days == 14
    assert studio.watch.switch_on(used.project, by="ana").days == 14
    assert ("ana", "watch on", used.project) in [note[1:] for note in studio.ledger.notes()]
    used.ask(3)
    assert not studio.watch.switch_off(used.project, by="ana").is_on
    assert studio.watch.view(used.project).total.asked == 3
    studio.watch.switch_off(used.project, by="ana", forget=True)
    assert not studio.watch.view(used.project).days
    for days in (-1, 366):
        with pytest.raises(StudioError, match="cannot be kept"):
            studio.watch.switch_on(used.project, by="ana", days=days)


def test_quiet_use_is_counted_and_raises_nothing(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana", days=30)
    used.ask(80)
    view = studio.watch.view(used.project)
    assert not view.alarms and view.total.asked == 80 and view.version == used.run
    assert any("80 conversations were compared" in one for one in view.monitors)


def test_a_new_kind_of_question_is_a_sentence_with_what_to_do(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana", days=60)
    used.ask(100)
    changed = used.now
    used.ask(150, new=lambda number: number % 4 == 0)
    (alarm,) = studio.watch.view(used.project).open
    assert alarm.alarm.monitor == "questions" and abs((alarm.alarm.since - changed.date()).days) <= 1
    assert "new since 3 October" in alarm.text and "shoes" in alarm.text and "Bring examples" in alarm.text
    assert f"{alarm.readable} to read" in alarm.text and alarm.readable == 12
    read = studio.watch.examples(used.project, alarm.alarm.id)
    assert len(read) == 12 and all("sandals" in one.question for one in read)
    assert read[0].at > read[-1].at


def test_a_report_says_what_changed_in_use_until_somebody_has_dealt_with_it(used: UsedVersion, studio: Studio) -> None:
    family = FamilyEvidenceReader(studio.home, partial(open_alarms, studio.home))
    studio.watch.switch_on(used.project, by="ana", days=60)
    used.ask(100)
    assert family.of(used.run) is None
    used.ask(150, new=lambda number: number % 4 == 0)
    (alarm,) = studio.watch.view(used.project).open
    known = family.of(used.run)
    assert known is not None and "Questions of a new kind have come since 3 October" in str(known.said[-1])
    studio.watch.dismiss(used.project, alarm.alarm.id, "it is the season", by="ana")
    assert family.of(used.run) is None


def test_looking_often_and_looking_once_find_the_same(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana", days=60)
    for _ in range(5):
        used.ask(20, new=lambda number: number % 5 == 0)
        studio.watch.view(used.project)
    often = studio.watch._read(used.project)
    studio.watch._store.path(used.project).unlink()
    once = studio.watch._read(used.project)
    assert often.days == once.days
    assert often.versions[used.run].state == once.versions[used.run].state


def test_thumbs_that_fall_are_noticed_and_their_questions_are_masked(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana", days=60, thumbs_rate=0.9)
    for number in range(60):
        used.thumb(number % 2 == 0, number)
    (alarm,) = studio.watch.view(used.project).open
    assert "judged answers are called bad; when the version was new it was 10%" in alarm.text
    assert "Correct those answers" in alarm.text
    assert all("dora" not in one.question for one in studio.watch.examples(used.project, alarm.alarm.id))
    assert studio.watch.view(used.project).total.down == 30


def test_feedback_from_before_it_was_switched_on_counts_for_nothing(used: UsedVersion, studio: Studio) -> None:
    for number in range(10):
        used.thumb(False, number)
    studio.watch.switch_on(used.project, by="ana")
    assert studio.watch.view(used.project).total.down == 0


def test_an_alarm_is_dismissed_once_with_a_reason_and_the_monitor_begins_anew(
    used: UsedVersion, studio: Studio
) -> None:
    studio.watch.switch_on(used.project, by="ana", days=60, thumbs_rate=0.9)
    for number in range(60):
        used.thumb(number % 2 == 0, number)
    (alarm,) = studio.watch.view(used.project).open
    with pytest.raises(StudioError, match="why it is all right"):
        studio.watch.dismiss(used.project, alarm.alarm.id, "  ", by="ana")
    for _ in range(2):
        view = studio.watch.dismiss(used.project, alarm.alarm.id, "The shop was\nclosed.", by="ana")
    assert not view.open and "ana said that this is all right: The shop was closed." in view.alarms[0].text
    assert any("while it is new is being learned: 0 of 100" in one for one in view.monitors)
    with pytest.raises(NotFound):
        studio.watch.dismiss(used.project, "a99", "x", by="ana")


def test_examples_are_gone_with_their_days_and_the_figures_stay(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana", days=2)
    used.ask(120, new=lambda number: number % 2 == 0)
    (alarm,) = studio.watch.view(used.project).open
    used.now += timedelta(days=40)
    UseLog(studio.home).sweep(used.project, used.now)
    view = studio.watch.view(used.project)
    assert studio.watch.examples(used.project, alarm.alarm.id) == ()
    assert view.open[0].text.startswith("Questions of a new kind") and "0 to read" in view.open[0].text
    assert view.total.asked == 120
    folder = studio.home.project_folder(used.project) / "use"
    assert not any(b"sandals" in path.read_bytes() for path in folder.iterdir())
    used.ask(30)
    assert studio.watch.view(used.project).total.asked == 150


def test_the_calendar_is_said_to_be_only_that(used: UsedVersion, studio: Studio) -> None:
    created = studio.home.run(used.run).spec.created
    studio.watch.switch_on(used.project, by="ana")
    used.ask(1)
    used.now = created + timedelta(days=94)
    assert studio.watch.view(used.project).calendar == (
        "Last taught 94 days ago. That is only the calendar: it says nothing about the answers."
    )


def test_a_version_that_is_gone_leaves_its_figures(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana")
    used.ask(30)
    studio.run_list.trash(used.run, by="ana")
    assert studio.watch.view(used.project).total.asked == 30


def test_what_is_forgotten_leaves_the_kept_questions_too(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana", days=60)
    used.ask(100, new=lambda number: number % 3 == 0)
    studio.watch.view(used.project)
    dataset = studio.examples.newest(used.project)
    studio.forgetting.forget(used.project, dataset, text="trainers and sandals", by="ana")
    folder = studio.home.project_folder(used.project) / "use"
    assert not any(b"sandals" in path.read_bytes() for path in folder.iterdir())
    used.ask(20)
    assert studio.watch.view(used.project).total.asked == 120


def test_the_record_is_json_without_a_word_of_anybody(used: UsedVersion, studio: Studio) -> None:
    studio.watch.switch_on(used.project, by="ana")
    used.ask(100, new=lambda number: number % 3 == 0)
    studio.watch.view(used.project)
    text = studio.watch._store.path(used.project).read_text()
    assert json.loads(text)["alarms"] and "sandals" not in text and "kettle" not in text
