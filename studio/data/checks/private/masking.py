"""Private details and secrets out of the words, the same mask wherever the same detail stands; and their checks."""

from collections.abc import Callable

from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.private.detection import details_in, find_private, find_secret, is_private, scan, secret_places
from studio.data.privacy.choices import read_choice, read_secret_choice
from studio.data.privacy.details import Detail
from studio.data.privacy.fake_details import HINTS as MADE_UP_HINTS
from studio.data.privacy.masks import TAKEN_HINTS, Masks, replaced
from studio.data.privacy.rules import Rules
from studio.data.privacy.secrets import find_secrets
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example
from studio.schemas.finding import Kind


def hidden(kind: Kind, texts: ExampleTexts, choice: str, rules: Rules) -> tuple[Drops, Edits]:
    """Private details or secrets masked, made up, dropped with their row or left, by the choice for each kind."""
    ways = {"secret": read_secret_choice(choice)} if kind == "secret" else read_choice(choice)
    if set(ways.values()) == {"leave"}:
        return {}, {}
    places, details_in = secrets_in(texts) if kind == "secret" else private_in(texts, rules)
    numbered = [texts.examples[place] for place in texts.holding((*TAKEN_HINTS, *MADE_UP_HINTS))]
    masks = Masks((message.content for example in numbered for message in example.messages), rules)

    def put(detail: Detail) -> str:
        return masks.fake(detail) if ways[detail.kind] == "fake" else masks.of(detail)

    drops: Drops = {}
    edits: Edits = {}
    for place in places:
        example = texts.examples[place]
        details_by_message = [details_in(example, message.content) for message in example.messages]
        if any(ways[detail.kind] == "drop" for details in details_by_message for detail in details):
            drops[example.id] = kind
            continue
        chosen = [[detail for detail in details if ways[detail.kind] != "leave"] for details in details_by_message]
        if any(chosen):
            edits[example.id] = tuple(
                changed(message, replaced(message.content, details, put))
                for message, details in zip(example.messages, chosen, strict=True)
            )
    if masks.fresh:
        rules.remember(masks.fresh)
    return drops, edits


Finder = Callable[[Example, str], list[Detail]]


def private_in(texts: ExampleTexts, rules: Rules) -> tuple[list[int], Finder]:
    """The places with private details, and what finds them in a text."""
    details_by_message, public = scan(texts, rules)

    def in_turn(example: Example, text: str) -> list[Detail]:
        return [one for one in details_in(example, text, rules) if is_private(one, public)]

    return sorted(details_by_message), in_turn


def secrets_in(texts: ExampleTexts) -> tuple[list[int], Finder]:
    """The places with secrets, and what finds them in a text."""

    def in_turn(_: Example, text: str) -> list[Detail]:
        return [Detail(start, end, "secret", text[start:end]) for start, end in find_secrets(text)]

    return secret_places(texts), in_turn


PRIVATE_DETAILS = Check(
    kind="private_details", scope="row", detect=lambda texts, context: find_private(texts, context.private),
    effect=lambda texts, choice, private: hidden("private_details", texts, choice, private), order=50, by_rule=True,
    choices=("mask", "fake", "drop", "leave"), read_choice=read_choice, takes_out=frozenset(["drop"]),
)  # fmt: skip
SECRET = Check(
    kind="secret", scope="row", detect=of_texts(find_secret),
    effect=lambda texts, choice, private: hidden("secret", texts, choice, private), order=60, by_rule=True,
    choices=("mask", "drop", "leave"), takes_out=frozenset(["drop"]),
)  # fmt: skip
