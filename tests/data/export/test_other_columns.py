"""Her table comes back whole: the columns that nobody learns from, without what she hid."""

import csv
from pathlib import Path

from studio.data.columns.column_mapping import propose_mapping
from studio.data.export.other_columns import NO_OTHERS
from studio.data.readers.read_file import read_table
from studio.services.files.file_cleaning import clean_table, write_cleaned

ROWS = [
    ("Handled by", "Question", "Date", "Answer", "Phone"),
    ("Ana", "May I move my lesson to noon?", "03.04.2026", "Yes, write to ana.bell@hill.example.", "+44 20 7946 0958"),
    ("Bo", "Do you lend helmets to guests?", "04.04.2026", "We do, from size 52 on.", ""),
    ("Ana", "May I bring my own saddle?", "05.04.2026", "Gladly, if it fits the horse.", "+44 20 7946 0958"),
]


def table_file(folder: Path, rows: list[tuple[str, ...]] = ROWS) -> Path:
    path = folder / "stable.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def cleaned(folder: Path, *fixes: str, rows: list[tuple[str, ...]] = ROWS) -> list[dict[str, str]]:
    path, out = table_file(folder, rows), folder / "clean.csv"
    table = read_table(path, name=path.name)
    write_cleaned(clean_table(table, path.name, propose_mapping(table), fixes), out, None, None)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_other_columns_stand_after_the_answers_in_her_order(tmp_path: Path) -> None:
    rows = cleaned(tmp_path)
    assert list(rows[0]) == ["question", "answer", "Handled by", "Date", "Phone"]
    assert [row["Date"] for row in rows] == ["03.04.2026", "04.04.2026", "05.04.2026"]
    assert rows[0]["answer"] == ROWS[1][3]


def test_what_was_masked_in_the_answers_is_masked_beside_them(tmp_path: Path) -> None:
    contact = ("Ana", "Whom may I ring about a lesson?", "06.04.2026", "Ring +44 20 7946 0958 at any time.", "")
    rows = cleaned(tmp_path, "private_details", rows=[*ROWS, contact])
    assert "[PHONE_1]" in rows[3]["answer"]
    assert rows[0]["Phone"] == rows[2]["Phone"] == "[PHONE_1]", "the same number has the same placeholder"
    assert rows[1]["Phone"] == ""


def test_a_name_that_was_hidden_is_hidden_within_a_cell_beside_it(tmp_path: Path) -> None:
    asked = ("Ana: spoke to Rafi Holm again", "Can my son Rafi come?", "06.04.2026", "Gladly.", "Rafi (drums)")
    rows = cleaned(tmp_path, "possible_personal", rows=[*ROWS, asked])
    assert rows[3]["question"] == "Can my son [NAME_1] come?" and rows[3]["Phone"] == "[NAME_1] (drums)"
    assert rows[3]["Handled by"] == "Ana: spoke to [NAME_1] Holm again"


def test_in_a_column_of_people_no_part_of_a_name_stays(tmp_path: Path) -> None:
    people = ("Rafi Holm", "Rafi Holm <holm@mail.example>", "Lena K.", "Lena K. <k@mail.example>", "T. Bright",
              "O. Dunn <dunn@mail.example>", "Rafi van der Holm")  # fmt: skip
    signed = [("A", f"May I bring my own saddle on day {day}?\n\nKind regards,\n{name.split()[0]}", "", "Gladly.", name)
              for day, name in enumerate(people)]  # fmt: skip
    rows = cleaned(tmp_path, "possible_personal", "private_details", rows=[("Desk", *ROWS[0][1:4], "From"), *signed])
    hidden = [row["From"] for row in rows]
    assert hidden[0] == "[NAME_1]" and hidden[1].startswith("[NAME_1] <") and hidden[2] == "[NAME_2]"
    assert not [cell for cell in hidden for name in people for part in name.split("<")[0].split()
                if part.rstrip(".") in cell.replace("NAME", "").split()], hidden  # fmt: skip
    assert hidden[4] != hidden[5], "who signs no question has a number, too"


def test_a_column_where_words_stand_beside_a_placeholder_is_named(tmp_path: Path) -> None:
    asked = [
        ("A", f"Can my son Rafi come on day {day}?", "", "Gladly.", "Rafi Holm, drums on Monday") for day in range(3)
    ]
    path = table_file(tmp_path, [("Desk", *ROWS[0][1:4], "Note"), *asked])
    table = read_table(path, name=path.name)
    kept = clean_table(table, path.name, propose_mapping(table), ("possible_personal",)).others
    assert kept.cells[2][-1].startswith("[NAME_1]") and "Note" in kept.unhidden


def test_a_kind_that_nobody_hid_stays(tmp_path: Path) -> None:
    rows = cleaned(tmp_path, "private_details")
    assert "[EMAIL_1]" in rows[0]["answer"]
    assert rows[0]["Phone"] == "+44 20 7946 0958"


def test_a_row_that_was_left_out_takes_its_other_cells_along(tmp_path: Path) -> None:
    rows = cleaned(tmp_path, "exact_duplicate", rows=[*ROWS, ("Cy", *ROWS[2][1:])])
    assert [row["Handled by"] for row in rows] == ["Ana", "Bo", "Ana"]


def test_cells_of_rows_that_were_left_out_are_not_counted_among_the_hidden_ones(tmp_path: Path) -> None:
    rows = [*ROWS, ("Ana", "Ring?", "06.04.2026", "Ring +44 20 7946 0958 at any time.", "+44 20 7946 0958"), ROWS[1]]
    path = table_file(tmp_path, rows)
    table = read_table(path, name=path.name)
    done = clean_table(table, path.name, propose_mapping(table), ["private_details", "exact_duplicate"])
    assert len(done.examples) == 4 and done.others.masked == (("Phone", 3),)


def test_a_column_of_hers_is_not_taken_for_one_of_ours(tmp_path: Path) -> None:
    rows = [("Frage", "Antwort", "group"), *((row[1], row[3], row[0]) for row in ROWS[1:])]
    path = table_file(tmp_path, rows)
    table = read_table(path, name=path.name)
    mapping = propose_mapping(table).model_copy(update={"group": ""})
    done = clean_table(table, path.name, mapping, ())
    assert done.others.names == ("group (as uploaded)",)


def test_a_table_of_questions_and_answers_alone_has_none(tmp_path: Path) -> None:
    path = table_file(tmp_path, [(row[1], row[3]) for row in ROWS])
    table = read_table(path, name=path.name)
    assert clean_table(table, path.name, propose_mapping(table), ()).others == NO_OTHERS
