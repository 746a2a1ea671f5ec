"""Templates and how they are filled: `say("compared.better", size=4.2)` in the language of whoever is spoken to.

A template stands in `<language>/<subject>.toml` under `[subject]`, and its key is `subject.name`. Facts are filled in
as `str.format` does it, and two formats are added for numbers: `{rows:#row|rows}` is “1 row” or “2,000 rows”, and
`{rows:?is|are}` the word alone.
"""

import os
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from studio.copy.pseudo import PSEUDO, pseudo

ENGLISH = "en"
VARIABLE = "STUDIO_LANGUAGE"
_spoken: ContextVar[tuple[str, tuple[tuple[str, str], ...]] | None] = ContextVar("spoken", default=None)


class _Writer(string.Formatter):
    """`str.format` with words that agree with a number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec[:1] in ("#", "?"):
            one, many = format_spec[1:].split("|")
            word = one if value == 1 else many
            return f"{value:,} {word}" if format_spec[0] == "#" else word
        if isinstance(value, tuple):
            return ", ".join(map(str, value))
        return str(super().format_field(value, format_spec))


def say(key: str, /, **facts: object) -> str:
    """The words of a template with these facts in their places. KeyError: no such template, or a fact is missing."""
    return _Writer().vformat(_spoken_templates()[key], (), facts)


def has(key: str) -> bool:
    """Whether there are words for it."""
    return key in _spoken_templates()


class Phrases(Mapping[str, str]):
    """The words under one key, by the last part of theirs: `Phrases("a.b")["c"]` is `say("a.b.c")`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = f"{prefix}."

    def __getitem__(self, name: str) -> str:
        return say(self.prefix + name)

    def __iter__(self) -> Iterator[str]:
        if (_spoken.get() or ("", ()))[1]:
            return iter(names_under(self.prefix, tuple(_spoken_templates())))
        return iter(names_in(language(), self.prefix))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def language() -> str:
    """Which language is spoken here and now, as the page's `lang` says it."""
    return (_spoken.get() or (os.environ.get(VARIABLE) or ENGLISH, ()))[0]


def _spoken_templates() -> Mapping[str, str]:
    more = (_spoken.get() or ("", ()))[1]
    known = templates(language())
    return {**known, **dict(more)} if more else known


def translated(key: str, english: str) -> str:
    """Words that stand in English where whoever runs the studio may edit them, such as the list of models."""
    known = _spoken_templates()
    made_up = pseudo(english) if language() == PSEUDO and english else english
    return known.get(key, made_up)


@contextmanager
def speaking(language: str = ENGLISH, more: Mapping[str, str] | None = None) -> Iterator[None]:
    """In this language from here to the end, for this thread or request; `more`: templates that no file holds."""
    token = _spoken.set((language, tuple((more or {}).items())))
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def templates(language: str) -> Mapping[str, str]:
    """Key -> template. KeyError: there is no such language. What a language lacks is said in English."""
    if language == PSEUDO:
        return {key: pseudo(template) for key, template in templates(ENGLISH).items()}
    folder = Path(__file__).parent / language
    if not language.isalpha() or not folder.is_dir():
        raise KeyError(language)
    found = {} if language == ENGLISH else dict(templates(ENGLISH))
    for path in sorted(folder.rglob("*.toml")):
        found |= dict(flat("", tomllib.loads(path.read_text(encoding="utf-8"))))
    return found


@cache
def names_in(language: str, prefix: str) -> tuple[str, ...]:
    """The last parts of the keys of a language that begin so; a page asks for the same few again and again."""
    return names_under(prefix, tuple(templates(language)))


def names_under(prefix: str, keys: Sequence[str]) -> tuple[str, ...]:
    """What follows the prefix in the keys that have it."""
    return tuple(key.removeprefix(prefix) for key in keys if key.startswith(prefix))


def flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each template of nested tables, with its whole key."""
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict):
            yield from flat(key, value)
        else:
            yield key, str(value)
