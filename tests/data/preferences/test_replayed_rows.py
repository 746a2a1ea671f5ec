"""Taught rows are drawn by the seed to be learned again beside judgements, never those whose question was judged."""

from studio.data.preferences.replayed_rows import rows_to_replay
from studio.schemas.example import Message, pair
from studio.schemas.loop.preference import PreferencePair

TAUGHT = [pair(n, f"Do you mend coat {n}?", f"We mend coat {n}.") for n in range(1, 21)]


def judged(question: str) -> PreferencePair:
    return PreferencePair(turns=(Message(role="user", content=question),), chosen="Yes.", rejected="No.")


def test_as_many_as_are_wanted_the_same_for_the_same_seed() -> None:
    one, same, other = (rows_to_replay(TAUGHT, [], 5, seed) for seed in (1, 1, 2))
    assert one == same != other and len(one) == 5
    assert len(rows_to_replay(TAUGHT, [], 500, 1)) == 20


def test_a_row_whose_question_was_judged_is_not_taught_again_however_it_is_written() -> None:
    found = rows_to_replay(TAUGHT, [judged("do you mend COAT 7")], 500, 1)
    assert len(found) == 19 and "r7" not in {example.id for example in found}
