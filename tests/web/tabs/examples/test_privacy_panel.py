"""The card of private details: what it shows, and that its buttons decide what they say."""

from pathlib import Path

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.finding import Finding
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import privacy as say
from studio.web.tabs.examples.privacy_panel import AllowDetail, DisallowDetail, HideDetails, PrivacyPanel, show_rows
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.view import View
from tests.web.conftest import in_a_loop


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


def now(studio: Studio, view: View) -> DatasetView:
    return studio.examples.view(view.project, view.dataset)


def test_each_kind_has_a_way_and_its_details_a_button(studio: Studio, seen: DatasetView) -> None:
    found = finding(seen)
    assert found is not None

    async def build() -> gr.Blocks:
        with gr.Blocks() as made:
            view, listing, notice = gr.State(View()), gr.State(RowListing()), gr.Markdown()
            PrivacyPanel(studio).draw(seen, found, view, listing, notice)
            PrivacyPanel(studio).draw_settings(seen, view, notice)
        return made

    blocks = in_a_loop(build)
    ways = [one for one in blocks.blocks.values() if isinstance(one, gr.Radio)]
    assert [(way.label, way.value) for way in ways] == [
        ("E-mail addresses in 2 rows", "mask"), ("Phone numbers in 1 row", "mask"),
    ]  # fmt: skip
    buttons = [one.value for one in blocks.blocks.values() if isinstance(one, gr.Button)]
    assert buttons == [say.NOT_PRIVATE, say.NOT_PRIVATE, say.DO_IT, "Show rows"]
    words = "".join(str(one.value) for one in blocks.blocks.values() if isinstance(one, gr.Markdown))
    assert html.safe("help@house.com") in words and "<i>" not in words
    assert html.safe("Names of people are not looked for") in words


def test_the_button_does_to_each_kind_what_was_chosen(
    studio: Studio, seen: DatasetView, request_of_ana: gr.Request
) -> None:
    view = View(project="house", dataset=seen.id)
    after = HideDetails(studio, ("email", "phone")).hide(view, request_of_ana, "fake", "leave")
    shown = now(studio, after)
    assert shown.examples[-1].answer == "Write to person1@example.org or call +49 30 1234567."
    assert (finding(shown), after.stamp, shown.decisions[0].by) == (None, 1, "ana")


def test_she_can_go_on_deciding_about_the_same_rows(
    studio: Studio, seen: DatasetView, request_of_ana: gr.Request
) -> None:
    view = View(project="house", dataset=seen.id, mark=seen.mark)
    after = HideDetails(studio, ("email", "phone")).hide(view, request_of_ana, "mask", "leave")
    assert after.mark == now(studio, after).mark != view.mark
    studio.examples.undo("house", seen.id, by="ana", seen=after.mark)


def test_what_somebody_else_wrote_meanwhile_is_not_masked_unseen(
    studio: Studio, seen: DatasetView, request_of_ana: gr.Request
) -> None:
    view = View(project="house", dataset=seen.id, mark=seen.mark)
    other = seen.examples[-1]
    studio.examples.edit("house", seen.id, other.id, by="ben", question=other.question, answer="Ask me@house.com.")
    with pytest.raises(StudioError, match="ben changed row 32 after you looked"):
        HideDetails(studio, ("email", "phone")).hide(view, request_of_ana, "mask", "mask")
    assert now(studio, view).examples[-1].answer == "Ask me@house.com."


def test_not_private_and_private_after_all(studio: Studio, seen: DatasetView, request_of_ana: gr.Request) -> None:
    found = finding(seen)
    assert found is not None
    view = View(project="house", dataset=seen.id)
    after = AllowDetail(studio, found.spots[0], "help@house.com").allow(view, request_of_ana)
    left = finding(now(studio, after))
    assert left is not None and list(left.parts) == ["phone"]
    assert [one.by for one in studio.allowed.all("house")] == ["ana"]
    back = finding(now(studio, DisallowDetail(studio, "help@house.com").disallow(after, request_of_ana)))
    assert back is not None and list(back.parts) == ["email", "phone"]


def test_countries_are_chosen_for_the_project(studio: Studio, seen: DatasetView, request_of_ana: gr.Request) -> None:
    after = PrivacyPanel(studio).choose_countries(View(project="house", dataset=seen.id), ["NL"], request_of_ana)
    assert (studio.allowed.countries("house"), after.stamp) == (("NL",), 1)


def test_show_rows_narrows_the_table() -> None:
    assert show_rows(RowListing(page=3)).kind == "private_details"


def test_the_words_around_a_detail_are_whole_words(seen: DatasetView) -> None:
    found = finding(seen)
    assert found is not None
    spot = next(one for one in found.spots if one.kind == "phone")
    example = next(one for one in seen.examples if one.row == spot.row)
    assert say.around(spot, example) == ("Write to help@house.com or call ", "+49 30 1234567", ".")
    long = example.model_copy(
        update={
            "messages": (
                example.messages[0].model_copy(
                    update={"content": "wording " * 20 + "+49 30 1234567" + " wording" * 20}
                ),
            )
        }
    )
    before, what, after = say.around(spot.model_copy(update={"turn": 0, "start": 160, "end": 174}), long)
    assert (before[:9], what, after[-9:]) == ("… wording", "+49 30 1234567", "wording …")
