"""What is in a dataset, as measured quantities: what it is about, who is in it, how its answers are written."""

from studio.schemas.base import Record


class LengthDistribution(Record):
    """Smallest, quarter points and largest of some lengths, and the 99th percentile."""

    smallest: int = 0
    quarter: int = 0
    middle: int = 0
    three_quarters: int = 0
    p99: int = 0
    largest: int = 0


class Topic(Record):
    """Questions that share key terms; named by them, the commonest first."""

    terms: tuple[str, ...]
    count: int


class GroupContrast(Record):
    """How often something happens in the rows that mention a group, and in those that do not.

    `what` is `refusal` or a label. `differs`: the difference is larger than chance would make it.
    """

    what: str
    here: float
    elsewhere: float
    differs: bool


class GroupMention(Record):
    """A group of people, in how many rows it is mentioned, by which words, and what goes with it.

    `contrasts` is empty where there are too few rows on either side to tell.
    """

    group: str
    rows: int
    words: tuple[tuple[str, int], ...]
    contrasts: tuple[GroupContrast, ...] = ()


class StyleStats(Record):
    """How the answers are written: how many of them greet, close, exclaim; address formally, familiarly, or both."""

    greeting: int = 0
    closing: int = 0
    exclaiming: int = 0
    formal: int = 0
    familiar: int = 0
    mixed: int = 0


class QuestionSimilarity(Record):
    """How near each question is to its nearest other one, by shared key terms: three counts that make `asked`."""

    asked: int = 0
    twins: int = 0
    related: int = 0
    alone: int = 0


class DatasetProfile(Record):
    """The whole picture. `rows` there are, `looked_at` were measured: all counts but `rows` are of these."""

    rows: int
    looked_at: int
    topics: tuple[Topic, ...]
    without_topic: int
    labels: tuple[tuple[str, int], ...]
    label_count: int
    question_words: LengthDistribution
    answer_words: LengthDistribution
    lengths: tuple[tuple[str, int, int], ...]
    languages: tuple[tuple[str, int], ...]
    language_unknown: int
    mentions: tuple[GroupMention, ...]
    answer_openings: tuple[tuple[str, int], ...]
    question_openings: tuple[tuple[str, int], ...]
    distinct_questions: int
    distinct_answers: int
    distinct_openings: int
    forms: tuple[tuple[str, int], ...]
    manner: StyleStats
    neighbours: QuestionSimilarity
    refusals: int
    turns: tuple[tuple[int, int], ...]


class DifficultyAnswer(Record):
    """One example put to the starting model: what the expert wrote, what the model wrote, and how alike (0 to 100)."""

    row: int
    question: str
    expert: str
    reply: str
    alike: float
    same: bool


class Difficulty(Record):
    """What the starting model already answers before any training; on rows to learn from, never the exam's.

    `same`: the expert's words, signs and capitals apart. `close`: not the same, and 60 or more of 100 alike (chrF).
    `stopped` when somebody ended it early.
    """

    model: str
    asked: int
    same: int
    close: int
    middle: float
    tried: tuple[DifficultyAnswer, ...]
    stopped: bool = False
