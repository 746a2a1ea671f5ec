"""What is in the examples: measured when the card is opened, said in plain sentences, drawn as few bars."""

import html
import time
from collections.abc import Callable

import pytest

from studio.data.profile.dataset_profile import describe
from studio.schemas.example import Example, pair
from studio.services.studio import Studio
from studio.web.copy import profile as copy
from studio.web.tabs.examples import data_plots
from studio.web.view import View
from tests.web.conftest import MountedPage

Loaded = Callable[[], View]


def asked(*shares: tuple[str, int]) -> list[Example]:
    things = [question for question, many in shares for question in [question] * many]
    return [pair(row, f"{thing} number {row}?", "It is done today.") for row, thing in enumerate(things, 1)]


def test_nothing_is_built_or_measured_while_the_drawer_is_closed(page: MountedPage, loaded: Loaded) -> None:
    assert not hasattr(page.screen(loaded()).profile, "lead")


def test_opened_it_says_and_draws_what_there_is(page: MountedPage, loaded: Loaded) -> None:
    panel = page.screen(loaded(), drawers=True).profile
    assert "Counted, not judged" in html.unescape(panel.lead.value)
    assert "topic" in panel.about.value and panel.about_plot.visible


def test_while_it_is_open_it_follows_the_examples(page: MountedPage, loaded: Loaded) -> None:
    tab = page.screen(loaded(), drawers=True)
    followed = [event for event in page.blocks["examples"].fns.values()
                if (tab.list.revision._id, "change") in event.targets]  # fmt: skip
    assert "profile_of" in [event.name for event in followed] and tab.list.revision in tab.list.parts


def test_what_is_over_and_under_represented_is_said() -> None:
    head, rest = copy.about(describe(asked(("May I return the parcel", 36), ("Where is the invoice", 4))))
    assert head.startswith("9 of 10 are about “") and "return" in head
    assert "invoice" in rest and "(4 rows)" in rest


def test_a_rare_label_is_named() -> None:
    rows = [pair(n, f"Is case {n} urgent?", "yes" if n > 3 else "no") for n in range(1, 41)]
    head, rest = copy.answered(describe(rows))
    assert head == "“yes” is the answer in 92%" and "“no” is the rarest (3 rows)" in rest


def test_too_few_rows_are_not_judged() -> None:
    rows = [*asked(("May I return the parcel", 30)), pair(99, "Can she return it?", "Yes.")]
    ((group, many, words, with_it),) = copy.people_table(describe(rows))
    assert (group, many, words, with_it) == ("women", "1", "she 1", "too few rows to tell")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(9, 10, "9 of 10"), (10, 10, "all"), (999, 1000, "more than 9 of 10"), (1, 40, "1 in 40"), (0, 5, "none")],
)
def test_shares_are_said_without_rounding_to_all_or_none(part: int, whole: int, said: str) -> None:
    assert copy.of_ten(part, whole) == said


def test_a_large_dataset_says_on_how_many_rows_the_picture_rests() -> None:
    assert "20 of the 40 rows" in copy.measured(describe(asked(("May I return the parcel", 40)), most=20))


def test_no_plot_has_more_than_twelve_bars() -> None:
    many = [(f"What about the {chr(97 + n) * 5} today", 3) for n in range(20)]
    picture = describe(asked(*many))
    rows, grey = copy.topic_bars(picture)
    assert len(rows) <= 12 and grey and sum(number for _, number in rows) == 60


def test_names_from_files_reach_plotly_as_words_only() -> None:
    figure = data_plots.bars([("<a href='x'>tap\n& go</a>", 3)], 3)
    assert figure.layout.yaxis.ticktext == ("&lt;a href=&#x27;x&#x27;&gt;tap &amp;<br>go&lt;/a&gt;",)


def test_the_starting_model_is_asked_in_the_background_and_tells(page: MountedPage, studio: Studio,
                                                                 loaded: Loaded) -> None:  # fmt: skip
    view = loaded()
    panel = page.screen(view, drawers=True).profile
    panel.begin(view)
    deadline = time.monotonic() + 20
    while not studio.difficulty.of(view.project, view.dataset, view.model).is_over:  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.01)
    told = panel.trial_of(view)
    assert (told[panel.ask]["visible"], told[panel.stop]["visible"]) == (True, False)
    assert "None is known yet" in html.unescape(told[panel.known])


def test_every_bar_stands_in_a_table_too(page: MountedPage, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    tables = html.unescape(page.screen(view, drawers=True).profile.tables.value)
    for name, _ in studio.picture.of(view.project, view.dataset).forms:
        assert copy.FORMS[name] in tables
