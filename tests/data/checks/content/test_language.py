"""One mail in another language is told as well, when its question and its answer both show it."""

from studio.data.checks.examination import examine
from studio.schemas.example import Example, pair

ENGLISH = [
    pair(
        row,
        f"Can you tell me what the repair of number {row} will cost?",
        f"It is {row} pounds, and you can wait for it.",
    )
    for row in range(1, 151)
]
GUTEN = "Guten Tag, reparieren Sie auch Räder von Touristen? Wir sind nur zwei Tage in der Stadt."
GERNE = "Guten Tag, ja gerne. Bringen Sie das Rad einfach vor 17 Uhr, wir machen es möglichst am selben Tag."


def told(*rows: Example) -> list[tuple[int, ...]]:
    return [one.rows for one in examine([*ENGLISH, *rows]) if one.kind == "mixed_language"]


def test_a_single_mail_in_another_language_is_told() -> None:
    assert told(pair(200, GUTEN, GERNE)) == [(200,)]


def test_one_side_alone_of_a_single_row_says_too_little() -> None:
    assert told(pair(200, GUTEN, "Yes, we do that on the same day if you bring it to us before five.")) == []
