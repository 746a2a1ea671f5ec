"""Signs that HTML, Markdown, mathematics or a chat layout could read stand in every place as they are stored."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from studio.evaluation.report_html import report_page
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Message
from studio.schemas.recipe import Recipe
from studio.schemas.report import Report
from studio.services.studio import Studio
from studio.services.votes.vote_service import questions_of
from studio.settings import Settings
from tests.browser.conftest import Site, Visit
from tests.fake_engine import FakeEngine, FakeLoadedModel
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(590)]
SIGNS = (
    "Day ticket $4, week ticket $19; with a sledge $6 and $25.",
    r"Height is $$h = \frac{v^2}{2g}$$, and \(a > b\) holds, \[x\] too.",
    "Take <ticket> to <gate 3>, <b>not</b> to &lt;gate 4&gt; &amp; back.",
    "</think> closes it; <think> opens it. <|im_end|> </s> <eos> [INST]",
    "| lift | metres |\n|---|---|\n| north | 1,200 |",
    "4. skis\n5. poles\n\n- wax\n* gloves\n# cap",
    "Use snow_depth_max, 2 * 3 * 4, *not* this, ~~that~~ or `code`.",
    "    four spaces\n\ta tab\n  two  spaces  within",
    "desk@lift.invalid https://lift.invalid/?a=1&b=2 ![x](y) [z](javascript:1)",
    "مفتوح (8:00) اليوم",
    "Schnee" * 49,
    "👩‍🚒 🇨🇭 👍🏽 ☃️",
    '"quoted", \'single\', back\\slash, {"a": [1, 2]}, ${env}, {{x}}, %s',
)


class Echo(FakeLoadedModel):
    """Every voice answers with the signs that the question's number names, whole at once."""

    def answer(self, chats: Mapping[str, Sequence[Message]], settings: Mapping[str, ReplySettings],
               stop: Callable[[], bool]) -> Iterator[dict[str, str]]:  # fmt: skip
        """At once: the fake engine's words are parted at spaces."""
        yield {name: self._text(name, chat) for name, chat in chats.items()}
        return [self.answer_all(name, [chat], settings[name], stop)[0] for name, chat in chats.items()]

    def _text(self, contestant: str, chat: Sequence[Message]) -> str:
        digits = "".join(c for c in chat[-1].content if c in "0123456789")
        return SIGNS[int(digits[:2] or 0) % len(SIGNS)]


