"""Would more examples help? What the practice check says of runs on a quarter, a half and all of the rows.

One run of each size is one draw: differences under 2 in 100 are called luck. The last doubling decides, since it is the
nearest to the one that a person would pay for; a curve that still falls there by 5 in 100 or more is called steep.
"""

from collections.abc import Sequence

from studio.copy.catalog import say

LUCK = 0.02  # differences of the mistakes score that one try of each size can bring about
STEEP = 0.05  # a fall by which more rows are worth gathering


def judge_more_examples(points: Sequence[tuple[int, float]]) -> str:
    """A sentence over (rows, best mistakes score), in any order; fewer than three points are no curve yet."""
    if len(points) < 3:
        return say("more_examples.too_few") if points else ""
    *_, (half, before), (rows, last) = sorted(points)
    first = min(points)[1]
    gain = (before - last) / before if before else 0.0
    if gain >= STEEP:
        key = "far"
    elif gain >= LUCK:
        key = "a_little"
    elif gain > -LUCK:
        key = "hardly" if first > last * (1 + LUCK) else "no_matter"
    else:
        key = "worse"
    return say(f"more_examples.{key}", half=half, rows=rows, before=before, last=last, share=gain)
