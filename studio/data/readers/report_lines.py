"""Lines of a report that are no rows of its table: totals between and under them, and what stands at the foot."""

import re
from collections.abc import Sequence

from studio.copy.catalog import say
from studio.data.columns.headings import is_known_header, rank
from studio.data.readers.heading_cells import LONGEST_HEADING, is_number, is_sentence
from studio.data.table import TableRow
from studio.data.text.late_pattern import late

TOTALS = (
    "total", "totals", "subtotal", "subtotals", "sub total", "sub-total", "grand total", "sum", "grand sum",
    "overall total", "total records", "total rows", "record count", "row count", "number of records",
    "summe", "zwischensumme", "gesamtsumme", "endsumme", "gesamt", "insgesamt", "gesamtergebnis", "teilergebnis",
    "ergebnis", "anzahl", "anzahl datensätze", "total general", "subtotal general", "suma", "suma total", "totales",
    "total général", "total general", "sous-total", "sous total", "somme", "totale", "totale complessivo", "subtotale",
    "totale generale", "somma", "totaal", "subtotaal", "eindtotaal", "total geral", "soma", "razem", "suma częściowa",
    "suma końcowa", "celkem", "mezisoučet", "součet", "összesen", "részösszeg", "totalt", "delsumma", "summa",
    "yhteensä", "välisumma", "i alt", "toplam", "ara toplam", "genel toplam", "итого", "всего",
    "промежуточный итог", "общий итог",
    "разом", "усього", "σύνολο", "μερικό σύνολο", "المجموع", "الإجمالي", "סה״כ", "小计", "合计", "总计", "小計", "合計",
    "總計", "総計", "소계", "합계", "총계",
)  # fmt: skip
FEET = late(
    r"^[\W_]*(?:copyright\b|©|\(c\) \d{4}|confidential\b|strictly confidential|internal use only|for internal use|"
    r"do not (?:distribute|copy)|all rights reserved|filter(?:ed by|s? applied|\s*:)|generated (?:by|on|at)\b|"
    r"created (?:by|on)\b|exported (?:by|on|at|from)\b|printed (?:by|on)\b|report (?:no\.?|id|date|run|generated|\d)|"
    r"run date|as of \d|data as of|source\s*:|page \d+(?: of \d+)?|end of report|total records|"
    r"vertraulich|nur für den internen|alle rechte vorbehalten|erstellt (?:am|von)|exportiert (?:am|von)|"
    r"gefiltert nach|"
    r"stand\s*:|quelle\s*:|seite \d+|bericht (?:nr|vom|\d)|confidentiel|tous droits réservés|filtré par|"
    r"généré (?:le|par)|"
    r"confidencial|todos los derechos|todos os direitos|filtrado por|generado (?:el|por)|gerado (?:em|por)|"
    r"riservato|tutti i diritti|filtrato per|generato (?:il|da)|pagina \d|página \d|vertrouwelijk|gefilterd op|"
    r"poufne|конфиденциально|все права защищены|机密|版权所有|機密)",
    re.IGNORECASE,
)
TOTAL = late(
    rf"(?:{'|'.join(re.escape(one) for one in sorted(TOTALS, key=len, reverse=True))})(?![^\W\d_])\s*"
    r"(?:[:(\[–—-].*|\d[\d.,]*)?$",
    re.IGNORECASE | re.DOTALL,
)
STARTS = late(  # “Subtotal Shed”, with a number behind it
    rf"(?:{'|'.join(re.escape(one) for one in TOTALS)})\s+\S+(?:\s+\S+)?$", re.IGNORECASE
)
ENDS = late(r"^.{1,60}\s(?:sub-?total|total|result|count|ergebnis|summe|totale|totaal)\s*:?$", re.IGNORECASE)
NUMBER = late(r"^[-+(]?[$€£¥]?\s?\d[\d.,'\s\u00a0\u202f]*[)%]?\s?(?:%|[$€£¥]|[A-Z]{3})?$")
COUNTED = late(r"^\d[\d.,]*\s[^\W\d_]{1,30}$")  # “24 answers”
MOST_AT_THE_FOOT = 20


def is_total(text: str) -> bool:
    """“Total”, “Subtotal (Shed)”, “Zwischensumme: 4”; a sentence that begins so is none."""
    return len(text) <= 120 and bool(TOTAL.match(" ".join(text.split())))


