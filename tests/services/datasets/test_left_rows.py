"""“Leave as it is” for some rows of a finding: the log names the finding, and its card counts what is still open."""

import csv
import io
from collections.abc import Callable

import pytest

from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web.copy import examples as copy
from tests.data.checks.content.test_boilerplate import NEWS, THANKS, kennel

Upload = Callable[[str], tuple[str, str]]
LINES = "repeated_boilerplate"


@pytest.fixture
def kept(studio: Studio, upload: Upload) -> tuple[str, str]:
    """Forty answers of which 20 thank, 10 tell the news, and 25 do one of the two."""
    text = io.StringIO()
    csv.writer(text).writerows([("Question", "Answer"), *((row.question, row.answer) for row in kennel())])
    return upload(text.getvalue())


def told(view: DatasetView) -> tuple[int, str, list[str]]:
    """The number of the card of stock lines, its headline, and its list."""
    (found,) = (one for one in view.findings if one.kind == LINES)
    return found.count, found.headline, copy.stock_lines(found)


def numbers(count: int, thanks: int, news: int) -> tuple[int, str, list[str]]:
    """The same as they are to be told."""
    said = f"{count} answers begin or end with a line that many share: “{THANKS}” ({thanks}), “{NEWS}” ({news})."
    return count, said, [f"“{THANKS}”: {thanks} answers", f"“{NEWS}”: {news} answers"]


def test_headline_and_list_tell_one_number_at_once_and_after_the_whole_table_was_looked_at(
    studio: Studio, kept: tuple[str, str]
) -> None:
    assert told(studio.examples.view(*kept, exact=True)) == numbers(25, 20, 10)
    left = studio.examples.dismiss(*kept, LINES, by="ana", rows=(2, 3, 4))
    assert told(left) == numbers(22, 18, 8)
    assert told(studio.examples.view(*kept, exact=True)) == numbers(22, 18, 8)
    fewer = studio.examples.remove(*kept, ["r6", "r7"], by="ana")
    assert told(fewer) == numbers(20, 16, 8)


def test_what_was_left_bears_the_finding_s_name_in_the_log(studio: Studio, kept: tuple[str, str]) -> None:
    (decision,) = studio.examples.dismiss(*kept, LINES, by="ana", rows=(2, 3, 4)).decisions
    assert decision.sentence == "3 rows left as before (lines that many answers share)."
