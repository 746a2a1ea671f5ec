"""Cyrillic or Greek letters inside a Latin word: they look the same and are others to a model."""

import re

from studio.copy.catalog import say
from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts, beyond_ascii
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

# Letters that are drawn the same. Of the small Greek ones only omicron: formulas set the others beside Latin letters
CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХԚԜаеѕіјорсухһԁԛԝӏ", "ABESIJKMHOPCTYXQWaesijopcyxhdqwl", strict=True))
GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))
ALIKE = {**CYRILLIC, **GREEK}
OTHER = re.compile("[\u0370-\u03ff\u0400-\u052f]")
WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]")


def mixed_words(text: str) -> list[str]:
    """Latin words in which every other letter is drawn like a Latin one.

    Where the text also has words of the other script, a word counts only with a letter that is Latin for sure.
    """
    if text.isascii() or not OTHER.search(text):
        return []
    words = WORD.findall(text)
    is_pure = any(OTHER.match(word[0]) and not LATIN.search(word) for word in words)
    return [word for word in words if is_latin_with_others(word, is_pure)]


def is_latin_with_others(word: str, beside_others: bool) -> bool:
    """Whether all that is not Latin in the word is drawn like it."""
    latin = [letter for letter in word if LATIN.match(letter)]
    others = [letter for letter in word if letter not in latin]
    if not latin or not others or not all(letter in ALIKE for letter in others):
        return False
    return not beside_others or any(letter not in ALIKE.values() for letter in latin)


def repaired(text: str) -> str:
    """The text with those words in Latin letters alone."""
    wrong = frozenset(mixed_words(text))
    if not wrong:
        return text
    return WORD.sub(lambda match: in_latin(match[0]) if match[0] in wrong else match[0], text)


def in_latin(word: str) -> str:
    """The word as it looks."""
    return "".join(ALIKE.get(letter, letter) for letter in word)


def named_letters(word: str) -> str:
    """The word, and which of its letters are others."""
    names = {
        say("look_alikes.cyrillic") if letter in CYRILLIC else say("look_alikes.greek")
        for letter in word
        if letter in ALIKE
    }
    letters = ", ".join(dict.fromkeys(letter for letter in word if letter in ALIKE))
    return say("look_alikes.with", word=word, names=" and ".join(sorted(names)), letters=letters)


def find_look_alikes(texts: ExampleTexts) -> list[Finding]:
    """Rows with the first such word."""
    notes: dict[int, str] = {}
    for place in texts.beyond_ascii:
        word = next((word for one in texts.examples[place].messages for word in mixed_words(one.content)), "")
        if word:
            notes[place] = named_letters(word)
    first = next(iter(notes.values()), "")
    sentence = Sentence.of("finding.look_alikes.sentence", count=len(notes), first=first)
    return finding("look_alike_letters", "look", texts, notes, sentence, "finding.look_alikes.fix", notes=notes)


LOOK_ALIKE_LETTERS = Check(
    kind="look_alike_letters", scope="row", detect=of_texts(find_look_alikes), repair=repaired,
    suspects=beyond_ascii, order=14, by_rule=True,
    reads_the_same=True,
)  # fmt: skip
