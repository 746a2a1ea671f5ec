"""Topics are about things: people who ask, their streets and addresses name none."""

from studio.data.profile.dataset_profile import describe
from studio.data.profile.personal_words import without_blanks, without_personal
from studio.schemas.example import pair

ASKED = [
    f"Dear Mrs Quill, my crown is loose. Is Mrs Quill in on day {day}?\n\nRegards,\nGeorge Tibbs" for day in range(9)
]


def test_no_topic_bears_the_name_of_a_person() -> None:
    rows = [pair(row, asked, f"Come on day {row}.") for row, asked in enumerate([*ASKED, "Quill has my crown."], 1)]
    terms = {term.casefold() for topic in describe(rows).topics for term in topic.terms}
    assert "crown" in terms and not terms & {"quill", "george", "tibbs"}


def test_a_name_goes_from_texts_without_a_sign_too() -> None:
    assert without_personal(["I am George Tibbs.", "Tibbs called."]) == ["I am  .", "  called."]


def test_a_name_that_is_written_as_a_word_stays_one() -> None:
    assert without_personal(["Dear Bill,", "Bill came.", "The bill is wrong."])[1:] == [
        "Bill came.",
        "The bill is wrong.",
    ]


def test_addresses_and_streets_go() -> None:
    assert without_personal(["Write to ana@b.org or 14 Mill Lane now"]) == ["Write to   or   now"]


def test_no_placeholder_is_a_topic_or_a_beginning() -> None:
    """“Name” was a topic, and “hello name we” a beginning, once names were hidden."""
    forms = ["[NAME_1]", "[NAME_22]", "{name}", "{{ first_name }}", "[Name]", "[customer name]", "<your name>"]
    rows = [
        pair(row, f"Can {name} have a crown on day {row}?", f"Hello {name}, we have room. {name} may come.")
        for row, name in enumerate(forms * 4, 1)
    ]
    picture = describe(rows)
    terms = {term.casefold() for topic in picture.topics for term in topic.terms}
    assert not any("name" in term for term in terms)
    assert dict(picture.answer_openings) == {"hello we have": 28}
    assert dict(picture.question_openings) == {"can have": 28}
    kept = "My name is on [the list](a.html), and x[i] in {a: 1}."
    assert without_blanks(kept) == kept
