"""The report: the evidence about one run on one exam. Its JSON keys are those that `studio evaluate` promises."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.loop.preference_report import PreferenceEvidence
from studio.schemas.sentence import Sentence, SentenceText


class Estimate(Record):
    """A value with its 95% limits."""

    value: float
    low: float
    high: float


class ComparedRow(SentenceText):
    """Two contestants on one metric. `better` names one of them, or is empty: not enough questions to tell.

    `difference` is one's lead with its limits, above zero when one is better; `p` is corrected for the number of
    metrics. `spread` is the difference below which two runs are the same, by luck alone. `together`: where only the
    number of metrics keeps a lead from counting, its limits with all of them taken together, which hold zero.
    """

    metric: str
    one: str
    other: str
    better: str
    difference: float
    low: float
    high: float
    p: float
    questions: int
    spread: float = 0.0
    together: tuple[float, float] | None = None


class GuardExample(Record):
    """One question of a guard, with what was answered before and after; `taught` instead where nobody answered, and
    what is told is how likely the expert's own answer is to the model."""

    question: str
    before: str = ""
    after: str = ""
    taught: str = ""
    note: str = ""


class GuardResult(SentenceText):
    """One guard: pass, warn or fail, why, and answers to read.

    `before` and `after` are shares of the questions, `perplexity` stands in their place where texts were read.
    `improved`: better than before beyond luck. `blocks_sharing`: when it fails, somebody reads it before anyone else
    uses the version. `sides`: the evidence shows two answers after training, side by side.
    """

    name: str = Field(pattern="^[a-z][a-z_]{1,40}$")  # the checks of `evaluation/guards` name them
    state: Literal["pass", "warn", "fail"]
    before: Estimate | None = None
    after: Estimate | None = None
    change: Estimate | None = None
    perplexity: tuple[float, float] | None = None
    improved: bool = False
    less_is_better: bool = False
    blocks_sharing: bool = False
    sides: bool = False
    evidence: tuple[GuardExample, ...] = ()
    next_action: str = ""


class Advice(StrEnum):
    """What the report recommends."""

    USE = "use it"
    USE_FOR = "use it for this, not for that"
    PROMPT = "a good prompt is enough"
    LOOKUP = "a search over your table is enough"
    BASE = "the starting model is enough"
    NOT_YET = "not better yet"


class Conclusion(SentenceText):
    """The verdict by documented rules."""

    advice: Advice
    use_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


class Cause(SentenceText):
    """One possible reason for not being better: found, not found, or not measured (None), and the next action's id."""

    name: str
    found: bool | None
    next_action: str = ""


class ReadAnswer(Record):
    """One exam question with the expert's answer and every contestant's, and the score that chose it."""

    question: str
    expert: str
    replies: dict[str, str]
    score: float


class VoteCount(SentenceText):
    """What a blind vote came to. `judges`: how the models that were asked as well stand, apart from the count."""

    one: str
    other: str
    wins: int
    losses: int
    ties: int
    both_bad: int
    people: int
    win_rate: Estimate | None = None
    agreement: str = ""
    judges: tuple[str, ...] = ()


class TokenSaving(SentenceText):
    """What each question costs in tokens, and at a price per million that the person set."""

    tokens: dict[str, float] = Field(default_factory=dict)
    price_per_million: float | None = None


class TaughtBy(SentenceText):
    """What the run learned from one teacher (distillation): its answers, how many a person looked at, and who said on
    what ground that they may be taught. `prompt_tokens`: what its good prompt costs for each question. `wrong`: the
    share of all its answers that is wrong, by the drawn ones; None where not all of those were looked at."""

    teacher: str
    kind: str
    fingerprint: str = ""
    licence: str = ""
    rights: str = ""
    rights_by: str = ""
    rights_at: datetime | None = None
    answers: int
    looked_at: int
    prompt_tokens: float = 0.0
    wrong: Estimate | None = None


class LabelBin(Record):
    """Questions of which a label model was about equally sure: how sure, and how often it was right."""

    questions: int
    certainty: float
    right: Estimate


class HandOver(Record):
    """What stays with a label model when it decides only where it is at least so certain. Shares of the questions."""

    certainty: float
    handed: Estimate
    right: Estimate | None = None  # of those that it keeps; None when it keeps none


