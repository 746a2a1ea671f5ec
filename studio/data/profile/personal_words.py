"""Texts without what may be personal, so that no topic is named after a person, a street or an address."""

import re
from collections.abc import Sequence

from studio.data.checks.content.placeholders import BLANKS
from studio.data.privacy.candidates import find_in_turns
from studio.data.privacy.details import Detail, find_details, may_hold_details
from studio.data.privacy.masks import replaced
from studio.data.text.late_pattern import late
from studio.data.text.normalize import MASK

SHORTEST = 3  # letters
FIELD = late(r"\{[A-Za-z][A-Za-z _.-]{1,30}\}|\[(?:[A-Za-z]+[ _-])?(?:name|surname)\]", re.IGNORECASE)  # “{name}”


def without_personal(texts: Sequence[str]) -> list[str]:
    """Each text with a space for each detail, each candidate and, in all texts, each word of a candidate's name.

    A word of a name that is written in small letters somewhere is a word as well (“bill”), and stays elsewhere.
    """
    left: list[str] = []
    parts: set[str] = set()
    for text in texts:
        details = find_details(text) if may_hold_details(text) else []
        remaining = replaced(text, details, blank)
        candidates = find_in_turns([(remaining, True)])[0]
        parts.update(part for one in candidates if one.kind == "name" for part in re.split(r"\W+", one.value))
        left.append(replaced(remaining, candidates, blank))
    names = {part for part in parts if len(part) >= SHORTEST and part[0].isupper()}
    if not names:
        return left
    said = {word for text in left for word in re.findall(r"\w+", text)}
    names = {name for name in names & said if name.lower() not in said}
    return [re.sub(r"\w+", lambda word: " " if word.group() in names else word.group(), text) for text in left]


def without_blanks(text: str) -> str:
    """The text with a space for each placeholder, of a hidden detail or of a form letter: “[NAME_1]”, “{name}”. Nobody
    wrote the word in it, so that nothing is about it or begins with it."""
    if not any(map(text.__contains__, "[{<%")):
        return text
    return FIELD.sub(" ", BLANKS.sub(" ", MASK.sub(" ", text)))


def blank(detail: Detail) -> str:
    """What stands in its place."""
    return " "
