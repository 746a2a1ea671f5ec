"""`auto`: a question goes to the version whose training rows it resembles, and the reason names a row."""

from studio.schemas.example import pair
from studio.serving.version_router import VersionRouter

ROWS = {
    "garden": [
        pair(n, f"How much does the {thing} weigh?", "…") for n, thing in enumerate(("rake", "spade", "hose"), 1)
    ],
    "parking": [pair(n, f"I paid the {thing} but was fined.", "…") for n, thing in enumerate(("meter", "permit"), 1)],
}


def test_a_question_goes_to_the_version_that_was_taught_its_like() -> None:
    router = VersionRouter(ROWS, "base")
    chosen = router.choose("What does a spade weigh?")
    assert chosen.to == "garden" and "row 2" in chosen.reason
    assert router.choose("They fined me although I paid the meter!").to == "parking"


def test_what_resembles_nothing_goes_to_the_starting_model() -> None:
    chosen = VersionRouter(ROWS, "base").choose("Wer hat Amerika entdeckt?")
    assert chosen.to == "base" and chosen.similarity < 0.16 and "Nothing" in chosen.reason


def test_words_that_no_version_knows_make_a_question_less_alike() -> None:
    router = VersionRouter(ROWS, "base")
    known, strange = (
        router.choose("How much does the rake weigh?"),
        router.choose("How much does Jupiter's moon weigh?"),
    )
    assert known.similarity > 0.9 > strange.similarity


def test_the_reason_tells_no_word_of_a_row() -> None:
    chosen = VersionRouter({"secret": [pair(7, "Our margin on lamps", "forty percent")]}, "base").choose(
        "margin on lamps"
    )
    assert chosen.to == "secret" and "row 7" in chosen.reason and "forty" not in str(chosen.body)
