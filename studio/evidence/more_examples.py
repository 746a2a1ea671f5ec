"""Would more examples help? What the practice check says of runs on a quarter, a half and all of the rows.

One run of each size is one draw: differences under 2 in 100 are called luck. The last doubling decides, since it is the
nearest to the one that a person would pay for; a curve that still falls there by 5 in 100 or more is called steep.
"""

from collections.abc import Sequence

LUCK = 0.02  # differences of the mistakes score that one try of each size can bring about
STEEP = 0.05  # a fall by which more rows are worth gathering


def judge_more_examples(points: Sequence[tuple[int, float]]) -> str:
    """A sentence over (rows, best mistakes score), in any order; fewer than three points are no curve yet."""
    if len(points) < 3:
        return "Two of the three runs are needed at least, and the third one to be told." if points else ""
    *_, (half, before), (rows, last) = sorted(points)
    first = min(points)[1]
    gain = (before - last) / before if before else 0.0
    said = f"From {half:,} to {rows:,} examples the mistakes in the practice check went from {before:.2f} to {last:.2f}"
    if gain >= STEEP:
        return f"{said}, {gain:.0%} fewer. More examples would very likely help: another doubling is worth the work."
    if gain >= LUCK:
        return f"{said}, {gain:.0%} fewer. More examples would help a little."
    if gain > -LUCK:
        better = "More of the same would hardly help now" if first > last * (1 + LUCK) else "The number hardly matters"
        return f"{said}: no more than luck. {better}; better ones, or a bigger starting model, may."
    return f"{said}: it got worse. Look at the later rows of your table: they may contradict the others."
