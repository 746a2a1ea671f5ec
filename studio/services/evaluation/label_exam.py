"""The exam of a label model: its rivals, and the report on labels and certainty.

Its starting model cannot answer, so what it must beat is the commonest label, the nearest known answer, and, where the
project has one, a version that writes.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from studio.data.duplicates.retrieval import NearestExamples
from studio.data.text.answer_equality import rule_of
from studio.evaluation.diagnosis import DiagnosisInputs, neighbour_gain, unlike_neighbours
from studio.evaluation.exam_results import ContestantAnswers, ExamResults, LabelTask, gain, results
from studio.evaluation.label_evidence import label_evidence
from studio.evaluation.label_verdict import conclude_labels
from studio.evaluation.learning_verdict import LearningState, judge_learning
from studio.evaluation.metrics.label_metrics import labels_of, parts_of
from studio.evaluation.metrics.task_kinds import Scores, score
from studio.evaluation.metrics.task_kinds import summary as summed
from studio.evaluation.statistics.seed_spread import SeedVariation, seed_variation
from studio.schemas.chat import Reply
from studio.schemas.example import Example
from studio.schemas.project import Exam
from studio.schemas.report import Cause, Conclusion, GuardResult, LabelEvidence, ReportChoices
from studio.schemas.run import RunSpec
from studio.services.chats.answering import AnswerSession, exam_chat
from studio.services.chats.contestants import commonest_answer, looked_up
from studio.services.evaluation.report_builder import ExamAnswers, ReportBuilder, commonest, stopped_early
from studio.services.runs.template_drift import changed_layout
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

ROOM = 48  # pieces for a label of a version that writes; two in three labels need three
RIVALS = ("commonest", "lookup", "chat", "tuned")


def writing_rival(home: Home, spec: RunSpec) -> RunFolder | None:
    """The newest version of this project that writes and is over."""
    for folder in home.runs(spec.project):
        if folder.spec.recipe.task == "answers" and folder.has_version and folder.seen_state().status.is_over:
            return folder
    return None


def ask_labels(
    asking: AnswerSession, folder: RunFolder, exam: Exam, rows: Sequence[Example], seeds: Sequence[str],
    rival: RunFolder | None,
) -> ExamAnswers:  # fmt: skip
    """Everybody's label for every question, and for some rows that it was taught with."""
    train = folder.train
    nearest, common = NearestExamples(train), commonest_answer(train)
    plain = [exam_chat("", example) for example in exam.examples]
    replies: dict[str, list[Reply]] = {
        "commonest": [common] * len(plain),
        "lookup": [looked_up(nearest, example.question, with_certainty=True) for example in exam.examples],
    }
    if rival is not None:
        told = [exam_chat(rival.spec.recipe.instructions, example) for example in exam.examples]
        replies["chat"] = asking.ask("chat", told, ROOM, "chat, exam")
    replies["tuned"] = asking.ask("tuned", plain, ROOM, "tuned, exam")
    again = [exam_chat("", example) for example in rows]
    on_rows = {"base": [common] * len(again), "tuned": asking.ask("tuned", again, ROOM, "tuned, own examples")}
    others: dict[str, tuple[list[Reply], list[tuple[float, int]]]] = {
        name: (asking.ask(name, plain, ROOM, f"{name}, exam"), []) for name in seeds
    }
    return ExamAnswers(exam.examples, tuple(rows), replies, on_rows, {}, {}, {}, others, 0)


class LabelReportBuilder(ReportBuilder):
    """A report on labels. What writing costs is not asked of a model that writes nothing."""

    def about_guards(self) -> tuple[str, ...]:
        """None was asked."""
        return ()

    def labels(self, taught: Sequence[str]) -> LabelTask:
        """The labels of the training rows, as the run found them."""
        separator = self.folder.spec.recipe.label_separator
        parts = [part for answer in taught for part in parts_of(answer, separator)]
        rule = rule_of(parts)
        return LabelTask(labels_of(parts, rule), separator, rule)

    def results_of(
        self, asked: ExamAnswers, answers: Mapping[str, ContestantAnswers], taught: Sequence[str],
        choices: ReportChoices, spread: Mapping[str, float] | None = None,
    ) -> ExamResults:  # fmt: skip
        """Labels alone, whatever kind of work was chosen."""
        experts = [example.answer for example in asked.exam]
        return results(experts, answers, taught, seed_spread=spread, labels=self.labels(taught))

    def concluded(self, found: ExamResults, guards: Sequence[GuardResult], causes: Sequence[Cause]) -> Conclusion:
        """The verdict on labels."""
        return conclude_labels(found.main, found.values, found.comparisons, causes)

    def luck(
        self, asked: ExamAnswers, found: ExamResults, experts: Sequence[str], taught: Sequence[str]
    ) -> SeedVariation:
        """By the share of right labels alone."""
        task = self.labels(taught)
        wanted = [task.ordered(expert) for expert in experts]
        others = [self._right(found, task, replies, wanted) for replies, _ in asked.seeds.values()]
        return seed_variation([{found.main: found.scores["tuned"][found.main]}, *others])

    def _right(self, found: ExamResults, task: LabelTask, replies: Sequence[Reply], experts: Sequence[str]) -> Scores:
        given = [task.ordered(reply.text) for reply in replies]
        return score([found.main], given, experts, [True] * len(given), (), task.rule)

    def spared(self, asked: ExamAnswers, choices: ReportChoices) -> None:
        """It is not paid by pieces of words."""

    def evidence(self, asked: ExamAnswers, found: ExamResults, choices: ReportChoices) -> LabelEvidence:
        """How far its certainty can be relied on."""
        task = self.labels([example.answer for example in self.folder.train])
        tuned = asked.replies["tuned"]
        return label_evidence(
            [reply.certainty or 0.0 for reply in tuned],
            [bool(value) for value in found.scores["tuned"][found.main]],
            [task.ordered(reply.text) for reply in tuned],
            [task.ordered(example.answer) for example in asked.exam],
            certainty=choices.certainty,
            separator=task.separator,
            seconds=fmean(reply.seconds for reply in tuned),
        )

    def signs(
        self, train: Sequence[Example], asked: ExamAnswers, found: ExamResults, guards: Sequence[GuardResult]
    ) -> DiagnosisInputs:
        """Those that can be measured of a model that writes nothing; before teaching it knew no label."""
        taught = [example.answer for example in train]
        task = self.labels(taught)
        experts = [task.ordered(example.answer) for example in asked.rows]
        on_rows = {name: self._right(found, task, replies, experts) for name, replies in asked.on_rows.items()}
        changed = changed_layout(self.folder.adapter)
        curve = judge_learning(self.folder.metrics())
        learned = [example.question for example in train]
        return DiagnosisInputs(
            rows=len(train), stopped=stopped_early(self.folder),
            tuned_rows=summed(on_rows["tuned"]).get(found.main),
            gain_rows=gain(found.main, on_rows["tuned"], on_rows["base"]), tuned_exam=found.values.get("tuned"),
            template_same=None if changed is None else not changed,
            neighbour_gain=neighbour_gain(learned, taught),
            unlike_neighbours=unlike_neighbours(learned, taught),
            distinct_answers=len(set(taught)), common=commonest(taught, [e.answer for e in asked.exam], found),
            by_heart_since=curve.since_step if curve.state is LearningState.BY_HEART else None,
        )  # fmt: skip
