"""One person, one placeholder: a full name has the same one in each row in which it is written.

A row where only “Nina” was known by the words beside it, and the “Kaur” behind it was hidden with it, had another one
than the rows that name “Nina Kaur”.
"""

from collections.abc import Iterable, Sequence

from studio.data.checks.private.capital_names import spelled, words_of
from studio.data.checks.private.name_mentions import Found
from studio.data.privacy.details import Detail
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts


def with_one_spelling(found: Found, names: Iterable[str]) -> Found:
    """The details, of which a name in capitals is the one that other rows, or these `names`, write in small letters."""
    known = [one.value for turns in found.values() for turn in turns for one in turn if one.kind == "name"]
    if not any(word.isupper() for name in known for word in name.split()):
        return found
    words = words_of([*known, *names])

    def as_written(one: Detail) -> Detail:
        return one._replace(value=spelled(one.value, words)) if one.kind == "name" else one

    return {place: [[as_written(one) for one in turn] for turn in turns] for place, turns in found.items()}


def with_full_names(texts: ExampleTexts, found: Found, rules: Rules) -> Found:
    """The details, of which a name is told by the full form that is written there, where other rows, or a placeholder
    that was given before, know it. In such a row its parts are the same person, unless two share them."""
    known = {one.value for turns in found.values() for turn in turns for one in turn if one.kind == "name"}

    def full_of(said: Sequence[str], turns: Sequence[Sequence[Detail]]) -> dict[str, str]:
        """By a name that is a part of one: the full name that is written in this row."""
        written: dict[str, set[str]] = {}
        for text, turn in zip(said, turns, strict=True):
            for one in turn:
                name = text[one.start : one.end]
                if one.kind == "name" and " " in name and set(one.value.split()) < set(name.split()):
                    is_known = name in known or rules.mark(one._replace(value=name)) in rules.given
                    written.setdefault(one.value, set()).update([name] if is_known else [])
        return {part: names.pop() for part, names in written.items() if len(names) == 1}

    whole: Found = {}
    for place, turns in found.items():
        full = full_of([message.content for message in texts.examples[place].messages], turns)
        whole[place] = [[named(one, full) for one in turn] for turn in turns] if full else turns
    return whole


def named(detail: Detail, full: dict[str, str]) -> Detail:
    """The detail, with the full name as what it is."""
    return detail._replace(value=full.get(detail.value, detail.value)) if detail.kind == "name" else detail
