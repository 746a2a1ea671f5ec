"""Any table a person has is read, and its values stay what they were."""

import gzip
import io
from pathlib import Path

import openpyxl
import pandas
import pytest

from studio.data.readers.child_process import read_safely
from studio.data.readers.read_file import read_table, unreadable
from studio.data.table import Table
from studio.errors import UnreadableFile


def table(folder: Path, name: str, data: bytes | str, **options: str) -> Table:
    path = folder / "upload"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path, name=name, **options)  # type: ignore[arg-type]


def sheet(*lines: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "value", ["NA", "None", "null", "007", "1e5", "123456789012345678", "TRUE", " spaced ", "=1+1"]
)
def test_values_stay_what_they_were(tmp_path: Path, value: str) -> None:
    assert table(tmp_path, "t.csv", f"question,answer\nx,{value}\n").rows[0].cells["answer"] == value


MARKDOWN = """| Question | Answer |
|:---------|-------:|
| Is the slip free? | Until noon.<br>Then ask. |
| What does \\| mean? | A pipe. |
"""


@pytest.mark.parametrize(
    "text", [MARKDOWN, f"# Harbour\n\n{MARKDOWN}", MARKDOWN.replace("\n|", "\n").replace("|\n", "\n")]
)
def test_a_table_of_markdown_is_read_without_its_layout(tmp_path: Path, text: str) -> None:
    found = table(tmp_path, "faq.md", text)
    assert [list(row.cells.values()) for row in found.rows] == [
        ["Is the slip free?", "Until noon.\nThen ask."], ["What does | mean?", "A pipe."],
    ]  # fmt: skip
    assert found.columns == ("Question", "Answer") and found.rows_read == 2 + len(found.drops)


def test_a_table_of_markdown_inside_a_cell_stays_there(tmp_path: Path) -> None:
    cell = "| part | size |\n|---|---|\n| tube | 28 |"
    found = table(tmp_path, "t.txt", f'question,answer\nA table?,"{cell}"\n')
    assert found.rows[0].cells["answer"] == cell


def test_pipes_without_a_line_of_dashes_keep_their_spaces(tmp_path: Path) -> None:
    found = table(tmp_path, "t.csv", "question|answer\nWho?| Ana \n")
    assert found.rows[0].cells["answer"] == " Ana "


@pytest.mark.parametrize("first", ["[LINE] Chat history with Ana", "Saved on: 2026/01/05"])
def test_a_chat_with_days_in_lines_of_their_own_is_named(tmp_path: Path, first: str) -> None:
    lines = "\n".join(f"10:0{n}\tAna\tIs pier {n} open?" for n in range(8))
    with pytest.raises(UnreadableFile, match="messenger export"):
        table(tmp_path, "chat.txt", f"{first}\n\n2026/01/05(Mon)\n{lines}\n")


def test_a_text_that_begins_with_a_bracket_is_no_json(tmp_path: Path) -> None:
    found = table(tmp_path, "t.txt", "[Note] The slip is free\n[Note] The crane is not\n")
    assert [row.cells["text"] for row in found.rows] == ["[Note] The slip is free", "[Note] The crane is not"]


def test_one_long_line_is_one_text(tmp_path: Path) -> None:
    found = table(tmp_path, "manual.txt", "Chapter 1, mooring, ropes.\x0cChapter 2, tides, and more, of course.")
    assert [row.cells for row in found.rows] == [
        {"text": "Chapter 1, mooring, ropes.\x0cChapter 2, tides, and more, of course."}
    ]


@pytest.mark.parametrize(("one", "other"), [("Guest", "Desk"), ("Q", "A"), ("**Ana**", "**Ben**")])
def test_a_conversation_written_down_is_named_and_never_texts(tmp_path: Path, one: str, other: str) -> None:
    lines = "\n".join(f"{one}: Is pier {n} open?\n{other}: Pier {n} is open." for n in range(5))
    with pytest.raises(UnreadableFile, match="conversation written down"):
        table(tmp_path, "talk.txt", lines)


def test_texts_in_which_colons_stand_are_texts(tmp_path: Path) -> None:
    lines = "\n".join(f"Pier {n}: it opens at {n} and the night desk has the key" for n in range(5))
    assert len(table(tmp_path, "texts.txt", lines).rows) == 5


def test_numbers_in_json_stay_as_written(tmp_path: Path) -> None:
    found = table(tmp_path, "t.jsonl", '{"question": 1.50, "answer": 1e5, "ok": true, "no": null}\n')
    assert found.rows[0].cells == {"question": "1.50", "answer": "1e5", "ok": "true", "no": ""}


