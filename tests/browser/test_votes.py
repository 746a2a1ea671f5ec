"""Two people vote blind on the same twelve questions, each on her own, to the reveal."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit, until_quiet

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(590)]
QUESTIONS = 12


def sit_down(page: Any, person: str) -> None:
    """Open the vote and write one's name."""
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("tab", name="Blind vote").click()
    page.get_by_label("Your name").fill(person)
    page.get_by_label("Your name").press("Enter")


def on_question(page: Any, person: str, number: int, voted: int) -> str:
    """What is asked, once the paper shows this question."""
    page.get_by_text(f"{person} · question {number} of {QUESTIONS} · {voted} voted").wait_for()
    return str(page.locator(".prose.vote-paper h4").inner_text())


def choose(page: Any, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def taste(page: Any) -> str:
    """One that knows nothing of sides: the longer reply, whoever wrote it."""
    left, right = page.locator(".prose.vote-paper .side .words").all_inner_texts()
    return "Left is better" if len(left) >= len(right) else "Right is better"


def test_two_people_vote_blind_to_the_reveal(serve: Callable[..., Site], visit: Callable[..., Visit],
                                             taught: Path) -> None:  # fmt: skip
    site = serve(taught.name)
    ana = visit(site.address)
    sit_down(ana.page, "Ana")
    ana.page.get_by_role("button", name="Make the replies").click()
    ana.page.get_by_text(f"Ana · question 1 of {QUESTIONS} · 0 voted").wait_for(timeout=180_000)
    marks = fingerprints(taught)
    orders: dict[str, list[str]] = {}
    for person in ("Ana", "Ben"):
        seen = ana if person == "Ana" else visit(site.address)
        page = seen.page
        if person == "Ben":
            sit_down(page, person)
        for voted in range(QUESTIONS):
            asked = on_question(page, person, voted + 1, voted)
            body = page.content()
            assert not [mark for mark in marks if mark in body], "nothing on the page says whose reply it is"
            assert page.locator(".prose.vote-result").filter(visible=True).count() == 0
            assert page.get_by_text("A second opinion").filter(visible=True).count() == 0
            orders.setdefault(person, []).append(asked)
            if voted == 5:  # a reload in the middle: she goes on where she was
                page.reload()
                until_quiet(page)
                sit_down(page, person)
                assert on_question(page, person, voted + 1, voted) == asked
            choose(page, "As good as each other" if voted == 3 else taste(page))
        page.get_by_text("You have voted on every question.").wait_for()
        choose(page, "Show who was who")
        page.locator(".prose.vote-result").get_by_text("weights").first.wait_for(state="attached")
        assert page.get_by_role("button", name="Left is better").count() == 0, "closed after the reveal"
        page.get_by_role("button", name="Ask a model for a second opinion").click()
        page.get_by_text("There is nobody to ask yet").wait_for()  # both models of this home have replies in the vote
        page.get_by_role("button", name="Back to the votes").click()
        page.locator(".prose.vote-result").get_by_text("weights").first.wait_for(state="attached")
        assert not seen.errors and not seen.outside, (seen.errors, seen.outside)
    assert sorted(orders["Ana"]) == sorted(orders["Ben"]) and orders["Ana"] != orders["Ben"]
    said = page.locator(".prose.vote-result").inner_text()
    assert re.search(r"95%: \d+ to \d+", said) and "2 people voted: Ana, Ben" in said
    assert "kappa" in said or "one and the same answer" in said
    lines = [json.loads(line) for line in next(taught.glob("projects/*/verdicts.jsonl")).read_text().splitlines()]
    assert len(lines) == 2 * QUESTIONS + 2 and {line["by"] for line in lines} == {"Ana", "Ben"}
    assert not site.left


def fingerprints(home: Path) -> set[str]:
    """The marks of the weights behind both sides, as they lie on the server."""
    path = next(home.glob("projects/*/ballots/*/replies.json"))
    return {reply["fingerprint"] for given in json.loads(path.read_text()).values() for reply in given}
