"""Private details in the inbox and in their drawer: a way for each kind, and what is called not private."""

import json
from html import unescape
from pathlib import Path

import gradio as gr
import pytest

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.finding import Finding
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import privacy as copy
from studio.web.mounting import Place
from studio.web.tabs.examples.list_screen import ListScreen
from studio.web.tabs.examples.private_lines import private_example
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.view import View
from tests.web.conftest import MountedPage, asked_by_ana, updated


@pytest.fixture
def seen(studio: Studio, tmp_path: Path) -> DatasetView:
    lines = ["question,answer"] + [f"What about thing {n}?,It is number {n} in our long list." for n in range(30)]
    lines += [
        "Who helps with <b>bold</b> words?,Write to <i>help@house.com</i> please.",
        "Who else can help me today?,Write to help@house.com or call +49 30 1234567.",
    ]
    path = tmp_path / "house.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return studio.imports.import_file(path, "house", by="ana")


def finding(shown: DatasetView) -> Finding | None:
    return next((one for one in shown.findings if one.kind == "private_details"), None)


def view_of(shown: DatasetView) -> View:
    return View(project=shown.project, dataset=shown.id, mark=shown.mark)


def pressed(screen: ListScreen, view: View, act: str, **picked: str) -> View:
    ways = {f"way-{kind}": way for kind, way in picked.items()}
    text = json.dumps({"press": act, "seen": view.mark, "picked": ways, "nonce": "1"})
    done: View = screen.press(view, Place("examples"), RowListing(), text, asked_by_ana())[screen.frame.view]
    return done


def now(studio: Studio, view: View) -> DatasetView:
    return studio.examples.view(view.project, view.dataset)


def test_each_kind_has_a_way_and_its_details_a_button(page: MountedPage, seen: DatasetView) -> None:
    markup = page.screen(view_of(seen)).list.inbox.value
    drawn = unescape(markup)
    assert "E-mail addresses in 2 rows" in drawn and "Phone numbers in 1 row" in drawn
    for kind in ("email", "phone"):
        assert f'name="way-{kind}" value="mask" checked' in drawn and f'name="way-{kind}" value="fake">' in drawn
    assert drawn.count(f">{say('privacy.not_private')}</button>") == 2 and f">{say('privacy.do_it')}</button>" in drawn
    assert "help@house.com" in drawn and "<i>" not in markup


def test_what_is_not_looked_for_stands_in_the_open(page: MountedPage, seen: DatasetView) -> None:
    drawn = unescape(page.screen(view_of(seen)).list.inbox.value)
    line = drawn[drawn.index("kind-private_details") : drawn.index('<details class="more">')]
    assert "Names of people, streets and dates of birth are found only by the words beside them" in line


def test_hide_them_all_masks_every_kind(page: MountedPage, studio: Studio, seen: DatasetView) -> None:
    view = view_of(seen)
    done = pressed(page.screen(view).list, view, "hide_all", email="leave")
    assert finding(now(studio, done)) is None
    assert now(studio, done).examples[-1].answer == "Write to [EMAIL_1] or call [PHONE_1]."


def test_the_other_button_does_to_each_kind_what_was_picked(page: MountedPage, studio: Studio,
                                                            seen: DatasetView) -> None:  # fmt: skip
    view = view_of(seen)
    done = pressed(page.screen(view).list, view, "hide", email="fake", phone="leave")
    shown = now(studio, done)
    assert shown.examples[-1].answer == "Write to person1@example.org or call +49 30 1234567."
    assert (finding(shown), done.mark, shown.decisions[0].by) == (None, shown.mark, "ana")


def test_a_way_that_is_not_offered_is_refused(page: MountedPage, studio: Studio, seen: DatasetView) -> None:
    view = view_of(seen)
    with pytest.raises(StudioError, match="cannot be done"):
        pressed(page.screen(view).list, view, "hide", email="publish")
    assert now(studio, view).mark == seen.mark


def test_what_somebody_else_wrote_meanwhile_is_not_masked_unseen(
    page: MountedPage, studio: Studio, seen: DatasetView
) -> None:
    view = view_of(seen)
    screen, other = page.screen(view).list, seen.examples[-1]
    studio.examples.edit("house", seen.id, other.id, by="ben", question=other.question, answer="Ask me@house.com.")
    with pytest.raises(StudioError, match="ben changed row 33 after you looked"):
        pressed(screen, view, "hide_all")
    assert now(studio, view).examples[-1].answer == "Ask me@house.com."


