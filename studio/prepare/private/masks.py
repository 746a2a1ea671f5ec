"""Placeholders for private details: the same detail gets the same one in the whole dataset."""

import re
from collections.abc import Callable

from studio.prepare.private.details import Detail

LABELS = {
    "email": "EMAIL", "phone": "PHONE", "card": "CARD", "iban": "IBAN", "ip": "IP", "url": "URL", "national_id": "ID",
    "secret": "SECRET",
}  # fmt: skip
TAKEN = re.compile(r"\[(EMAIL|PHONE|CARD|IBAN|IP|URL|ID|SECRET)_(\d{1,9})\]")


class Masks:
    """Gives out `[EMAIL_1]`, `[PHONE_2]`, …; numbers that the texts hold already are not given again."""

    def __init__(self, texts: list[str]) -> None:
        self.given: dict[tuple[str, str], str] = {}
        self.last: dict[str, int] = {}
        for text in texts:
            if "_" in text and "[" in text:
                for label, number in TAKEN.findall(text):
                    self.last[label] = max(self.last.get(label, 0), int(number))

    def of(self, detail: Detail) -> str:
        """The placeholder of this detail."""
        key = (detail.kind, same(detail))
        if key not in self.given:
            label = LABELS[detail.kind]
            self.last[label] = self.last.get(label, 0) + 1
            self.given[key] = f"[{label}_{self.last[label]}]"
        return self.given[key]


def same(detail: Detail) -> str:
    """What makes two writings one detail: case of an e-mail address and signs within a number do not."""
    if detail.kind in ("phone", "card", "iban", "national_id"):
        return re.sub(r"[^0-9a-z+]", "", detail.value.lower())
    return detail.value.lower() if detail.kind in ("email", "url") else detail.value


def replaced(text: str, details: list[Detail], put: Callable[[Detail], str]) -> str:
    """The text with each detail replaced."""
    parts: list[str] = []
    end = 0
    for detail in details:
        parts += [text[end : detail.start], put(detail)]
        end = detail.end
    return "".join(parts) + text[end:]
