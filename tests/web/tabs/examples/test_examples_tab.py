"""The list screen: the inbox of findings and what its buttons do, the account, and the files to save."""

import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.finding import Finding
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web.copy import examples as copy
from studio.web.mounting import Place
from studio.web.tabs.examples.inbox import ruled, ways_offered
from studio.web.tabs.examples.list_screen import ListScreen
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.view import View
from tests.web.conftest import MountedPage, accepted, asked_by_ana, updated

Loaded = Callable[[], View]
AT, ALL = Place("examples"), RowListing()


def pressed(screen: ListScreen, view: View, act: str, *, listing: RowListing = ALL, **more: Any) -> dict[Any, Any]:
    """What comes of a press on a button of the list, as the page's script sends it."""
    text = json.dumps({"press": act, "seen": view.mark, "nonce": act, **more})
    return dict(screen.press(view, AT, listing, text, asked_by_ana()))


def after(screen: ListScreen, view: View, act: str, **more: Any) -> View:
    """The view after such a press."""
    seen: View = pressed(screen, view, act, **more)[screen.frame.view]
    return seen


def now(studio: Studio, view: View) -> DatasetView:
    return studio.examples.view(view.project, view.dataset)


def finding_of(studio: Studio, view: View, kind: str) -> Finding:
    return next(one for one in now(studio, view).findings if one.kind == kind)


def inbox_of(screen: ListScreen, view: View) -> str:
    return html.unescape(screen.state_of(view, ALL)[screen.inbox])