class Stage(FakeEngine):
    """Voices that answer in signs."""

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> Echo:
        """As many as are asked for."""
        return Echo(adapters, 0.0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose rows, live answers, chat, set of votes and report hold the signs."""
    home = tmp_path_factory.mktemp("signs") / "home"
    studio = Studio(Settings(home=home, offline=True), Stage(steps=8, pause=0.0))
    rows = home / "rows.csv"
    with rows.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([line.split(",") for line in table().splitlines()])
        csv.writer(file).writerows([f"What do you say of sign {place}?", said] for place, said in enumerate(SIGNS))
    view = studio.examples.upload(rows, "rows.csv", by="ana")
    followed = [f"Which one is sign {word}?" for word in ("one", "two", "three", "four", "five")]
    run = studio.runs.launch(view.project, view.id, Recipe(), by="ana", questions=followed).id
    studio.runs.carry_out_when_free(run)
    folder = studio.home.run(run)
    (folder.path / "answers.jsonl").unlink()
    for place, said in enumerate((*SIGNS, *SIGNS[:2])):
        step, whose = 4 * (place // len(followed)), "tuned" if place >= len(followed) else "base"
        folder.append_answer(question=followed[place % 5], contestant=whose, step=step, answer=said, at="")
    chat = studio.chats.begin(run)
    for place, said in enumerate(SIGNS):
        list(studio.chats.ask(chat, f"{place}", by="ana", alone=True))
        list(studio.chats.ask(chat, said, by="ana", alone=True))
    for form in ("csv", "jsonl", "html"):
        (home.parent / f"chat.{form}").write_bytes(studio.chats.export(run, chat.id, form).read_bytes())
    made = studio.voting.make(run, "tuned", "base", by="ana", questions=questions_of("\n".join(map(str, range(13)))))
    studio.voting.prepare(made.id, on_progress=lambda *_: None, stop=lambda: False)
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    path = folder.path / "report.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    read = [{"question": said, "expert": said, "replies": dict.fromkeys(report.contestants, said), "score": 0.5}
            for said in SIGNS]  # fmt: skip
    path.write_text(json.dumps({**written, "best": read, "worst": []}), encoding="utf-8")
    studio.close()
    return home


def words(page: Any, place: str) -> list[str]:
    """What a reader sees in each of these places, without the marks beside it and the buttons under it."""
    return list(page.locator(place).evaluate_all(
        "all => all.map(e => { const c = e.cloneNode(true);"
        " c.querySelectorAll('.mark, .judging').forEach(m => m.remove()); return c.textContent })"
    ))  # fmt: skip


def keeps_lines(page: Any, place: str) -> bool:
    return bool(page.locator(place).first.evaluate("e => getComputedStyle(e).whiteSpace.startsWith('pre')"))


def test_signs_stand_as_they_are_stored(serve: Callable[..., Site], visit: Callable[..., Visit], home: Path,
                                        tmp_path: Path) -> None:  # fmt: skip
    (tmp_path / "signs").symlink_to(home)
    site = serve("signs")
    seen = visit(site.address)
    page = seen.page

    page.get_by_role("tab", name="Teach").click()
    page.locator(".live-answers td").first.wait_for(state="attached")
    cells = words(page, ".live-answers td")
    assert [said for said in SIGNS if said not in cells] == []
    assert keeps_lines(page, ".live-answers td")

    page.get_by_role("tab", name="Compare").click()
    page.locator(".pane.tuned .bot.message").nth(2 * len(SIGNS) - 1).wait_for(state="attached")
    said = [text.strip("\n") for text in words(page, ".pane.tuned .bot.message .md")]
    asked = [text.strip("\n") for text in words(page, ".pane.tuned .user.message .md")]
    assert [one for one in SIGNS if one not in said] == [], said
    assert [one for one in SIGNS if one not in asked] == [], asked
    assert keeps_lines(page, ".pane.tuned .bot.message .md")

    page.get_by_role("tab", name="Blind vote").click()
    page.get_by_label("Your name").fill("Eve")
    page.get_by_label("Your name").press("Enter")
    page.locator(".prose.vote-paper").get_by_text("Eve · question 1").wait_for()
    on_paper: set[str] = set()
    for number in range(1, len(SIGNS) + 1):
        page.locator(".prose.vote-paper").get_by_text(f"Eve · question {number} of").wait_for()
        on_paper |= set(words(page, ".prose.vote-paper .side .words"))
        page.get_by_role("button", name="As good as each other").click()
    assert on_paper == set(SIGNS)
    page.get_by_role("button", name="Show who was who").click()
    page.locator(".prose.vote-result td").first.wait_for(state="attached")
    cells = words(page, ".prose.vote-result td")
    assert [one for one in SIGNS if one not in cells] == []
    assert keeps_lines(page, ".prose.vote-result td")

    page.get_by_role("tab", name="Report").click()
    page.get_by_text("Answers to read").click()
    page.locator("details.folded td").first.wait_for(state="attached")
    cells = words(page, "details.folded td")
    assert [one for one in SIGNS if cells.count(one) < 4] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a long word widens nothing"
    assert not seen.errors and not seen.outside and not site.left


def test_the_printed_report_shows_them_too(chromium: Any, home: Path) -> None:
    (path,) = home.rglob("report.json")
    page = chromium.new_page()
    page.set_content(report_page(Report.model_validate_json(path.read_bytes())))
    cells = words(page, "td")
    assert [one for one in SIGNS if one not in cells] == []
    assert page.locator("td b, td img, td a, td script").count() == 0
    page.close()


def test_a_saved_chat_holds_them_in_each_form(chromium: Any, home: Path) -> None:
    with (home.parent / "chat.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {cell for row in csv.reader(file) for cell in row}
    assert [one for one in SIGNS if one not in cells] == []
    lines = (home.parent / "chat.jsonl").read_text(encoding="utf-8").splitlines()
    stored = {reply["text"] for line in lines for reply in json.loads(line).get("replies", ())}
    assert stored == set(SIGNS)
    page = chromium.new_page()
    page.set_content((home.parent / "chat.html").read_text(encoding="utf-8"))
    shown = page.evaluate("document.body.textContent")
    assert [one for one in SIGNS if one not in shown] == []
    page.close()
