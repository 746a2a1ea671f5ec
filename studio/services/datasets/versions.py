"""Versions of a project's examples: what each changed, what differs between two, and the way back to any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from studio.copy.catalog import say
from studio.data.checks.finding_builder import count_of
from studio.data.history.event_log import ReplayedRows, replay
from studio.errors import StudioError
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example
from studio.schemas.finding import Decision, DropReason
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView, rows_by_id
from studio.services.datasets.decisions import DecisionDraft
from studio.services.feedback.rows_about import about, made_of
from studio.storage.database import Database
from studio.storage.files import read_lines
from studio.storage.home import Home, read_card
from studio.storage.loop.feedback_store import FeedbackStore

LONGEST = 2_000


@dataclass(frozen=True)
class Version:
    """One version in the list. `decided` counts the decisions made in it that stand, not those it began with."""

    number: int
    card: DatasetMetadata
    decided: int
    last: datetime
    learned: tuple[str, ...]  # the runs that learned from it

    @property
    def id(self) -> str:
        """The dataset's id."""
        return self.card.id

    @property
    def stays(self) -> bool:
        """Whether it changes no more."""
        return bool(self.learned or self.card.kept)


@dataclass(frozen=True)
class VersionComparison:
    """From one version to another. `same_upload`: rows were told apart by their number, otherwise by their words."""

    only_before: tuple[Example, ...]
    only_after: tuple[Example, ...]
    rewritten: tuple[tuple[Example, Example], ...]
    decided: tuple[Decision, ...]  # stand in the second only
    taken_back: tuple[Decision, ...]  # stood in the first only
    same_upload: bool


