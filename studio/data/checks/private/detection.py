"""Private details and secrets: found in every turn, and masked the same way wherever the same one stands."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from studio.data.checks.finding_builder import finding
from studio.data.privacy.bank_accounts import LAST_HINTS
from studio.data.privacy.details import NAMES, Detail, find_details, may_hold_details
from studio.data.privacy.rules import Rules, named, said_of
from studio.data.privacy.secrets import FIRST_ANY_CASE, FIRST_HINTS, find_secrets
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Spot
from studio.schemas.sentence import Sentence

PUBLIC_ROWS = 3
SHOWN_DETAILS = 5
OFTEN_OURS = ("email", "phone", "url", "iban")
OURS_ROWS, OURS_SHARE = 5, 0.1  # of the rows with details
USER_DATA = re.compile(
    r"//[^/\s@]{1,200}@|[?&#;](?:[\w-]{0,40}(?:token|key|secret|pass|session|sid|sig|auth|email|user|code)[\w-]{0,20})=",
    re.IGNORECASE,
)
ADDRESS_HINTS = ("@", "://", "::", *map("".join, product("wW", "wW", "wW", ".")))  # www. in any case
HOST = re.compile(r"(?:[a-z+]{2,20}://)?(?:[^/\s@]{1,200}@)?(?:www\.)?([^/?#:\s]{1,253})", re.IGNORECASE)


def details_of(example: Example, rules: Rules) -> Iterator[tuple[int, Detail]]:
    """The details of all turns, each with its turn. What one turn's words tell to be a number or an address of somebody
    is one wherever the same stands in the row."""
    found = [(turn, one) for turn, message in enumerate(example.messages)
             for one in details_in(example, message.content, rules)]  # fmt: skip
    sure = {(one.kind, one.value) for _, one in found if one.kind in OFTEN_OURS}
    for turn, message in enumerate(example.messages if sure else ()):
        taken = [(one.start, one.end) for at, one in found if at == turn]
        for kind, value in sorted(sure, key=lambda one: (-len(one[1]), one)):
            for start, end in places_of(value, message.content):
                if not any(start < other_end and other < end for other, other_end in taken):
                    found.append((turn, Detail(start, end, kind, value)))
                    taken.append((start, end))
    yield from sorted(found, key=lambda one: (one[0], one[1].start))


def places_of(value: str, text: str) -> Iterator[tuple[int, int]]:
    """Where this stands in a text, and not as a part of a longer word or number."""
    start = text.find(value)
    while start >= 0:
        end = start + len(value)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end
        start = text.find(value, end)


def details_in(example: Example, text: str, rules: Rules) -> list[Detail]:
    """The details in one turn's words, names among them where they were looked for; none that the rules allow."""
    details_by_place = find_details(text, rules.countries) if may_hold_details(text) else []
    if rules.names.get(example.id):
        taken = [(one.start, one.end) for one in details_by_place]
        for name in rules.names_in(example.id, text):
            if not any(name.start < end and start < name.end for start, end in taken):
                details_by_place.append(name)
                taken.append((name.start, name.end))
        details_by_place.sort()
    return [detail for detail in details_by_place if not rules.allows(detail)]


def host_of(url: str) -> str:
    """The site of a web address."""
    match = HOST.match(url)
    return match.group(1).lower() if match else ""


def public_hosts(details_by_place: Mapping[int, Sequence[tuple[int, Detail]]]) -> frozenset[str]:
    """Sites that appear in several rows: the writer's own pages, which answers are to name."""
    rows: Counter[str] = Counter()
    for details in details_by_place.values():
        rows.update({host_of(detail.value) for _, detail in details if detail.kind == "url"})
    return frozenset(host for host, count in rows.items() if count >= PUBLIC_ROWS)


def is_private(detail: Detail, public: frozenset[str]) -> bool:
    """Everything but plain addresses of sites that the whole dataset names."""
    return detail.kind != "url" or USER_DATA.search(detail.value) is not None or host_of(detail.value) not in public


def suspects(texts: ExampleTexts) -> list[int]:
    """The places that a first look at all letters at once cannot clear."""
    codes = np.arange(256)
    digits = (codes >= ord("0")) & (codes <= ord("9"))
    many = np.flatnonzero(texts.counted(digits) >= 6).tolist()
    return sorted({*many, *texts.holding(ADDRESS_HINTS), *texts.holding(LAST_HINTS, any_case=True)})


def scan(texts: ExampleTexts, rules: Rules) -> tuple[dict[int, list[tuple[int, Detail]]], frozenset[str]]:
    """The private details by place, each with its turn, and the sites that are public."""
    details_by_place: dict[int, list[tuple[int, Detail]]] = {}
    named = [place for place, one in enumerate(texts.examples) if one.id in rules.names] if rules.names else []
    for place in sorted({*suspects(texts), *named}):
        details = list(details_of(texts.examples[place], rules))
        if details:
            details_by_place[place] = details
    public = public_hosts(details_by_place)
    private_by_place = {
        place: [one for one in details if is_private(one[1], public)] for place, details in details_by_place.items()
    }
    return {place: details for place, details in private_by_place.items() if details}, public


