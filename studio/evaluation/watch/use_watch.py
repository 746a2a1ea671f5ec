"""All that is watched of a version's use, with one share of error for everything: no more than `ALPHA` ever alarm."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, Self

from studio.evaluation.watch.conversations import CountedConversations
from studio.evaluation.watch.question_test import LEAST_HELD, QuestionBets, QuestionTest
from studio.evaluation.watch.rate_test import RateWatch
from studio.schemas.base import Record

ALPHA = 0.05
SHARES = {"thumbs": 0.5, "questions": 0.4, "refusals": 0.1}  # of ALPHA
MONITORS = tuple(SHARES)


class AskedConversation(NamedTuple):
    """How a conversation began: `person` is empty where nobody knows who asks."""

    id: str
    person: str
    day: date
    question: str
    refused: bool


class Thumb(NamedTuple):
    """What somebody thought of an answer of a conversation."""

    conversation: str
    person: str
    day: date
    good: bool


class WatchState(Record):
    """All that a restart goes on from. Words of nobody stand in it, only ids.

    `frequent`: once somebody said that these new questions may be, whether they become more frequent than then.
    """

    format: int = 1
    questions: QuestionBets
    frequent: RateWatch | None = None
    refusals: RateWatch
    thumbs: RateWatch
    asked: CountedConversations = CountedConversations()
    judged: CountedConversations = CountedConversations()

    @classmethod
    def starting(cls, *, thumbs_rate: float | None = None, before: Self | None = None) -> Self:
        """At a release; `thumbs_rate` is the share of thumbs up then, where somebody knows it, and `before` how the
        version before it stands: a new one that starts worse is noticed."""
        shares = {name: share * ALPHA for name, share in SHARES.items()}
        return cls(
            questions=QuestionBets(alpha=shares["questions"]),
            refusals=RateWatch.starting("rise", shares["refusals"], before=before.refusals if before else None),
            thumbs=RateWatch.starting("fall", shares["thumbs"], named=thumbs_rate,
                                      before=before.thumbs if before else None),
        )  # fmt: skip

    @property
    def alarms(self) -> tuple[str, ...]:
        """Which of the monitors speak up."""
        questions = self.frequent or self.questions
        rang = {"thumbs": self.thumbs.is_alarmed, "refusals": self.refusals.is_alarmed,
                "questions": questions.is_alarmed}  # fmt: skip
        return tuple(name for name in MONITORS if rang[name])

    def dismissed(self, monitor: str) -> Self:
        """Watch this one anew, against what the next conversations are like: its share of error is spent again."""
        if monitor != "questions":
            watched: RateWatch = getattr(self, monitor)
            return self.model_copy(update={monitor: RateWatch.starting(watched.side, watched.alpha)})
        kept = self.questions.model_copy(update={"known": (), "recent": (), "highest": 1.0})
        return self.model_copy(update={"questions": kept, "frequent": RateWatch.starting("rise", kept.alpha)})


class UseWatch:
    """Takes in what was asked and judged, in the order of time. Questions are watched where enough were held out."""

    def __init__(self, state: WatchState, learned: Sequence[str], held_out: Sequence[str],
                 texts: Mapping[str, str] | None = None) -> None:  # fmt: skip
        self._state = state
        watchable = learned and len(held_out) >= LEAST_HELD
        self._questions = QuestionTest(learned, held_out, state.questions, texts) if watchable else None

    @property
    def state(self) -> WatchState:
        """As it stands now."""
        questions = self._questions.state if self._questions else self._state.questions
        return self._state.model_copy(update={"questions": questions})

    def ask(self, conversations: Sequence[AskedConversation]) -> list[tuple[AskedConversation, bool]]:
        """Those that are bets, and whether their question looked new."""
        counts, asked = self._state.asked.counted([(one.id, one.person, one.day) for one in conversations])
        bets = [one for one, does in zip(conversations, counts, strict=True) if does]
        refusals = self._state.refusals
        for one in bets:
            refusals = refusals.after(one.refused)
        self._state = self._state.model_copy(update={"asked": asked, "refusals": refusals})
        return list(zip(bets, self._looked(bets), strict=True))

    def _looked(self, bets: Sequence[AskedConversation]) -> list[bool]:
        frequent = self._state.frequent
        if self._questions is None:
            return [False] * len(bets)
        if frequent is None:
            return self._questions.bet([(one.id, one.question) for one in bets])
        looked = self._questions.look([one.question for one in bets])
        for new in looked:
            frequent = frequent.after(new)
        self._state = self._state.model_copy(update={"frequent": frequent})
        return looked

    def judge(self, thumbs: Sequence[Thumb]) -> list[Thumb]:
        """Thumbs up and down; those that are bets."""
        counts, judged = self._state.judged.counted([(one.conversation, one.person, one.day) for one in thumbs])
        watched = self._state.thumbs
        for one, does in zip(thumbs, counts, strict=True):
            watched = watched.after(one.good) if does else watched
        self._state = self._state.model_copy(update={"judged": judged, "thumbs": watched})
        return [one for one, does in zip(thumbs, counts, strict=True) if does]
