"""A year of a department in some minutes, through the studio's own services, with a clock that is handed in.

    python -m tests.benchmarks.bench_year [--weeks 52] [--questions 400] [--home FOLDER [--minutes 8]]

With `--home` the same command goes on where the last one ended, after so many minutes of work.

Twenty products, four things to ask about each. Every week 400 questions are answered by whichever version is served,
15% get a thumb, 5% are looked at by six people who correct what is wrong. In week 20 three products are new, in
week 34 all prices rise. Mallory writes wrong prices on purpose, four a week. Every fourth week, or when the watch
alarms, somebody reads the inbox, leaves what those wrote who contradict everybody, and makes the next version.

The engine is the tests': its version answers by the nearest row that it was taught, so that what is in the rows is what
it knows. What comes out is told in sentences: the alarms, the contradictions, the versions with their scores.
"""

import argparse
import pickle
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from studio.data.duplicates.retrieval import NearestExamples
from studio.schemas.example import Message
from studio.schemas.loop.served_use import ServedUse
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.loop.use_log import UseLog
from studio.storage.run_folder import RunFolder
from tests.fake_engine import FakeEngine, FakeLoadedModel

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
OLD = ("kettle", "lamp", "spoon", "chair", "ladder", "basket", "curtain", "bucket", "hammer", "pillow", "candle",
       "blanket", "mirror", "teapot", "carpet", "scissors", "umbrella", "bottle", "toaster", "clock")  # fmt: skip
NEW = ("sneakers", "sandals", "gumboots")
FORMS = {
    "price": ("What does the {} cost?", "How much is your {}, please?", "Price of the {}?", "Tell me what a {} costs."),
    "weight": ("How heavy is the {}?", "What does one {} weigh?", "Weight of your {}, please?", "Is the {} heavy?"),
    "maker": ("Who makes the {}?", "Which firm is behind your {}?", "Where does the {} come from?", "Maker of the {}?"),
    "return": ("Can I return a {} later?", "How long may I keep the {} before I return it?", "Do you take a {} back?",
               "Until when can the {} go back?"),
}  # fmt: skip
LEADS = ("", "Hello, ", "Good morning. ", "Quick question: ", "One more thing, ")
PEOPLE = ("ana", "ben", "cem", "dan", "eva", "finn")
NEW_PRODUCTS, NEW_PRICES = 20, 34  # weeks
REVIEW_WEEKS = 4


def truth(item: str, aspect: str, week: int) -> str:
    """What is right in this week."""
    place = (*OLD, *NEW).index(item)
    price = 10 + 3 * place + (5 if week >= NEW_PRICES else 0)
    return {
        "price": f"The {item} costs {price} euros, with tax.", "weight": f"One {item} weighs {200 + 35 * place} grams.",
        "maker": f"The {item} is made by firm {chr(65 + place)} in Ulm.",
        "return": f"You may return the {item} within {14 + place} days.",
    }[aspect]  # fmt: skip


class RowsModel(FakeLoadedModel):
    """Answers by the nearest row that the version was taught."""

    def __init__(self, adapters: Mapping[str, Path], pause: float) -> None:
        super().__init__(adapters, pause)
        self._rows = {name: NearestExamples(train) for name, train in taught(adapters).items()}

    def _text(self, contestant: str, chat: Sequence[Message]) -> str:
        rows = self._rows.get(contestant)
        near = rows.most_similar(chat[-1].content, 1) if rows else []
        return near[0].answer if near else super()._text("base", chat)


def taught(adapters: Mapping[str, Path]) -> dict[str, list[object]]:
    """The rows of each version; the newest say what is right now, so they come first."""
    return {name: list(reversed(RunFolder(path.parent).train)) for name, path in adapters.items()}  # type: ignore[misc]


class YearEngine(FakeEngine):
    """The tests' engine with that model."""

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> FakeLoadedModel:
        return RowsModel(adapters, 0.0)


