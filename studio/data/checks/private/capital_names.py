"""Names that are known by now, written in capitals: “ANNA HALLAM”, “Mrs HALLAM” and “Anna HALLAM” are the same people.

A full name is told by itself. Of a name of one word a word before it must tell, since capitals are headings and
shouting as well (“HALLAM TOOL HIRE”, “Is RAFI a brand?”).
"""

from collections.abc import Iterable, Mapping

from studio.data.checks.content.language import SMALL_WORDS
from studio.data.privacy.candidates import NO_GIVEN
from studio.data.privacy.person_names import is_nobodys
from studio.data.privacy.person_words import TITLES
from studio.data.text.late_pattern import late

TITLE_BEFORE = late(rf"(?<!\w)(?i:{TITLES})\.? \Z")
WORD_BEFORE = late(r"(?<![\w.@/’'-])([^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,24})(\.?) \Z")
CAPITALS_BEHIND = late(r" [^\W\d_]{2}")
LOOKED_BACK = 40  # letters before a name
LEAST = 3  # letters of a given name in capitals
PAPERS = "invoice receipt urgent important vat not new old rechnung dringend wichtig facture reçu"
OF_PAPERS = frozenset(PAPERS.split())
SMALL = frozenset(word for words in SMALL_WORDS.values() for word in words.split())


def is_in_capitals(said: str, name: str) -> bool:
    """Whether this is the name with one or more of its words in capitals."""
    if said == name or said.casefold() != name.casefold():
        return False
    both = list(zip(said.split(), name.split(), strict=True))
    return all(word == known or word.isupper() for word, known in both)


def begins_in_capitals(text: str, start: int, end: int, known: Iterable[str]) -> int | None:
    """Where the name begins that ends with this word in capitals, with the given name before it; None where no word
    tells that it is one. `known`: the words of all names, folded."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before, behind = text[line_start:start], text[end : line_end if line_end >= 0 else len(text)]
    if not before.strip() and not behind.strip(" .,"):
        return start  # a line of its own, as people sign
    if TITLE_BEFORE.search(text, max(0, start - LOOKED_BACK), start):
        return start
    match = WORD_BEFORE.search(text, max(0, start - LOOKED_BACK), start)
    if match is None or not match[1][0].isupper():
        return None
    word, small = match[1], match[1].casefold()
    if len(word) == 1:
        return match.start() if match[2] else None  # “A. HALLAM”
    if match[2] or is_ordinary(word):
        return None
    if small in known or not word.isupper():
        return match.start()
    ahead = WORD_BEFORE.search(text, max(0, match.start() - LOOKED_BACK), match.start())
    is_run = ahead is not None and len(ahead[1]) > 1 and ahead[1].isupper() and not is_ordinary(ahead[1])
    after = CAPITALS_BEHIND.match(text, end)
    return None if len(word) < LEAST or is_run or (after and after[0].isupper()) else match.start()


def is_ordinary(word: str) -> bool:
    """Whether it is no given name: a small word, a title, or what papers are about."""
    small = word.casefold()
    return small in SMALL or small in NO_GIVEN or small in OF_PAPERS or is_nobodys(word)


def words_of(names: Iterable[str]) -> dict[str, str]:
    """The words of names that are not written in capitals, by their folded letters."""
    return {word.casefold(): word for name in names for word in name.split() if not word.isupper()}


def spelled(name: str, words: Mapping[str, str]) -> str:
    """The name with each word in capitals as it is written elsewhere."""
    return " ".join(words.get(word.casefold(), word) if word.isupper() else word for word in name.split(" "))


def usually_written(name: str) -> str:
    """“ANNA O'NEILL” as a name is usually written."""
    return " ".join(word.title() if word.isupper() else word for word in name.split(" "))
