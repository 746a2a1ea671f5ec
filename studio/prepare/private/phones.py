"""Phone numbers by how people write them: never by digits alone, and not where the words say order or invoice."""

import re
from collections.abc import Iterator

RUN = re.compile(
    r"(?<![\w./@#=-])(?<!\d[,:])(?:\+|\(|00|(?=\d))[\d(][\d ().\-/\u2011\u2013]{4,24}\d(?:\s?(?:x|ext\.?"
    r"|extension|Durchwahl|poste)\s?\d{1,6})?(?![\w@])(?!\.\d)",
    re.IGNORECASE,
)
CALLING = re.compile(
    r"(?:\b(?:phones?|tel(?! aviv)|telephone|telefon|téléphone|teléfono|telefono|mobile?|cell(?:ular|phone)?"
    r"|fax|call(?:ing|ed)?|dial|ring|handy|hotline"
    r"|whats ?app|sms|text(?: me)?|reach(?: (?:me|us|him|her|them))?|contact|answer(?:ing|s|ed)? at"
    r"|messages? to|anruf\w*|rufnummer|móvil|cellulare|landline)\b|☎|📞)[^\n]{0,40}$",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:order|invoice|article|item|ref(?:erence)?|case|ticket|account|acct|customer|policy|contract|tracking|parcel|serial|model|part|sku"
    r"|ean|isbn|issn|id|nr|no|number|bestell\w*|rechnung\w*|artikel\w*|kunden\w*|vertrag\w*|sendung\w*|commande|facture|pedido|factura|ordine|fattura"
    r"|version|page|row|line|zip|postal|plz|vat|tax|iban|batch|lot|claim|receipt|transaction|booking|code|po|quote|job|asset|license|licence|patent)"
    r"(?:[ -]?(?:no|nr|number|nummer|num|id|code|ref|reference))?\b\.?[\s:#=\"']{0,4}(?:is|was|ist|lautet|of"
    r"|=)?[\s:#\"']{0,3}(?:[A-Z]{1,4}[- ]?)?$",
    re.IGNORECASE,
)
FORMS = (
    (3, 3, 4), (1, 3, 3, 4), (3, 3, 2, 2), (2, 2, 2, 2), (3, 2, 2), (3, 3, 3), (2, 3, 3), (3, 2, 3), (2, 3, 2, 2),
    (2, 3, 3, 4), (2, 3, 4), (3, 3, 3, 3),
)  # fmt: skip
SUM = re.compile(r"\s?[=<+*×÷]")
READS_AS_SUM = re.compile(r"\d\(|^[^(]*\)|\d\.\d{1,2} ?[-/]|\d [-/] \d+ [-/] \d")
DATE = re.compile(
    r"(?:(?:19|20)\d{2}[-/. ](?:0?[1-9]|1[0-2])[-/. ][0-3]?\d|[0-3]?\d[-/. ][0-3]?\d[-/. ](?:19|20)?\d{2}"
    r"|(?:19|20)\d{2} ?[-–/] ?\d{2,4})(?:[ T]\d{1,2}(?:[:.]\d{2}){0,2})?$"
)


def find_phones(text: str) -> Iterator[tuple[int, int]]:
    """The places of phone numbers."""
    for match in RUN.finditer(text):
        start, end = match.span()
        written = match.group()
        if written.startswith("(") and ")" not in written:
            start, written = start + 1, written[1:]
        before = text[max(0, start - 60) : start]
        if not SUM.match(text, end) and is_phone(written, before):
            yield start, end


def is_phone(written: str, before: str) -> bool:
    """By its form, with what the words before it say."""
    body = re.split(r"[a-zA-Z]", written, maxsplit=1)[0].strip()
    digits = re.sub(r"\D", "", body)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 3 or DATE.fullmatch(body):
        return False
    if READS_AS_SUM.search(body):
        return False
    if body.startswith("+") and len(digits) >= 8:
        return True
    called = CALLING.search(before) is not None
    if not called and OTHER.search(before):
        return False
    if re.search(r"[\d ]\.\d{1,2}$", body) and body.count(".") == 1 and not called:
        return False
    groups = [group for group in re.split(r"\D+", body) if group]
    if body.startswith("+") or (body.startswith("00") and len(digits) >= 10):
        return len(digits) >= 8
    if called:
        return True
    if body.startswith("(") and ")" in body:
        return len(digits) >= 8
    if len(groups) == 1:
        return body.startswith("0") and 10 <= len(digits) <= 11
    if " - " in body or " / " in body:
        return body.startswith("0")
    if "-" in body or "." in body or "/" in body or " " in body:
        sizes = tuple(map(len, groups))
        if sizes == (3, 4):
            return "-" in body
        if sizes in FORMS:
            return True
        return body.startswith("0") and 9 <= len(digits) <= 12 and max(sizes) <= 8
    return False
