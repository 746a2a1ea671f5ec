"""The table of the next version, saved: her headings in her order, with what came from feedback under them."""

import csv
from pathlib import Path

from studio.schemas.example import Message
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio

HERS = ("Date", "Subject", "From", "Question", "Reply", "Handled by")
BEFORE = "Said before the question"
ASKED = (("user", "Do you move pianos?"), ("assistant", "We do."), ("user", "Up two flights of stairs as well?"))


def mails(studio: Studio, folder: Path) -> str:
    """A project whose table was taught once."""
    path = folder / "mails.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HERS)
        for n in range(40):
            asked, said = (
                f"Can you carry wardrobe number {n} to the {n + 3}th floor?",
                f"On day {n} we carry it, madam.",
            )
            writer.writerow([f"{n % 28 + 1}.5.2026", f"Wardrobe {n}", "ana@hill.example", asked, said, "Moira"])
    made = studio.examples.upload(path, path.name, by="ana")
    studio.runs.carry_out_when_free(studio.runs.launch(made.project, made.id, Recipe(seed=1), by="ana").id)
    return made.project


def learn(studio: Studio, project: str, *turns: tuple[str, str]) -> str:
    """Accept what should have been answered and make the next version's table."""
    said = tuple(Message.model_validate({"role": role, "content": words}) for role, words in turns)
    given = studio.feedback.add(project, by="bo", key=turns[-1][1], origin="chat", version="", reply="No idea.",
                                turns=said, judgement="wrong", correction="Yes, with four people.")  # fmt: skip
    studio.feedback.accept(project, [given.id], by="ana")
    return studio.next_versions.make(project, by="ana").view.id


def saved(studio: Studio, project: str, dataset: str, form: str = "csv") -> tuple[list[str], list[dict[str, str]]]:
    with studio.examples.export(project, dataset, form).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or ()), list(reader)


def test_feedback_of_one_question_stands_under_her_headings(studio: Studio, tmp_path: Path) -> None:
    project = mails(studio, tmp_path)
    heads, rows = saved(studio, project, learn(studio, project, ASKED[-1]))
    assert heads == list(HERS)
    assert rows[0]["Subject"] == "Wardrobe 0" and rows[0]["Handled by"] == "Moira"
    assert rows[-1] == dict.fromkeys(HERS, "") | {"Question": ASKED[-1][1], "Reply": "Yes, with four people."}


def test_earlier_turns_of_feedback_stand_in_one_column_at_the_end(studio: Studio, tmp_path: Path) -> None:
    project = mails(studio, tmp_path)
    dataset = learn(studio, project, *ASKED)
    for form in ("csv", "csv_for_excel"):
        heads, rows = saved(studio, project, dataset, form)
        assert heads == [*HERS, BEFORE]
        assert rows[0]["Question"].startswith("Can you carry wardrobe number 0") and rows[0][BEFORE] == ""
        assert (rows[-1]["Question"], rows[-1]["Reply"]) == (ASKED[-1][1], "Yes, with four people.")
        assert rows[-1][BEFORE] == "Asked: Do you move pianos?\n\nAnswered: We do."
    path = studio.examples.export(project, dataset, "xlsx")
    table = studio.examples.read(path, path.name)
    assert table.columns == (*HERS, BEFORE)
    columns, _ = studio.examples.preview(table, rows=3)
    assert (columns.question, columns.answer) == ("Question", "Reply"), "and it is known again"
