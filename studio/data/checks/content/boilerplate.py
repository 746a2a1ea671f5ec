"""The same first or last lines in many answers, which a model learns by heart. What greets and what signs a mail is no
such line: it is the voice of the house, and teaching is for that."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.masks import TAKEN
from studio.data.privacy.person_names import find_names
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.greetings import is_greeting
from studio.data.text.mail_blocks import parted
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

LEAST_ROWS = 5
LEAST_SHARE = 0.05
LEAST_LETTERS = 12
MOST_NAMED, SHORT = 3, 60  # lines in the sentence, and letters of each


class StockLines(NamedTuple):
    """The lines that many answers begin with, after who is greeted, and those that many end with."""

    first: frozenset[str]
    last: frozenset[str]

    def in_answer(self, signed: tuple[str, str]) -> tuple[list[str], str] | None:
        """The lines that would be taken out, as they stand, and the answer without them; None where none would be."""
        return without(signed, self.first.__contains__, self.last.__contains__) if "\n" in signed[0] else None


def repeated_lines(texts: ExampleTexts) -> StockLines:
    """First lines and last lines that many different answers of more than one line share."""
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    several = 0
    for body, _ in {one for one in texts.signed if "\n" in one[0]}:
        lines = lines_of(body)
        if len(lines) < 2:
            continue
        several += 1
        first[lines[1 if is_greeting(lines[0]) else 0].strip()] += 1
        for line in lines[-3:]:
            last[line.strip()] += 1
    least = max(LEAST_ROWS, LEAST_SHARE * several)
    return StockLines(often(first, least), often(last, least))


def often(counts: Counter[str], least: float) -> frozenset[str]:
    """The stock lines among the counted ones; a line that names a person, or in which one was hidden, is none."""
    return frozenset(
        line for line, count in counts.items()
        if count >= least and is_stock(line) and not is_greeting(line) and not TAKEN.search(line)
        and not find_names(line)
    )  # fmt: skip


def lines_of(text: str) -> list[str]:
    """The lines with words."""
    return [line for line in text.split("\n") if line.strip()] if "\n" in text else []


def is_stock(line: str) -> bool:
    """Long enough to be a phrase, and no code, list or table mark."""
    return len(line) >= LEAST_LETTERS and " " in line and line[0] not in "`{}<>|#-*+=" and line[-1] not in "{;:"


def without(
    signed: tuple[str, str], is_first: Callable[[str], bool], is_last: Callable[[str], bool]
) -> tuple[list[str], str] | None:
    """The stock lines of an answer, and what is said without them, greeted and signed as it was. None where nothing
    goes: there are no such lines, or nothing else would be left, or half of a letter's end would."""
    body, ending = signed
    lines = body.split("\n")
    words = [place for place, line in enumerate(lines) if line.strip()]
    said = next((place for place in words[:2] if not is_greeting(lines[place])), len(lines))
    start = next((place for place in words if place >= said and not is_first(lines[place].strip())), len(lines))
    end = next((place + 1 for place in reversed(words) if not is_last(lines[place].strip())), 0)
    if end > start and lines[end - 1].rstrip().endswith(","):  # “Yours,” alone would be worse than both lines
        end = len(lines)
    core = "\n".join(lines[start:end])
    taken = [lines[place].strip() for place in words if said <= place < start or place >= end]
    if not core.strip() or not taken:
        return None
    left = "\n".join(lines[:said]) + "\n" * (said > 0) + core
    gap = "\n\n" if body.endswith("\n") else "\n"
    return taken, f"{left.rstrip()}{gap}{ending}" if ending else left


def find_boilerplate(texts: ExampleTexts) -> list[Finding]:
    """Answers that begin or end with a stock line; `parts` holds the rows of each line, the most frequent first."""
    stock = repeated_lines(texts)
    if not any(stock):
        return []
    notes: dict[int, str] = {}
    rows: dict[str, list[int]] = {}
    for place, signed in enumerate(texts.signed):
        if (found := stock.in_answer(signed)) is not None:
            notes[place] = " / ".join(found[0])
            for line in dict.fromkeys(found[0]):
                rows.setdefault(line, []).append(texts.rows[place])
    parts = {line: tuple(places) for line, places in by_frequency(rows).items()}
    seen = finding("repeated_boilerplate", "look", texts, notes, told(len(notes), parts), "finding.boilerplate.fix",
                   notes=notes)  # fmt: skip
    return [one.model_copy(update={"parts": parts}) for one in seen]


def by_frequency(parts: Mapping[str, Sequence[int]]) -> dict[str, Sequence[int]]:
    """The lines that most rows have first."""
    return {line: parts[line] for line in sorted(parts, key=lambda line: -len(parts[line]))}


def told(count: int, parts: Mapping[str, Sequence[int]]) -> Sentence:
    """How many answers, and the lines that most of them have, each with its own number."""
    named = tuple(
        Sentence.of("finding.boilerplate.line", line=line if len(line) <= SHORT else f"{line[: SHORT - 1]}…",
                    rows=len(rows))
        for line, rows in islice(by_frequency(parts).items(), MOST_NAMED)
    )  # fmt: skip
    lines = ", ".join(map(str, named))
    if more := len(parts) - len(named):
        return Sentence.of("finding.boilerplate.more", count=count, lines=lines, more=more)
    return Sentence.of("finding.boilerplate.sentence", count=count, lines=lines)


def without_stock(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """The last answers without the first and last lines that many answers share."""
    stock = repeated_lines(texts)
    edits: Edits = {}
    for example, answer, signed in zip(texts.examples, texts.answers, texts.signed, strict=True):
        if (found := stock.in_answer(signed)) is not None:
            edits[example.id] = tuple(
                changed(message, found[1]) if message.role == "assistant" and message.content == answer else message
                for message in example.messages
            )
    return {}, edits


def without_noted(finding: Finding, text: str) -> str:
    """The answer without the first and last lines that the finding counted as stock."""
    found = without(parted(text), finding.parts.__contains__, finding.parts.__contains__)
    return text if found is None else found[1]


REPEATED_BOILERPLATE = Check(
    kind="repeated_boilerplate", scope="whole", detect=of_texts(find_boilerplate), effect=without_stock, order=40,
    preview=without_noted, tell=told,  # not by rule: thanks that come first may be the voice of the house
)  # fmt: skip
