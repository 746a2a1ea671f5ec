"""Private details and secrets out of the words, the same mask wherever the same detail stands; and their checks."""

from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.private.detection import find_private, find_secret, likely_ours, scan, secret_places
from studio.data.privacy.choices import leaves_ours, read_choice, read_secret_choice
from studio.data.privacy.details import Detail
from studio.data.privacy.fake_details import HINTS as MADE_UP_HINTS
from studio.data.privacy.masks import TAKEN_HINTS, Masks, replaced
from studio.data.privacy.rules import Rules, named
from studio.data.privacy.secrets import find_secrets
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Kind


def hidden(kind: Kind, texts: ExampleTexts, choice: str, rules: Rules) -> tuple[Drops, Edits]:
    """Private details or secrets masked, made up, dropped with their row or left, by the choice for each kind."""
    ways = {"secret": read_secret_choice(choice)} if kind == "secret" else read_choice(choice)
    if set(ways.values()) == {"leave"}:
        return {}, {}
    found = secrets_in(texts) if kind == "secret" else private_in(texts, rules, leave_ours=leaves_ours(choice))
    numbered = [texts.examples[place] for place in texts.holding((*TAKEN_HINTS, *MADE_UP_HINTS))]
    masks = Masks((message.content for example in numbered for message in example.messages), rules)

    def put(detail: Detail) -> str:
        return masks.fake(detail) if ways[detail.kind] == "fake" else masks.of(detail)

    drops: Drops = {}
    edits: Edits = {}
    for place, details_by_message in found.items():
        example = texts.examples[place]
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


Found = dict[int, list[list[Detail]]]  # by place, in order; one list for each turn


def private_in(texts: ExampleTexts, rules: Rules, *, leave_ours: bool = False) -> Found:
    """The private details; without those that are likely the organisation's own, if they are to be left."""
    details_by_place, _ = scan(texts, rules)
    ours = likely_ours(texts, details_by_place) if leave_ours else frozenset()
    hers = {
        place: [(at, one) for at, one in details if not ours or named(one) not in ours]
        for place, details in sorted(details_by_place.items())
    }
    return {
        place: [[one for at, one in details if at == turn] for turn in turns_of(texts, place)]
        for place, details in hers.items()
    }


def secrets_in(texts: ExampleTexts) -> Found:
    """The secrets."""
    return {
        place: [
            [Detail(start, end, "secret", turn.content[start:end]) for start, end in find_secrets(turn.content)]
            for turn in texts.examples[place].messages
        ]
        for place in secret_places(texts)
    }


def turns_of(texts: ExampleTexts, place: int) -> range:
    """The turns of a row by number."""
    return range(len(texts.examples[place].messages))


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
