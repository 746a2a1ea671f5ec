"""One example of each finding: what would be mended is shown as it is and as it will be."""

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.finding_preview import preview_of
from studio.data.checks.fixes import propose
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding

CALM = [
    pair(100 + n, f"What about thing {word}?", f"It is {word} and that is all.")
    for n, word in enumerate("abcdefghijklmnopqrst")
]
CLOSED = [
    pair(n, f"How does the {word} work?", f"It works by {word} power, {n} times.\nAsk again whenever you like to.")
    for n, word in enumerate(["kettle", "lamp", "spoon", "ladder", "basket", "curtain"], start=1)
]


def found(kind: str, examples: list[Example]) -> Finding:
    return next(one for one in examine(examples) if one.kind == kind)


@pytest.mark.parametrize("kind, rows", [
    ("garbled_text", [pair(1, "Open?", "Yes, the cafÃ© is open.")]),
    ("markup", [pair(1, "Is it <b>safe</b> for my child?", "Yes, it is.")]),
    ("special_tokens", [pair(1, "Open?", "Yes, we are.<|im_end|>")]),
    ("repeated_boilerplate", CLOSED),
])  # fmt: skip
def test_the_words_after_are_those_that_the_fix_would_write(kind: str, rows: list[Example]) -> None:
    examples = [*rows, *CALM]
    finding = found(kind, examples)
    seen = preview_of(finding, {example.row: example for example in examples})
    assert seen is not None and seen.before != seen.after
    _, edits, _ = propose(finding, examples)
    assert seen.after in [message.content for message in edits[seen.example.id]]


def test_a_row_that_cannot_be_mended_gives_way_to_one_that_can() -> None:
    rows = [pair(1, "Open?", "The caf\ufffd is open."), pair(2, "Shut?", "The cafÃ© is shut.")]
    finding = found("garbled_text", [*rows, *CALM])
    seen = preview_of(finding, {example.row: example for example in rows})
    assert seen is not None and (seen.example.row, seen.after) == (2, "The café is shut.")


def test_without_a_repair_the_first_row_is_shown_with_its_note() -> None:
    finding = Finding(kind="placeholder", severity="serious", count=1, rows=(7, 1), sentence="", notes={1: "N/A"})
    seen = preview_of(finding, {1: pair(1, "Why?", "N/A")})
    assert seen is not None and (seen.example.row, seen.note, seen.before, seen.after) == (1, "N/A", "", "")
    assert preview_of(finding, {}) is None
