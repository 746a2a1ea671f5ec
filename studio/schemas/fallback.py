"""Fall-backs: where less was done than promised, since something that it takes is missing here.

Whoever falls back writes the kind into the run's record; the sentences are made here, for the page and for JSON. On the
versions that the studio is tested with, the built-in starter takes none of them: a test says so for every kind.
"""

from collections.abc import Iterable
from enum import StrEnum

from studio.copy.catalog import Phrases, say


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
    LIVE_SHORTENED = "live_shortened"
    LIVE_NO_MEMORY = "live_no_memory"
    PIECES_READ_AGAIN = "pieces_read_again"
    TURNS_READ_AGAIN = "turns_read_again"
    ANSWERS_IN_TURN = "answers_in_turn"
    TIME_NOT_MEASURED_BUSY = "time_not_measured_busy"
    TIME_NOT_MEASURED_LARGE = "time_not_measured_large"
    LABELS_UNTAUGHT = "labels_untaught"
    ANSWERS_NOT_COMPARED = "answers_not_compared"


SENTENCES = Phrases("fallback")  # by kind


def sentences_of(kinds: Iterable[str]) -> list[str]:
    """Each once, in the order given; a kind of another studio, that has no words here, is named."""
    return [SENTENCES.get(kind) or say("fallbacks.other_studio", kind=kind) for kind in dict.fromkeys(map(str, kinds))]
