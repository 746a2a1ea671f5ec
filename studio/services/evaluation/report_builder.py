"""From what everybody said to a report: the scales judge, the causes are looked for, and nothing is asked any more."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.checks.pairs.conflicts import conflict_groups
from studio.data.duplicates.number_series import series, series_in_words
from studio.data.split.splitter import different
from studio.data.text.example_texts import ExampleTexts
from studio.errors import NotFound
from studio.evaluation.diagnosis import (
    CommonestAnswer,
    DiagnosisInputs,
    StoppedEarly,
    diagnose,
    neighbour_gain,
    unlike_neighbours,
)
from studio.evaluation.exam_results import ContestantAnswers, ExamResults, gain, in_words, results, to_read
from studio.evaluation.learning_verdict import THROUGH, LearningState, judge_learning, kept_last
from studio.evaluation.metrics.task_kinds import Scores, TaskKind, lower_metrics, per_piece, score
from studio.evaluation.metrics.task_kinds import summary as summed
from studio.evaluation.next_steps import proposing
from studio.evaluation.statistics.seed_spread import SeedVariation, seed_variation, spread_sentence
from studio.evaluation.token_costs import saving
from studio.evaluation.verdict import conclude, heeding_teachers, limited
from studio.schemas.chat import Reply
from studio.schemas.example import Example
from studio.schemas.finding import Decision
from studio.schemas.project import Exam
from studio.schemas.report import (
    Cause,
    Conclusion,
    GuardResult,
    LabelEvidence,
    Report,
    ReportChoices,
    SeedSpread,
    TaughtBy,
    TokenSaving,
)
from studio.schemas.run import RunSpec, Status
from studio.schemas.sentence import Sentence
from studio.services.distillation.learned_answers import learned_answers
from studio.services.engine import Engine
from studio.services.runs.template_drift import changed_layout, ends_taught
from studio.storage.files import new_id, read_lines
from studio.storage.home import Home, read_card
from studio.storage.run_folder import STARTER, RunFolder

CONTESTANTS = ("base", "prompted", "lookup", "tuned")


@dataclass(frozen=True)
class ExamAnswers:
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


@dataclass(frozen=True)
class ReportBuilder:
    """Judges one run's answers. It needs the engine only to count tokens and to see an example read."""

    home: Home
    engine: Engine
    folder: RunFolder

    def report(
        self,
        exam: Exam,
        asked: ExamAnswers,
        guards: Sequence[GuardResult],
        note: str,
        choices: ReportChoices,
        by: str,
        now: datetime,
    ) -> Report:
        """All that is needed to defend the result."""
        folder, spec, train = self.folder, self.folder.spec, self.folder.train
        taught_answers = [example.answer for example in train]
        questions, experts = [e.question for e in asked.exam], [e.answer for e in asked.exam]
        answers = {name: answers_of(replies) for name, replies in asked.replies.items()}
        found = self.results_of(asked, answers, taught_answers, choices)
        by_luck = self.luck(asked, found, experts, taught_answers)
        if by_luck.spread:
            found = self.results_of(asked, answers, taught_answers, choices, by_luck.spread)
        signs = self.signs(train, asked, found, guards)
        early = signs.stopped
        longer = signs.longer_was_better or (early is not None and early.unfinished)
        causes, guards = diagnose(signs), proposing(guards, longer_was_better=longer)
        best, worst = to_read(found, questions, experts, answers)
        taught_by = learned_answers(self.home, spec, train)
        spared, evidence = self.spared(asked, choices), self.evidence(asked, found, choices)
        failed = [guard.sentence for guard in guards if guard.state == "fail"]
        data, decisions = self._data(spec)
        luck_said = spread_sentence(by_luck, found.main)
        alike = series_in_words(series(asked.exam, train), len(asked.exam))
        reached = [*in_words(found, len(questions)), *few_things(asked.exam)]
        if early is not None and not early.unfinished:  # else the causes tell it
            reached.append(early.said)
        seeds = SeedSpread(runs=(folder.id, *(name.removeprefix("run:") for name in asked.seeds)),
                           values=by_luck.values.get(found.main, ()), by_luck=by_luck.spread.get(found.main, 0.0),
                           said=(luck_said,)) if asked.seeds else None  # fmt: skip
        return Report(
            id=new_id(now),
            created=now,
            by=by,
            project=spec.project,
            project_title=self.home.project(spec.project).title,
            run=folder.id,
            exam_sha256=exam.sha256,
            exam_version=exam.version,
            questions=len(questions),
            work=found.work.value,
            main_metric=found.main,
            contestants=tuple(asked.replies),
            metrics=found.metrics,
            comparisons=found.comparisons,
            probes=tuple(guards),
            diagnosis=tuple(causes),
            verdict=heeding_teachers(self.limited(self.concluded(found, guards, causes)), taught_by),
            titles=found.titles,
            same_answer=found.same_answer,
            lower_is_better=tuple(sorted(lower_metrics() & found.metrics.keys())),
            seeds=seeds,
            said=(
                *reached,
                *(one for each in taught_by for one in each.said),
                *(evidence.said if evidence else ()),
                *(spared.said if spared else ()),
            ),
            sentences=(*map(str, reached), *failed, *(one.sentence for one in (*taught_by, evidence, spared) if one)),
            labels=evidence,
            taught_by=taught_by,
            confusion=found.confusion,
            best=best,
            worst=worst,
            saving=spared,
            decisions=decisions,
            chosen=chosen_point(folder),
            data={**data, **rights_of(taught_by), "Kind of work": found.reason},
            recipe=spec.recipe.model_dump(),
            fingerprints={
                name: replies[0].fingerprint for name, replies in asked.replies.items() if replies[0].fingerprint
            },
            versions=spec.versions,
            limits=tuple(filter(None, (note, unfair(asked), alike, str(luck_said), *self.about_guards()))),
        )

    # What differs where a label model is examined

    def about_guards(self) -> tuple[str, ...]:
        """What their probes can find at all."""
        return (say("report_builder.one_wording"),)

    def results_of(
        self,
        asked: ExamAnswers,
        answers: Mapping[str, ContestantAnswers],
        taught: Sequence[str],
        choices: ReportChoices,
        spread: Mapping[str, float] | None = None,
    ) -> ExamResults:
        """What the exam came to; `spread`: how far runs differ by luck, once it is known."""
        kind = TaskKind(choices.kind) if choices.kind else None
        return results([example.answer for example in asked.exam], answers, taught, asked.losses, kind, spread)

    def concluded(self, found: ExamResults, guards: Sequence[GuardResult], causes: Sequence[Cause]) -> Conclusion:
        """The verdict."""
        return conclude(found.main, found.values, found.comparisons, guards, causes)

    def limited(self, verdict: Conclusion) -> Conclusion:
        """The verdict with what it says of teaching at all, after this run."""
        practice = self.folder.spec.recipe.base_model == STARTER  # for learning the tool
        still = judge_learning(self.folder.metrics()).state is LearningState.LEARNING
        return limited(verdict, practice=practice, still_learning=still)

    def spared(self, asked: ExamAnswers, choices: ReportChoices) -> TokenSaving | None:
        """What a question costs."""
        return saving(self._tokens(self.folder.spec, asked), choices.price_per_million)

    def evidence(self, asked: ExamAnswers, found: ExamResults, choices: ReportChoices) -> LabelEvidence | None:
        """How far its certainty can be relied on; nothing of one that writes."""
        return None

    def luck(
        self, asked: ExamAnswers, found: ExamResults, experts: Sequence[str], taught: Sequence[str]
    ) -> SeedVariation:
        """How far the runs of this recipe differ by their seeds alone."""
        metrics = [metric for metric in found.scores["tuned"] if metric != "loss"]
        runs = [found.scores["tuned"]]
        for replies, losses in asked.seeds.values():
            given = answers_of(replies)
            mine = score(metrics, given.replies, experts, given.stopped, taught)
            runs.append({**mine, "loss": per_piece(losses)})
        return seed_variation(runs)

    def signs(
        self, train: Sequence[Example], asked: ExamAnswers, found: ExamResults, guards: Sequence[GuardResult]
    ) -> DiagnosisInputs:
        """What the diagnosis wants to know, each measured on its own."""
        folder = self.folder
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
        kept = folder.kept_last
        tuned = asked.replies["tuned"]
        learned = [example.question for example in train]
        return DiagnosisInputs(
            rows=len(train), stopped=stopped_early(folder), tuned_rows=summed(on_rows["tuned"]).get(found.main),
            gain_rows=gain(found.main, on_rows["tuned"], on_rows["base"]), tuned_exam=found.values.get("tuned"),
            changed=not same,
            loss_fall=gain("loss", after, before), template_same=None if changed is None else not changed,
            ends_taught=ends_taught(self.engine, folder.spec, asked.rows),
            stops=sum(reply.stopped_by_itself for reply in tuned) / len(tuned),
            conflicts=self._conflicts(train),
            neighbour_gain=neighbour_gain(learned, taught),
            unlike_neighbours=unlike_neighbours(learned, taught),
            distinct_answers=len(set(taught)), common=commonest(taught, [e.answer for e in asked.exam], found),
            forgot=next((guard.state == "fail" for guard in guards if guard.name == "forgetting"), None),
            longer_was_better=(kept is not None and kept.low > 0) or curve.state is LearningState.LEARNING,
            by_heart_since=None if kept is not None or curve.state is not LearningState.BY_HEART else curve.since_step,
        )  # fmt: skip

    def _conflicts(self, train: Sequence[Example]) -> int:
        """Examples that contradict another one, but for groups of which a person said that all are right."""
        right = {id for one in self._decisions(self.folder.spec) if one.kind == "conflicting_answers"
                 for id in one.dismissed}  # fmt: skip
        groups = conflict_groups(ExampleTexts(train))
        return sum(len(group) for group in groups if not {train[place].id for place in group} <= right)

    def _decisions(self, spec: RunSpec) -> list[Decision]:
        """What stands of the decisions about the run's examples, as far as the dataset is still there."""
        try:
            folder = self.home.dataset_folder(spec.project, spec.dataset)
        except NotFound:
            return []
        log = [Decision.model_validate(line) for line in read_lines(folder / "decisions.jsonl")]
        undone = {decision.undoes for decision in log}
        return [one for one in log if one.action != "undo" and one.id not in undone]

    def _tokens(self, spec: RunSpec, asked: ExamAnswers) -> dict[str, float]:
        """Pieces of words a question costs: what has to be read, and what is written."""
        tokens = {}
        for name, texts in asked.read_texts.items():
            read = sum(self.engine.count_tokens(Path(spec.model_folder), clean(texts)))
            tokens[name] = round((read + sum(reply.tokens for reply in asked.replies[name])) / len(texts), 1)
        return tokens

    def _data(self, spec: RunSpec) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Where the examples came from and what was decided, as far as the dataset is still there."""
        try:
            folder = self.home.dataset_folder(spec.project, spec.dataset)
        except NotFound:
            return {"Dataset": spec.dataset, "Rows SHA-256": spec.dataset_sha256}, ()
        card = read_card(folder)
        facts = {
            "Source": card.source.name,
            "Source SHA-256": card.source.sha256,
            "Dataset": card.id,
            "Rows read": card.rows_in,
            "Rows kept": card.rows_kept,
            "Origin, as stated": card.origin or say("report_builder.not_stated"),
            "Licence, as stated": card.licence or say("report_builder.not_stated"),
            "Consent, as stated": card.consent or say("report_builder.not_stated"),
            "Rows SHA-256": spec.dataset_sha256,
        }
        return facts, tuple(one.sentence for one in self._decisions(spec) if one.sentence)


def stopped_early(folder: RunFolder) -> StoppedEarly | None:
    """Where the run was stopped, if it was, before its planned end. A version that a person chose by its answers is
    what she wanted, and a curve that had nothing more to give is no reason to go on."""
    state = folder.seen_state()
    if state.status is not Status.STOPPED or not 0 < state.step < state.total_steps:
        return None
    through = folder.chosen is not None or judge_learning(folder.metrics()).state in THROUGH
    return StoppedEarly(state.step, state.total_steps, unfinished=not through)


def rights_of(taught_by: Sequence[TaughtBy]) -> dict[str, str]:
    """Who allowed that a teacher's answers are taught, by its name and fingerprint."""
    return {
        f"Teacher: {one.teacher} ({one.fingerprint})": say(
            "taught_by.rights", by=one.rights_by, at=one.rights_at, statement=one.rights, licence=one.licence
        )
        for one in taught_by
    }


