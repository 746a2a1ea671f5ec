"""Phone numbers by how people write them: never by digits alone, and not where the words say order or invoice."""

import re
from collections.abc import Iterator
from itertools import pairwise

from studio.data.text.late_pattern import late

RUN = late(
    r"(?<![\w./@#=$€£-])(?<!\d[,:])(?<![$€£] )(?:\+|\(|00|(?=\d))[\d(]"
    r"[\d ().\-/\u2011\u2013\u00a0\u202f\u2009]{4,24}\d(?:\s?(?:x|ext\.?"
    r"|extension|Durchwahl|poste)\s?\d{1,6})?(?![\w@])(?!\.\d)",
    re.IGNORECASE,
)
CALLING = late(
    r"(?:\b(?:phones?|tel(?! aviv)|telephone|telefon|téléphone|teléfono|telefono|mobile?|cell(?:ular|phone)?"
    r"|fax|call(?:ing|ed)?|dial|ring|handy|hotline"
    r"|whats ?app|sms|text(?: me)?|reach(?: (?:me|us|him|her|them))?|contact|answer(?:ing|s|ed)? at"
    r"|messages? to|anruf\w*|rufnummer|móvil|cellulare|landline)\b|☎|📞)[^\n]{0,40}$",
    re.IGNORECASE,
)
OWN = late(
    r"\b(?:my|her|his|our|your|their)\s(?:(?:new|old|private|work|home|office|direct)\s)?number(?:\s(?:is|was|to))?[\s:]*$",
    re.IGNORECASE,
)
OTHER = late(
    r"\b(?:order|invoice|article|item|ref(?:erence)?|case|ticket|account|acct|customer|policy|contract|tracking|parcel|serial|model|part|sku"
    r"|ean|isbn|issn|id|nr|no|number|bestell\w*|rechnung\w*|artikel\w*|kunden\w*|vertrag\w*|sendung\w*|commande|facture|pedido|factura|ordine|fattura"
    r"|version|page|row|line|zip|postal|plz|vat|tax|iban|batch|lot|claim|receipt|transaction|booking|code|po|quote|job|asset|patent"
    r"|(?<!driving )licen[cs]e)"
    r"(?:[ -]?(?:no|nr|number|nummer|num|id|code|ref|reference))?\b\.?[\s:#=\"']{0,4}(?:is|was|ist|lautet|of"
    r"|=)?[\s:#\"']{0,3}(?:[A-Z]{1,4}[- ]?)?$",
    re.IGNORECASE,
)
FORMS = (
    (3, 3, 4), (1, 3, 3, 4), (3, 3, 2, 2), (2, 2, 2, 2), (3, 2, 2), (3, 3, 3), (2, 3, 3), (3, 2, 3), (2, 3, 2, 2),
    (2, 3, 3, 4), (2, 3, 4), (3, 3, 3, 3),
)  # fmt: skip
STOP = late(r"(?<=\d)\. ")
SUM = late(r"\s?[=<+*×÷]")
READS_AS_SUM = late(
    r"\d\(|[-/.]\(|--|^[^(]*\)|^\(\d+ [-–/] |\d\.\d{1,2} ?[-–/]|\d [-/] \d+ [-/] \d| [-–] .{0,20}/| / .{0,20}[-–]"
)
THOUSANDS = late(r"[1-9]\d{0,2}(?:([ .\u00a0\u202f\u2009])\d{3})(?:\1\d{3})+")
SPACES = str.maketrans("\u00a0\u202f\u2009\u2011", "   -")
COUNTED = frozenset(["0123456789", "1234567890", "123456789", "12345678", "1234567"])
DATE = late(
    r"(?:(?:19|20)\d{2}[-/. ](?:0?[1-9]|1[0-2])[-/. ][0-3]?\d|[0-3]?\d[-/. ][0-3]?\d[-/. ](?:19|20)?\d{2}"
    r"|(?:19|20)\d{2} ?[-–/] ?\d{2,4})(?:[ T]\d{1,2}(?:[:.]\d{2}){0,2})?$"
)


def find_phones(text: str) -> Iterator[tuple[int, int]]:
    """The places of phone numbers."""
    for match in RUN.finditer(text):
        start, written = match.start(), STOP.split(match.group())[0].rstrip(" (")
        while written.startswith("(") and written.count("(") > written.count(")"):
            start, written = start + 1, written[1:]
        end = start + len(written)
        if not SUM.match(text, end) and is_phone(written.translate(SPACES), text[max(0, start - 60) : start]):
            yield start, end


def is_phone(written: str, before: str) -> bool:
    """By its form, with what the words before it say."""
    body = re.split(r"[a-zA-Z]", written, maxsplit=1)[0].strip()
    digits = re.sub(r"\D", "", body)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3 or DATE.fullmatch(body) or READS_AS_SUM.search(body):
        return False
    if body.startswith("+") and len(digits) >= 8:
        return True
    called = CALLING.search(before) is not None or OWN.search(before) is not None
    if not called and (OTHER.search(before) or reads_as_count(body, digits)):
        return False
    if body.startswith("+") or (body.startswith("00") and len(digits) >= 10):
        return len(digits) >= 8
    return called or has_form(body, digits)


def reads_as_count(body: str, digits: str) -> bool:
    """An amount, a range of years or pages, or digits in a row."""
    groups = [int(group) for group in re.split(r"\D+", body) if group]
    if digits in COUNTED or (THOUSANDS.fullmatch(body) and not (" " in body and len(digits) == 9)):
        return True
    if (body.count(".") == 1 and re.search(r"[\d ]\.\d{1,2}$", body)) or ("–" in body and "." in body):
        return True
    if len(groups) == 2 and not body.startswith("0"):
        return 0 < groups[1] - groups[0] <= 300
    steps = {after - before for before, after in pairwise(groups)}
    return len(groups) > 2 and len(steps) == 1


def has_form(body: str, digits: str) -> bool:
    """Groups of digits as phone numbers are written, without a word that says so."""
    groups = [group for group in re.split(r"\D+", body) if group]
    if body.startswith("(") and ")" in body:
        return len(digits) >= 8
    if len(groups) == 1:
        return body.startswith("0") and 10 <= len(digits) <= 11
    if " - " in body or " / " in body:
        return body.startswith("0")
    sizes = tuple(map(len, groups))
    if sizes == (3, 4):
        return "-" in body
    return sizes in FORMS or (body.startswith("0") and 9 <= len(digits) <= 12 and max(sizes) <= 8)
