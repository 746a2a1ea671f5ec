"""Other columns of the same upload: decisions stay where the words do, and a press is about the table it shows."""

from pathlib import Path

from studio.services.studio import Studio

ROWS = [("Where is pier 3?", "Behind the mill.", "A"), ("Where is pier 3?", "Behind the mill.", "B"),
        ("When do you open?", "At nine.", "A"), ("When do you close?", "At five.", "B")]  # fmt: skip


def upload(path: Path) -> Path:
    path.write_text("\n".join(["question,answer,client,other", *(f"{q},{a},{c},{a} Or not." for q, a, c in ROWS)]))
    return path


def test_another_column_that_ties_rows_together_keeps_what_was_decided(studio: Studio, tmp_path: Path) -> None:
    made = studio.examples.upload(upload(tmp_path / "pier.csv"), "pier.csv", by="ana")
    studio.examples.fix(made.project, made.id, "exact_duplicate", by="ana")
    tied = made.card.mapping.model_copy(update={"group": "client"})
    again = studio.examples.remap(made.project, made.id, by="ana", columns=tied)
    assert again.id != made.id
    assert [one.id for one in again.examples] == ["r1", "r3", "r4"]
    assert len(again.decisions) == 1
    undone = studio.examples.undo(again.project, again.id, by="ana")
    assert len(undone.examples) == 4


def test_other_texts_begin_anew(studio: Studio, tmp_path: Path) -> None:
    made = studio.examples.upload(upload(tmp_path / "pier.csv"), "pier.csv", by="ana")
    studio.examples.fix(made.project, made.id, "exact_duplicate", by="ana")
    other = made.card.mapping.model_copy(update={"answer": "other"})
    again = studio.examples.remap(made.project, made.id, by="ana", columns=other)
    assert (len(again.examples), again.decisions) == (4, ())


def test_the_same_press_on_another_version_of_the_table_is_an_act_of_its_own(studio: Studio, tmp_path: Path) -> None:
    made = studio.examples.upload(upload(tmp_path / "pier.csv"), "pier.csv", by="ana")
    studio.examples.fix(made.project, made.id, "exact_duplicate", by="ana", seen=made.mark)
    other = made.card.mapping.model_copy(update={"answer": "other"})
    again = studio.examples.remap(made.project, made.id, by="ana", columns=other)
    fixed = studio.examples.fix(again.project, again.id, "exact_duplicate", by="ana", seen=made.mark)
    assert fixed.id == again.id
    assert len(fixed.examples) == 3
