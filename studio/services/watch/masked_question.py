"""A question as it may be kept: every private detail, known or only possible, is its kind."""

from itertools import chain

from studio.data.privacy.candidates import find_candidates
from studio.data.privacy.details import Detail, find_details
from studio.data.privacy.masks import LABELS, replaced
from studio.data.privacy.person_names import apart
from studio.data.privacy.secrets import find_secrets
from studio.schemas.loop.served_use import LONGEST_QUESTION

READ = 8_000  # letters that are looked through; what is kept is the beginning of that


def masked_question(text: str, countries: tuple[str, ...] = ()) -> str:
    """Placeholders without numbers: that two people have the same telephone is nobody's to know."""
    text = text[:READ]
    secrets = (Detail(start, end, "secret", text[start:end]) for start, end in find_secrets(text))
    found = chain(secrets, find_details(text, countries), find_candidates(text, is_asked=True))
    details = sorted(apart(found, bytearray(len(text))))
    shown = replaced(text, details, lambda detail: f"[{LABELS.get(detail.kind, 'HIDDEN')}]")
    return shown if len(shown) <= LONGEST_QUESTION else f"{shown[:LONGEST_QUESTION]}…"