class Versions:
    """The verbs around versions, and what a person states of a dataset."""

    def __init__(self, home: Home, ledger: Database, examples: DatasetService) -> None:
        self._home, self._ledger, self._examples = home, ledger, examples

    def versions(self, project: str) -> tuple[Version, ...]:
        """All of them, newest first."""
        learners = self._examples.deciding.learners(project)
        logs: dict[str, list[Decision]] = {}
        made: list[Version] = []
        for number, id in enumerate(reversed(self._home.datasets(project)), start=1):
            card, log = self._card(project, id), self._log(project, id)
            known = {decision.id for decision in logs.get(card.parent, ())}
            own = [decision for decision in log if decision.id not in known]
            undone = {decision.undoes for decision in log}
            stand = [decision for decision in own if decision.action != "undo" and decision.id not in undone]
            runs = tuple(sorted(run for run, dataset in learners.items() if dataset == id))
            made.append(Version(number, card, len(stand), own[-1].at if own else card.created, runs))
            logs[id] = log
        return tuple(reversed(made))

    def compare(self, project: str, before: str, after: str) -> VersionComparison:
        """What differs between two versions, whichever came first."""
        one, other = self._card(project, before), self._card(project, after)
        old, new = self._rows(project, before), self._rows(project, after)
        same = (one.source.sha256, one.source.sheet, one.mapping) == (
            other.source.sha256, other.source.sheet, other.mapping,
        )  # fmt: skip
        left = {key_of(example, same): example for example in old.examples}
        right = {key_of(example, same): example for example in new.examples}
        stood, stands = {d.id for d in old.standing}, {d.id for d in new.standing}
        return VersionComparison(
            only_before=tuple(example for key, example in left.items() if key not in right),
            only_after=tuple(example for key, example in right.items() if key not in left),
            rewritten=tuple((left[key], new) for key, new in right.items() if key in left and differ(left[key], new)),
            decided=tuple(decision for decision in new.standing if decision.id not in stood),
            taken_back=tuple(decision for decision in old.standing if decision.id not in stands),
            same_upload=same,
        )

    def go_back(self, project: str, dataset: str, *, by: str) -> DatasetView:
        """A new version that begins as this one stands; those in between stay."""
        card = self._card(project, dataset)
        if self._home.datasets(project)[0] == dataset:
            raise StudioError(
                say("versions.newest_version_already"), hint=say("versions.choose_older_one"), where=dataset
            )
        self._examples.view(project, dataset, exact=True)
        id = self._examples.deciding.branch(card, by)
        self._ledger.note(by, "go back", f"{project}/{dataset} {id}")
        return self._examples.view(project, id)

    def keep(self, project: str, dataset: str, name: str, *, by: str) -> DatasetView:
        """Keep it as it stands under a name: the next change makes a new version."""
        name = " ".join(name.split())[:80]
        if not name:
            raise StudioError(say("versions.version_has_no_name"), hint=say("versions.write_few_words_such"))
        self._home.dataset_folder(project, dataset)
        with self._examples.cache.lock:
            view = self._examples.cache.at(project, dataset).restate(kept=name)
        self._ledger.note(by, "keep", f"{project}/{dataset}")
        return view

    def state_rights(
        self, project: str, dataset: str, *, by: str, origin: str, licence: str, consent: str
    ) -> DatasetView:
        """What the person says of where the examples come from, what allows their use, and who agreed."""
        said = {"origin": origin.strip(), "licence": licence.strip(), "consent": consent.strip()}
        long = next((name for name, text in said.items() if len(text) > LONGEST), "")
        if long:
            raise StudioError(
                say("versions.text_under_too_long", long=long),
                hint=say("versions.use_at_most_letters", longest=LONGEST),
                where=long,
            )
        self._home.dataset_folder(project, dataset)
        with self._examples.cache.lock:
            view = self._examples.cache.at(project, dataset).restate(**said)
        self._ledger.note(by, "state rights", f"{project}/{dataset}")
        return view

    def withdraw(
        self, project: str, dataset: str, ids: Sequence[str], *, by: str, reason: str, seen: str = ""
    ) -> DatasetView:
        """Take rows out because somebody has a right to it: out of the exam as well, which becomes its next version,
        with the feedback about them and the rows that were taught by it.

        The exam goes first: after a kill in between the rows are still there to be withdrawn again.
        """
        ids, view = list(dict.fromkeys(ids)), self._examples.view(project, dataset)
        self._examples.deciding.must_stand(project, dataset, ids, seen=seen or view.mark)
        rows = rows_by_id(view, ids)
        feedback, is_about = FeedbackStore(self._home), about(rows)
        gone = [one for one in feedback.all(project) if is_about(one)]
        rows += [row for row in made_of(gone, view.examples) if row.id not in ids]
        ids = [row.id for row in rows]
        reason = " ".join(reason.split())[:200]
        drops: dict[str, DropReason] = dict.fromkeys(ids, "removed_by_person")
        said = say(
            "versions.withdrawn",
            count_of=count_of(len(ids), say("versions.row_was"), say("versions.rows_were")),
            reason=": " if reason else "",
            reason_2=reason,
        )
        self._home.withdraw_from_exam(project, self._in_exam(view.card, rows), by=by, reason=reason)
        done = self._examples.deciding.take(view, by, [DecisionDraft("remove", sentence=said, drops=drops)], seen=seen)
        feedback.erase(project, is_about)  # last: by it the rows that it taught are found again after a kill
        return done

    def _in_exam(self, card: DatasetMetadata, rows: Sequence[Example]) -> set[str]:
        """The ids that these rows have in the exam: by their number where it is of the same upload, else by words."""
        exam = self._home.exam(card.project)
        if exam is None:
            return set()
        of = self._card(card.project, exam.dataset) if exam.dataset in self._home.datasets(card.project) else None
        ids = {row.id for row in rows} if of and of.source.sha256 == card.source.sha256 else set()
        hashes = {row.content_hash for row in rows}
        return {example.id for example in exam.examples if example.id in ids or example.content_hash in hashes}

    # Within

    def _card(self, project: str, dataset: str) -> DatasetMetadata:
        folder = self._home.dataset_folder(project, dataset)
        card = read_card(folder)
        if card.decisions == sum(1 for _ in read_lines(folder / "decisions.jsonl")):
            return card
        return self._examples.view(project, dataset, exact=True).card  # written when it is quiet; now is no such time

    def _log(self, project: str, dataset: str) -> list[Decision]:
        path = self._home.dataset_folder(project, dataset) / "decisions.jsonl"
        return [Decision.model_validate(line) for line in read_lines(path)]

    def _rows(self, project: str, dataset: str) -> ReplayedRows:
        path = self._home.dataset_folder(project, dataset) / "imported.jsonl"
        return replay([Example.model_validate(line) for line in read_lines(path)], self._log(project, dataset))


def key_of(example: Example, same_upload: bool) -> str:
    """What tells a row apart."""
    return example.id if same_upload else example.content_hash


def differ(left: Example, right: Example) -> bool:
    """Whether the words do."""
    return left.messages != right.messages
