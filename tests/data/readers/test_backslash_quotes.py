"""Quotes escaped with a backslash are read as quotes, and no row is joined to another in silence."""

from pathlib import Path

import pytest

from studio.data.readers.backslash_quotes import NOTE, NULL_NOTE
from studio.data.readers.read_file import read_table, unreadable
from studio.data.table import Table


def table(folder: Path, text: str, name: str = "t.csv") -> Table:
    (folder / "upload").write_text(text, encoding="utf-8", newline="")
    return read_table(folder / "upload", name=name)


def cells(found: Table) -> list[tuple[object, ...]]:
    return [tuple(row.cells.values()) for row in found.rows]


def test_quotes_with_a_backslash_are_quotes(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        'question,answer\n"Who painted \\"Dusk\\", and when?","Ana, in \\"1911\\"."\n"A 12\\" plate?","Yes, a 12\\""\n',
    )
    assert cells(found) == [
        ('Who painted "Dusk", and when?', 'Ana, in "1911".'),
        ('A 12" plate?', 'Yes, a 12"'),
    ]
    assert (found.notes, found.rows_read) == ((NOTE,), 2)


def test_doubled_backslashes_are_one_where_all_are_doubled(tmp_path: Path) -> None:
    found = table(tmp_path, 'question,answer\n"Where is \\"it\\"?","In C:\\\\new, it\\\'s there."\n"x?","y\\\nz"\n')
    assert cells(found) == [('Where is "it"?', "In C:\\new, it's there."), ("x?", "y\nz")]


def test_lone_backslashes_stay_where_only_quotes_are_escaped(tmp_path: Path) -> None:
    found = table(tmp_path, 'question,answer\n"Where is \\"it\\"?","In C:\\docs, or on \\\\server\\all."\n')
    assert cells(found) == [('Where is "it"?', "In C:\\docs, or on \\\\server\\all.")]


@pytest.mark.parametrize(
    "line", ['"Which folder?","C:\\data\\"\n', '"Say ""hi"" \\ bye","x"\n', '"As ""b\\""c"" here?","x"\n']
)
def test_a_backslash_that_is_only_a_sign_stays_one(tmp_path: Path, line: str) -> None:
    found = table(tmp_path, "question,answer\n" + line * 3)
    assert found.notes == () and len(found.rows) == 3 and "\\" in "".join(map(str, cells(found)[0]))


def test_a_database_writes_nothing_as_backslash_n(tmp_path: Path) -> None:
    found = table(tmp_path, "question\tanswer\tnote\nWhere to?\tHome\\\tnow\t\\N\nWhen?\t\\N\tsoon\n", "t.tsv")
    assert cells(found) == [("Where to?", "Home\tnow", ""), ("When?", "", "soon")]
    assert found.notes == (NULL_NOTE,)


def test_rows_that_a_stray_quote_joins_are_not_taken_for_one(tmp_path: Path) -> None:
    found = table(tmp_path, 'question,answer\nA b?,c\n"28 inch?,yes\nD e?,f\n"Some","x"\nG h?,i\n')
    assert [row.cells["question"] for row in found.rows] == ["A b?", "G h?"]
    assert found.drops[0].detail == "lines 3 to 5 run together: a quote is missing or not doubled"
    assert found.notes == ("Lines 3 to 5 run together: a quote is missing or not doubled. Row 3 is left out.",)
    refused = unreadable(found, "t.csv")
    assert refused is not None and "Row 3 cannot be read" in refused.message


def test_cells_of_many_lines_are_no_joined_rows(tmp_path: Path) -> None:
    found = table(tmp_path, 'question,answer\n"A, ""b""\nc, d?","One,\ntwo, ""three""\n\nfour"\n')
    assert len(found.rows) == 1 and not found.notes
