"""Made-up details from ranges that nobody is given, each with its number, known again when found."""

import re

GIVEN_NAMES = (
    "Robin", "Kim", "Alex", "Sascha", "Nicola", "Charlie", "Jamie", "Toni", "Andrea", "Sam", "Noa", "Jules", "Mika",
    "Luca", "Remy", "Ariel", "Dana", "Jona", "Kai", "Quinn",
)  # fmt: skip
MADE_UP = re.compile(
    r"\bperson\d{1,9}@example\.org\b|(?<!\w)\+999 555 \d{3} \d{4}\b|\b0000 0000 \d{4} \d{4}\b|\bXX00 0000 \d{4} \d{4}\b"
    r"|\b240\.\d{1,3}\.\d{1,3}\.\d{1,3}\b|https://example\.org/page/\d{1,9}\b|\b000-00-\d{4,9}\b"
    rf"|\b(?:{'|'.join(GIVEN_NAMES)}) Sample(?: \d{{1,7}})?\b"
)


HINTS = ("@example.org", "+999 555 ", "0000 0000 ", "XX00 ", "240.", "example.org/page/", "000-00-", " Sample")


def find_made_up(text: str) -> list[tuple[int, int]]:
    """The places of the studio's own details."""
    return [match.span() for match in MADE_UP.finditer(text)] if any(hint in text for hint in HINTS) else []


def made_up(kind: str, number: int) -> str:
    """The number-th made-up detail of this kind. No two are alike, and no checksum holds by accident.

    +999 is a country code that is not given out; 240.0.0.0/4 is reserved; 000 is no area of social security.
    """
    high, low = number // 10_000 % 10_000, number % 10_000
    if kind == "email":
        return f"person{number}@example.org"
    if kind == "phone":
        return f"+999 555 {high % 1_000:03d} {low:04d}"
    if kind == "card":
        return f"0000 0000 {high:04d} {low:04d}"
    if kind == "iban":
        return f"XX00 0000 {high:04d} {low:04d}"
    if kind == "ip":
        return f"240.{number // 65_536 % 256}.{number // 256 % 256}.{number % 256}"
    if kind == "url":
        return f"https://example.org/page/{number}"
    if kind == "name":
        again, place = divmod(number - 1, len(GIVEN_NAMES))
        return f"{GIVEN_NAMES[place]} Sample" + (f" {again + 1}" if again else "")
    return f"000-00-{number:04d}"


def number_of(text: str) -> tuple[str, int]:
    """The kind and number of a made-up detail."""
    digits = re.sub(r"\D", "", text)
    if "@" in text:
        return "email", int(digits)
    if text.startswith("+999"):
        return "phone", int(digits[6:])
    if text.startswith("0000 "):
        return "card", int(digits[8:])
    if text.startswith("XX"):
        return "iban", int(digits[6:])
    if text.startswith("240."):
        _, a, b, c = map(int, text.split("."))
        return "ip", a * 65_536 + b * 256 + c
    if text.startswith("https"):
        return "url", int(digits)
    if text.startswith("000-00-"):
        return "national_id", int(digits[5:])
    again = int(digits) - 1 if digits else 0
    return "name", again * len(GIVEN_NAMES) + GIVEN_NAMES.index(text.split()[0]) + 1
