"""Workbooks by chance: number formats, hidden rows and columns, repeats, spans, and parts that are half right."""

import io
import random
import zipfile
from xml.sax.saxutils import escape, quoteattr

CODES = (
    "0000000", "0.0%", "#,##0.00", "[h]:mm", "dd/mm/yyyy", "# ?/?", "0.00E+00", '"no. "0', "General", "@", "[DBNum1]0",
    "[Red](0);;0;@", "yyyy", "s.000", ";;;;;", '"', "\\", "[", "_", "*", "0,,", "?/?/?", "E+", "[$-407]mmmm", "0/0",
    "m:s", "[>5]0;[<=5]0.0", "#" * 300, "aaa", "[s]", "%", "0%%%", "A/P h",
)  # fmt: skip
NUMBERS = ("0", "-1", "0.5", "45000", "1e300", "-1e-300", "nan", "x", "", "1" * 400, "60", "2958466", "1.005", "-0.0")
SOUND = ("0", "-1", "0.5", "45000", "60", "1.005", "-0.0", "1e20", "0.000001")
WORDS = ("question", "answer", "Why?", "So it is.", "", "_x000D_", "a\r\nb", "😀", "=1+1", "Wer?", "Ja.")
ROW_MARKS = ("", ' hidden="1"', ' ht="0"', ' hidden="maybe"', ' r="0"', ' r="99999999999"')
REPEATS = ("", "1", "3", "1048570", "99999999", "-1", "x")


def cell_of_xlsx(chance: random.Random, place: str) -> str:
    kind = chance.choice(("n", "s", "str", "b", "e", "d", "odd")) if chance.random() < 0.05 else "n"
    where = chance.choice((f' r="{place}"', "", ' r=""', ' r="ZZZZ1"')) if chance.random() < 0.2 else f' r="{place}"'
    style = f' s="{chance.choice((0, 1, 2, 3, 99))}"' if chance.random() < 0.7 else ""
    if chance.random() < 0.5:
        return f'<c{where}{style} t="inlineStr"><is><t>{escape(chance.choice(WORDS))}</t></is></c>'
    formula = "<f>1</f>" if chance.random() < 0.2 else ""
    return (
        f'<c{where}{style} t="{kind}">{formula}<v>{chance.choice(NUMBERS if chance.random() < 0.03 else SOUND)}</v></c>'
    )


def xlsx(chance: random.Random) -> bytes:
    lines = []
    for number in range(1, chance.randrange(2, 9)):
        cells = "".join(cell_of_xlsx(chance, f"{letter}{number}") for letter in "ABC"[: chance.randrange(4)])
        lines.append(f'<row r="{number}"{chance.choice(ROW_MARKS[:4]) if chance.random() < 0.4 else ""}>{cells}</row>')
    columns = chance.choice(
        ("", '<cols><col min="2" max="2" hidden="1"/></cols>', '<cols><col min="0" max="9e9"/></cols>')
    )
    merged = chance.choice(("", '<mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>'))
    codes = "".join(f"<numFmt numFmtId='{164 + at}' formatCode={quoteattr(chance.choice(CODES))}/>" for at in range(3))
    styles = "".join(f'<xf numFmtId="{id}"/>' for id in (0, 164, 165, chance.choice((14, 22, 30, 44, 166, 10**12))))
    sheet = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    return zipped(chance, {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r" Target="xl/workbook.xml" '
        f'Type="{relations}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook {sheet} xmlns:r="{relations}"><workbookPr date1904="{chance.choice("01x")}"/>'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" '
        f'Target="worksheets/sheet1.xml" Type="{relations}/worksheet"/></Relationships>',
        "xl/styles.xml": f"<styleSheet {sheet}><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/worksheets/sheet1.xml": f"<worksheet {sheet}>{columns}<sheetData>{''.join(lines)}</sheetData>{merged}"
        "</worksheet>",
    })  # fmt: skip


def cell_of_ods(chance: random.Random) -> str:
    marks = "".join(
        f' table:{name}="{chance.choice(REPEATS)}"'
        for name in ("number-columns-repeated", "number-rows-spanned", "number-columns-spanned")
        if chance.random() < 0.15
    )
    kind = chance.choice(("float", "date", "time", "percentage", "boolean", "string", "odd"))
    value = f' office:value-type="{kind}" office:value="{chance.choice(NUMBERS)}" office:time-value="PT9H1M0S"'
    name = "covered-table-cell" if chance.random() < 0.1 else "table-cell"
    text = escape(chance.choice(WORDS)) + chance.choice(
        ("", '<text:s text:c="99999999"/>', "<text:tab/>", "<text:line-break/>")
    )
    note = "<office:annotation><text:p>note</text:p></office:annotation>" if chance.random() < 0.1 else ""
    body = f"{note}<text:p>{text}</text:p>" * chance.choice((0, 1, 1, 1, 2))
    return f"<table:{name}{marks}{value}>{body}</table:{name}>"


def ods(chance: random.Random) -> bytes:
    lines = []
    for _ in range(chance.randrange(1, 8)):
        marks = f' table:number-rows-repeated="{chance.choice(REPEATS[:4])}"' if chance.random() < 0.1 else ""
        marks += chance.choice((' table:visibility="filter"', ' table:visibility="collapse"', "", "", ""))
        cells = "".join(cell_of_ods(chance) for _ in range(chance.randrange(4)))
        lines.append(f"<table:table-row{marks}>{cells}</table:table-row>")
    group = ('<table:table-row-group table:display="false">', "</table:table-row-group>")
    before, after = group if chance.random() < 0.1 else ("", "")
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    return zipped(chance, {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"<office:document-content{names}><office:body><office:spreadsheet><table:table table:name='S'>"
        f"{before}{''.join(lines)}{after}</table:table></office:spreadsheet></office:body></office:document-content>",
    })  # fmt: skip


def zipped(chance: random.Random, parts: dict[str, str]) -> bytes:
    """The parts in a file; now and then one of them is missing, cut off or has changed bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, text in parts.items():
            data = bytearray(text.encode())
            luck = chance.random()
            if luck < 0.01:
                continue
            if luck < 0.03:
                data = data[: chance.randrange(len(data))]
            elif luck < 0.05:
                data[chance.randrange(len(data))] = chance.randrange(256)
            made.writestr(name, bytes(data))
    return stream.getvalue()