def test_not_private_and_private_after_all(page: MountedPage, studio: Studio, seen: DatasetView,
                                           request_of_ana: gr.Request) -> None:  # fmt: skip
    found, view = finding(seen), view_of(seen)
    assert found is not None and found.spots[0].kind == "email"
    done = pressed(page.screen(view).list, view, "allow 0")
    left = finding(now(studio, done))
    assert left is not None and list(left.parts) == ["phone"]
    assert [one.by for one in studio.allowed.all("house")] == ["ana"]
    panel = page.screen(done, drawers=True).privacy
    assert html.safe("help@house.com") in panel.allowed.value and panel.back.visible
    told = panel.disallow(done, "help@house.com", request_of_ana)
    back = finding(now(studio, told[panel.frame.view]))
    assert back is not None and list(back.parts) == ["email", "phone"]
    assert updated(told[panel.back])["visible"] is False


def test_a_detail_is_only_allowed_from_the_list_that_was_seen(page: MountedPage, seen: DatasetView) -> None:
    view = view_of(seen)
    screen = page.screen(view).list
    for number in ("2", "-1", "x"):
        with pytest.raises(StudioError):
            pressed(screen, view, f"allow {number}")


def test_countries_are_chosen_for_the_project(page: MountedPage, studio: Studio, seen: DatasetView,
                                              request_of_ana: gr.Request) -> None:  # fmt: skip
    panel = page.screen(view_of(seen), drawers=True).privacy
    done = panel.choose_countries(view_of(seen), ["NL"], request_of_ana)
    assert (studio.allowed.countries("house"), done.stamp) == (("NL",), 1)


def test_the_words_around_a_detail_are_whole_words(seen: DatasetView) -> None:
    found = finding(seen)
    assert found is not None
    spot = next(one for one in found.spots if one.kind == "phone")
    example = next(one for one in seen.examples if one.row == spot.row)
    assert copy.around(spot, example) == ("Write to help@house.com or call ", "+49 30 1234567", ".")
    long = example.model_copy(
        update={
            "messages": (
                example.messages[0].model_copy(
                    update={"content": "wording " * 20 + "+49 30 1234567" + " wording" * 20}
                ),
            )
        }
    )
    before, what, after = copy.around(spot.model_copy(update={"turn": 0, "start": 160, "end": 174}), long)
    assert (before[:9], what, after[-9:]) == ("… wording", "+49 30 1234567", "wording …")


@pytest.fixture
def mails(studio: Studio, tmp_path: Path) -> DatasetView:
    names = ("Ana Costa", "Lena Vogt", "Mia Lund", "Yusuf Demir")
    ends = [", ask for Dr Baird." if n < 10 else "." for n in range(24)]
    rows = [
        f'"May I come on day {n}?\n\nThanks,\n{names[n % 4]}","Dear {names[n % 4]},\n\ncome at {n}{end}"'
        for n, end in enumerate(ends)
    ]
    path = tmp_path / "mails.csv"
    path.write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
    return studio.imports.import_file(path, "mails", by="ana")


def possible(shown: DatasetView) -> Finding | None:
    return next((one for one in shown.findings if one.kind == "possible_personal"), None)


def test_a_name_of_the_house_is_asked_on_the_card_before_any_name_is_hidden(page: MountedPage, studio: Studio,
                                                                             mails: DatasetView) -> None:  # fmt: skip
    view = view_of(mails)
    screen = page.screen(view).list
    drawn = unescape(screen.inbox.value)
    card = drawn[drawn.index("kind-possible_personal") :]
    assert "“Dr Baird” stands in 10 answers: is it yours?" in card
    assert say("privacy.ours") in card[: card.index('<details class="more">')]
    assert 'class="press main" value="fix possible_personal ours=leave"' in card
    for way in ("mask", "fake", "leave"):
        assert f'name="way-possible-name" value="{way}"' in card
    done = pressed(screen, view, "fix possible_personal ours=leave")
    answers = " ".join(one.answer for one in now(studio, done).examples)
    assert answers.count("Dr Baird") == 10 and "Ana Costa" not in answers


