"""A report in a made-up language: no word of it is left in English, and every fact stands where it stood."""

import random
import re
from html import unescape

import pytest

from studio.copy.catalog import speaking
from studio.copy.pseudo import PSEUDO
from studio.evaluation.report_html import report_page
from studio.evaluation.report_text import report_text
from studio.schemas.report import Report
from studio.web.tabs.report.report_html import drawing, headline
from tests.evaluation.test_no_contradiction import exam, report_of

# What models and people said, names of records and models, and the name of a month
FACTS = {*["Take", "screwdriver", "cannot", "help", "with", "that", "Question"], "November", "SmolLM",
         *["general", "share"]}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Report:
    """Written in English, as a report of yesterday is."""
    found, count = exam(1)
    return report_of(found, count, random.Random(8))


def words_of(markup: str) -> set[str]:
    """Words that a reader sees or hears: what stands between tags, and labels for who cannot see."""
    heard = re.findall(r'aria-label="([^"]*)"', markup)
    seen = re.sub(r"<style>.*?</style>|<[^>]*>", " ", markup)
    return set(re.findall(r"[A-Za-z]{4,}", unescape(" ".join([seen, *heard]))))


def test_page_print_and_command_line_speak_the_other_language(made: Report) -> None:
    with speaking(PSEUDO):
        shown = [headline(made), *drawing(made), report_page(made), report_text(made)]
    english = words_of(" ".join([headline(made), *drawing(made), report_page(made), report_text(made)]))
    left = words_of(" ".join(shown)) & english - FACTS
    assert len(english) > 100 and left == set()


def test_the_record_is_the_same_in_every_language(made: Report) -> None:
    before = made.model_dump_json()
    with speaking(PSEUDO):
        drawing(made)
    assert made.model_dump_json() == before
