"""Marks that nobody sees go, but for those that a script or an emoji needs."""

import random

import pytest

from studio.data.checks.characters.invisible import invisible_piece, repaired
from studio.data.checks.content.empty import is_empty
from studio.data.checks.examination import examine
from studio.data.checks.finding_preview import preview_of
from studio.data.checks.fixes import after, fix_all
from studio.schemas.example import pair

SHY, ZWSP, BOM, RLM, LRM, ZWNJ, ZWJ = "\u00ad", "\u200b", "\ufeff", "\u200f", "\u200e", "\u200c", "\u200d"


@pytest.mark.parametrize(("text", "after_it", "piece"), [
    (f"ropes and an{SHY}chors", "ropes and anchors", "ropes and an⟨soft hyphen⟩chors"),
    (f"{BOM}We open.", "We open.", "⟨byte-order mark⟩We open."),
    (f"We{ZWSP} open.", "We open.", "We⟨zero-width space⟩ open."),
    ("We \u202eopen\u202c.", "We open.", "We ⟨direction mark⟩open."),
    (f"10{LRM}–12", "10–12", "10⟨direction mark⟩–12"),
    ("We\u2060open", "Weopen", "We⟨word joiner⟩open"),
    ("Hi\U000e0041\U000e0042", "Hi", "Hi⟨tag latin capital letter a⟩"),
])  # fmt: skip
def test_a_mark_is_named_and_goes(text: str, after_it: str, piece: str) -> None:
    assert repaired(text) == after_it
    assert invisible_piece(text) == piece


@pytest.mark.parametrize("text", [
    f"می{ZWNJ}خواهم", f"क्{ZWJ}ष", f"👩{ZWJ}🔧 and 👨{ZWJ}👩{ZWJ}👧", "❤\ufe0f", "1\ufe0f\u20e3", f"Auf{ZWNJ}lage",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England
    f"שלום{RLM} (ABC)", "\u2067سلام\u2069 world", f"ภาษา{ZWSP}ไทย", "Plain words, a “quote” – and é.", "Ã\u00ad",
])  # fmt: skip
def test_what_a_script_needs_stays(text: str) -> None:
    assert repaired(text) == text
    assert invisible_piece(text) == ""


def test_the_finding_is_counted_and_mended_by_rule() -> None:
    rows = [pair(1, "What is sold?", f"Ropes and an{SHY}chors."), pair(2, f"{BOM}When?", f"At{ZWSP} nine.")]
    finding = next(one for one in examine(rows) if one.kind == "invisible_marks")
    assert finding.rows == (1, 2)
    assert finding.sentence == "2 rows hold marks that nobody sees, such as “Ropes and an⟨soft hyphen⟩chors.”."
    seen = preview_of(finding, {one.row: one for one in rows})
    assert seen is not None and (seen.before, seen.note) == ("", "Ropes and an⟨soft hyphen⟩chors.")
    left = rows
    for effect in fix_all(rows):
        left = after(left, effect)
    assert [one.answer for one in left] == ["Ropes and anchors.", "At nine."]


@pytest.mark.parametrize("text", [BOM, SHY * 3, f" {RLM}{ZWSP}\n", "\u202e\u202c", "\ufe0f"])
def test_an_answer_of_marks_alone_is_empty_before_and_after(text: str) -> None:
    assert is_empty(text) and is_empty(repaired(text))


def test_garbled_letters_with_half_a_letter_that_looks_like_a_mark_are_mended_as_letters() -> None:
    left = [pair(1, "Where?", "In the jardÃ\u00adn.")]
    for effect in fix_all(left):
        left = after(left, effect)
    assert left[0].answer == "In the jardín."


def test_repairing_twice_is_repairing_once() -> None:
    chance = random.Random(5)
    pieces = [
        SHY,
        ZWSP,
        BOM,
        RLM,
        "\u202a",
        ZWNJ,
        ZWJ,
        "Ã",
        "à",
        "a",
        " ",
        "ش",
        "ไ",
        "👩",
        "\U000e0041",
        "\U0001f3f4",
        "‚",
    ]
    for _ in range(5_000):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 8)))
        once = repaired(text)
        assert repaired(once) == once, ascii(text)
        assert is_empty(once) == is_empty(text), ascii(text)
