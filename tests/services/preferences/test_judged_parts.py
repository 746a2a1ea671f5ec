"""The same judgements are always parted in the same way, whole questions at a time."""

from collections import Counter

from studio.schemas.example import Message, pair
from studio.schemas.loop.preference import Judgement, PreferencePair, ThumbedReply
from studio.schemas.recipe import Recipe
from studio.services.preferences.judged_parts import better_replies, parted, read_of, series_of


def judged(count: int) -> list[Judgement]:
    return [
        PreferencePair(turns=(Message(role="user", content=f"Question {n // 2}?"),), chosen=f"Yes {n}.", rejected="No.")
        for n in range(count)
    ]


def test_a_fifth_is_kept_aside_and_a_tenth_checked_whole_questions_at_a_time() -> None:
    frozen = parted(judged(100))
    parts = Counter(one.part for one in frozen)
    assert sum(parts.values()) == 100 and 18 <= parts["exam"] <= 22 and 8 <= parts["validation"] <= 12
    sides: dict[str, set[str]] = {}
    for one in frozen:
        sides.setdefault(one.judgement.question, set()).add(one.part)
    assert all(len(parts) == 1 for parts in sides.values())


def test_the_order_in_which_they_come_changes_nothing() -> None:
    rows = judged(30)
    assert parted(rows) == parted(rows[::-1])
    assert series_of("run", rows) == series_of("run", rows[::-1]) != series_of("other", rows)


def test_the_better_replies_are_what_is_taught_plainly() -> None:
    thumb = ThumbedReply(turns=(Message(role="user", content="May I?"),), reply="Yes.", good=True)
    bad = thumb.model_copy(update={"good": False, "reply": "No."})
    assert [one.answer for one in better_replies([judged(1)[0], thumb, bad])] == ["Yes 0.", "Yes."]


def test_a_forecast_counts_both_replies_of_a_pair_in_one_step() -> None:
    recipe, read = read_of(Recipe(learn_from="preferences", per_device_train_batch_size=4), [], parted(judged(20)))
    assert recipe.per_device_train_batch_size == 8 and len(read) == 2 * sum(
        one.part == "train" for one in parted(judged(20))
    )


def test_a_forecast_counts_the_taught_rows_beside_the_judgements() -> None:
    taught = [pair(1, "Do you mend coats?", "We do."), pair(2, "And hats?", "We do.")]
    recipe = Recipe(learn_from="preferences", per_device_train_batch_size=4, replay_share=0.25)
    counted, read = read_of(recipe, taught, parted(judged(20)))
    learned = sum(one.part == "train" for one in parted(judged(20)))
    assert counted.per_device_train_batch_size == 9 and len(read) == 2 * learned + -(-learned // 4)
