"""What a project says about private details, and the numbers it gave: handed to the finders, which store nothing."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from studio.data.privacy.details import NAMES, Detail
from studio.data.privacy.masks import LABELS, same


def not_kept(given: Mapping[str, int]) -> None:
    """Where no project keeps the numbers, they hold for one file."""


@dataclass(frozen=True)
class Rules:
    """`allowed` holds details (`kind:value`, as `named` writes them) that somebody called not private.

    `countries` are those whose bare-digit ids are looked for. `given` maps the keyed hash of a detail to the number of
    its placeholder, so that it gets the same one next year and nobody else gets it; `remember` is told of new ones
    before they are used. `names` are people's names by example id, where a name finder has looked. `signers` signed
    answers as they were uploaded, and `own_addresses` stood in many of those answers (both in small letters): they are
    known after the signatures were taken out, too.
    """

    allowed: frozenset[str] = frozenset()
    countries: tuple[str, ...] = ()
    key: bytes = b""
    given: Mapping[str, int] = field(default_factory=dict)
    remember: Callable[[Mapping[str, int]], None] = not_kept
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signers: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()

    def allows(self, detail: Detail) -> bool:
        """Whether somebody said that this one is not private."""
        return bool(self.allowed) and named(detail) in self.allowed

    def mark(self, detail: Detail) -> str:
        """The detail's label with its hash under the home's key: tells same from different, and nothing else."""
        digest = hashlib.blake2b(same(detail).encode("utf-8", "replace"), key=self.key, digest_size=12).hexdigest()
        return f"{LABELS[detail.kind]}:{digest}"

    def names_in(self, id: str, text: str) -> list[Detail]:
        """The places of the names that were found in this example."""
        return [
            Detail(*match.span(), "name", match.group())
            for name in self.names.get(id, ())
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        ]


def named(detail: Detail) -> str:
    """A detail as the list of allowed ones writes it: signs within a number and the case of an address do not count."""
    return f"{detail.kind}:{same(detail)}"


def said_of(kinds: Mapping[str, int]) -> str:
    """“e-mail address (12), phone number (3)”, the most frequent first."""
    ordered = sorted(kinds.items(), key=lambda item: -item[1])
    return ", ".join(f"{NAMES[kind]} ({count:,})" for kind, count in ordered[:4])
