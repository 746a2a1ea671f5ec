"""What is in the examples: measured when the card is opened, said in plain sentences, drawn as few bars."""

import html
import time
from collections.abc import Callable

import pytest

from studio.data.profile.dataset_profile import describe
from studio.schemas.example import Example, pair
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.copy import profile as say
from studio.web.tabs.examples import data_plots
from studio.web.view import View
from tests.web.conftest import by_part, updated

Loaded = Callable[[], View]


def asked(*shares: tuple[str, int]) -> list[Example]:
    things = [question for question, many in shares for question in [question] * many]
    return [pair(row, f"{thing} number {row}?", "It is done today.") for row, thing in enumerate(things, 1)]


def test_nothing_is_measured_while_the_card_is_closed(page: Page, loaded: Loaded) -> None:
    assert all(value.get("__type__") == "update" and "value" not in value
               for value in page.examples.picture.paint(loaded(), False))  # fmt: skip


def test_opened_it_says_and_draws_what_there_is(page: Page, loaded: Loaded) -> None:
    is_open, lead, about, plot, *_ = page.examples.picture.open(loaded())
    assert is_open and "Counted, not judged" in html.unescape(lead)
    assert "topic" in about and updated(plot)["visible"]


def test_what_is_over_and_under_represented_is_said() -> None:
    head, rest = say.about(describe(asked(("May I return the parcel", 36), ("Where is the invoice", 4))))
    assert head.startswith("9 of 10 are about “") and "return" in head
    assert "invoice" in rest and "(4 rows)" in rest


def test_a_rare_label_is_named() -> None:
    rows = [pair(n, f"Is case {n} urgent?", "yes" if n > 3 else "no") for n in range(1, 41)]
    head, rest = say.answered(describe(rows))
    assert head == "“yes” is the answer in 92%" and "“no” is the rarest (3 rows)" in rest


def test_too_few_rows_are_not_judged() -> None:
    rows = [*asked(("May I return the parcel", 30)), pair(99, "Can she return it?", "Yes.")]
    ((group, many, words, with_it),) = say.people_table(describe(rows))
    assert (group, many, words, with_it) == ("women", "1", "she 1", "too few rows to tell")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(9, 10, "9 of 10"), (10, 10, "all"), (999, 1000, "more than 9 of 10"), (1, 40, "1 in 40"), (0, 5, "none")],
)
def test_shares_are_said_without_rounding_to_all_or_none(part: int, whole: int, said: str) -> None:
    assert say.of_ten(part, whole) == said


def test_a_large_dataset_says_on_how_many_rows_the_picture_rests() -> None:
    assert "20 of the 40 rows" in say.measured(describe(asked(("May I return the parcel", 40)), most=20))


def test_no_plot_has_more_than_twelve_bars() -> None:
    many = [(f"What about the {chr(97 + n) * 5} today", 3) for n in range(20)]
    picture = describe(asked(*many))
    rows, grey = say.topic_bars(picture)
    assert len(rows) <= 12 and grey and sum(number for _, number in rows) == 60


def test_names_from_files_reach_plotly_as_words_only() -> None:
    figure = data_plots.bars([("<a href='x'>tap\n& go</a>", 3)], 3)
    assert figure.layout.yaxis.ticktext == ("&lt;a href=&#x27;x&#x27;&gt;tap &amp;<br>go&lt;/a&gt;",)


def test_the_starting_model_is_asked_in_the_background_and_tells(page: Page, studio: Studio, loaded: Loaded) -> None:
    view, card = loaded(), page.examples.picture
    card.begin(view)
    deadline = time.monotonic() + 20
    while not (trial := studio.difficulty.of(view.project, view.dataset, view.model)).is_over:  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.01)
    ask, stop, known = card.look(view)
    assert (ask["visible"], stop["visible"]) == (True, False)
    assert "None is known yet" in html.unescape(known) and trial is not None


def test_every_bar_stands_in_a_table_too(page: Page, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    card = page.examples.picture
    tables = html.unescape(by_part([card.is_open, *card.painted], card.open(view))[card.tables])
    for name, _ in studio.picture.of(view.project, view.dataset).forms:
        assert say.FORMS[name] in tables