def find_private(texts: ExampleTexts, rules: Rules | None = None) -> list[Finding]:
    """Rows with the kinds that stand in them, the rows of each kind, and the most frequent details of each."""
    details_by_place, _ = scan(texts, rules or Rules())
    parts: dict[str, list[int]] = {}
    notes: dict[int, str] = {}
    for place, details in details_by_place.items():
        kinds = list(dict.fromkeys(detail.kind for _, detail in details))
        for kind in kinds:
            parts.setdefault(kind, []).append(texts.rows[place])
        notes[place] = ", ".join(NAMES[kind] for kind in kinds)
    spots = spots_of(texts, details_by_place)
    sentences = private_sentences(len(notes), parts, spots)
    fix = "finding.private.fix_others" if any(spot.likely_ours for spot in spots) else "finding.private.fix"
    findings = finding("private_details", "serious", texts, notes, sentences, fix, notes=notes)
    changes = {"parts": {kind: tuple(rows) for kind, rows in parts.items()}, "spots": spots}
    return [one.model_copy(update=changes) for one in findings]


def private_sentences(rows: int, parts: Mapping[str, Sequence[int]], spots: Sequence[Spot]) -> tuple[Sentence, ...]:
    """How many rows, how many of them for each of the most frequent kinds, and which details may be one's own."""
    listed = said_of({kind: len(of_kind) for kind, of_kind in parts.items()})
    ours = (
        Sentence.of("finding.private.ours", rows=spot.rows, kind=NAMES[spot.kind]) for spot in spots if spot.likely_ours
    )
    return (Sentence.of("finding.private.sentence", count=rows, kinds=listed), *ours)


def private_parts(finding: Finding, gone: Collection[int]) -> tuple[dict[str, tuple[int, ...]], tuple[Spot, ...]]:
    """The rows of each kind and the spots that are left without these rows."""
    remaining = {kind: tuple(row for row in rows if row not in gone) for kind, rows in finding.parts.items()}
    spots = tuple(spot for spot in finding.spots if spot.row not in gone)
    return {kind: rows for kind, rows in remaining.items() if rows}, spots


def spots_of(texts: ExampleTexts, details_by_place: Mapping[int, Sequence[tuple[int, Detail]]]) -> tuple[Spot, ...]:
    """The details of each kind that most rows hold, each where it stands first."""
    rows: dict[str, set[int]] = {}
    answered: dict[str, set[int]] = {}
    first: dict[str, tuple[int, int, Detail]] = {}
    for place, details in details_by_place.items():
        for turn, detail in details:
            key = named(detail)
            rows.setdefault(key, set()).add(place)
            if texts.examples[place].messages[turn].role == "assistant":
                answered.setdefault(key, set()).add(place)
            first.setdefault(key, (place, turn, detail))
    shown: list[Spot] = []
    many: Counter[str] = Counter()
    for key in sorted(first, key=lambda key: (-len(rows[key]), first[key][0])):
        place, turn, detail = first[key]
        if many[detail.kind] < SHOWN_DETAILS:
            many[detail.kind] += 1
            shown.append(Spot(
                kind=detail.kind, row=texts.rows[place], turn=turn, start=detail.start, end=detail.end,
                rows=len(rows[key]), likely_ours=detail.kind in OFTEN_OURS
                and len(rows[key]) >= max(OURS_ROWS, OURS_SHARE * len(details_by_place))
                and 2 * len(answered.get(key, ())) > len(rows[key]),
            ))  # fmt: skip
    return tuple(shown)


def likely_ours(texts: ExampleTexts, details_by_place: Mapping[int, Sequence[tuple[int, Detail]]]) -> frozenset[str]:
    """The details that many rows hold, mostly in their answers: whether they are the organisation's own is asked."""
    marked = {(spot.row, spot.turn, spot.start, spot.end) for spot in spots_of(texts, details_by_place)
              if spot.likely_ours}  # fmt: skip
    return frozenset(
        named(detail) for place, details in details_by_place.items() for turn, detail in details
        if (texts.rows[place], turn, detail.start, detail.end) in marked
    )  # fmt: skip


def secret_places(texts: ExampleTexts) -> list[int]:
    """The places with keys, passwords or codes."""
    return texts.once_a_row(with_secrets)


def with_secrets(texts: ExampleTexts) -> list[int]:
    """The places where a prefix of a key stands, or a word before a password or code, and more than that."""
    near = sorted({*texts.holding(FIRST_HINTS), *texts.holding(FIRST_ANY_CASE, any_case=True)})
    return [place for place in near if any(find_secrets(turn.content) for turn in texts.examples[place].messages)]


def find_secret(texts: ExampleTexts) -> list[Finding]:
    """Rows with keys, passwords or codes."""
    places = secret_places(texts)
    changes = Sentence.of("finding.private.secret", count=len(places))
    return finding("secret", "stop", texts, places, changes, "finding.private.fix")
