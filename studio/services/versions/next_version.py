"""The next version, as one act: the old rows with the accepted corrections, an exam of which nothing is learned, a run.

The exam is written first, then the new version of the table appears whole: after a kill in between the act is done
again, and comes to the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.copy.accounts import names_somebody
from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.example import Message
from studio.schemas.finding import Decision
from studio.schemas.loop.version import LearnedFeedback
from studio.schemas.sentence import Sentence
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.decisions import NEW, DecisionDraft
from studio.services.feedback.feedback_service import FeedbackService
from studio.services.runs.run_service import RunService, RunView
from studio.services.versions.corrections import Correction, SortedCorrections, sort_corrections
from studio.services.versions.family import FamilyMember, FamilyService
from studio.services.versions.learned_feedback import FILE, learned_in, mark_of
from studio.services.versions.teaching_way import WAYS, ChosenWay, choose_way, recipe_for
from studio.storage.database import Database
from studio.storage.files import FileLock, write_json
from studio.storage.home import Home

Holds = Literal["", "correction", "taught", "both"]
HOLDS: tuple[Holds, ...] = ("correction", "taught", "both")


@dataclass(frozen=True)
class NextVersionPlan:
    """What the act would do now. `made`: the version of the table that is there already and was not taught yet."""

    project: str
    dataset: str
    parent: FamilyMember | None
    sorted: SortedCorrections
    way: ChosenWay
    rows: int
    made: bool = False
    thumbs: int = 0  # accepted feedback without an answer: nothing to teach plainly

    @property
    def new(self) -> int:
        """Rows that would be added or rewritten, before contradictions are decided."""
        return len(self.sorted.fresh) + len(self.sorted.contradicting)

    @property
    def said(self) -> list[Sentence]:
        """What will happen, in sentences."""
        found, told = self.sorted, []
        corrected = sum(one.feedback.opinion != "good" for one in found.fresh)  # as they were counted while they waited
        counts = (
            ("fresh", corrected), ("right", len(found.fresh) - corrected),
            ("contradicting", len(found.contradicting)), ("disputed", len(found.disputed)),
            ("of_exam", len(found.of_exam)), ("near_exam", len(found.near_exam)), ("known", len(found.known)),
        )  # fmt: skip
        told += [Sentence.of(f"next.{name}", count=count) for name, count in counts if count]
        if self.made and not found.count:
            told.append(Sentence.of("next.made_already"))
        if self.parent is not None and (self.made or self.new):
            told.append(self.way.said)
        return told


@dataclass(frozen=True)
class NextVersion:
    """What the act came to: the version of the table, and the run that learns from it, if it was started."""

    plan: NextVersionPlan
    view: DatasetView
    exam_version: int
    run: RunView | None = None


class NextVersions:
    """The verbs: what would happen, make the version of the table, teach it, or both."""

    def __init__(
        self, home: Home, ledger: Database, examples: DatasetService, runs: RunService, family: FamilyService,
        feedback: FeedbackService,
    ) -> None:  # fmt: skip
        self._home, self._ledger, self._examples = home, ledger, examples
        self._runs, self._family, self._feedback = runs, family, feedback

    def plan(self, project: str, *, way: str = "") -> NextVersionPlan:
        """What making the next version would do with everything that was accepted; nothing is done."""
        if way not in ("", *WAYS):
            raise StudioError(say("next.no_such_way", way=way[:40]), hint=say("next.ways", ways=WAYS), where="way")
        view = self._examples.view(project, self._examples.newest(project))
        parent = self._family.family(project).newest
        learned = learned_in(self._home.dataset_folder(project, view.id))
        accepted, exam = self._feedback.accepted(project), self._home.exam(project)
        told = parent.run.spec.recipe.instructions if parent else ""
        found = sort_corrections(accepted, view.examples, exam.examples if exam else (), learned, told)
        made = parent is not None and parent.run.spec.dataset != view.id
        since = self._new_since(project, parent, learned) if parent and made else 0
        thumbs = sum(not one.teaches for one in accepted)
        plan = NextVersionPlan(project, view.id, parent, found, ChosenWay("afresh", Sentence.of("next.first")),
                               len(view.examples), made, thumbs)  # fmt: skip
        if parent is None:
            return plan
        chosen = choose_way(parent.run.spec.recipe, rows=plan.rows + len(found.fresh), new=plan.new + since,
                            taught_on=self._taught_on(project, parent))  # fmt: skip
        if way and way != chosen.way:
            chosen = ChosenWay(way, Sentence.of("next.way_chosen", way=Sentence.of(f"next.way.{way}")))  # type: ignore[arg-type]
        return NextVersionPlan(project, view.id, parent, found, chosen, plan.rows, made, thumbs)

    def make(self, project: str, *, by: str, contradictions: str | Mapping[str, str] = "",
             request_key: str = "") -> NextVersion:  # fmt: skip
        """A version of the table with the corrections, and the exam's next version where its answers were corrected.

        `contradictions`: what holds where a correction contradicts taught rows (the correction, what was taught, or
        both), for all of them or by the id of the feedback. StudioError while one is undecided, while people contradict
        each other, and where nothing new would be learned.
        """
        with self._alone(project):
            made = self._examples.uploaded(request_key)
            plan = self.plan(project)
            if made is not None or (plan.made and not plan.sorted.count):
                view = made or self._examples.view(project, plan.dataset)
                return NextVersion(plan, view, self._exam_version(project))
            refuse(plan, contradictions)
            drafts, sources = drafts_of(plan.sorted, contradictions)
            corrected = {one.meets[0].id: one.example.answer for one in plan.sorted.of_exam}
            reason = say("next.exam_reason", count=len(corrected))
            self._home.correct_exam(project, corrected, by=by, reason=reason)
            before = learned_in(self._home.dataset_folder(project, plan.dataset))
            card = self._examples.view(project, plan.dataset, exact=True).card

            def write(fresh: Path, decisions: Sequence[Decision]) -> None:
                write_json(fresh / FILE, learned_after(before, plan.sorted, sources, decisions, contradictions))

            id = self._examples.deciding.branch_with(card, by, drafts, request_key=request_key, write=write)
            self._ledger.note(by, "next version", f"{project}/{id} {len(drafts)}")
            return NextVersion(plan, self._examples.view(project, id), self._exam_version(project))

    def teach(self, project: str, *, by: str, way: str = "", questions: Sequence[str] = (),
              request_key: str = "") -> RunView:  # fmt: skip
        """Launch a run on the newest version of the table, by the recipe of the newest version of the model."""
        plan = self.plan(project, way=way)
        if plan.parent is None:
            raise no_version_yet(project)
        if not plan.made:
            raise StudioError(say("next.nothing_new"), hint=say("next.nothing_new_next"), where=project)
        spec = plan.parent.run.spec
        asked = questions or self._runs.questions(spec.id)
        return self._runs.launch(
            project, plan.dataset, recipe_for(spec.recipe, plan.way.way), by=by, questions=asked, parent=spec.id,
            teach_on=plan.way.way == "teach-on", key=f"next-{plan.dataset}", request_key=request_key,
        )  # fmt: skip

    def begin(
        self, project: str, *, by: str, contradictions: str | Mapping[str, str] = "", way: str = "",
        request_key: str = "",
    ) -> NextVersion:  # fmt: skip
        """Make it, then teach it: the one act. A kill between the two is gone on from by the same act."""
        if self._family.family(project).newest is None:  # told before the table is made, not after
            raise no_version_yet(project)
        made = self.make(project, by=by, contradictions=contradictions, request_key=request_key)
        run = self.teach(project, by=by, way=way, request_key=request_key and f"{request_key}-run")
        return NextVersion(made.plan, made.view, made.exam_version, run)

    # Within

    def _exam_version(self, project: str) -> int:
        exam = self._home.exam(project)
        return exam.version if exam else 0

    def _taught_on(self, project: str, parent: FamilyMember) -> int:
        """How many versions in a row were taught on, up to this one."""
        members = {member.id: member for member in self._family.family(project).members}
        count, member = 0, parent
        while member.run.spec.teaches_on:
            count += 1
            if member.parent not in members:
                break
            member = members[member.parent]
        return count

    def _new_since(self, project: str, parent: FamilyMember, learned: LearnedFeedback) -> int:
        """Rows that came from feedback after the parent learned."""
        taught = self._home.datasets(project)
        if parent.run.spec.dataset not in taught:
            return 0
        before = learned_in(self._home.dataset_folder(project, parent.run.spec.dataset))
        return len(learned.rows.keys() - before.rows.keys())

    @contextmanager
    def _alone(self, project: str) -> Iterator[None]:
        lock = FileLock(self._home.project_folder(project) / "next.lock")
        if not lock.take():
            raise StudioError(say("next.somebody_makes_it"), hint=say("next.somebody_makes_it_next"), where=project)
        try:
            yield
        finally:
            lock.release()


def holds_for(contradictions: str | Mapping[str, str], feedback: str) -> str:
    """What was decided about one."""
    return contradictions if isinstance(contradictions, str) else contradictions.get(feedback, "")


def no_version_yet(project: str) -> StudioError:
    """Nothing was taught yet: there is nothing of which a version could be the next one."""
    return StudioError(say("next.no_version_yet"), hint=say("next.no_version_yet_next"), where=project)


def refuse(plan: NextVersionPlan, contradictions: str | Mapping[str, str]) -> None:
    """StudioError where the act cannot be done yet."""
    found = plan.sorted
    given = [contradictions] if isinstance(contradictions, str) else [*contradictions.values()]
    odd = next((one for one in given if one not in ("", *HOLDS)), "")
    if odd:
        raise StudioError(
            say("next.no_such_holds", odd=odd[:40]), hint=say("next.holds", holds=HOLDS), where="contradictions"
        )
    if found.disputed:
        hint = say("next.disputed_next", authors=tuple(sorted({one.feedback.author for one in found.disputed})))
        where = found.disputed[0].feedback.question[:80]
        raise StudioError(say("next.disputed", count=len(found.disputed)), hint=hint, where=where)
    open_ones = [one for one in found.contradicting if not holds_for(contradictions, one.feedback.id)]
    if open_ones:
        raise StudioError(say("next.contradicting", count=len(open_ones)), hint=say("next.contradicting_next"),
                          where=open_ones[0].feedback.question[:80])  # fmt: skip
    if not (found.fresh or found.contradicting or found.of_exam):
        if plan.parent is None:
            raise no_version_yet(plan.project)
        raise StudioError(say("next.nothing_new"), hint=say("next.nothing_new_next"), where=plan.project)


def drafts_of(
    found: SortedCorrections, contradictions: str | Mapping[str, str]
) -> tuple[list[DecisionDraft], list[str]]:
    """The decisions that make the new version of the table, and the feedback behind each."""
    drafts: list[DecisionDraft] = []
    sources: list[str] = []

    def add(one: Correction) -> None:
        drafts.append(DecisionDraft("add", sentence=said_of(one, "next.row_added"), edits={NEW: one.example.messages}))
        sources.append(one.feedback.id)

    for one in found.fresh:
        add(one)
    rewritten: dict[str, tuple[Message, ...]] = {}
    left_out: set[str] = set()
    for one in found.contradicting:
        holds = holds_for(contradictions, one.feedback.id)
        if holds == "correction" and one.by_price:
            gone = [row.id for row in one.meets if row.id not in left_out]
            left_out.update(gone)
            if gone:
                drops = dict.fromkeys(gone, "removed_by_person")
                drafts.append(DecisionDraft("remove", sentence=said_of(one, "next.row_left_out"), drops=drops))
                sources.append(one.feedback.id)
            add(one)
        elif holds == "correction":
            edits = {row.id: row.with_pair(row.question, one.example.answer).messages for row in one.meets}
            drafts.append(DecisionDraft("edit", sentence=said_of(one, "next.row_corrected"), edits=edits))
            sources.append(one.feedback.id)
            rewritten |= edits
            if all(row.question.strip() != one.example.question.strip() for row in one.meets):
                add(one)
        elif holds == "both":
            add(one)
            said, right = said_of(one, "next.both_right"), (*(row.id for row in one.meets), NEW)
            kind = "second_price" if one.by_price else "conflicting_answers"
            drafts.append(DecisionDraft("dismiss", kind, said, dismissed=right))
            sources.append(one.feedback.id)
    return drafts, sources


def said_of(one: Correction, key: str) -> str:
    """What was done, and on whose word, where that names a person."""
    known = names_somebody(one.feedback.author)
    return say(key if known else f"{key}_unnamed", author=one.feedback.author, at=f"{one.feedback.at:%Y-%m-%d}")


def learned_after(
    before: LearnedFeedback, found: SortedCorrections, sources: Sequence[str], decisions: Sequence[Decision],
    contradictions: str | Mapping[str, str],
) -> LearnedFeedback:  # fmt: skip
    """The account after the act: every feedback that counted, once."""
    rows = {id: source for source, decision in zip(sources, decisions, strict=True) for id in decision.edits}
    left = {one.feedback.id: "near_exam" for one in found.near_exam} | {one.feedback.id: "known" for one in found.known}
    left |= {one.feedback.id: "taught_holds" for one in found.contradicting
             if holds_for(contradictions, one.feedback.id) == "taught"}  # fmt: skip
    exam = {one.meets[0].id: one.feedback.id for one in found.of_exam}
    counted = (*found.fresh, *found.contradicting, *found.of_exam, *found.near_exam, *found.known)
    return LearnedFeedback(
        rows=before.rows | rows, exam=before.exam | exam, left=before.left | left,
        answers=before.answers | {one.feedback.id: mark_of(one.feedback) for one in counted},
    )  # fmt: skip
