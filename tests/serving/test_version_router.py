"""`auto`: a question goes to the version whose training rows it resembles, and the reason names a row."""

from studio.schemas.example import pair
from studio.serving.version_router import LEAST, OWN_SENT_AWAY, VersionRouter

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
    assert chosen.to == "base" and chosen.similarity < LEAST and "Nothing" in chosen.reason


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


def test_an_everyday_question_goes_to_the_starting_model_though_it_shares_words_with_a_row() -> None:
    asked = "How much does the moon weigh?"
    assert VersionRouter(ROWS, "base").choose(asked).to == "garden"
    everyday = [
        pair(1, "How much does the moon weigh in tons?", "…"),
        pair(2, "How much does the moon weigh in all?", "…"),
    ]
    chosen = VersionRouter(ROWS, "base", everyday).choose(asked)
    assert chosen.to == "base" and "everyday" in chosen.reason
    assert VersionRouter(ROWS, "base", everyday).choose("How much does the spade weigh?").to == "garden"
    taught = VersionRouter({"moon": [pair(1, everyday[1].question, "…")]}, "base", everyday[1:])
    assert taught.choose(everyday[1].question).to == "moon", "what a version was taught is no everyday question"


def test_how_near_is_near_is_measured_on_the_taught_rows() -> None:
    things = [
        f"{a} {b}"
        for a in ("red", "old", "tall", "wet", "new")
        for b in (
            "rake",
            "spade",
            "hose",
            "ladder",
            "bucket",
            "candle",
            "lamp",
            "spoon",
            "chair",
            "basket",
            "curtain",
            "pillow",
        )
    ]
    rows = {"garden": [pair(n, f"What does the {thing} cost?", "…") for n, thing in enumerate(things)]}
    router = VersionRouter(rows, "base")
    away = sum(router.choose(row.question).to == "base" for row in rows["garden"])
    assert router.least > LEAST and away <= OWN_SENT_AWAY * len(things) + 1
    assert router.choose("What is the capital of the moon?").to == "base"