def commonest(taught: Sequence[str], experts: Sequence[str], found: ExamResults) -> CommonestAnswer | None:
    """The answer that stands in most examples, and the version's lead over always giving it on the exam."""
    if not taught:
        return None
    answer, count = Counter(taught).most_common(1)[0]
    always = score([found.main], [answer] * len(experts), experts, [True] * len(experts), taught)
    lead = gain(found.main, found.scores["tuned"], always)
    return CommonestAnswer(answer, count / len(taught), lead) if lead else None


def answers_of(replies: Sequence[Reply]) -> ContestantAnswers:
    """For the scales."""
    return ContestantAnswers(
        tuple(reply.text for reply in replies), tuple(reply.stopped_by_itself for reply in replies)
    )


def clean(texts: Sequence[str]) -> list[str]:
    """Texts that a tokenizer takes: lone surrogates replaced."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


def few_things(exam: Sequence[Example]) -> list[Sentence]:
    """Said where an exam asks the same things again and again: a mark from it tells of those alone."""
    things = different(exam)
    return [Sentence.of("exam.few_things", questions=len(exam), things=things)] if 2 * things <= len(exam) else []


def unfair(asked: ExamAnswers) -> str:
    """Where the prompted rival could not be given what it should have, or did not fit at all."""
    lost = sum(not reply.stopped_by_itself and not reply.tokens for reply in asked.replies.get("prompted", []))
    said = say("report_builder.before_questions_starting_model", squeezed=asked.squeezed, exam=len(asked.exam))
    said += say("report_builder.examples_since_reads_no")
    if lost:
        said += say("report_builder.did_not_fit_even", lost=lost)
    return said if asked.squeezed else ""


def chosen_point(folder: RunFolder) -> dict[str, Any]:
    """Which saved point became the version, and why, where somebody chose it; empty: the best practice check."""
    path = folder.path / "chosen.json"
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    if (kept := folder.kept_last) is not None:
        return {"step": kept.last_step, "why": str(kept_last(kept))}
    state = folder.seen_state()
    return (
        {"step": state.best_step, "why": say("report_builder.best_practice_check")}
        if state.best_step is not None
        else {}
    )
