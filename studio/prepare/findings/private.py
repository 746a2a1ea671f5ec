"""Private details and secrets: found in every turn, and masked the same way wherever the same one stands."""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from studio.prepare.findings.making import count_of, finding
from studio.prepare.private.details import NAMES, Detail, find_details, may_hold_details
from studio.prepare.private.secrets import HINTS, NAMED_HINTS, find_secrets
from studio.prepare.texts import Texts
from studio.records.example import Example
from studio.records.finding import Finding

PUBLIC_ROWS = 3
USER_DATA = re.compile(
    r"//[^/\s@]{1,200}@|[?&#;](?:[\w-]{0,40}(?:token|key|secret|pass|session|sid|sig|auth|email|user|code)[\w-]{0,20})=",
    re.IGNORECASE,
)
HOST = re.compile(r"(?:[a-z+]{2,20}://)?(?:[^/\s@]{1,200}@)?(?:www\.)?([^/?#:\s]{1,253})", re.IGNORECASE)


def details_of(example: Example) -> Iterator[Detail]:
    """The details of all turns."""
    for message in example.messages:
        if may_hold_details(message.content):
            yield from find_details(message.content)


def host_of(url: str) -> str:
    """The site of a web address."""
    match = HOST.match(url)
    return match.group(1).lower() if match else ""


def public_hosts(found: dict[int, list[Detail]]) -> frozenset[str]:
    """Sites that appear in several rows: the house's own pages, which answers are to name."""
    rows: Counter[str] = Counter()
    for details in found.values():
        rows.update({host_of(detail.value) for detail in details if detail.kind == "url"})
    return frozenset(host for host, count in rows.items() if count >= PUBLIC_ROWS)


def is_private(detail: Detail, public: frozenset[str]) -> bool:
    """Everything but plain addresses of sites that the whole dataset names."""
    return detail.kind != "url" or USER_DATA.search(detail.value) is not None or host_of(detail.value) not in public


def suspects(texts: Texts) -> list[int]:
    """The places that a first look at all letters at once cannot clear."""
    codes = np.arange(256)
    digits = (codes >= ord("0")) & (codes <= ord("9"))
    many = np.flatnonzero(texts.counted(digits) >= 6).tolist()
    return sorted({*many, *texts.holding(("@", "://", "::")), *texts.holding(("www.",), any_case=True)})


def scan(texts: Texts) -> tuple[dict[int, list[Detail]], frozenset[str]]:
    """The private details by place, and the sites that are public."""
    found: dict[int, list[Detail]] = {}
    for place in suspects(texts):
        details = list(details_of(texts.examples[place]))
        if details:
            found[place] = details
    public = public_hosts(found)
    kept = {place: [detail for detail in details if is_private(detail, public)] for place, details in found.items()}
    return {place: details for place, details in kept.items() if details}, public


def find_private(texts: Texts) -> list[Finding]:
    """Rows with the kinds that stand in them."""
    found, _ = scan(texts)
    kinds: Counter[str] = Counter()
    notes: dict[int, str] = {}
    for place, details in found.items():
        said = list(dict.fromkeys(NAMES[detail.kind] for detail in details))
        kinds.update(said)
        notes[place] = ", ".join(said)
    listed = ", ".join(f"{kind} ({count:,})" for kind, count in kinds.most_common(4))
    sentence = f"{count_of(len(notes), 'row holds', 'rows hold')} private details: {listed}."
    return finding("private_details", "serious", texts, notes, sentence, "Mask them.", notes=notes)


def secret_places(texts: Texts) -> list[int]:
    """The places with keys or passwords."""
    near = sorted({*texts.holding(HINTS), *texts.holding(NAMED_HINTS, any_case=True)})
    return [place for place in near if any(find_secrets(turn.content) for turn in texts.examples[place].messages)]


def find_secret(texts: Texts) -> list[Finding]:
    """Rows with keys or passwords."""
    places = secret_places(texts)
    sentence = f"{count_of(len(places), 'row holds', 'rows hold')} a password or a key."
    return finding("secret", "stop", texts, places, sentence, "Mask them.")