def test_only_the_screen_that_is_looked_at_is_built(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    names = ("start", "columns", "list", "review")
    for at, screen, there in ((View(), "", "start"), (view, "", "list"), (view, "conflicts", "review")):
        tab = page.screen(at, screen)
        assert [name for name in names if hasattr(tab, name)] == [there]


def test_the_tab_is_within_its_budget(page: MountedPage, loaded: Loaded) -> None:
    """Gradio walks every part of the page at every message."""
    page.screen(loaded())
    blocks = page.blocks["examples"]
    assert len(blocks.blocks) + len(page.page.blocks.blocks) <= 150
    assert len(blocks.fns) + len(page.page.blocks.fns) <= 60


def test_each_finding_is_one_line_with_one_button_and_the_rest_under_more(page: MountedPage, studio: Studio,
                                                                          loaded: Loaded) -> None:  # fmt: skip
    view = loaded()
    drawn = inbox_of(page.screen(view).list, view)
    shown = now(studio, view)
    assert drawn.count('class="press main"') == drawn.count('<details class="more">') == len(shown.findings)
    for label in ("Take them out", "Keep one of each", "Settle them", "Show rows", "Leave as is"):
        assert f">{label}</button>" in drawn
    assert drawn.index("kind-conflicting_answers") < drawn.index("kind-exact_duplicate"), "the worst first"


def test_one_finding_is_fixed_or_left(page: MountedPage, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    screen = page.screen(view).list
    view = after(screen, view, "fix empty_answer")
    view = after(screen, view, "leave exact_duplicate")
    left = {finding.kind for finding in now(studio, view).findings}
    assert not {"empty_answer", "exact_duplicate"} & left
    with pytest.raises(StudioError, match="nothing of this kind left"):
        pressed(screen, view, "fix empty_answer")


def test_after_a_press_everything_tells_one_state(page: MountedPage, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    tab = page.screen(view)
    screen = tab.list
    told = tab.listen.repainted(pressed(screen, view, "fix empty_answer"), [ALL, screen.revision.value])
    assert set(told) >= {*screen.parts, *screen.table.parts, screen.frame.view}
    assert "53 examples" in told[screen.headline] and "53 examples ready" in html.unescape(told[screen.bar.text])
    assert "no answer: 1" in html.unescape(told[screen.account]) and "kind-empty_answer" not in told[screen.inbox]
    assert len(updated(told[screen.table.table])["value"]) == 53


@pytest.mark.parametrize(
    "act",
    ["explode", "fix", "fix no_such_kind", "fix empty_answer drop", "open empty_answer", "rows nothing", "hide",
     "allow 0", "undo nothing", "save ../../etc", "leave"],
)  # fmt: skip
def test_a_press_that_no_button_offers_does_nothing(page: MountedPage, studio: Studio, loaded: Loaded,
                                                    act: str) -> None:  # fmt: skip
    view = loaded()
    screen = page.screen(view).list
    with pytest.raises(StudioError):
        pressed(screen, view, act)
    assert now(studio, view).mark == view.mark


def test_what_fix_all_would_do_is_told_before_and_taken_back_with_one_undo(page: MountedPage, studio: Studio,
                                                                           loaded: Loaded) -> None:  # fmt: skip
    view = loaded()
    screen = page.screen(view).list
    before = now(studio, view)
    assert "“Fix all” takes out 2 rows. One Undo takes all of it back." in inbox_of(screen, view)
    fixed = after(screen, view, "fix_all")
    done = now(studio, fixed)
    assert len(before.examples) - len(done.examples) == 2 and len(done.decisions) == 1
    assert done.card.rows_in == len(done.examples) + sum(done.card.dropped.values())
    assert "fix_all" not in inbox_of(screen, fixed)
    back = after(screen, fixed, f"undo {done.decisions[0].id}")
    assert now(studio, back).examples == before.examples


def test_fix_all_leaves_a_number_that_may_be_hers_to_a_decision(page: MountedPage, studio: Studio, tmp_path: Path,
                                                                request_of_ana: gr.Request) -> None:  # fmt: skip
    ours, hers = "030 1234567", "0171 7654321"
    rows = [f"When is order {number} ready?,On day {number}. Phone {ours}." for number in range(1, 30)]
    path = tmp_path / "mails.csv"
    path.write_text("\n".join(["question,answer", *rows, f"Please call {hers}.,We will."]), "utf-8")
    view = accepted(page, path, request_of_ana)
    screen = page.screen(view).list
    assert "“Fix all” changes 1 row." in inbox_of(screen, view)
    done = now(studio, after(screen, view, "fix_all"))
    texts = " ".join(message.content for example in done.examples for message in example.messages)
    assert hers not in texts and texts.count(ours) == 29
    assert "is it yours?" in next(one.sentence for one in done.findings if one.kind == "private_details")


def test_of_a_large_table_it_is_told_when_it_is_asked_for(page: MountedPage, studio: Studio, loaded: Loaded,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("studio.web.tabs.examples.list_screen.MOST_FOR_PREVIEW", 10)
    view = loaded()
    screen = page.screen(view).list
    assert say("examples.fix_all_ask") in inbox_of(screen, view) and say("examples.fix_all") not in inbox_of(
        screen, view
    )
    told = pressed(screen, view, "preview")
    assert "takes out 2 rows" in html.unescape(told[screen.inbox]) and screen.frame.view not in told


def test_a_double_click_is_one_act(page: MountedPage, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    screen = page.screen(view).list
    once = after(screen, view, "fix_all")
    twice = pressed(screen, once, "fix_all", seen=view.mark)[screen.frame.view]
    assert len(now(studio, twice).decisions) == 1
    undo = f"undo {now(studio, twice).decisions[0].id}"
    back = after(screen, twice, undo)
    again = pressed(screen, back, undo, seen=twice.mark)[screen.frame.view]
    assert now(studio, again).decisions == ()


def test_each_decision_has_its_own_undo_and_the_newest_says_what_it_takes_back(page: MountedPage, studio: Studio,
                                                                              loaded: Loaded) -> None:  # fmt: skip
    view = loaded()
    screen = page.screen(view).list
    view = after(screen, view, "fix empty_answer")
    view = after(screen, view, "leave exact_duplicate")
    first, second = now(studio, view).decisions
    drawn = inbox_of(screen, view)
    assert "What was decided (2)" in drawn and drawn.index(f"undo {second.id}") < drawn.index(f"undo {first.id}")
    assert f"Takes back: {second.sentence}" in drawn
    view = after(screen, view, f"undo {first.id}")
    assert [one.id for one in now(studio, view).decisions] == [second.id]


def test_the_log_tells_by_whom_and_an_old_page_takes_back_only_what_it_names(page: MountedPage, studio: Studio,
                                                                             loaded: Loaded) -> None:  # fmt: skip
    view = loaded()
    screen = page.screen(view).list
    view = after(screen, view, "fix empty_answer")
    mine = now(studio, view).decisions[-1]
    studio.examples.remove(view.project, view.dataset, ["r3"], by="ben")
    drawn = inbox_of(screen, view)
    assert drawn.index("by ben") < drawn.index("by ana")
    after(screen, view, f"undo {mine.id}")
    assert [one.by for one in now(studio, view).decisions] == ["ben"]


def test_show_rows_filters_the_table(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    screen = page.screen(view).list
    told = pressed(screen, view, "rows empty_answer", listing=RowListing(search="x", page=3, size=50))
    assert told[screen.listing] == RowListing(kind="empty_answer", size=50) and told[screen.table.search] == ""
    assert updated(told[screen.table.table])["value"] == [["54", "Is there parking?", ""]]


def test_groups_are_decided_on_a_screen_of_their_own(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    screen = page.screen(view).list
    assert pressed(screen, view, "open conflicting_answers")[screen.frame.place].screen == "conflicts"
    assert pressed(screen, view, "open exact_duplicate")[screen.frame.place].screen == "copies:exact_duplicate"


def test_the_refresh_button_tells_what_changed_elsewhere_and_keeps_the_plan(page: MountedPage, studio: Studio,
                                                                           loaded: Loaded) -> None:  # fmt: skip
    view = replace(loaded(), model="x")
    screen = page.screen(view).list
    assert "refresh refresh-examined" in " ".join(screen.refresh.elem_classes)
    assert screen.look_again(view, True) is None, "nothing is drawn under her hand without need"
    ended = screen.look_again(view, False)
    assert (ended.mark, ended.model, ended.stamp) == (view.mark, "x", view.stamp + 1)
    studio.examples.remove(view.project, view.dataset, ["r3"], by="ben")
    assert screen.look_again(view, True).mark == now(studio, view).mark != view.mark


def test_a_chosen_model_that_reads_less_is_told_of_beside_the_rows(page: MountedPage, studio: Studio, tmp_path: Path,
                                                                   loaded: Loaded) -> None:  # fmt: skip
    folder = tmp_path / "tiny-llama"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    view = replace(loaded(), model=str(folder))
    screen = page.screen(view).list
    studio.examples.add(view.project, view.dataset, by="ana", question="clang " * 1500, answer="Ten of them.")
    assert "tiny-llama" not in screen.state_of(view, ALL)[screen.split], "no plan was made with it"
    told = html.unescape(screen.state_of(replace(view, proposed=str(folder)), ALL)[screen.split])
    assert "“tiny-llama” is chosen and cannot read more than 1,024 pieces." in told
    assert "The whole answer of 1 row is lost" in told


@pytest.mark.parametrize("form", ["csv", "csv_for_excel", "csv_for_excel_semicolons", "xlsx", "jsonl", "parquet",
                                  "prompt_completion", "report"])  # fmt: skip
def test_what_is_saved_is_offered_to_this_session_only(page: MountedPage, loaded: Loaded, form: str,
                                                       offered: list[tuple[str, Path]]) -> None:  # fmt: skip
    view = loaded()
    screen = page.screen(view).list
    assert f'value="{form_act(form)}"' in inbox_buttons(screen)
    told = pressed(screen, view, f"save {form}")
    session, path = offered[-1]
    assert session == "s1" and path.is_file() and 'href="/studio/files/' in told[screen.saved]
    assert set(told) == {screen.saved}


def form_act(form: str) -> str:
    return f"save {form}"


def inbox_buttons(screen: ListScreen) -> str:
    made = screen.frame.page.blocks.values()
    return html.unescape("".join(str(part.value) for part in made if isinstance(part, gr.Markdown)))


def test_the_export_for_excel_says_which_rows_excel_would_cut(page: MountedPage, studio: Studio,
                                                              loaded: Loaded) -> None:  # fmt: skip
    view = loaded()
    studio.examples.add(view.project, view.dataset, by="ana", question="How long is it?",
                        answer="The pier is long. " * 2_000)  # fmt: skip
    screen = page.screen(view).list
    told = html.unescape(pressed(screen, view, "save csv_for_excel_semicolons")[screen.saved])
    assert "1 row has a cell of more than 32,767 letters, which Excel cuts: row a1." in told
    assert "Excel cuts" not in pressed(screen, view, "save jsonl")[screen.saved]
    with pytest.raises(StudioError, match="more than Excel can hold"):
        pressed(screen, view, "save xlsx")


def test_a_reviewer_decides_in_a_sheet_that_comes_back(page: MountedPage, studio: Studio, loaded: Loaded,
                                                        tmp_path: Path, offered: list[tuple[str, Path]],
                                                        request_of_ana: gr.Request) -> None:  # fmt: skip
    view = loaded()
    panel = page.screen(view, drawers=True).review_sheet
    panel.save_sheet(view, request_of_ana)
    ((_, sheet),) = offered
    lines = sheet.read_text(encoding="utf-8-sig").splitlines()
    empty = next(number for number, line in enumerate(lines) if line.startswith("empty_answer"))
    lines[empty] = lines[empty].removesuffix(",,") + ",fix,"
    back = tmp_path / "decided.csv"
    back.write_text("\n".join(lines), encoding="utf-8-sig")
    done = panel.bring_sheet(view, str(back), request_of_ana)[panel.frame.view]
    assert now(studio, done).card.dropped == {"empty_answer": 1}
    assert not back.exists()


def test_a_table_of_few_rows_is_shown_with_the_reason_why_it_cannot_teach_yet(
    page: MountedPage, studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "few.csv"
    path.write_text("question,answer\nDo you mend lamps?,Gladly.\nDo you mend chairs?,On Mondays.\n")
    shown = studio.examples.upload(path, path.name, by="ana")
    screen = page.screen(View(project=shown.project, dataset=shown.id)).list
    assert "2 examples are too few" in html.unescape(screen.split.value)


def test_a_fix_that_would_take_out_most_rows_is_told_and_not_offered(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    lines = [
        f"Where is boat {n} of the harbour?,{'' if n < 20 else f'At pier {n} behind shed {n}.'}" for n in range(30)
    ]
    path = tmp_path / "boats.csv"
    path.write_text("question,answer\n" + "\n".join(lines) + "\n")
    view = accepted(page, path, request_of_ana)
    screen = page.screen(view).list
    assert ways_offered(now(studio, view), finding_of(studio, view, "empty_answer")) == []
    assert "empty_answer" not in ruled(now(studio, view))
    assert copy.most_lost(20, 30).startswith("Taking them out would leave out 20 of 30 rows.")
    assert copy.most_lost(20, 30) in inbox_of(screen, view)
    with pytest.raises(StudioError, match="not offered"):
        pressed(screen, view, "fix empty_answer")
    fixed = after(screen, view, "fix_all")
    assert len(now(studio, fixed).examples) == 30


def test_rows_left_out_are_listed_with_their_reason(page: MountedPage, tmp_path: Path,
                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    lines = [f"Where is boat {n} of the harbour?,At pier {n}." for n in range(30)]
    path = tmp_path / "boats.csv"
    path.write_text("question,answer\n,\n" + "\n".join(lines) + "\n")
    screen = page.screen(accepted(page, path, request_of_ana)).list
    assert "1 row left out, blank: row 2." in html.unescape(screen.account.value)
    assert "30 examples" in screen.headline.value