def test_the_lines_number_is_that_of_the_sentence_while_it_is_asked_whose_a_name_is() -> None:
    seen = Finding(kind="possible_personal", severity="look", count=3, rows=(1, 2, 3), parts={"name": (1, 2, 3)},
                   states={1: "name", 2: "ours=Dr Baird", 3: "name+ours=Dr Baird"})  # fmt: skip
    assert "in 2 rows" in private_example(seen)
    assert "in 3 rows" in private_example(seen.model_copy(update={"states": {}}))


def test_it_is_ours_says_what_came_of_it(page: MountedPage, studio: Studio, mails: DatasetView) -> None:
    view = view_of(mails)
    screen = page.screen(view).list
    view = pressed(screen, view, "fix possible_personal ours=leave")
    spot = next(place for place, one in enumerate(possible(now(studio, view)).spots) if one.likely_ours)  # type: ignore[union-attr]
    text = json.dumps({"press": f"allow {spot} possible_personal", "seen": view.mark, "nonce": "2"})
    told = screen.press(view, Place("examples"), RowListing(), text, asked_by_ana())
    assert possible(now(studio, view)) is None
    assert (
        "“Baird” is yours and stays as it is: in 10 rows here, and in all later tables of the project. "
        "10 rows were listed here, now none is. To take it back: “What counts as private here”, below the table."
    ) in unescape(told[screen.inbox])


def test_each_way_is_told_by_a_kind_that_was_found(page: MountedPage, mails: DatasetView, seen: DatasetView) -> None:
    drawn = unescape(page.screen(view_of(mails)).list.inbox.value)
    assert "Hide writes [NAME_1] in its place" in drawn and "[EMAIL_1]" not in drawn
    assert "Hide writes [EMAIL_1] in its place" in unescape(page.screen(view_of(seen)).list.inbox.value)


def test_where_the_rows_hold_other_details_too_it_says_so() -> None:
    assert copy.stays("Baird", 19, 146, 146) == (
        "“Baird” is yours and stays as it is: in 19 rows here, and in all later tables of the project. "
        "The same 146 rows are still listed, for other details. "
        "To take it back: “What counts as private here”, below the table."
    )


def test_the_name_finder_is_one_press_away_and_fetched_only_then(
    page: MountedPage, seen: DatasetView, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = page.screen(view_of(seen), drawers=True).privacy
    offline = panel.finder_of()
    assert "started offline" in offline[panel.finder] and not updated(offline[panel.get])["visible"]
    monkeypatch.setattr(studio, "settings", studio.settings.model_copy(update={"offline": False}))
    offered = panel.finder_of()
    assert (
        "DistilBERT NER, 0.3 GB, Apache-2.0" in unescape(offered[panel.finder])
        and updated(offered[panel.get])["visible"]
    )
    assert studio.downloads.job("dslim/distilbert-NER") is None and not updated(offered[panel.find_names])["visible"]


def test_a_name_finder_that_was_fetched_is_used(page: MountedPage, seen: DatasetView, studio: Studio) -> None:
    folder = studio.models.target("dslim/distilbert-NER", "")
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    panel = page.screen(view_of(seen), drawers=True).privacy
    assert studio.name_finder() == folder and updated(panel.finder_of()[panel.find_names])["visible"]


def test_what_was_called_not_private_stands_among_the_decisions_with_its_own_undo(
    page: MountedPage, studio: Studio, seen: DatasetView
) -> None:
    view = view_of(seen)
    screen = page.screen(view).list
    view = pressed(screen, view, "allow 0")
    (called,) = studio.allowed.all("house")
    drawn = unescape(screen.inbox_of(now(studio, view), None))
    assert "What was decided (0), and called not private (1)" in drawn
    assert "E-mail address “help@house.com” is not private: it stays." in drawn
    undone = pressed(screen, view, f"disallow {called.at.isoformat()}")
    assert studio.allowed.all("house") == () and undone.mark == view.mark
    with pytest.raises(StudioError):
        pressed(screen, view, f"disallow {called.at.isoformat()}")


def test_the_details_that_are_not_drawn_are_counted(page: MountedPage, studio: Studio, seen: DatasetView) -> None:
    view = view_of(seen)
    for name in ("ada", "bea", "cyd", "dee", "eva", "fay", "gil"):
        studio.examples.add("house", seen.id, by="ana", question=f"Who is {name}?", answer=f"Ask {name}@home.org.")
    drawn = unescape(page.screen(view).list.inbox_of(studio.examples.view("house", seen.id, exact=True), None))
    assert "And e-mail addresses in 3 more rows: press “Show rows” to see them all." in drawn
