"""Placeholders for private details: the same detail gets the same one in the whole dataset, and nobody else gets it."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from studio.data.privacy.details import Detail
from studio.data.privacy.fake_details import find_made_up, made_up, number_of

if TYPE_CHECKING:
    from studio.data.privacy.rules import Rules

LABELS = {
    "email": "EMAIL", "phone": "PHONE", "card": "CARD", "iban": "IBAN", "ip": "IP", "url": "URL", "national_id": "ID",
    "name": "NAME", "secret": "SECRET", "birthdate": "BIRTHDATE", "address": "ADDRESS",
}  # fmt: skip
TAKEN = re.compile(rf"\[({'|'.join(LABELS.values())})_(\d{{1,9}})\]")
TAKEN_HINTS = tuple(f"[{label}_" for label in LABELS.values())


class Masks:
    """Gives out `[EMAIL_1]`, `[PHONE_2]`, … or made-up details of the same number.

    Numbers that the texts hold already, or that the rules know as given, are not given to another detail.
    """

    def __init__(self, texts: Iterable[str], rules: "Rules") -> None:
        self.rules = rules
        self.fresh: dict[str, int] = {}
        self.last: dict[str, int] = {}
        for mark, number in rules.given.items():
            self._taken(mark.partition(":")[0], number)
        for text in texts:
            if "_" in text and "[" in text:
                for label, digits in TAKEN.findall(text):
                    self._taken(label, int(digits))
            for start, end in find_made_up(text):
                kind, number = number_of(text[start:end])
                self._taken(LABELS[kind], number)

    def _taken(self, label: str, number: int) -> None:
        self.last[label] = max(self.last.get(label, 0), number)

    def number(self, detail: Detail) -> int:
        """The detail's own number among those of its kind."""
        mark = self.rules.mark(detail)
        number = self.rules.given.get(mark) or self.fresh.get(mark)
        if number is None:
            label = LABELS[detail.kind]
            number = self.fresh[mark] = self.last[label] = self.last.get(label, 0) + 1
        return number

    def of(self, detail: Detail) -> str:
        """The placeholder of this detail."""
        return f"[{LABELS[detail.kind]}_{self.number(detail)}]"

    def fake(self, detail: Detail) -> str:
        """A made-up detail in its place."""
        return made_up(detail.kind, self.number(detail))


def same(detail: Detail) -> str:
    """What makes two writings one detail: case of an e-mail address and signs within a number do not."""
    if detail.kind in ("phone", "card", "iban", "national_id"):
        bare = re.sub(r"[^0-9a-z+]", "", detail.value.lower().replace("(0)", ""))
        return "+" + bare[2:] if detail.kind == "phone" and bare.startswith("00") else bare
    return detail.value.lower() if detail.kind in ("email", "url") else " ".join(detail.value.split())


def replaced(text: str, details: list[Detail], put: Callable[[Detail], str]) -> str:
    """The text with each detail replaced."""
    parts: list[str] = []
    end = 0
    for detail in details:
        parts += [text[end : detail.start], put(detail)]
        end = detail.end
    return "".join(parts) + text[end:]
