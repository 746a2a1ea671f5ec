"""What each fix would do, spelled out by example: rows to leave out, turns to change. Nothing is done here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from studio.prepare.findings import garbled, markup, special
from studio.prepare.findings.boilerplate import repeated_lines, without
from studio.prepare.findings.copies import near_groups, removable
from studio.prepare.findings.empties import find_empty
from studio.prepare.findings.making import count_of
from studio.prepare.findings.placeholders import is_bare, label_words
from studio.prepare.findings.private import details_in, is_private, scan, secret_places
from studio.prepare.private.choices import read_choice, read_secret_choice
from studio.prepare.private.details import Detail
from studio.prepare.private.masks import Masks, replaced
from studio.prepare.private.rules import Rules
from studio.prepare.private.secrets import find_secrets
from studio.prepare.texts import Texts
from studio.records.example import Example, Message
from studio.records.finding import DropReason, Finding, Kind

Turns = tuple[Message, ...]
Drops = dict[str, DropReason]
Edits = dict[str, Turns]

IN_ORDER: tuple[Kind, ...] = (
    "garbled_text", "markup", "special_tokens", "repeated_boilerplate", "private_details", "secret", "empty_answer",
    "empty_question", "placeholder", "exact_duplicate", "near_duplicate",
)  # fmt: skip
FIXABLE: frozenset[Kind] = frozenset(IN_ORDER)
CHOICES: dict[Kind, tuple[str, ...]] = {
    "private_details": ("mask", "fake", "drop", "leave"),
    "secret": ("mask", "drop", "leave"),
    "exact_duplicate": ("first",),
    "near_duplicate": ("first", "longest"),
}


class Effect(NamedTuple):
    """What one fix does."""

    kind: Kind
    drops: Drops
    edits: Edits
    sentence: str


def propose(
    finding: Finding, examples: Sequence[Example], *, choice: str = "", texts: Texts | None = None,
    private: Rules | None = None,
) -> tuple[Drops, Edits, str]:  # fmt: skip
    """The finding's own fix on its own rows; nothing for what only a person can decide.

    For private details the choice may differ by kind: `email=mask,phone=leave` (see `read_choice`).
    """
    if finding.kind not in FIXABLE:
        return {}, {}, ""
    effect = effect_of(finding.kind, examples, choice=choice, texts=texts, private=private)
    rows = set(finding.rows)
    rows |= {group[0] for group in finding.groups if rows.issuperset(group[1:])}  # it may be another that is kept
    ids = {example.id for example in examples if example.row in rows}
    drops = {key: reason for key, reason in effect.drops.items() if key in ids}
    edits = {key: turns for key, turns in effect.edits.items() if key in ids}
    return drops, edits, sentence_of(finding.kind, drops, edits)


def fix_all(
    examples: Sequence[Example], kinds: Iterable[Kind] = IN_ORDER, *, texts: Texts | None = None,
    choices: Mapping[Kind, str] | None = None, private: Rules | None = None,
) -> list[Effect]:  # fmt: skip
    """The fixes of these kinds, each on what the ones before it left: repairs first, copies last."""
    wanted = set(kinds)
    effects: list[Effect] = []
    current = list(examples)
    for kind in IN_ORDER:
        if kind not in wanted or not current:
            continue
        texts = texts or Texts(current)
        effect = effect_of(kind, current, choice=(choices or {}).get(kind, ""), texts=texts, private=private)
        if effect.drops or effect.edits:
            effects.append(effect)
            current, texts = after(current, effect), None
    return effects


def after(examples: Sequence[Example], effect: Effect) -> list[Example]:
    """The examples as the effect leaves them."""
    return [
        example.model_copy(update={"messages": effect.edits[example.id]}) if example.id in effect.edits else example
        for example in examples
        if example.id not in effect.drops
    ]


def effect_of(
    kind: Kind, examples: Sequence[Example], *, choice: str = "", texts: Texts | None = None,
    private: Rules | None = None,
) -> Effect:  # fmt: skip
    """One kind's fix on all rows that have it; `texts` are those of the same examples, when they are at hand."""
    texts = texts or Texts(examples)
    drops: Drops = {}
    edits: Edits = {}
    if kind in REPAIRS:
        edits = rewritten(examples, REPAIRS[kind])
    elif kind == "repeated_boilerplate":
        edits = without_stock(texts)
    elif kind in ("private_details", "secret"):
        drops, edits = hidden(kind, texts, choice, private or Rules())
    elif kind in ("empty_answer", "empty_question"):
        rows = {row for finding in find_empty(texts) if finding.kind == kind for row in finding.rows}
        drops = dict.fromkeys([example.id for example in examples if example.row in rows], kind)
    elif kind == "placeholder":
        labels = label_words(texts)
        drops = {
            example.id: "placeholder"
            for example, said in zip(examples, texts.said, strict=True)
            if is_bare(said, labels)
        }
    elif kind == "exact_duplicate":
        drops = {examples[place].id: "exact_duplicate" for group in texts.exact_groups for place in group[1:]}
    elif kind == "near_duplicate":
        gone = {place for group in near_groups(texts) for place in removable(texts, group, choice)}
        drops = {examples[place].id: "near_duplicate" for place in sorted(gone)}
    return Effect(kind, drops, edits, sentence_of(kind, drops, edits))


