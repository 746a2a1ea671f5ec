"""Instructions put together from pieces, and the words around a message: thousands of wordings from a few dozens.

A small model that meets ten ways to ask for JSON learns those ten; one that meets thousands learns to look for the
names of the keys.
"""

from __future__ import annotations

from random import Random

from . import words
from .text import parts, read_text

TEXT = read_text("wording")
PIECES = {name: parts(body) for name, body in TEXT.items()}


def _piece(rng: Random, name: str) -> str:
    return rng.choice(PIECES[name])


def _tidy(text: str) -> str:
    text = " ".join(text.replace(" ,", ",").replace(" .", ".").split(" ")).strip()
    while "  " in text:
        text = text.replace("  ", " ")
    return text[:1].upper() + text[1:]


def json_instruction(rng: Random, keys: str) -> str:
    """Ask for these keys as JSON."""
    shape = rng.random()
    start, get, source, form, end = (_piece(rng, name) for name in ("START", "GET", "SOURCE", "AS_JSON", "END"))
    the = rng.choice(("", "", "the ", "the fields ", "the keys ", "these: ", "the values for "))
    if shape < 0.55:
        return _tidy(f"{start} {get} {the}{keys} {source} {form}{end}")
    if shape < 0.7:
        return _tidy(f"{source}, {get} {the}{keys} {form}{end}") if source else _tidy(f"{get} {keys} {form}{end}")
    if shape < 0.85:
        head = rng.choice(("Keys", "Fields", "Columns", "Wanted", "Form"))
        return _tidy(f"{head}: {keys}. {start} {get} them {source} {form}{end}")
    return _tidy(f"{start} {_piece(rng, 'TURN')} {_piece(rng, 'WHAT')} into JSON with {the}{keys}{end}")


def label_instruction(rng: Random, labels: str) -> str:
    """Ask for one of these labels."""
    shape = rng.random()
    start, sort, what, end = (_piece(rng, name) for name in ("START", "SORT", "WHAT", "LABEL_END"))
    kind = rng.choice(("labels", "categories", "classes", "topics", "tags", "groups", "options", "types", "teams"))
    if shape < 0.35:
        return _tidy(f"{start} {sort} {what} {rng.choice(('as', 'with one of', 'using', 'by'))} {labels}{end}")
    if shape < 0.6:
        return _tidy(f"{kind}: {labels}. {start} {sort} {what}{end}")
    if shape < 0.8:
        return _tidy(f"{_piece(rng, 'LABEL_QUESTION')} {labels}{rng.choice(('?', '', '.'))}")
    return _tidy(f"{start} choose the right one of the {kind} {labels} for {what}{end}")


def task_instruction(rng: Random, plain: list[str]) -> str:
    """One of the plain wordings, sometimes with a word or two before it."""
    text = rng.choice(plain)
    if rng.random() < 0.6:
        return text
    start = _piece(rng, "START")
    body = text[:1].lower() + text[1:] if start and not text.isupper() and not text.startswith("TL") else text
    if start and body.split()[0] not in PIECES["VERBS"]:
        return text
    return _tidy(f"{start} {body}")


def around(rng: Random, text: str) -> str:
    """The message as a letter or a note: a greeting before it, a name or a wish after it."""
    before, after = _piece(rng, "BEFORE"), _piece(rng, "AFTER")
    name = words.first_name(rng)
    roll = rng.random()
    if roll < 0.4:
        return f"{before.format(n=name)} {text}"
    if roll < 0.75:
        return f"{text} {after.format(n=name)}"
    return f"{before.format(n=name)} {text} {after.format(n=words.first_name(rng))}"
