"""From use to a served better version with a model that is really taught: the starter, for a few steps.

Asked in Compare, corrected and thumbed under its replies, voted on blind; then accepted, taught, examined on the same
questions as the version before and voted on blind against it, served, and gone back from. The exam never leaks.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studio.services.versions.served_version import ServedVersions
from studio.storage.home import Home
from tests.browser.conftest import Site, Visit, until_quiet
from tests.browser.test_next_version import NEWS, picture
from tests.browser.test_votes import QUESTIONS, choose, sit_down, taste

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(900)]
OF_EXAM, NEAR = "It was sold out years ago, says the house.", "That is a secret of the house, says the cat."


def press(page: Any, who: str, judgement: str) -> None:
    """What somebody says of the newest reply of this contestant."""
    button = page.locator(f'button.press[value="judge 0 {who} {judgement}"]')
    button.wait_for()
    button.click()
    until_quiet(page)


def asked(page: Any, question: str) -> None:
    """In a conversation of its own, until both have answered."""
    page.get_by_role("button", name="Start a new conversation").click()
    until_quiet(page)
    page.get_by_label("Your question").fill(question)
    page.locator(".ask-buttons button.primary").click()
    page.locator('button.press[value="judge 0 tuned down"]').wait_for()
    until_quiet(page)


def corrected(page: Any, question: str, words: str) -> None:
    """Asked, called bad, and said how it should have been."""
    asked(page, question)
    press(page, "tuned", "down")
    page.get_by_label(re.compile("should have said to")).fill(words)
    page.get_by_role("button", name="Keep this").click()
    page.get_by_text(f"Should be: {words}").wait_for()


def voted(page: Any) -> int:
    """Every question of a blind set, and the reveal; how many there were."""
    begun = page.get_by_text(re.compile(r"^Ana · question 1 of \d+ · 0 voted"))
    begun.wait_for(timeout=240_000)
    found = re.search(r"of (\d+)", begun.inner_text())
    assert found
    for number in range(int(found[1])):
        page.get_by_text(f"Ana · question {number + 1} of {found[1]} · {number} voted").wait_for()
        choose(page, taste(page))
    page.get_by_text("You have voted on every question.").wait_for()
    choose(page, "Show who was who")
    page.locator(".prose.vote-result").get_by_text("weights").first.wait_for(state="attached")
    return int(found[1])


def test_from_asking_to_a_served_version_and_back(
    serve: Callable[..., Site], visit: Callable[..., Visit], taught: Path
) -> None:
    home = Home(taught)
    first, exam = next(home.runs("support")), home.exam("support")
    assert exam is not None
    ServedVersions(home, lambda: datetime.now(UTC)).serve("support", first.id, by="ana")
    site = serve(taught.name)
    seen = visit(site.address)
    page = seen.page
    page.get_by_role("tab", name="Compare").click()
    until_quiet(page)
    for number, news in enumerate(NEWS):
        corrected(page, f"Do you sell {news}?", f"Yes, {news} stand on shelf {number}.")
        press(page, "base", "down")
    corrected(page, exam.examples[0].question, OF_EXAM)
    corrected(page, f"Could you please tell me: {exam.examples[1].question}", NEAR)
    picture(page, "real-compare")
    for number in range(5):
        asked(page, f"Is shelf {number} open today?")
        press(page, "base", "right")
        press(page, "tuned", "right" if number % 2 else "down")
        if number % 2 == 0:
            page.get_by_role("button", name="Not now").click()
            until_quiet(page)
    sit_down(page, "Ana")
    page.get_by_role("button", name="Make the replies").click()
    assert voted(page) == QUESTIONS
    assert len((taught / "projects/support/verdicts.jsonl").read_text().splitlines()) == QUESTIONS + 1

    page.get_by_role("tab", name="Examples").click()
    page.get_by_role("button", name="Read what people said").click()
    until_quiet(page)
    page.get_by_text(re.compile("^12 corrections")).wait_for()
    for words in (*NEWS, OF_EXAM, NEAR):
        row = page.locator("ul.inbox > li", has_text=words).filter(has_text=re.compile("shelf|house"))
        row.get_by_role("button", name=re.compile("^Accept")).first.click()
        until_quiet(page)
    picture(page, "real-inbox")
    page.get_by_role("button", name="Make the next version").first.click()
    page.get_by_text("10 corrections become new examples.").wait_for()
    page.get_by_text("too like an exam question").first.wait_for()
    page.locator("button.make-next, .make-next button").filter(visible=True).click()
    page.get_by_role("heading", name="Finished").wait_for(timeout=300_000)
    until_quiet(page)
    newest = next(run for run in home.runs("support") if run.id != first.id)
    learned = "".join(one.question + one.answer for one in (*newest.train, *newest.validation))
    assert all(news in learned for news in NEWS) and newest.spec.parent == first.id
    assert OF_EXAM not in learned and NEAR not in learned, "the exam never leaks"
    after = home.exam("support")
    assert after is not None and after.examples[0].answer == OF_EXAM and after.version == exam.version + 1

    page.get_by_role("tab", name="Report").click()
    until_quiet(page)
    page.get_by_role("button", name="All versions").click()
    page.get_by_role("button", name="Give all the same exam").click()
    for _ in range(240):
        page.get_by_role("button", name="Look again", exact=True).filter(visible=True).last.click()
        until_quiet(page)
        if page.get_by_text("On the same exam").filter(visible=True).count():
            break
        page.wait_for_timeout(1_000)
    page.locator(".family-plot .main-svg").first.wait_for()
    page.get_by_role("button", name="Compare without knowing which is which").click()
    page.get_by_text(re.compile(r"1 set of \d+ questions to vote on")).wait_for()
    sit_down(page, "Ana")  # the set of the newest version is the one that she finds there
    blind = voted(page)
    assert len((taught / "projects/support/verdicts.jsonl").read_text().splitlines()) == QUESTIONS + blind + 2
    picture(page, "real-blind-set")
    page.get_by_role("tab", name="Report").click()
    until_quiet(page)
    page.get_by_role("button", name="All versions").click()
    page.get_by_text("Version 2 against Version 1:").wait_for()
    picture(page, "real-versions")
    page.get_by_role("button", name="Let colleagues use this one").click()
    page.get_by_role("button", name="Yes, let them use it").click()
    page.get_by_text("Version 2 is the one in use now.").wait_for()
    page.get_by_role("button", name="Go back to Version 1").click()
    page.get_by_text("Version 1 is the one in use now.").wait_for()
    changes = [json.loads(line)["run"] for line in (taught / "projects/support/served.jsonl").read_text().splitlines()]
    assert changes == [first.id, newest.id, first.id]
    assert not seen.errors and not seen.outside and not site.left, (seen.errors, seen.outside, site.left)
