"""What a model says stays words: 500 hostile replies in every place of the page that shows replies."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Message
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.services.votes.vote_service import MOST_QUESTIONS, questions_of
from studio.settings import Settings
from tests.browser.conftest import Site, Visit
from tests.browser.payloads import payloads
from tests.fake_engine import FakeEngine, FakeLoadedModel
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(590)]
PLACES = ".message, .prose"
LIVE = (
    "script,img,iframe,object,embed,link,style,svg,math,video,audio,form,input,textarea,base,meta,marquee,details,"
    "a[href]:not([href^='/studio/files/']),[onerror],[onload],[onclick],[onfocus],[style*='fixed']"
)
# the drawings and folded parts of our own, whose words are escaped, and the switch at the top
OURS = "svg.interval,svg.bars,details.folded,details.more,details.words,.technical-switch input"
FOUND = f"""() => {{
  const inside = [...document.querySelectorAll("{PLACES}")];
  const alive = inside.flatMap(place => [...place.querySelectorAll("{LIVE}")]);
  const live = alive.filter(e => !e.matches("{OURS}")).map(e => e.outerHTML.slice(0, 120));
  const above = [...document.querySelectorAll('body *')].filter(e => {{
    const s = getComputedStyle(e);
    const large = e.offsetWidth > innerWidth / 2 && e.offsetHeight > innerHeight / 2;
    return (s.position === 'fixed' || +s.zIndex > 1000) && large;
  }}).map(e => e.outerHTML.slice(0, 120));
  const named = [...document.querySelectorAll('script,iframe,link,img,base,meta,style')].filter(
    e => /evil|pwned/.test(e.outerHTML.slice(0, 4000))).map(e => e.outerHTML.slice(0, 120));
  return {{ live, above, named, pwned: window.pwned === undefined ? null : String(window.pwned), title: document.title,
            hidden: /[\\u202a-\\u202e\\u2066-\\u2069\\u001b]/.test(document.body.innerText) }};
}}"""


class Puppets(FakeLoadedModel):
    """Both voices answer with the hostile text that the question's number names."""

    def answer(self, chats: Mapping[str, Sequence[Message]], settings: Mapping[str, ReplySettings],
               stop: Callable[[], bool]) -> Iterator[dict[str, str]]:  # fmt: skip
        """At once."""
        yield {name: self._text(name, chat) for name, chat in chats.items()}
        return [self._reply(name, chat) for name, chat in chats.items()]

    def answer_all(self, contestant: str, chats: Sequence[Sequence[Message]], settings: ReplySettings,
                   stop: Callable[[], bool]) -> list[Reply]:  # fmt: skip
        """In their order."""
        return [self._reply(contestant, chat) for chat in chats]

    def _reply(self, name: str, chat: Sequence[Message]) -> Reply:
        return Reply(contestant=name, text=self._text(name, chat), tokens=9, seconds=0.1,
                     fingerprint=self.fingerprint(name))  # fmt: skip

    def _text(self, contestant: str, chat: Sequence[Message]) -> str:
        hostile = payloads()
        digits = "".join(c for c in chat[-1].content if c.isdigit())
        return hostile[int(digits or 0) % len(hostile)]


class Stage(FakeEngine):
    """An engine whose loaded models are Puppets."""

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> Puppets:
        """Two voices, both hostile."""
        return Puppets(adapters, 0.0)


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose chat, ballots and report hold every one of them, made by the services' own verbs."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    studio = Studio(Settings(home=home, offline=True), Stage(steps=8, pause=0.0))
    rows = home / "rows.csv"
    rows.write_text(table(), encoding="utf-8")
    view = studio.examples.upload(rows, "rows.csv", by="ana")
    run = studio.runs.launch(view.project, view.id, Recipe(), by="ana").id
    studio.runs.carry_out_when_free(run)
    hostile = payloads()
    talk = studio.chats.begin(run)
    for number in range(len(hostile)):
        list(studio.chats.ask(talk, f"{number}", by=hostile[number][:20], alone=True))
    for first in range(0, len(hostile), MOST_QUESTIONS):
        numbers = range(first, min(first + MOST_QUESTIONS, len(hostile)))
        made = studio.voting.make(run, "tuned", "base", by="ana", questions=questions_of("\n".join(map(str, numbers))))
        studio.voting.prepare(made.id, on_progress=lambda *_: None, stop=lambda: False)
        for place in range(len(numbers)):
            studio.voting.vote(made.id, "Eve", place, "left", hostile[first + place])
        studio.voting.reveal(made.id, "Eve")
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    path = studio.home.run(run).path / "report.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    read = [{"question": text, "expert": text, "replies": dict.fromkeys(report.contestants, text), "score": 0.5}
            for text in hostile]  # fmt: skip
    path.write_text(json.dumps({**written, "best": read[:250], "worst": read[250:]}), encoding="utf-8")
    studio.close()
    return home


def looked_at(seen: Visit) -> None:
    """Nothing came alive, nothing lies above the page, nothing was asked of anybody."""
    seen.page.wait_for_timeout(1500)
    found: dict[str, Any] = seen.page.evaluate(FOUND)
    assert found["live"] == [] and found["above"] == [] and found["named"] == [], found
    assert found["pwned"] is None and found["title"] == "Tailor Studio" and not found["hidden"], found
    assert not seen.outside, seen.outside
    assert not seen.errors, seen.errors[:3]


def test_five_hundred_hostile_replies_change_nothing_and_ask_nobody(
    serve: Callable[..., Site], visit: Callable[..., Visit], hostile_home: Path, tmp_path: Path
) -> None:
    assert len(payloads()) == 500 == len(set(payloads()))
    (tmp_path / "hostile").symlink_to(hostile_home)
    site = serve("hostile")
    seen = visit(site.address)
    page, dialogs = seen.page, []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    page.get_by_role("tab", name="Compare").click()
    page.locator(".pane.tuned .bot.message").nth(499).wait_for(state="attached")
    assert page.locator(".pane.base .bot.message").count() == 500
    assert "<script>window.pwned=1</script>" in page.locator(".pane.tuned .bot.message").first.inner_text()
    looked_at(seen)
    page.get_by_label("Mark the words").check()
    page.wait_for_timeout(1500)
    looked_at(seen)

    page.get_by_role("tab", name="Blind vote").click()
    page.get_by_label("Your name").fill("Eve")
    page.get_by_label("Your name").press("Enter")
    for place in range(3):
        page.get_by_label("Set of questions").click()
        page.get_by_role("option").nth(place).click()
        page.locator(".prose.vote-result tbody tr").nth(99).wait_for(state="attached")
        looked_at(seen)
    page.get_by_label("Your name").fill("Mallory <img src=x onerror=pwned=1>")
    page.get_by_label("Your name").press("Enter")
    for _ in range(6):
        page.locator(".prose.vote-paper").get_by_text(" voted").first.wait_for()
        page.get_by_role("button", name="Later question").click()
        page.wait_for_timeout(300)
    looked_at(seen)

    page.get_by_role("tab", name="Report").click()
    page.get_by_text("Answers to read").click()
    page.get_by_text("window.pwned").last.wait_for(state="attached")
    looked_at(seen)
    assert not dialogs and not site.left
