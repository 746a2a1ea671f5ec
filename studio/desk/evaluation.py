"""The exam at the desk: everybody answers every question, the scales judge, and a report is written.

`report.json` and `report.html` lie in the run's folder; `exam_answers.jsonl` beside them keeps every answer, so that an
exam that was stopped goes on where it was.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.desk.asking import (
    SHOWN_EXAMPLES,
    Asking,
    Deadline,
    Progress,
    answered,
    exam_chat,
    prompted_chat,
    texts_of,
)
from studio.desk.engine import Engine
from studio.desk.next_runs import SEEDS, siblings
from studio.desk.probes import SECONDS, ask_probes
from studio.desk.sittings import Sittings
from studio.desk.taught import changed_layout, ends_taught, restore_layout
from studio.errors import NotFound, StudioError, WrongSetting
from studio.evidence.compare import before_the_run
from studio.evidence.diagnosis import Signs, diagnose, neighbour_gain
from studio.evidence.kinds import Scores, Work, lower_metrics, per_piece, score
from studio.evidence.kinds import summary as summed
from studio.evidence.learning import LearningState, judge_learning
from studio.evidence.money import saving
from studio.evidence.report_page import report_page
from studio.evidence.results import Answers, Results, gain, in_words, results, to_read
from studio.evidence.seeds import Luck, luck, spread_sentence
from studio.evidence.verdict import conclude
from studio.prepare.findings.conflicts import conflict_groups
from studio.prepare.nearest import Nearest
from studio.prepare.texts import Texts
from studio.records.chat import Reply
from studio.records.dataset import Card
from studio.records.example import Example, Message
from studio.records.finding import Decision
from studio.records.project import Exam
from studio.records.report import Guard, Report, ReportChoices, SeedSpread
from studio.records.run import Ticket
from studio.storage.files import FileLock, new_id, read_lines, read_record, write_bytes, write_json
from studio.storage.home import Home
from studio.storage.ledger import Ledger
from studio.storage.run_folder import RunFolder

CONTESTANTS = ("base", "prompted", "lookup", "tuned")
ROWS = 30  # training rows that are asked, to see whether they were learnt at all
MARKS = 8  # pieces that a chat layout adds to a turn, roomy
SHORTEST, LONGEST = 48, 1024  # room for an answer, in pieces of words
CHOICES = "report_choices.json"
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
    losses: dict[str, list[tuple[float, int]]]
    row_losses: dict[str, list[tuple[float, int]]]
    seeds: dict[str, tuple[list[Reply], list[tuple[float, int]]]]  # other runs of this recipe: exam only
    squeezed: int  # questions before which not all solved examples found room


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

    def json_file(self, run: str) -> Path:
        """The last report for a machine: the keys that `studio evaluate --json` prints."""
        self.page(run)
        return self._home.run(run).path / "report.json"

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
            others = {
                f"run:{id}": self._home.run(id).adapter for id in siblings(self._home, folder.ticket)[: SEEDS + 1]
            }
            adapters = {"tuned": folder.adapter, **others}
            panes = self._engine.open_panes(Path(folder.ticket.model_folder), adapters)
            with closing(panes):
                asking = Asking(panes, folder.path / "exam_answers.jsonl", on_progress, stop)
                asked = self._ask(asking, folder, exam, list(others))
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

    def choices(self, project: str) -> ReportChoices:
        """What a person chose for the reports of this project."""
        path = self._home.project_folder(project) / CHOICES
        return read_record(path, ReportChoices, "choices") if path.is_file() else ReportChoices()

    def choose(self, project: str, *, kind: str, price_per_million: float | None, by: str) -> ReportChoices:
        """The kind of work (empty: detected) and the price of a million pieces; the next report follows them."""
        if kind and kind not in set(Work):
            raise WrongSetting(f"There is no kind of work “{kind[:40]}”.", hint=f"Use one of: {', '.join(Work)}.",
                               where="kind")  # fmt: skip
        if price_per_million is not None and not 0 <= price_per_million <= 1_000_000:
            raise WrongSetting("This is no price of a million pieces of words.", hint="Use a number from 0.",
                               where="price_per_million")  # fmt: skip
        chosen = ReportChoices(kind=kind, price_per_million=price_per_million)
        write_json(self._home.project_folder(project) / CHOICES, chosen)
        self._ledger.note(by, "choose for reports", f"{project}: {kind or 'detected'}, {price_per_million}")
        return chosen

    def before(self, project: str) -> str:
        """What the exam of this project can show at all, said before anything is asked; empty without an exam."""
        exam = self._home.exam(project)
        return before_the_run(len(exam.examples)) if exam is not None else ""

    def restore_layout(self, run: str, *, by: str) -> list[str]:
        """Put the chat layout back that the version was taught with; the names of the files that were put back."""
        restored = restore_layout(self._home.run(run))
        self._ledger.note(by, "restore layout", f"{run}: {', '.join(restored)}")
        return restored

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

    def _ask(self, asking: Asking, folder: RunFolder, exam: Exam, seeds: Sequence[str]) -> Asked:
        train, taught = folder.train, folder.ticket.recipe.instructions
        nearest = Nearest(train)
        rows = tuple(train[:: max(1, -(-len(train) // ROWS))])
        limit = self._room(folder.ticket, [example.answer for example in (*train, *exam.examples)])
        plain = [exam_chat(taught, example) for example in exam.examples]
        prompted, squeezed = self._prompted(folder.ticket, exam.examples, nearest, limit)
        chats = {"base": plain, "prompted": prompted, "tuned": plain}
        replies = {name: asking.ask(name, chats[name], limit, f"{name}, exam") for name in chats}
        losses = {name: asking.lose(name, answered(chats[name], exam.examples), f"{name}, your answers")
                  for name in chats}  # fmt: skip
        replies["lookup"] = [looked_up(nearest, example.question) for example in exam.examples]
        again = [exam_chat(taught, example) for example in rows]
        on_rows = {name: asking.ask(name, again, limit, f"{name}, own examples") for name in ("base", "tuned")}
        row_losses = {name: asking.lose(name, answered(again, rows), f"{name}, own examples") for name in on_rows}
        others = {
            name: (asking.ask(name, plain, limit, f"{name}, exam"),
                   asking.lose(name, answered(plain, exam.examples), f"{name}, your answers"))
            for name in seeds
        }  # fmt: skip
        ordered = {name: replies[name] for name in CONTESTANTS}
        return Asked(exam.examples, rows, ordered, on_rows, texts_of(chats), losses, row_losses, others, squeezed)

    def _prompted(self, ticket: Ticket, exam: Sequence[Example], nearest: Nearest,
                  limit: int) -> tuple[list[list[Message]], int]:  # fmt: skip
        """The rival's chats with as many solved examples as the model can read, and how many had to do with fewer."""
        model = Path(ticket.model_folder)
        room = self._engine.inspect(model).context - limit
        chats = [prompted_chat(ticket.recipe.instructions, example, nearest) for example in exam]
        squeezed: set[int] = set()
        for shown in reversed(range(SHOWN_EXAMPLES)):
            texts = ["\n".join(message.content for message in chat) for chat in chats]
            needs = [
                count + MARKS * len(chat)
                for count, chat in zip(self._engine.count_tokens(model, clean(texts)), chats, strict=True)
            ]
            for place in (place for place, need in enumerate(needs) if need > room):
                squeezed.add(place)
                chats[place] = prompted_chat(ticket.recipe.instructions, exam[place], nearest, shown)
        return chats, len(squeezed)

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
        choices = self.choices(ticket.project)
        kind = Work(choices.kind) if choices.kind else None
        found = results(experts, answers, taught_answers, asked.losses, kind)
        by_luck = self._luck(asked, found, experts, taught_answers)
        if by_luck.spread:
            found = results(experts, answers, taught_answers, asked.losses, kind, by_luck.spread)
        causes = diagnose(self._signs(folder, train, asked, found, guards))
        best, worst = to_read(found, questions, experts, answers)
        now = self._clock()
        spared = saving(self._tokens(ticket, asked), choices.price_per_million)
        failed = [guard.sentence for guard in guards if guard.state == "fail"]
        data, decisions = self._data(ticket)
        luck_said = spread_sentence(by_luck, found.main)
        seeds = SeedSpread(runs=(folder.id, *(name.removeprefix("run:") for name in asked.seeds)),
                           values=by_luck.values.get(found.main, ()), by_luck=by_luck.spread.get(found.main, 0.0),
                           sentence=luck_said) if asked.seeds else None  # fmt: skip
        return Report(
            id=new_id(now), created=now, by=by, project=ticket.project, run=folder.id, exam_sha256=exam.sha256,
            exam_version=exam.version,
            questions=len(questions), work=found.work.value, main_metric=found.main, contestants=CONTESTANTS,
            metrics=found.metrics, comparisons=found.comparisons, probes=tuple(guards), diagnosis=tuple(causes),
            verdict=conclude(found.main, found.values, found.comparisons, guards, causes, titles=found.titles),
            titles=found.titles,
            lower_is_better=tuple(sorted(lower_metrics() & found.metrics.keys())), seeds=seeds,
            sentences=(*in_words(found, len(questions)), *failed, spared.sentence), confusion=found.confusion,
            best=best, worst=worst, saving=spared, decisions=decisions, chosen=chosen_point(folder),
            data={**data, "Kind of work": found.reason}, recipe=ticket.recipe.model_dump(),
            fingerprints={name: replies[0].fingerprint for name, replies in asked.replies.items() if name != "lookup"},
            versions=ticket.versions, limits=tuple(filter(None, (note, unfair(asked), luck_said, ONE_WORDING))),
        )  # fmt: skip

    def _luck(self, asked: Asked, found: Results, experts: Sequence[str], taught: Sequence[str]) -> Luck:
        """How far the runs of this recipe differ by their seeds alone."""
        metrics = [metric for metric in found.scores["tuned"] if metric != "loss"]
        runs = [found.scores["tuned"]]
        for replies, losses in asked.seeds.values():
            given = answers_of(replies)
            mine = score(metrics, given.replies, experts, given.stopped, taught)
            runs.append({**mine, "loss": per_piece(losses)})
        return luck(runs)

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
        after, before = ({"loss": per_piece(asked.row_losses[name])} for name in ("tuned", "base"))
        changed = changed_layout(folder.adapter)
        curve = judge_learning(folder.metrics())
        tuned = asked.replies["tuned"]
        return Signs(
            rows=len(train), tuned_rows=summed(on_rows["tuned"]).get(found.main),
            gain_rows=gain(found.main, on_rows["tuned"], on_rows["base"]), tuned_exam=found.values.get("tuned"),
            gain_exam=gain(found.main, found.scores["tuned"], found.scores["base"]), changed=not same,
            loss_fall=gain("loss", after, before), template_same=None if changed is None else not changed,
            ends_taught=ends_taught(self._engine, folder.ticket, asked.rows),
            stops=sum(reply.stopped_by_itself for reply in tuned) / len(tuned),
            conflicts=sum(map(len, conflict_groups(Texts(train)))),
            neighbour_gain=neighbour_gain([example.question for example in train], taught),
            distinct_answers=len(set(taught)),
            forgot=next((guard.state == "fail" for guard in guards if guard.name == "forgetting"), None),
            by_heart_since=curve.since_step if curve.state is LearningState.BY_HEART else None,
        )  # fmt: skip

    def _tokens(self, ticket: Ticket, asked: Asked) -> dict[str, float]:
        """Pieces of words a question costs: what has to be read, and what is written."""
        tokens = {}
        for name, texts in asked.read_texts.items():
            read = sum(self._engine.count_tokens(Path(ticket.model_folder), clean(texts)))
            tokens[name] = round((read + sum(reply.tokens for reply in asked.replies[name])) / len(texts), 1)
        return tokens

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


def unfair(asked: Asked) -> str:
    """Where the prompted rival could not be given what it should have, or did not fit at all."""
    lost = sum(reply.note.startswith("too long") for reply in asked.replies["prompted"])
    said = f"Before {asked.squeezed} of {len(asked.exam)} questions the starting model could not be shown all solved "
    said += "examples, since it reads no more."
    if lost:
        said += f" {lost} did not fit even so and count as not answered."
    return said if asked.squeezed else ""


def chosen_point(folder: RunFolder) -> dict[str, Any]:
    """Which saved point became the version, and why, where somebody chose it; empty: the best practice check."""
    path = folder.path / "chosen.json"
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    state = folder.seen_state()
    return {"step": state.best_step, "why": "the best practice check"} if state.best_step is not None else {}
