"""Letters of another script in a Latin word are found and written in Latin; words of that script stay."""

import random

import pytest

from studio.data.checks.characters.look_alikes import mixed_words, repaired
from studio.data.checks.examination import examine
from studio.schemas.example import pair


@pytest.mark.parametrize(("text", "after_it"), [
    ("The h\u0430rbour is shut.", "The harbour is shut."),
    ("Write to \u0420ort \u041effice.", "Write to Port Office."),
    ("An \u0391nchor", "An Anchor"),
    ("Наш p\u043ert открыт: h\u0430rbour.", "Наш p\u043ert открыт: harbour."),  # p, r, t: r is Latin for sure
])  # fmt: skip
def test_a_latin_word_becomes_latin(text: str, after_it: str) -> None:
    expected = after_it.replace("p\u043ert", "port")
    assert repaired(text) == expected


@pytest.mark.parametrize("text", [
    "Порт открыт.", "Λιμάνι", "VIP-клиент", "iPhone\u2019ом", "SMSка", "5 μg and 3 μm", "p = ρgh", "Δt and αx", "Ωm",
    "\u0422\u043e\u0440 и Top", "\u0422op открыт", "naïve café", "plain",
])  # fmt: skip
def test_what_is_meant_stays(text: str) -> None:
    assert repaired(text) == text


def test_the_finding_says_which_letter_of_which_script() -> None:
    rows = [pair(1, "Is the h\u0430rbour shut?", "Yes."), pair(2, "Is it open?", "No.")]
    finding = next(one for one in examine(rows) if one.kind == "look_alike_letters")
    assert (finding.rows, finding.notes[1]) == ((1,), "“h\u0430rbour” with Cyrillic \u0430")
    assert (
        finding.sentence == "1 row has letters of another script in a Latin word: “h\u0430rbour” with Cyrillic \u0430."
    )


def test_repairing_twice_is_repairing_once_and_changes_no_length() -> None:
    chance = random.Random(6)
    pieces = ["h", "o", "p", "\u0430", "\u043e", "\u0431", "ρ", "Α", " ", "-", "Top", "порт", "é", "5"]
    for _ in range(5_000):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 10)))
        once = repaired(text)
        assert repaired(once) == once and mixed_words(once) == [], text
        assert len(once) == len(text)