class LabelEvidence(SentenceText):
    """How far a label model's certainty can be relied on, question by question of the exam.

    `too_sure`: mean certainty less the share of right answers, with the exact limits of that share. `each`: label ->
    how often it was right, missed, and given where the expert gave another. `seconds`: for one question.
    """

    separator: str = ""
    certainties: tuple[float, ...]
    right: tuple[bool, ...]
    bins: tuple[LabelBin, ...] = ()
    too_sure: Estimate | None = None
    chosen: HandOver
    hand_over: tuple[HandOver, ...] = ()
    each: dict[str, tuple[int, int, int]] = Field(default_factory=dict)
    seconds: float = 0.0


class ReportChoices(Record):
    """What a person chose for all reports of a project: the kind of work (empty: detected), a price, the certainty
    below which a label model hands a question to a person, and whether the last exam looked at what teaching cost."""

    format: int = 1
    kind: str = ""
    price_per_million: float | None = Field(default=None, ge=0, le=1_000_000)
    certainty: float = Field(default=0.9, ge=0, le=1)
    guarded: bool = True


class SeedSpread(SentenceText):
    """The same recipe trained with several seeds: the metric that decides, run by run, and what differs by luck."""

    runs: tuple[str, ...]
    values: tuple[float, ...]
    by_luck: float


class FamilyScore(Record):
    """One version on the exam."""

    run: str
    number: int
    taught: datetime
    score: Estimate


class FamilyEvidence(SentenceText):
    """What the report knows of the version's family: where it came from, what was learned from feedback, how those
    before it fared, what drifted since. `learned`, `left_out`: how many, by what became of them."""

    number: int = 0
    parent: str = ""
    way: str = ""
    metric: str = ""
    scores: tuple[FamilyScore, ...] = ()
    learned: dict[str, int] = Field(default_factory=dict)
    left_out: dict[str, int] = Field(default_factory=dict)
    exam_corrected: tuple[str, ...] = ()


class Report(Record):
    """Everything that is needed to defend a result, frozen when it was made."""

    format: int = 1
    id: str
    created: datetime
    by: str
    project: str
    project_title: str = ""  # as the page showed it when the report was made
    run: str
    run_title: str = ""  # what she called it, or when it was started; empty in reports that were made before
    exam_sha256: str
    exam_version: int = 1
    questions: int
    work: str
    main_metric: str
    contestants: tuple[str, ...]
    metrics: dict[str, dict[str, Estimate]] = Field(default_factory=dict)
    comparisons: tuple[ComparedRow, ...] = ()
    probes: tuple[GuardResult, ...] = ()
    verdict: Conclusion
    diagnosis: tuple[Cause, ...] = ()
    said: tuple[Sentence, ...] = ()
    sentences: tuple[str, ...] = ()  # the same as they read when the report was made
    titles: dict[str, str] = Field(default_factory=dict)
    lower_is_better: tuple[str, ...] = ()
    same_answer: str = ""  # in words, when two answers counted as the same; empty in reports of an older studio
    confusion: dict[str, dict[str, dict[str, int]]] = Field(default_factory=dict)
    best: tuple[ReadAnswer, ...] = ()
    worst: tuple[ReadAnswer, ...] = ()
    votes: tuple[VoteCount, ...] = ()
    family: FamilyEvidence | None = None
    seeds: SeedSpread | None = None
    chosen: dict[str, Any] = Field(default_factory=dict)
    saving: TokenSaving | None = None
    labels: LabelEvidence | None = None
    taught_by: tuple[TaughtBy, ...] = ()
    preferences: PreferenceEvidence | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    decisions: tuple[str, ...] = ()
    recipe: dict[str, Any] = Field(default_factory=dict)
    fingerprints: dict[str, str] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    limits: tuple[str, ...] = ()

    @property
    def advice(self) -> Advice:
        """What it recommends. Reports up to 0.2.0 named a good prompt also where look-up alone did better."""
        stated = self.verdict.advice
        if self.verdict.said or stated is not Advice.PROMPT:
            return stated
        rows = (row for row in self.comparisons if row.metric == self.main_metric and "tuned" in (row.one, row.other))
        better = {row.better for row in rows}
        return Advice.LOOKUP if "lookup" in better and "prompted" not in better else stated
