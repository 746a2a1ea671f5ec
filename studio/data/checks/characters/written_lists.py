"""Answers that a program wrote as a list or object: somebody who reads them meets brackets and quotes."""

from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.literals import NotALiteral, parse_written
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

MOST_SHOWN = 60
USUAL = 0.5  # where so many answers are objects in JSON, they are what is to be taught


def find_written_lists(texts: ExampleTexts) -> list[Finding]:
    """Rows whose answer is a list, or an object among answers that are none."""
    values = {place: value for place, answer in enumerate(texts.answers) if (value := written_in(answer)) is not None}
    objects = [place for place, value in values.items() if isinstance(value, dict) and is_json(texts.answers[place])]
    if len(objects) > USUAL * len(texts):
        values = {place: value for place, value in values.items() if place not in set(objects)}
    notes = {place: shortened(texts.answers[place]) for place in values}
    first = next(iter(notes.values()), "")
    key = "shortened" if first.endswith("…") else "sentence"
    sentences = Sentence.of(f"finding.written_lists.{key}", count=len(notes), first=first)
    return finding("written_lists", "look", texts, notes, sentences, "finding.written_lists.fix", notes=notes)


def written_in(text: str) -> object:
    """The list or object that this text is; None for a text."""
    bare = text.strip()
    if bare[:1] + bare[-1:] not in ("[]", "{}") and not bare.startswith("array("):
        return None
    try:
        value = parse_written(bare)
    except NotALiteral:
        return None
    return value if isinstance(value, list | dict) else None


def is_json(text: str) -> bool:
    """Double quotes, as JSON wants them: a form that other programs read."""
    return "'" not in text.strip()[:3]


def shortened(text: str) -> str:
    """The first letters of the answer."""
    bare = " ".join(text.split())
    return bare if len(bare) <= MOST_SHOWN else bare[: MOST_SHOWN - 1] + "…"


def as_lines(text: str) -> str:
    """Each entry of a list on a line of its own; the text as it is where entries are no texts or numbers."""
    value = written_in(text)
    if not isinstance(value, list) or not value:
        return text
    if not all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in value):
        return text
    return "\n".join(str(item).strip() for item in value)


def first_entry(text: str) -> str:
    """The first entry of a list; the text as it is where that is no text."""
    value = written_in(text)
    return str(value[0]).strip() if isinstance(value, list) and value and isinstance(value[0], str | int) else text


def lists_as_text(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """The last answers as lines, or their first entry alone."""
    rewrite = first_entry if choice == "first" else as_lines
    edits: Edits = {}
    for example, answer in zip(texts.examples, texts.answers, strict=True):
        if answer[:1] in "[ \n\ta" and (mended := rewrite(answer)) != answer:
            last = max(place for place, message in enumerate(example.messages) if message.role == "assistant")
            messages = list(example.messages)
            messages[last] = changed(messages[last], mended)
            edits[example.id] = tuple(messages)
    return {}, edits


WRITTEN_LISTS = Check(
    kind="written_lists", scope="row", detect=of_texts(find_written_lists), effect=lists_as_text, order=32,
    choices=("lines", "first"), preview=lambda _, answer: as_lines(answer),
)  # fmt: skip