@dataclass
class Year:
    """The department: what was asked, and what somebody decided, is told in `told`."""

    home: Path
    questions: int = 400
    seed: int = 1
    now: datetime = BEGIN
    week: int = 0
    told: list[str] = field(default_factory=list)
    asked: int = 0
    made_in: int = 0

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.studio = Studio(Settings(home=self.home, offline=True), YearEngine(steps=8, pause=0.0), lambda: self.now)
        self.log = UseLog(self.studio.home)

    def begin(self) -> None:
        """The table, the first version, and the watch."""
        path = self.home / "desk.csv"
        rows = [f'"{lead}{form.format(item)}","{truth(item, aspect, 0)}"' for item in OLD
                for aspect, forms in FORMS.items() for form in forms
                for lead in ("", self.random.choice(LEADS[1:]))]  # fmt: skip
        self.random.shuffle(rows)
        path.write_text("question,answer\n" + "\n".join(rows) + "\n", encoding="utf-8")
        view = self.studio.examples.upload(path, "desk.csv", by="ana")
        self.project = view.project
        self.serve(self.studio.runs.launch(self.project, view.id, Recipe(), by="ana").id)
        self.studio.watch.switch_on(self.project, by="ana", days=60)

    def keep(self) -> None:
        """What the same command goes on from."""
        names = ("now", "week", "told", "asked", "made_in", "project", "run")
        self.place.write_bytes(pickle.dumps({"random": self.random, **{name: getattr(self, name) for name in names}}))

    def go_on(self) -> None:
        """As it was kept."""
        vars(self).update(pickle.loads(self.place.read_bytes()))
        self.know(self.run)

    @property
    def place(self) -> Path:
        """The script's own file in the home."""
        return self.home / "year.pickle"

    def serve(self, run: str) -> None:
        """Teach it, let it sit the exam, and serve it."""
        self.studio.runs.carry_out(run)
        self.studio.evaluation.evaluate(run, by="ana", quick=True)
        self.studio.family.serve(self.project, run, by="ana")
        self.know(run)

    def know(self, run: str) -> None:
        """How this version answers."""
        self.run = run
        self.rows = NearestExamples(taught({"tuned": self.studio.home.run(run).adapter})["tuned"])  # type: ignore[arg-type]

    def pass_week(self) -> None:
        """Questions, thumbs and corrections of one week; then perhaps a review."""
        for _ in range(self.questions):
            self.now += timedelta(minutes=7 * 24 * 60 / self.questions)
            self.one_question()
        for number in range(max(1, self.questions // 100)):
            self.mallory(number)
        self.week += 1
        alarms = self.studio.watch.view(self.project).open
        for one in alarms:
            self.told.append(f"week {self.week}: alarm: {one.text}")
        if alarms or self.week - self.made_in >= REVIEW_WEEKS:
            self.review([one.alarm.id for one in alarms])

    def one_question(self) -> None:
        """Asked, answered by the served version, perhaps judged."""
        self.asked += 1
        is_new = self.week >= NEW_PRODUCTS and self.random.random() < 0.15
        item, aspect = str(self.random.choice(NEW if is_new else OLD)), str(self.random.choice(list(FORMS)))
        asked = str(self.random.choice(LEADS)) + str(self.random.choice(FORMS[aspect])).format(item)
        near = self.rows.most_similar(asked, 1)
        reply = near[0].answer if near else "I am not sure about that."
        right = reply == truth(item, aspect, self.week)
        self.log.add(self.project, ServedUse(
            id=f"chatcmpl-{self.asked}", at=self.now, version=self.run, conversation=f"c{self.asked}",
            person=f"customer {self.random.integers(2000)}", question=asked, question_letters=len(asked),
            reply_letters=len(reply), seconds=float(self.random.gamma(4, 0.2)),
        ))  # fmt: skip
        if self.random.random() < 0.15:
            up = self.random.random() < (0.93 if right else 0.2)
            self.say(asked, reply, "up" if up else "down", by="application shop", origin="server")
        if self.random.random() < 0.05:
            answer = None if right else truth(item, aspect, self.week)
            self.say(asked, reply, "right" if right else "wrong", by=str(self.random.choice(PEOPLE)), answer=answer)

    def mallory(self, number: int) -> None:
        """A wrong price on purpose, for what everybody asks."""
        item = OLD[(self.week * 4 + number) % len(OLD)]
        asked = FORMS["price"][number % 4].format(item)
        self.say(asked, truth(item, "price", self.week), "wrong", by="mallory", answer=f"The {item} costs 1 euro.")

    def say(self, asked: str, reply: str, judgement: str, *, by: str, origin: str = "chat",
            answer: str | None = None) -> None:  # fmt: skip
        """One feedback."""
        self.studio.feedback.add(
            self.project, by=by, key=f"{by} {self.week} {self.asked} {asked}", origin=origin, version=self.run,  # type: ignore[arg-type]
            turns=[Message(role="user", content=asked)], reply=reply, judgement=judgement, correction=answer,  # type: ignore[arg-type]
        )  # fmt: skip

    def review(self, alarms: Sequence[str]) -> None:
        """Read the inbox, make the next version, and say of each alarm what was done."""
        studio, inbox = self.studio, self.studio.feedback_inbox.inbox(self.project)
        suspects = {one.author for one in inbox.authors if one.contradicting * 2 > one.corrections >= 3}
        for one in inbox.authors:
            self.told.append(f"week {self.week}: {one.contradicting} of {one.corrections} corrections by {one.author} "
                             "contradict what is taught or what others say")  # fmt: skip
        waiting = [entry.feedback for entry in inbox.waiting if entry.feedback.correction is not None]
        liars = [one.id for one in waiting if one.author in suspects and one.author not in PEOPLE]
        fine = [one.id for one in waiting if one.id not in liars]
        studio.feedback.leave(self.project, liars, by="ana")
        studio.feedback.accept(self.project, fine, by="ana")
        self.made_in = self.week
        found = studio.next_versions.plan(self.project).sorted
        if found.disputed:
            studio.feedback.leave(self.project, [one.feedback.id for one in found.disputed], by="ana")
        if found.fresh or found.contradicting or found.of_exam:
            made = studio.next_versions.begin(self.project, by="ana", contradictions="correction")
            assert made.run is not None
            self.serve(made.run.id)
        for alarm in alarms:
            studio.watch.dismiss(self.project, alarm, "Corrected and taught in the next version.", by="ana")

    def story(self) -> list[str]:
        """All that was told, and the versions at the end."""
        lines = list(self.told)
        for one in self.studio.family.family(self.project).members:
            score = f"{one.score.value:.2f} ({one.score.low:.2f} to {one.score.high:.2f})" if one.score else "no exam"
            lines.append(f"{one.name}, {one.run.spec.created:%Y-%m-%d}, {one.rows} rows, {one.metric} {score}, exam "
                         f"version {one.exam_version}")  # fmt: skip
        total = self.studio.watch.view(self.project).total
        return [*lines, f"{total.asked} answers, {total.up} thumbs up, {total.down} down, {total.new} looked new"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--weeks", type=int, default=52)
    options.add_argument("--questions", type=int, default=400)
    options.add_argument("--home", type=Path)
    options.add_argument("--minutes", type=float, default=1e9)
    given = options.parse_args()
    end = time.monotonic() + given.minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        year = Year(given.home or Path(folder), given.questions)
        year.home.mkdir(parents=True, exist_ok=True)
        if year.place.exists():
            year.go_on()
        else:
            year.begin()
        told = len(year.told)
        while year.week < given.weeks and time.monotonic() < end:
            year.pass_week()
            for line in year.told[told:]:
                print(line, flush=True)
            told = len(year.told)
            year.keep()
        if year.week >= given.weeks:
            print(*year.story(), sep="\n")
        year.studio.close()


if __name__ == "__main__":
    main()
