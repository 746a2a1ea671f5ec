"""The picture is measured on what is there, or on an even part of it, and says so."""

from studio.data.profile.dataset_profile import describe, evenly
from studio.schemas.example import pair

ROWS = [pair(n, f"What about invoice {n}?", "paid" if n % 3 else "open") for n in range(1, 61)]


def test_the_picture_counts_labels_lengths_and_topics() -> None:
    picture = describe(ROWS)
    assert (picture.rows, picture.looked_at) == (60, 60)
    assert picture.labels == (("paid", 40), ("open", 20)) and picture.label_count == 2
    assert picture.topics[0].terms == ("invoice",)
    assert picture.forms == (("label", 60),)
    assert sum(answers for _, _, answers in picture.lengths) == 60


def test_a_large_dataset_is_measured_on_an_even_part() -> None:
    picture = describe(ROWS, most=20)
    assert (picture.rows, picture.looked_at) == (60, 20)
    assert [row.row for row in evenly(ROWS, 3)] == [1, 21, 41]


def test_nothing_has_an_empty_picture() -> None:
    picture = describe([])
    assert (picture.rows, picture.topics, picture.mentions, picture.labels) == (0, (), (), ())


def test_rows_out_of_step_with_unicode_are_measured_too() -> None:
    assert describe([pair(1, "\ud800 broken", "x\x00"), pair(2, "", "")]).rows == 2


def test_greetings_are_no_topic_and_address_no_group() -> None:
    things = ["piano", "sofa", "boxes", "garden shed"]
    asked = [f"Dear Sir or Madam,\nGood morning. Do you move the {things[n % 4]} up {n} stairs?" for n in range(24)]
    seen = describe([pair(n, question, f"Yes, for {n} pounds.") for n, question in enumerate(asked, start=1)])
    named = {word for topic in seen.topics for word in topic.terms}
    assert named & {"piano", "sofa", "boxes", "garden", "shed"} and not named & {"sir", "madam", "morning", "good"}
    assert not seen.mentions
