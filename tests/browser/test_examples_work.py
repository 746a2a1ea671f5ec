"""A person at work on a hundred thousand rows: what she decided, and nothing else, is in the file that she saves."""

import csv
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.test_journey import bring

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(580)]
ROWS, PAGE, PAGES = 100_000, 300, 500
HANG_SECONDS, IMPORT_SECONDS = 60, 180
CONTRADICTIONS = (
    ("How long may I keep a lamp before I return it?", "You have thirty days for that.", "Fourteen days, no more."),
    ("Do you send parcels on a Sunday?", "Yes, we do that each week.", "No, never on any Sunday."),
    ("Which key opens the blue cupboard?", "The small one beside the door.", "There is no key to it at all."),
    ("Who answers letters about a broken chair?", "Ana does, each morning.", "Nobody does, please call us."),
)
WRITTEN = "The small key, which hangs beside the door."
PEOPLE = ("ana.berg@example.com", "ben.moss@example.com", "cleo.hart@example.com")
EDITED = "These words were written by hand on a page far down."


def table_of(rows: int) -> list[list[str]]:
    """Rows of words that no two share, then three people's addresses, then four questions with two answers each."""
    dice = random.Random(7)
    words = ["".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(3)) for _ in range(9_000)]
    last = [
        [f"Whom do I ask about {words[n]}?", f"Write to {one}, who knows {words[n]}."] for n, one in enumerate(PEOPLE)
    ]
    last += [[question, answer] for question, *both in CONTRADICTIONS for answer in both]
    return [
        [f"What is {' '.join(dice.choices(words, k=8))}?", f"It is {' '.join(dice.choices(words, k=14))}."]
        for _ in range(rows - len(last))
    ] + last


def until(page: Any, holds: Callable[[], bool], what: str) -> None:
    """Wait for it; a minute without it is a hang."""
    deadline = time.monotonic() + HANG_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"nothing for {HANG_SECONDS} seconds: {what}"
        page.wait_for_timeout(150)


def settle(page: Any, press: str, left: int) -> None:
    """One decision, until the next question stands there."""
    page.get_by_role("button", name=press).click()
    until(page, lambda: told(page, ".conflicts .at-place").endswith(f", {left} left"), press)


def told(page: Any, place: str) -> str:
    return str(page.locator(place).first.inner_text()) if page.locator(place).count() else ""


def test_what_she_decides_and_nothing_else_is_in_the_file(serve: Callable[..., Site], visit: Callable[..., Visit],
                                                          tmp_path: Path) -> None:  # fmt: skip
    rows, table = table_of(ROWS), tmp_path / "letters.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["question", "answer"], *rows])
    seen = visit(serve().address)
    page = seen.page
    page.set_default_timeout(HANG_SECONDS * 1000)
    bring(page, table)
    page.get_by_role("button", name="Yes, this is right").click()

    page.get_by_role("button", name="Settle them").click(timeout=IMPORT_SECONDS * 1000)
    settle(page, "Keep the left", 3)
    settle(page, "Keep the right", 2)
    page.get_by_label("Or write the right answer").fill(WRITTEN)
    settle(page, "Use mine", 1)
    page.get_by_role("button", name="Keep the left").click()
    page.get_by_text("Every question has its answer now").wait_for()
    page.get_by_role("button", name="Undo: The answer of row").filter(visible=True).first.click()
    until(page, lambda: told(page, ".conflicts .at-place").endswith(", 1 left"), "the undone question is back")
    assert re.search("settled (by|on) ", told(page, ".conflicts .log"))  # some accounts, such as root, name nobody
    page.get_by_role("button", name="Back to the list").filter(visible=True).click()

    page.get_by_role("button", name="Undo (3)").wait_for()
    page.get_by_role("button", name="Hide them all").click()
    page.get_by_role("button", name="Undo (4)").wait_for()

    page.get_by_label("Show", exact=True).click()
    page.get_by_role("option", name=re.compile("Contradicting answers")).click()
    until(page, lambda: "2 rows" in told(page, ".table-card .prose"), "the filter")
    page.get_by_role("button", name="Show all rows").click()
    number = page.get_by_label(re.compile(rf"Page, of {PAGES}"))
    number.wait_for()
    number.fill(str(PAGE))
    number.press("Enter")
    first = (PAGE - 1) * 200
    until(page, lambda: f"Rows {first + 1:,} to {first + 200:,}" in told(page, ".table-card .prose"), "page 300")
    cell = page.locator(".rows").get_by_text(rows[first + 2][1], exact=True).first
    cell.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(EDITED)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo (5)").wait_for()

    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as CSV", exact=True).click()
    saved = tmp_path / "saved.csv"
    saving.value.save_as(saved)
    with saved.open(encoding="utf-8-sig", newline="") as file:
        left = [[row["question"], row["answer"]] for row in csv.DictReader(file)]
    assert left == expected(rows, first + 2)
    assert not seen.errors and not seen.outside, (seen.errors, seen.outside)


def expected(rows: list[list[str]], edited: int) -> list[list[str]]:
    """The table with her changes: one left, one right, one written for both, one undone; addresses hidden; one cell."""
    wanted = [list(row) for row in rows]
    wanted[edited][1] = EDITED
    people, pairs = len(rows) - 2 * len(CONTRADICTIONS) - len(PEOPLE), len(rows) - 2 * len(CONTRADICTIONS)
    for number, person in enumerate(PEOPLE):
        row = wanted[people + number]
        row[1] = row[1].replace(person, f"[EMAIL_{number + 1}]")
    wanted[pairs + 4][1] = wanted[pairs + 5][1] = WRITTEN
    del wanted[pairs + 2], wanted[pairs + 1]
    return wanted
