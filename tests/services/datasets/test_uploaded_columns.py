"""The page saves her other columns, too, as long as the upload is there."""

import csv
from pathlib import Path

import openpyxl
import pytest

from studio.services.studio import Studio


def saved(studio: Studio, project: str, dataset: str) -> list[dict[str, str]]:
    with studio.examples.export(project, dataset, "csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def brought(studio: Studio, tmp_path: Path) -> tuple[str, str]:
    path = tmp_path / "visits.csv"
    lines = [f'2026-05-{day:02d},"What is fed on day {day}?","Oats and hay, {day} scoops."' for day in range(1, 13)]
    path.write_text("Date,Question,Answer\n" + "\n".join(lines) + "\n", encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana")
    return made.project, made.id


def test_the_saved_table_has_every_column(studio: Studio, tmp_path: Path) -> None:
    project, dataset = brought(studio, tmp_path)
    studio.examples.remove(project, dataset, ["r2"], by="ana")
    studio.examples.add(project, dataset, by="ana", question="And on Sunday?", answer="An apple.")
    rows = saved(studio, project, dataset)
    assert [row["Date"] for row in rows[:2]] == ["2026-05-01", "2026-05-03"]
    assert list(rows[0]) == ["Date", "Question", "Answer"], "her headings in her order"
    assert (rows[-1]["Answer"], rows[-1]["Date"]) == ("An apple.", "")


def test_a_forgotten_upload_leaves_questions_and_answers(studio: Studio, tmp_path: Path) -> None:
    project, dataset = brought(studio, tmp_path)
    studio.examples.source(project, dataset).unlink()
    assert list(saved(studio, project, dataset)[0]) == ["question", "answer"]


def test_that_hidden_names_may_stand_in_them_is_said_beside_the_file(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "mails.csv"
    asked = "I am George Tibbs, born on 3 April 1971. I live at 14 Mill Lane. Is berth {} free?"
    rows = [f'"{asked.format(n)}","Dear Mr Tibbs, berth {n} is free.",Paid by Mona' for n in range(3)]
    path.write_text("\n".join(["question,answer,client", *rows]), encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana")
    assert studio.examples.export_warnings(made.project, made.id, "csv") == []
    studio.examples.fix(made.project, made.id, "possible_personal", by="ana", choice="mask")
    assert studio.examples.export_warnings(made.project, made.id, "csv") == [
        "Names that you hid in questions and answers may still stand in your other column (“client”): look there "
        "before you pass the file on."
    ]


def test_that_they_are_lacking_is_said_beside_the_file(studio: Studio, tmp_path: Path) -> None:
    project, dataset = brought(studio, tmp_path)
    assert studio.examples.export_warnings(project, dataset, "csv") == []
    studio.examples.source(project, dataset).unlink()
    assert studio.examples.export_warnings(project, dataset, "csv") == [
        "Your other column (“Date”) is not in this file: the upload that held it was forgotten."
    ]
    assert studio.examples.export_warnings(project, dataset, "jsonl") == []  # never holds them


MAILS = ("Date", "Client", "Mail", "Our reply", "Handled by", "Sum")


def mails(studio: Studio, folder: Path) -> tuple[str, str]:
    """Mails under headings of her own: the client's name stands in a column, too."""
    names = ("Ana Costa", "Mr Adair", "Mia Lund", "Zoe Smith")
    path = folder / "mails.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(MAILS)
        for n in range(24):
            name = names[3 if n == 7 else n % 3]
            asked = f"Is berth {n} free? I am Ana Costa." if n == 0 else f"Is berth {n} free?"
            said = f"Berth {n} is free for all." if n == 7 else f"Dear {name},\n\nberth {n} is free for {n} days."
            writer.writerow([f"{n + 1}.5.2026", name, asked, said, "Moira", "-4" if n == 3 else "4"])
    made = studio.examples.upload(path, path.name, by="ana")
    view = studio.examples.remap(made.project, made.id, by="ana",
                                 columns=made.card.mapping.model_copy(update={"group": "Client"}))  # fmt: skip
    return view.project, view.id


def test_her_headings_come_back_in_her_order_and_are_known_again(studio: Studio, tmp_path: Path) -> None:
    project, dataset = mails(studio, tmp_path)
    before = studio.examples.view(project, dataset)
    for form in ("csv", "csv_for_excel", "csv_for_excel_semicolons", "xlsx"):
        path = studio.examples.export(project, dataset, form)
        table = studio.examples.read(path, path.name)
        assert table.columns == MAILS, form
        columns, examples = studio.examples.preview(table, rows=30)
        assert (columns.question, columns.answer) == ("Mail", "Our reply"), form
        assert [one.messages for one in examples] == [one.messages for one in before.examples], form
    head = studio.examples.export(project, dataset, "csv_for_excel").read_text(encoding="utf-8-sig").split("\n")[0]
    assert head == '"Date","Client","Mail","Our reply","Handled by","Sum (for Excel)"', "only where a cell was guarded"


def test_names_that_were_hidden_are_hidden_in_the_column_of_names_and_nowhere_else(studio: Studio,
                                                                                 tmp_path: Path) -> None:  # fmt: skip
    project, dataset = mails(studio, tmp_path)
    studio.examples.fix(project, dataset, "possible_personal", by="ana", choice="mask")
    rows = saved(studio, project, dataset)
    assert [row["Client"] for row in rows[:3]] == ["[NAME_1]", "Mr [NAME_2]", "[NAME_3]"]
    assert rows[0]["Mail"].endswith("I am [NAME_1].")
    assert rows[7]["Client"] == "[NAME_4]", "who was named nowhere else stands in a column of names"
    assert {row["Handled by"] for row in rows} == {"Moira"}
    masked, warning = studio.examples.export_warnings(project, dataset, "csv")
    assert masked.startswith("You hid details in questions and answers.") and "“Client” (" in masked
    assert "(“Handled by”)" in warning


def test_background_goes_back_into_its_own_column(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    rows = [f'"Is berth {n} free?","Berth {n} has {n} places.","Yes, for {n} boats."' for n in range(12)]
    path.write_text("\n".join(["Question,Background,Answer", *rows]), encoding="utf-8")
    table = studio.examples.read(path, path.name)
    columns = studio.examples.preview(table)[0].model_copy(
        update={"question": "Question", "answer": "Answer", "context": "Background"}
    )
    made = studio.examples.upload(path, path.name, by="ana", columns=columns)
    assert made.examples[1].question == "Berth 1 has 1 places.\n\nIs berth 1 free?"
    view = studio.examples.edit(made.project, made.id, "r2", by="ana", question="All new?", answer="Yes.")
    back = saved(studio, view.project, view.id)
    assert [tuple(row.values()) for row in back[:2]] == [
        ("Is berth 0 free?", "Berth 0 has 0 places.", "Yes, for 0 boats."), ("All new?", "", "Yes."),
    ]  # fmt: skip


def test_what_was_hidden_in_other_columns_is_said_beside_the_file_and_in_the_report(
    studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "mails.csv"
    rows = [
        f'"Write to ana{n}@home.org about berth {n}, please.","Berth {n} is free.",ana{n}@home.org' for n in range(3)
    ]
    path.write_text("\n".join(["question,answer,sender", *rows]), encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana")
    studio.examples.fix(made.project, made.id, "private_details", by="ana")
    (said,) = studio.examples.export_warnings(made.project, made.id, "csv")
    assert "hidden in 3 cells of other columns, too: “sender” (3)." in said and "as they came" in said
    assert said in studio.examples.export(made.project, made.id, "report").read_text("utf-8")


def test_other_columns_stay_as_they_came_where_she_asks_for_it(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "mails.csv"
    rows = [f'"Write to ana{n}@home.org, please.","Berth {n} is free.",ben{n}@home.org' for n in range(3)]
    path.write_text("\n".join(["question,answer,sender", *rows]), encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana")
    studio.examples.fix(made.project, made.id, "private_details", by="ana")
    kept = studio.examples.export(made.project, made.id, "csv_columns_as_uploaded").read_text("utf-8-sig")
    assert "ben2@home.org" in kept and "ana2@home.org" not in kept
    (said,) = studio.examples.export_warnings(made.project, made.id, "csv_columns_as_uploaded")
    assert "no detail is hidden" in said


def test_her_sheet_keeps_its_name(studio: Studio, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Inbox"
    for line in (
        ("Question", "Answer"),
        *((f"What is fed on day {n}?", f"Oats and hay, {n} scoops.") for n in range(12)),
    ):
        sheet.append(line)
    path = tmp_path / "visits.xlsx"
    book.save(path)
    made = studio.examples.upload(path, path.name, by="ana")
    assert openpyxl.load_workbook(studio.examples.export(made.project, made.id, "xlsx")).sheetnames == ["Inbox"]


@pytest.mark.parametrize(("separator", "kept"), [(";", ";"), (",", ","), ("\t", ",")])
def test_a_file_with_semicolons_is_saved_with_semicolons(
    studio: Studio, tmp_path: Path, separator: str, kept: str
) -> None:
    path = tmp_path / "desk.csv"
    rows = [f"How do I mend lamp {n} here?{separator}Bring lamp {n} to the desk." for n in range(30)]
    path.write_text("\n".join([f"question{separator}answer", *rows]), encoding="utf-8")
    view = studio.imports.import_file(path, "mend", by="ana")
    for form in ("csv", "csv_for_excel"):
        saved = studio.examples.export(view.project, view.id, form).read_text(encoding="utf-8-sig")
        assert saved.split("\n")[0].count(kept) == 1
    assert ";" in studio.examples.export(view.project, view.id, "csv_for_excel_semicolons").read_text("utf-8-sig")


def test_what_stands_beside_a_row_is_told_by_the_short_columns_in_her_order(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "mails.csv"
    rows = [
        f"2026-05-{n:02d},{'a long note ' * 9},What of {n}?,Oats for {n}.,{'Ines' if n % 2 else ''}"
        for n in range(1, 13)
    ]
    path.write_text("\n".join(["Date,Note,Question,Answer,Handled by", *rows]), encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana")
    beside = studio.groups.beside(made.project, made.id, [1, 2])
    assert beside == {1: (("Date", "2026-05-01"), ("Handled by", "Ines")), 2: (("Date", "2026-05-02"),)}
    studio.examples.source(made.project, made.id).unlink()
    assert studio.groups.beside(made.project, made.id, [1]) == {}, "the upload was forgotten"
