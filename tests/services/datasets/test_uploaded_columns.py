"""The page saves her other columns, too, as long as the upload is there."""

import csv
from pathlib import Path

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
    assert (rows[-1]["answer"], rows[-1]["Date"]) == ("An apple.", "")


def test_a_forgotten_upload_leaves_questions_and_answers(studio: Studio, tmp_path: Path) -> None:
    project, dataset = brought(studio, tmp_path)
    studio.examples.source(project, dataset).unlink()
    assert list(saved(studio, project, dataset)[0]) == ["question", "answer"]


def test_that_hidden_names_may_stand_in_them_is_said_beside_the_file(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "mails.csv"
    asked = "I am George Tibbs, born on 3 April 1971. I live at 14 Mill Lane. Is berth {} free?"
    rows = [f'"{asked.format(n)}","Dear Mr Tibbs, berth {n} is free.",George Tibbs' for n in range(3)]
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
