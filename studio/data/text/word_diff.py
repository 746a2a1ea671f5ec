"""Two texts word by word: what they share, and what only one of them says. The parts give both texts back."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Where = Literal["both", "left", "right"]
MOST_PIECES = 3_000  # of a side, between the shared beginning and the shared end
WORDS = re.compile(r"\w+|\s+|[^\w\s]")
SENTENCES = re.compile(r"[^\n.!?]*(?:[\n.!?]+\s*|$)")


class DiffPart(NamedTuple):
    """A run of letters, and which of the two texts holds it."""

    text: str
    where: Where


def difference(left: str, right: str) -> list[DiffPart]:
    """The parts in reading order, what only the left says before what only the right says.

    Long texts are compared sentence by sentence first, and beyond that by their ends alone: never slower, only coarser.
    """
    parts = by(WORDS, left, right)
    return joined(parts if parts is not None else by_sentence(left, right))


def by(grain: re.Pattern[str], left: str, right: str) -> list[DiffPart] | None:
    """The parts in pieces of this grain; nothing when there are too many pieces between the ends that are shared."""
    ours, theirs = grain.findall(left), grain.findall(right)
    start, end = shared_ends(ours, theirs)
    one, other = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    if max(len(one), len(other)) > MOST_PIECES:
        return None
    shared = "".join(ours[:start]), "".join(ours[len(ours) - end :])
    return [DiffPart(shared[0], "both"), *compared(one, other), DiffPart(shared[1], "both")]


def by_sentence(left: str, right: str) -> list[DiffPart]:
    """Sentences first, then the words of those that differ."""
    parts = by(SENTENCES, left, right)
    if parts is None:
        start, end = shared_ends(left, right)
        return [
            DiffPart(left[:start], "both"), DiffPart(left[start : len(left) - end], "left"),
            DiffPart(right[start : len(right) - end], "right"), DiffPart(left[len(left) - end :], "both"),
        ]  # fmt: skip
    fine: list[DiffPart] = []
    for part in joined(parts):
        if part.where == "right" and fine and fine[-1].where == "left":
            gone = fine.pop().text
            fine += by(WORDS, gone, part.text) or [DiffPart(gone, "left"), part]
        else:
            fine.append(part)
    return fine


def shared_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many pieces both begin with, and how many of the rest both end with."""
    least = min(len(one), len(other))
    start = next((place for place in range(least) if one[place] != other[place]), least)
    end = next((n for n in range(least - start) if one[-1 - n] != other[-1 - n]), least - start)
    return start, end


def compared(one: Sequence[str], other: Sequence[str]) -> Iterator[DiffPart]:
    """The fewest pieces taken out and put in that turn one into the other."""
    from rapidfuzz.distance import Indel

    numbers: dict[str, int] = {}
    ours, theirs = ([numbers.setdefault(piece, len(numbers)) for piece in side] for side in (one, other))
    for step in Indel.opcodes(ours, theirs):
        held = "".join(one[step.src_start : step.src_end])
        if step.tag == "equal":
            yield DiffPart(held, "both")
        else:
            yield DiffPart(held, "left")
            yield DiffPart("".join(other[step.dest_start : step.dest_end]), "right")


def joined(parts: Sequence[DiffPart]) -> list[DiffPart]:
    """Neighbours drawn together, and spaces between two changes counted with them: whole phrases, not confetti."""
    whole: list[DiffPart] = []
    left = right = ""
    last = max((place for place, part in enumerate(parts) if part.where != "both" and part.text), default=0)
    for place, (text, where) in enumerate(parts):
        if where == "left":
            left += text
        elif where == "right":
            right += text
        elif text.isspace() and (left or right) and place < last:
            left, right = left + text, right + text
        elif text:
            whole += [DiffPart(left, "left"), DiffPart(right, "right"), DiffPart(text, "both")]
            left = right = ""
    whole += [DiffPart(left, "left"), DiffPart(right, "right")]
    return [part for part in whole if part.text]


def shortened(parts: Sequence[DiffPart], around: int) -> list[DiffPart]:
    """The same parts with long shared runs cut to the words around each change; “ … ” stands for what is left out."""
    short: list[DiffPart] = []
    for place, part in enumerate(parts):
        text = part.text
        first, last = place == 0, place == len(parts) - 1
        if part.where == "both" and len(text) > (2 - first - last) * around + 20:
            before = "" if first else text[:around].rsplit(" ", 1)[0]
            after = "" if last else text[-around:].split(" ", 1)[-1]
            text = f"{before} … {after}" if not (first and last) else f"{text[:around]} …"
        short.append(DiffPart(text, part.where))
    return short