def test_blank_lines_and_repeated_headers_are_counted(tmp_path: Path) -> None:
    found = table(tmp_path, "t.csv", "q,a\nx,y\n\nq,a\nz,w\n")
    assert [(row.number, row.cells["q"]) for row in found.rows] == [(1, "x"), (4, "z")]
    assert [(drop.row, drop.reason) for drop in found.drops] == [(2, "blank_row"), (3, "repeated_header")]
    assert found.rows_read == 4


def test_a_cell_may_hold_lines_quotes_and_separators(tmp_path: Path) -> None:
    found = table(tmp_path, "t.csv", 'question,answer\n"a, ""b""\nc",d\n')
    assert found.rows[0].cells == {"question": 'a, "b"\nc', "answer": "d"}


def test_gzip_of_a_table_is_a_table(tmp_path: Path) -> None:
    assert table(tmp_path, "t.csv.gz", gzip.compress(b"question,answer\nx,y\n")).format == "csv"


def test_plain_text_gives_one_row_a_line(tmp_path: Path) -> None:
    found = table(tmp_path, "t.txt", "A first thought, with commas.\n\nA second one; and more.\n")
    assert [row.number for row in found.rows] == [1, 3]
    assert found.columns == ("text",)


def test_a_named_encoding_is_believed(tmp_path: Path) -> None:
    data = "question,answer\nž,š\n".encode("cp1250")
    assert table(tmp_path, "t.csv", data, encoding="cp1250").rows[0].cells == {"question": "ž", "answer": "š"}
    with pytest.raises(UnreadableFile, match=r"Line 2 does not fit the encoding utf-8\."):
        table(tmp_path, "t.csv", data, encoding="utf-8")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Frage;Antwort\nGrüße aus Köln?;Schöne Straße, größer als früher.\n"),
        ("cp1252", "question,réponse\nOù est la clé?,À côté du café près de l'hôtel.\n"),
        ("cp1252", "question,answer\nOù est la clé?,À côté du café près de l'hôtel.\n"),
        ("mac-roman", "question,answer\nWie groß ist das Stück?,Größer als früher und für Äpfel.\n"),
        ("cp1250", "question,answer\nJak žádat o vrácení věci?,Prosím zašlete ji zpět a děkujeme.\n"),
        ("cp1251", "вопрос;ответ\nКогда вы открыты?;Мы работаем с девяти до шести каждый день.\n"),
        ("cp932", "質問,回答\n返品はできますか,はい、三十日以内なら返品できます。\n"),
        ("gb18030", "问题,答案\n可以退货吗,可以，三十天之内都可以办理退货手续。\n"),
        ("big5", "問題,答案\n可以退貨嗎,可以，三十天之內都可以辦理退貨手續。\n"),
        ("utf-16-le", "question,answer\nWhat is due?,Ten euros.\n"),
        ("utf-8", "質問,回答\nx,はい\n"),
    ],
)
def test_old_encodings_are_recognised(tmp_path: Path, encoding: str, text: str) -> None:
    found = table(tmp_path, "t.csv", text.encode(encoding))
    assert ";".join(map(str, found.rows[0].cells.values())) == text.split("\n")[1].replace(
        ",", ";", text.count(";") < 1
    )


def test_title_rows_above_the_header_are_skipped(tmp_path: Path) -> None:
    found = table(tmp_path, "t.xlsx", sheet(("Our FAQ 2026",), (), ("Question", "Answer"), ("Where?", "Here.")))
    assert found.columns == ("Question", "Answer")
    assert [row.number for row in found.rows] == [1]
    assert found.notes == ("The first 2 lines hold a title: the headings are in row 3.",)


def test_whole_numbers_in_a_sheet_have_no_point(tmp_path: Path) -> None:
    found = table(tmp_path, "t.xlsx", sheet(("question", "answer"), (7, 123456789012), (True, 0.1)))
    assert [tuple(row.cells.values()) for row in found.rows] == [("7", "123456789012"), ("TRUE", "0.1")]


def test_a_sheet_is_picked_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (("question", "answer"), ("a", "b")):
        book.create_sheet("More") if "More" not in book.sheetnames else None
        book["More"].append(line)
    stream = io.BytesIO()
    book.save(stream)
    assert table(tmp_path, "t.xlsx", stream.getvalue()).sheet == "More"
    with pytest.raises(UnreadableFile, match="There is no sheet “Other”"):
        table(tmp_path, "t.xlsx", stream.getvalue(), sheet="Other")


