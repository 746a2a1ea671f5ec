"""Names that are known by now, wherever else they stand: one that was found beside a telling word in some row, or that
somebody hid, is a name in running text as well.

A word that is written small elsewhere, or that follows an article, may be no name (“Will you come?”, “der Bauer”):
it is left where no word beside it tells. Time is linear in the letters: words are looked up in a set.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from studio.data.checks.private.capital_names import begins_in_capitals, is_in_capitals, usually_written
from studio.data.privacy.candidates import capitalised, may_be_mentioned, with_given_names
from studio.data.privacy.details import Detail
from studio.data.privacy.masks import LABELS
from studio.data.privacy.person_names import apart
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.hashed_tokens import hash_texts, places_among

MOST_ROWS, FEWEST = 0.5, 10  # a name in so many rows is a product's or the organisation's
LETTERS = re.compile(r"[^\W\d_]+")
ARTICLES = (  # and “in”: “in Paris”
    "the a an this that these those each every some any no der die das den dem des ein eine einen einem einer kein"
    " keine im ins am zum zur beim vom le la les un une des du au el los las una lo gli i il uno het een in"
)
DETERMINERS = frozenset(ARTICLES.split())
STUCK = frozenset("./-")  # between the parts of an address or of a longer word
Found = dict[int, list[list[Detail]]]  # by place; one list for each turn


class Mention(NamedTuple):
    """Where a known name stands."""

    place: int
    turn: int
    detail: Detail


def with_mentions(
    texts: ExampleTexts, found: Found, names: Iterable[str], *, trusted: Sequence[str] = (),
    leave: Callable[[int, Detail], bool] = lambda *_: False,
) -> tuple[Found, tuple[str, ...]]:  # fmt: skip
    """What was found with every other place of these names, and the names that are looked for.

    `trusted` names were looked for in the whole table before, of which these may be a few rows. `leave` is asked about
    each place (the row's, and the detail there).
    """
    sought = {name for name in names if may_be_mentioned(name)}
    words_only = {name for name in sought - set(trusted) if LETTERS.fullmatch(name)}
    everywhere = {*sought, *trusted}
    if not everywhere:
        return found, ()
    mentions, doubtful = look_for(texts, everywhere, words_only)
    mentions = [one for one in mentions if not in_address(found, one)]
    rows: dict[str, set[int]] = {}
    for one in mentions:
        rows.setdefault(one.detail.value, set()).add(one.place)
    if len(texts) >= FEWEST:
        doubtful |= {name for name, of in rows.items() if name not in trusted and len(of) > MOST_ROWS * len(texts)}
    by_turn: dict[tuple[int, int], list[Detail]] = {}
    for place, turn, detail in mentions:
        if detail.value not in doubtful and not leave(place, detail):
            by_turn.setdefault((place, turn), []).append(detail)
    added = dict(found)
    for (place, turn), details in by_turn.items():
        messages = texts.examples[place].messages
        turns = added[place] = [list(one) for one in added.get(place) or [[] for _ in messages]]
        taken = bytearray(len(messages[turn].content))
        apart(turns[turn], taken)
        more = apart(sorted(details, key=lambda one: (one.start, -one.end)), taken)
        turns[turn] = with_given_names(messages[turn].content, sorted([*turns[turn], *more]))
    return {place: added[place] for place in sorted(added) if any(added[place])}, tuple(sorted(everywhere - doubtful))


def in_address(found: Found, mention: Mention) -> bool:
    """Whether it is a part of an address: “12 Victoria Road” names a road."""
    turns = found.get(mention.place)
    return turns is not None and any(
        one.kind == "address" and one.start <= mention.detail.start and mention.detail.end <= one.end
        for one in turns[mention.turn]
    )


def look_for(texts: ExampleTexts, names: set[str], words_only: set[str]) -> tuple[list[Mention], set[str]]:
    """Every place of these names in what people wrote, and those of `words_only` that may be no names here."""
    by_word: dict[str, list[str]] = {}
    for name in names:
        if first := LETTERS.search(name):
            for word in {first.group(), first.group().upper()}:
                by_word.setdefault(word, []).append(name)
    parts = {word.casefold() for name in names for word in name.split()}
    small = {name.lower(): name for name in words_only}
    mentions: list[Mention] = []
    doubtful: set[str] = set()
    for place in holding_words(texts, by_word):
        for turn, message in enumerate(texts.examples[place].messages):
            if message.role == "system":
                continue
            text, before = message.content, ""
            for match in LETTERS.finditer(text):
                word, at = match.group(), match.start()
                for name in by_word.get(word, ()):
                    if (start := beginning_of(text, at, name, parts)) is not None:
                        mentions.append(Mention(place, turn, Detail(start, at + len(name), "name", name)))
                        alone = name in words_only and name.startswith(word)
                        if alone and before in DETERMINERS and text[at - 1 : at] == " ":
                            doubtful.add(name)
                if word in small and is_whole(text, at, match.end()):
                    doubtful.add(small[word])
                before = word.lower()
    return mentions, doubtful


def beginning_of(text: str, at: int, name: str, parts: Collection[str]) -> int | None:
    """Where this name begins that is written here, with a given name that stands before one in capitals; None where
    something else stands here. `parts`: the words of all names, folded."""
    end = at + len(name)
    if text.startswith(name, at):
        return at if is_whole(text, at, end) else None
    if not is_in_capitals(text[at:end], name) or not is_whole(text, at, end):
        return None
    return at if " " in name else begins_in_capitals(text, at, end, parts)


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether it stands there by itself, and in no address of the web or of a mailbox."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in STUCK or any(sign.isalnum() or sign in "_@" for sign in before + after):
        return False
    return not (after in STUCK and text[end + 1 : end + 2].isalnum())


def holding_words(texts: ExampleTexts, words: Mapping[str, object]) -> list[int]:
    """The places where one of these words may stand, or its genitive, by the words as numbers."""
    tokens = texts.pair_tokens
    hits = places_among(tokens, hash_texts([*words, *(f"{word}'s" for word in words)]).flat)
    return sorted({
        *np.unique(np.searchsorted(tokens.starts, hits, "right") - 1).tolist(),
        *(place for place, example in enumerate(texts.examples) if len(example.messages) > 2),
    })  # fmt: skip


def hidden_names(texts: ExampleTexts, rules: Rules) -> set[str]:
    """The names in these texts that have a placeholder in the project: somebody hid them elsewhere, or before."""
    if not any(mark.startswith(f"{LABELS['name']}:") for mark in rules.given):
        return set()
    seen = {one.value: one for one in capitalised(texts.haystack[0])}
    seen |= {name: one._replace(value=name) for said, one in seen.items() if (name := usually_written(said)) != said}
    return {name for name, one in seen.items() if rules.mark(one) in rules.given}
