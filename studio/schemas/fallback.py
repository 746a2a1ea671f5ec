"""Fall-backs: where less was done than promised, since something that it takes is missing here.

Whoever falls back writes the kind into the run's record; the sentences are made here, for the page and for JSON. On the
versions that the studio is tested with, the built-in starter takes none of them: a test says so for every kind.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Fallback(StrEnum):
    """What was fallen back on."""

    ALL_POSITIONS_SCORED = "all_positions_scored"
    ROWS_PADDED = "rows_padded"
    LAYERS_LEFT_OUT = "layers_left_out"
    EXPERTS_UNBALANCED = "experts_unbalanced"
    POINT_PASSED_OVER = "point_passed_over"
    LIVE_READ_AGAIN = "live_read_again"
    LIVE_IN_TURN = "live_in_turn"
    LIVE_CUT = "live_cut"
    LIVE_LEFT_OUT = "live_left_out"
    LIVE_NO_MEMORY = "live_no_memory"
    PIECES_READ_AGAIN = "pieces_read_again"
    TURNS_READ_AGAIN = "turns_read_again"
    ANSWERS_IN_TURN = "answers_in_turn"
    TIME_NOT_MEASURED_BUSY = "time_not_measured_busy"
    TIME_NOT_MEASURED_LARGE = "time_not_measured_large"


SENTENCES: Mapping[Fallback, str] = {
    Fallback.ALL_POSITIONS_SCORED: "With this kind of model every piece is scored, also those that are only read: "
    "teaching takes longer.",
    Fallback.ROWS_PADDED: "With this kind of model short examples are filled up to the longest beside them: "
    "teaching takes longer.",
    Fallback.LAYERS_LEFT_OUT: "Some layers of this kind of model cannot be adapted: they stay as they are.",
    Fallback.EXPERTS_UNBALANCED: "This model is a mixture of experts, and nothing keeps their shares even while it "
    "learns.",
    Fallback.POINT_PASSED_OVER: "The newest saved point was damaged, so the run went on from an earlier one.",
    Fallback.LIVE_READ_AGAIN: "This kind of model reads everything again for each piece of a live answer: "
    "answering takes longer.",
    Fallback.LIVE_IN_TURN: "With this kind of model the live questions are answered one after another.",
    Fallback.LIVE_CUT: "Live answers took too long and were cut short.",
    Fallback.LIVE_LEFT_OUT: "Some saved points were not asked the live questions, since answering had taken a tenth of "
    "the run.",
    Fallback.LIVE_NO_MEMORY: "At some saved points there was not enough memory for the live questions.",
    Fallback.PIECES_READ_AGAIN: "This kind of model reads the whole conversation again for each piece: answers take "
    "longer.",
    Fallback.TURNS_READ_AGAIN: "This kind of model reads the whole conversation again at each turn: long ones take "
    "longer.",
    Fallback.ANSWERS_IN_TURN: "This kind of model answers in turn, not at the same time.",
    Fallback.TIME_NOT_MEASURED_BUSY: "The time is not known: another run is going, so nothing was measured.",
    Fallback.TIME_NOT_MEASURED_LARGE: "The time is not known: so large a model is not loaded to be timed.",
}


def sentences_of(kinds: Iterable[str]) -> list[str]:
    """Each once, in the order given; a kind that a newer studio wrote is passed on by its name."""
    known = {str(kind): said for kind, said in SENTENCES.items()}
    return [known.get(kind, kind) for kind in dict.fromkeys(map(str, kinds))]