def test_ods_is_read(tmp_path: Path) -> None:
    pandas.DataFrame({"question": ["a?"], "answer": ["b"]}).to_excel(tmp_path / "t.ods", engine="odf", index=False)
    assert read_table(tmp_path / "t.ods", name="t.ods").rows[0].cells == {"question": "a?", "answer": "b"}


def test_the_child_gives_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(sheet(("question", "answer"), ("a?", "b"), (None, None), ("c?", "d")))
    assert read_safely(path, name="t.xlsx") == read_table(path, name="t.xlsx")


def test_unreadable_rows_are_an_error_where_nobody_agreed(tmp_path: Path) -> None:
    error = unreadable(table(tmp_path, "t.jsonl", '{"question": "a"}\n{"question"\n'), "t.jsonl")
    assert str(error) == (
        "L"
        "i"
        "n"
        "e"
        " 2 cannot be read: no JSON: it breaks off before its end. Mend the line, or clean the file and leave it out."
    )


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_gzip_of_a_spreadsheet_or_of_parquet_is_a_table(tmp_path: Path, kind: str) -> None:
    if kind == "xlsx":
        data = sheet(("question", "answer"), ("a?", "b"))
    else:
        stream = io.BytesIO()
        pandas.DataFrame({"question": ["a?"], "answer": ["b"]}).to_parquet(stream)
        data = stream.getvalue()
    found = table(tmp_path, f"t.{kind}.gz", gzip.compress(data))
    assert (found.format, found.rows[0].cells) == (kind, {"question": "a?", "answer": "b"})


def test_a_sheet_of_one_line_gives_way_to_the_one_with_a_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(("Notes of the author",))
    for line in (("question", "answer"), ("a", "b")):
        (book["FAQ"] if "FAQ" in book.sheetnames else book.create_sheet("FAQ")).append(line)
    stream = io.BytesIO()
    book.save(stream)
    assert table(tmp_path, "t.xlsx", stream.getvalue()).sheet == "FAQ"


def test_a_long_cell_of_a_spreadsheet_is_no_open_quote(tmp_path: Path) -> None:
    long = "\n".join("A line of a long answer with some words in it." for _ in range(60))
    assert table(tmp_path, "t.xlsx", sheet(("question", "answer"), ("a?", long))).notes == ()
    said = table(tmp_path, "t.csv", f'question,answer\na?,"{long}"\n').notes
    assert said == ("Row 2 has a cell of 60 lines: is a closing quote missing?",)


def test_a_cell_of_a_program_is_no_heading(tmp_path: Path) -> None:
    assert table(tmp_path, "t.csv", 'notes\n"[""a""]"\n"[""b""]"\n').columns == ("notes",)


MARKS = "one\u2028two\u0085three\x0cfour\x0bfive\u2029six"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.txt", MARKS),
        ("t.txt", f"{MARKS}\n"),
        ("t.csv", f"question,answer\nWhat?,{MARKS}\n"),
        ("t.csv", f'question,answer\r\n"What?","{MARKS}"\r\n'),
        ("t.csv", f"question,answer\rWhat?,{MARKS}\r"),
        ("t.jsonl", '{"question": "What?", "answer": "one\u2028two\u0085three\\ffour\\u000bfive\u2029six"}\n'),
    ],
)
def test_only_line_feeds_end_a_line(tmp_path: Path, name: str, text: str) -> None:
    found = table(tmp_path, name, text)
    assert [list(row.cells.values())[-1] for row in found.rows] == [MARKS]


def test_guards_against_formulas_are_undone_in_their_own_columns_only(tmp_path: Path) -> None:
    text = "question (for Excel),answer (for Excel),note\n'=1+1?,''two',"
    found = table(tmp_path, "t.csv", text + "'as it was'\n")
    assert found.rows[0].cells == {"question": "=1+1?", "answer": "'two'", "note": "'as it was'"}
    found = table(tmp_path, "t.csv", "question,answer\n'=1+1?,'-2\n'@home?,'+1\n")
    assert found.rows[0].cells == {"question": "'=1+1?", "answer": "'-2"} and found.notes == ()


def test_guards_are_undone_in_a_workbook_too_and_no_column_is_lost(tmp_path: Path) -> None:
    head = ("question (for Excel)", "answer (for Excel)", "answer")
    found = table(tmp_path, "t.xlsx", sheet(head, ("'=1+1?", "'-2", "'x")))
    assert found.rows[0].cells == {"question": "=1+1?", "answer (for Excel)": "-2", "answer": "'x"}