def is_total_line(cells: Sequence[str], width: int) -> bool:
    """A label of a total and otherwise numbers, in a line that leaves cells of the table empty."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or len(filled) == width > 1:
        return False
    rest = [cell for cell in filled[1:] if not NUMBER.match(cell)]
    named = len(filled) > 1 and len(filled[0]) <= 80 and (ENDS.match(filled[0]) or STARTS.match(filled[0]))
    return not rest and (is_total(filled[0]) or (bool(named) and not filled[0].endswith(("?", "."))))


def not_rows(rows: Sequence[TableRow], width: int) -> dict[int, str]:
    """The places of such lines among the rows, with what they are; nothing where the table would be left empty."""
    if width < 2:
        return {}
    found: dict[int, str] = {}
    total, foot = say("report_lines.total"), say("report_lines.line_at_foot")
    for place, row in enumerate(rows):
        values = row.cells.values()
        if "" in values and is_total_line(list(map(str, values)), width):
            found[place] = total
    for place in range(len(rows) - 1, max(0, len(rows) - 1 - MOST_AT_THE_FOOT), -1):
        cells = [str(cell).strip() for cell in rows[place].cells.values() if str(cell).strip()]
        if len(cells) > 1:
            break
        if cells and FEET.match(cells[0]) and not cells[0].endswith("?"):
            found.setdefault(place, foot)
    last = max((place for place, what in found.items() if what == total), default=-1)
    trailing = range(last + 1, len(rows))
    if last > 0 and len(trailing) <= MOST_AT_THE_FOOT and all(filled(rows[place]) == 1 for place in trailing):
        found.update(dict.fromkeys(trailing, foot))
    found.update(last_total(rows, width, found))
    return {} if len(found) >= len(rows) else dict(sorted(found.items()))


def last_total(rows: Sequence[TableRow], width: int, found: dict[int, str]) -> dict[int, str]:
    """The last full line when it says “Total” and a number, as in a table of two columns; beside it, or in
    a line with empty cells, also counts."""
    place = next((place for place in range(len(rows) - 1, -1, -1) if place not in found), -1)
    if place < 1:
        return {}
    cells = [str(cell).strip() for cell in rows[place].cells.values()]
    rest = [cell for cell in cells[1:] if cell and not NUMBER.match(cell)]
    numbers = sum(map(bool, cells[1:])) - len(rest)
    total = is_total(cells[0]) and (not rest or ((numbers > 0 or "" in cells) and all(map(COUNTED.match, rest))))
    return {place: say("report_lines.total")} if total else {}


def filled(row: TableRow) -> int:
    """How many cells hold something."""
    return sum(1 for cell in row.cells.values() if str(cell).strip())


def is_heading_line(line: Sequence[str]) -> bool:
    """Short cells, of which one names what it holds plainly and another at least in one of its words."""
    cells = [cell.strip() for cell in line if cell.strip()]
    if len(cells) < 2 or any(len(cell) > LONGEST_HEADING or is_sentence(cell) for cell in cells):
        return False
    asked = [cell for cell in cells if rank(cell, "question") is not None]
    said = [cell for cell in cells if rank(cell, "answer") is not None]
    pairs = any(one != other for one in asked for other in said)
    return pairs and any(is_known_header(cell) for cell in cells)


def name_both(cells: Sequence[str]) -> bool:
    """Whether short cells name questions and answers, as those of a form do (“What is your question?”)."""
    if any(len(cell) > LONGEST_HEADING or is_number(cell) for cell in cells):
        return False
    asked = [cell for cell in cells if rank(cell, "question") is not None]
    said = [cell for cell in cells if rank(cell, "answer") is not None and not is_sentence(cell)]
    return any(one != other for one in asked for other in said)


def header_under_title(head: Sequence[Sequence[str]], widths: Sequence[int], picked: int) -> int:
    """The line of headings where the picked line is only a title: much narrower, or set apart by a gap."""
    for place in range(picked + 1, min(picked + 11, len(head))):
        cells = [cell.strip() for cell in head[place] if cell.strip()]
        wider = widths[place] > widths[picked] and widths[place] >= max(widths[place + 1 :], default=0)
        if not wider or any(len(cell) > LONGEST_HEADING or NUMBER.match(cell) for cell in cells):
            continue
        apart = any(width * 2 <= widths[place] for width in widths[picked + 1 : place])
        if (apart or widths[picked] * 2 <= widths[place]) and len(set(cells)) == len(cells):
            return picked if any(map(is_sentence, cells)) else place
    return picked
