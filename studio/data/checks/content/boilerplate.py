"""The same first or last lines in many answers, which a model learns by heart. What signs a mail is no such line."""

from collections import Counter
from collections.abc import Callable

from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.masks import TAKEN
from studio.data.privacy.person_names import find_names
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.mail_blocks import parted
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

LEAST_ROWS = 5
LEAST_SHARE = 0.05
LEAST_LETTERS = 12
NOTE_LETTERS = 80


def repeated_lines(texts: ExampleTexts) -> tuple[frozenset[str], frozenset[str]]:
    """First lines and last lines that many different answers of more than one line share."""
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    several = 0
    for body, _ in {one for one in texts.signed if "\n" in one[0]}:
        lines = lines_of(body)
        if len(lines) < 2:
            continue
        several += 1
        first[lines[0].strip()] += 1
        for line in lines[-3:]:
            last[line.strip()] += 1
    least = max(LEAST_ROWS, LEAST_SHARE * several)
    return often(first, least), often(last, least)


def often(counts: Counter[str], least: float) -> frozenset[str]:
    """The stock lines among the counted ones; a line that names a person, or in which one was hidden, greets her."""
    return frozenset(
        line for line, count in counts.items()
        if count >= least and is_stock(line) and not TAKEN.search(line) and not find_names(line)
    )  # fmt: skip


def lines_of(text: str) -> list[str]:
    """The lines with words."""
    return [line for line in text.split("\n") if line.strip()] if "\n" in text else []


def is_stock(line: str) -> bool:
    """Long enough to be a phrase, and no code, list or table mark."""
    return len(line) >= LEAST_LETTERS and " " in line and line[0] not in "`{}<>|#-*+=" and line[-1] not in "{;:"


def without(signed: tuple[str, str], is_first: Callable[[str], bool], is_last: Callable[[str], bool]) -> str | None:
    """What is said without its stock lines, and what signs it as it was. None where nothing goes: there are no such
    lines, or nothing else would be left, or half of a letter's end would."""
    body, ending = signed
    lines = body.split("\n")
    start, end = 0, len(lines)
    while start < end and (not lines[start].strip() or is_first(lines[start].strip())):
        start += 1
    while end > start and (not lines[end - 1].strip() or is_last(lines[end - 1].strip())):
        end -= 1
    if end > start and lines[end - 1].rstrip().endswith(","):  # “Yours,” alone would be worse than both lines
        end = len(lines)
    core = "\n".join(lines[start:end])
    if not core.strip() or core.strip() == body.strip():
        return None
    gap = "\n\n" if body.endswith("\n") else "\n"
    return f"{core.rstrip()}{gap}{ending}" if ending else core


def find_boilerplate(texts: ExampleTexts) -> list[Finding]:
    """Answers that begin or end with a stock line."""
    first, last = repeated_lines(texts)
    if not first and not last:
        return []
    notes: dict[int, str] = {}
    for place, signed in enumerate(texts.signed):
        if "\n" in signed[0] and without(signed, first.__contains__, last.__contains__) is not None:
            lines = lines_of(signed[0])
            stock = lines[0].strip() if lines[0].strip() in first else lines[-1].strip()
            notes[place] = stock[:NOTE_LETTERS]
    sample = next(iter(notes.values()), "")[:30]
    sentences = Sentence.of("finding.boilerplate.sentence", count=len(notes), sample=sample)
    return finding("repeated_boilerplate", "look", texts, notes, sentences, "finding.boilerplate.fix", notes=notes)


def without_stock(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """The last answers without the first and last lines that many answers share."""
    first, last = repeated_lines(texts)
    edits: Edits = {}
    for example, answer, signed in zip(texts.examples, texts.answers, texts.signed, strict=True):
        shortened = without(signed, first.__contains__, last.__contains__) if "\n" in signed[0] else None
        if shortened is not None:
            edits[example.id] = tuple(
                changed(message, shortened) if message.role == "assistant" and message.content == answer else message
                for message in example.messages
            )
    return {}, edits


def without_noted(finding: Finding, text: str) -> str:
    """The answer without the first and last lines that the finding noted as stock, each by its beginning."""
    stock = frozenset(finding.notes.values())

    def is_noted(line: str) -> bool:
        return line[:NOTE_LETTERS] in stock

    shortened = without(parted(text), is_noted, is_noted)
    return text if shortened is None else shortened


REPEATED_BOILERPLATE = Check(
    kind="repeated_boilerplate", scope="whole", detect=of_texts(find_boilerplate), effect=without_stock, order=40,
    preview=without_noted,  # not by rule: a greeting may be the voice of the house
)  # fmt: skip