REPAIRS: dict[Kind, Callable[[str], str]] = {
    "garbled_text": garbled.repaired,
    "markup": markup.repaired,
    "special_tokens": special.repaired,
}


def rewritten(examples: Sequence[Example], repair: Callable[[str], str]) -> Edits:
    """The turns of each example that the repair changes."""
    edits: Edits = {}
    for example in examples:
        turns = tuple(changed(message, repair(message.content)) for message in example.messages)
        if turns != example.messages:
            edits[example.id] = turns
    return edits


def changed(message: Message, content: str) -> Message:
    """The same message when the words are the same."""
    return message if content == message.content else message.model_copy(update={"content": content})


def without_stock(texts: Texts) -> Edits:
    """The last answers without the first and last lines that many answers share."""
    first, last = repeated_lines(texts)
    edits: Edits = {}
    for example, said in zip(texts.examples, texts.said, strict=True):
        left = without(said, first, last) if "\n" in said else said
        if left.strip() != said.strip():
            edits[example.id] = tuple(
                changed(message, left) if message.role == "assistant" and message.content == said else message
                for message in example.messages
            )
    return edits


def hidden(kind: Kind, texts: Texts, choice: str, rules: Rules) -> tuple[Drops, Edits]:
    """Private details or secrets masked, made up, dropped with their row or left, by the choice for each kind."""
    ways = {"secret": read_secret_choice(choice)} if kind == "secret" else read_choice(choice)
    if set(ways.values()) == {"leave"}:
        return {}, {}
    places, details_in = secrets_in(texts) if kind == "secret" else private_in(texts, rules)
    masks = Masks((message.content for example in texts.examples for message in example.messages), rules)

    def put(detail: Detail) -> str:
        return masks.fake(detail) if ways[detail.kind] == "fake" else masks.of(detail)

    drops: Drops = {}
    edits: Edits = {}
    for place in places:
        example = texts.examples[place]
        found = [details_in(example, message.content) for message in example.messages]
        if any(ways[detail.kind] == "drop" for details in found for detail in details):
            drops[example.id] = kind
            continue
        chosen = [[detail for detail in details if ways[detail.kind] != "leave"] for details in found]
        if any(chosen):
            edits[example.id] = tuple(
                changed(message, replaced(message.content, details, put))
                for message, details in zip(example.messages, chosen, strict=True)
            )
    if masks.fresh:
        rules.remember(masks.fresh)
    return drops, edits


Finder = Callable[[Example, str], list[Detail]]


def private_in(texts: Texts, rules: Rules) -> tuple[list[int], Finder]:
    """The places with private details, and what finds them in a text."""
    found, public = scan(texts, rules)

    def in_turn(example: Example, text: str) -> list[Detail]:
        return [one for one in details_in(example, text, rules) if is_private(one, public)]

    return sorted(found), in_turn


def secrets_in(texts: Texts) -> tuple[list[int], Finder]:
    """The places with secrets, and what finds them in a text."""

    def in_turn(_: Example, text: str) -> list[Detail]:
        return [Detail(start, end, "secret", text[start:end]) for start, end in find_secrets(text)]

    return secret_places(texts), in_turn


def sentence_of(kind: Kind, drops: Drops, edits: Edits) -> str:
    """What was done, for the log."""
    said = [
        f"{count_of(len(rows), 'row', 'rows')} {what}"
        for rows, what in ((drops, "left out"), (edits, "changed"))
        if rows
    ]
    return f"{' and '.join(said)} ({kind.replace('_', ' ')})." if said else "Nothing to change."
