"""The list of words: what each plain word of the page means, and what technical people call it."""

import tomllib
from pathlib import Path

import studio.copy
from studio.copy.catalog import say
from studio.web.html import safe
from studio.web.layout.words import words_list

LONGEST = 32  # words of one entry: it is read beside other work
ENTRIES = tomllib.loads((Path(studio.copy.__file__).parent / "en/web/words.toml").read_text(encoding="utf-8"))["words"][
    "of"
]


def test_each_word_has_its_technical_one_and_a_short_sentence() -> None:
    for entry in ENTRIES.values():
        assert entry["word"] and entry["technical"] and entry["means"].endswith(".")
        assert len(entry["means"].split()) <= LONGEST


def test_the_list_holds_every_word_once_and_in_order() -> None:
    listed = words_list()
    assert listed.count("<dt>") == len(ENTRIES)
    technical = [listed.index(f"({safe(entry['technical'])})") for entry in ENTRIES.values()]
    assert technical == sorted(technical)


def test_the_model_that_the_page_calls_the_practice_model_is_explained() -> None:
    assert say("common.practice_model") in {entry["word"] for entry in ENTRIES.values()}
