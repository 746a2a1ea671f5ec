"""The exam at the desk: everybody answers every question, the scales judge, and a report is written.

`report.json` and `report.html` lie in the run's folder; `exam_answers.jsonl` beside them keeps every answer, so that an
exam that was stopped goes on where it was.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.desk.asking import Asking, Deadline, Progress, exam_chat, prompted_chat, texts_of
from studio.desk.engine import Engine
from studio.desk.probes import SECONDS, ask_probes
from studio.desk.sittings import Sittings
from studio.errors import NotFound, StudioError
from studio.evidence.diagnosis import Signs, diagnose, neighbour_gain
from studio.evidence.kinds import Scores, score
from studio.evidence.kinds import summary as summed
from studio.evidence.learning import LearningState, judge_learning
from studio.evidence.report_page import report_page
from studio.evidence.results import Answers, Results, gain, in_words, results, to_read
from studio.evidence.verdict import conclude
from studio.prepare.findings.conflicts import conflict_groups
from studio.prepare.nearest import Nearest
from studio.prepare.texts import Texts
from studio.records.chat import Reply
from studio.records.dataset import Card
from studio.records.example import Example
from studio.records.finding import Decision
from studio.records.project import Exam
from studio.records.report import Guard, Report, Saving
from studio.records.run import Ticket
from studio.storage.files import FileLock, new_id, read_lines, read_record, write_bytes, write_json
from studio.storage.home import Home
from studio.storage.ledger import Ledger
from studio.storage.run_folder import RunFolder

CONTESTANTS = ("base", "prompted", "lookup", "tuned")
ROWS = 30  # training rows that are asked, to see whether they were learnt at all
SHORTEST, LONGEST = 48, 1024  # room for an answer, in pieces of words
NO_TEXTS = "How well it still predicts general texts was not measured."
ONE_SEED = "One run was measured. Another run of the same recipe may differ by luck: teach twice more to see how much."
ONE_WORDING = "The probes are short and in English. They find large changes only."


def nobody(whom: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class Asked:
    """What the contestants had to answer, and what they said."""

    exam: tuple[Example, ...]
    rows: tuple[Example, ...]
    replies: dict[str, list[Reply]]
    on_rows: dict[str, list[Reply]]
    read_texts: dict[str, list[str]]


class EvaluationDesk:
    """The verbs around reports."""

    def __init__(self, home: Home, ledger: Ledger, engine: Engine, clock: Callable[[], datetime], probes: Path) -> None:
        self._home, self._ledger, self._engine, self._clock, self._probes = home, ledger, engine, clock, probes
        self.sittings = Sittings(self.evaluate)

    def report(self, run: str) -> Report | None:
        """The last report on this run, or None before the first."""
        path = self._home.run(run).path / "report.json"
        return read_record(path, Report, "report") if path.is_file() else None

    def page(self, run: str) -> Path:
        """The printable page of the last report."""
        path = self._home.run(run).path / "report.html"
        if not path.is_file():
            raise NotFound("There is no report on this run yet.", hint="Ask the exam first.", where=run)
        return path

    def evaluate(
        self,
        run: str,
        *,
        by: str,
        on_progress: Progress = nobody,
        stop: Callable[[], bool] = lambda: False,
        quick: bool = False,
    ) -> Report:
        """Ask the whole exam, judge, write the report. `quick` leaves the guards out."""
        folder = self._home.run(run)
        exam = self._exam(folder)
        lock = FileLock(folder.path / "exam.lock")
        if not lock.take():
            raise StudioError("Somebody is asking this exam right now.", hint="Wait for that report.", where=run)
        try:
            panes = self._engine.open_panes(Path(folder.ticket.model_folder), {"tuned": folder.adapter})
            with closing(panes):
                asking = Asking(panes, folder.path / "exam_answers.jsonl", on_progress, stop)
                asked = self._ask(asking, folder, exam)
                guards: list[Guard] = []
                note = "The guards were left out: nobody looked at what teaching cost."
                if not quick:
                    deadline = Deadline(self._clock, self._clock(), SECONDS)
                    instructions = folder.ticket.recipe.instructions
                    guards, note = ask_probes(asking, self._probes, folder.train, instructions, deadline)
            report = self._judge(folder, exam, asked, guards, note, by)
            write_json(folder.path / "report.json", report)
            write_bytes(folder.path / "report.html", report_page(report).encode("utf-8", "replace"))
        finally:
            lock.release()
        self._ledger.note(by, "evaluate", f"{folder.ticket.project}/{run}/{report.id}")
        return report

    def _exam(self, folder: RunFolder) -> Exam:
        """The frozen exam; a sentence when there is nothing to ask, or nobody to answer."""
        state = folder.seen_state()
        if not state.status.is_over:
            raise StudioError(f"This run is {state.status.value}.", hint="Wait until it is over, or stop it.",
                              where=folder.id)  # fmt: skip
        if not any((folder.adapter / name).is_file() for name in ("adapter_config.json", "config.json")):
            raise StudioError("This run has no version that could sit the exam.", hint="Resume it, or start another.",
                              where=folder.id)  # fmt: skip
        if not Path(folder.ticket.model_folder).is_dir():
            raise StudioError("The starting model's folder is not there any more.",
                              hint="Put it back where it was.", where=folder.ticket.model_folder)  # fmt: skip
        model = Path(folder.ticket.model_folder)
        if folder.ticket.model_sha256 not in ("", self._engine.inspect(model).sha256):
            raise StudioError("The starting model's folder holds another model than the one this run began with.",
                              hint="Put the old one back, or teach again from it.", where=str(model))  # fmt: skip
        exam = self._home.exam(folder.ticket.project)
        if exam is None or not exam.examples:
            raise StudioError("This project has no exam.", hint="Add examples: some are set aside at the next run.",
                              where=folder.ticket.project)  # fmt: skip
        return exam

    # Asking

    def _ask(self, asking: Asking, folder: RunFolder, exam: Exam) -> Asked:
        train, taught = folder.train, folder.ticket.recipe.instructions
        nearest = Nearest(train)
        rows = tuple(train[:: max(1, -(-len(train) // ROWS))])
        limit = self._room(folder.ticket, [example.answer for example in (*train, *exam.examples)])
        plain = [exam_chat(taught, example) for example in exam.examples]
        chats = {"base": plain, "prompted": [prompted_chat(taught, one, nearest) for one in exam.examples],
                 "tuned": plain}  # fmt: skip
        replies = {name: asking.ask(name, chats[name], limit, f"{name}, exam") for name in chats}
        replies["lookup"] = [looked_up(nearest, example.question) for example in exam.examples]
        again = [exam_chat(taught, example) for example in rows]
        on_rows = {name: asking.ask(name, again, limit, f"{name}, own examples") for name in ("base", "tuned")}
        ordered = {name: replies[name] for name in CONTESTANTS}
        return Asked(exam.examples, rows, ordered, on_rows, texts_of(chats))

    def _room(self, ticket: Ticket, answers: Sequence[str]) -> int:
        """A quarter more than the longest known answer needs: who goes on after that does not stop by itself."""
        longest = max(self._engine.count_tokens(Path(ticket.model_folder), clean(answers)), default=0)
        return min(LONGEST, max(SHORTEST, longest + longest // 4))

    # Judging

    def _judge(self, folder: RunFolder, exam: Exam, asked: Asked, guards: Sequence[Guard], note: str,
               by: str) -> Report:  # fmt: skip
        ticket, train = folder.ticket, folder.train
        taught_answers = [example.answer for example in train]
        questions, experts = [e.question for e in asked.exam], [e.answer for e in asked.exam]
        answers = {name: answers_of(replies) for name, replies in asked.replies.items()}
        found = results(experts, answers, taught_answers)
        causes = diagnose(self._signs(folder, train, asked, found, guards))
        best, worst = to_read(found, questions, experts, answers)
        now = self._clock()
        saving = self._saving(ticket, asked)
        failed = [guard.sentence for guard in guards if guard.state == "fail"]
        data, decisions = self._data(ticket)
        return Report(
            id=new_id(now), created=now, by=by, project=ticket.project, run=folder.id, exam_sha256=exam.sha256,
            exam_version=exam.version,
            questions=len(questions), work=found.work.value, main_metric=found.main, contestants=CONTESTANTS,
            metrics=found.metrics, comparisons=found.comparisons, probes=tuple(guards), diagnosis=tuple(causes),
            verdict=conclude(found.main, found.values, found.comparisons, guards, causes), titles=found.titles,
            sentences=(*in_words(found, len(questions)), *failed, saving.sentence), confusion=found.confusion,
            best=best, worst=worst, saving=saving, decisions=decisions,
            data={**data, "Kind of work": found.reason}, recipe=ticket.recipe.model_dump(),
            fingerprints={name: replies[0].fingerprint for name, replies in asked.replies.items() if name != "lookup"},
            versions=ticket.versions, limits=tuple(filter(None, (note, NO_TEXTS, ONE_SEED, ONE_WORDING))),
        )  # fmt: skip

    def _signs(self, folder: RunFolder, train: Sequence[Example], asked: Asked, found: Results,
               guards: Sequence[Guard]) -> Signs:  # fmt: skip
        """What the diagnosis wants to know, each measured on its own."""
        taught = [example.answer for example in train]
        experts = [example.answer for example in asked.rows]
        on_rows: dict[str, Scores] = {
            name: score([found.main], given.replies, experts, given.stopped, taught)
            for name, given in ((name, answers_of(replies)) for name, replies in asked.on_rows.items())
        }
        same = all(
            one.text == other.text
            for said in (asked.replies, asked.on_rows)
            for one, other in zip(said["base"], said["tuned"], strict=True)
        )
        curve = judge_learning(folder.metrics())
        tuned = asked.replies["tuned"]
        return Signs(
            rows=len(train), tuned_rows=summed(on_rows["tuned"]).get(found.main),
            gain_rows=gain(found.main, on_rows["tuned"], on_rows["base"]), tuned_exam=found.values.get("tuned"),
            gain_exam=gain(found.main, found.scores["tuned"], found.scores["base"]), changed=not same,
            stops=sum(reply.stopped_by_itself for reply in tuned) / len(tuned),
            conflicts=sum(map(len, conflict_groups(Texts(train)))),
            neighbour_gain=neighbour_gain([example.question for example in train], taught),
            distinct_answers=len(set(taught)),
            forgot=next((guard.state == "fail" for guard in guards if guard.name == "forgetting"), None),
            by_heart_since=curve.since_step if curve.state is LearningState.BY_HEART else None,
        )  # fmt: skip

    def _saving(self, ticket: Ticket, asked: Asked) -> Saving:
        """Pieces of words a question costs: what has to be read, and what is written."""
        tokens = {}
        for name, texts in asked.read_texts.items():
            read = sum(self._engine.count_tokens(Path(ticket.model_folder), clean(texts)))
            tokens[name] = round((read + sum(reply.tokens for reply in asked.replies[name])) / len(texts), 1)
        said = f"A question costs your version {tokens['tuned']:.0f} pieces of words, read and written; "
        said += f"the starting model with a good prompt needs {tokens['prompted']:.0f}."
        return Saving(tokens=tokens, sentence=said)

    def _data(self, ticket: Ticket) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Where the examples came from and what was decided, as far as the dataset is still there."""
        try:
            folder = self._home.dataset_folder(ticket.project, ticket.dataset)
        except NotFound:
            return {"Dataset": ticket.dataset, "Rows SHA-256": ticket.dataset_sha256}, ()
        card = read_record(folder / "card.json", Card, "dataset")
        log = [Decision.model_validate(line) for line in read_lines(folder / "decisions.jsonl")]
        undone = {decision.undoes for decision in log}
        facts = {
            "Source": card.source.name, "Source SHA-256": card.source.sha256, "Dataset": card.id,
            "Rows read": card.rows_in, "Rows kept": card.rows_kept,
            "Origin, as stated": card.origin or "not stated", "Licence, as stated": card.licence or "not stated",
            "Consent, as stated": card.consent or "not stated", "Rows SHA-256": ticket.dataset_sha256,
        }  # fmt: skip
        kept = [one.sentence for one in log if one.sentence and one.action != "undo" and one.id not in undone]
        return facts, tuple(kept)


def answers_of(replies: Sequence[Reply]) -> Answers:
    """For the scales."""
    return Answers(tuple(reply.text for reply in replies), tuple(reply.stopped_by_itself for reply in replies))


def looked_up(nearest: Nearest, question: str) -> Reply:
    """The rival that only searches the table."""
    best = nearest.most_similar(question, 1)
    return Reply(contestant="lookup", text=best[0].answer if best else "", tokens=0, seconds=0.0, fingerprint="",
                 note="nearest example")  # fmt: skip


def clean(texts: Sequence[str]) -> list[str]:
    """Texts that a tokenizer takes: lone surrogates replaced."""
    return [text.encode("utf-8", "replace").decode() for text in texts]
