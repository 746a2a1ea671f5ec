"""A test file that overlaps the examples is caught, and the rows can be taken out and brought back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


@pytest.fixture
def test_file(tmp_path: Path) -> Path:
    path = tmp_path / "our test.csv"
    lines = table().splitlines()
    path.write_text("\n".join([lines[0], lines[3].upper(), "Do you sell gift cards in December?,Yes."]) + "\n")
    return path


def test_rows_of_both_are_named_with_their_partner(studio: Studio, upload: Upload, test_file: Path) -> None:
    found = studio.leakage.overlap_with_file(*upload(table()), test_file, test_file.name)
    assert [(pair.example.id, pair.other.id) for pair in found.pairs] == [("r3", "r1")]
    assert found.sentence == "1 row stands in our test.csv, too: such a test would ask what was learned."
    assert found.finding is not None and (found.finding.kind, found.finding.rows) == ("leakage", (3,))


def test_they_are_taken_out_as_one_decision_that_can_be_undone(studio: Studio, upload: Upload, test_file: Path) -> None:
    project, dataset = upload(table())
    found = studio.leakage.overlap_with_file(project, dataset, test_file, test_file.name)
    done = studio.leakage.take_out(found, project, dataset, by="ana")
    assert done.card.dropped == {"exam_overlap": 1} and len(done.examples) == 47
    assert studio.leakage.overlap_with_file(project, dataset, test_file, test_file.name).pairs == ()
    assert len(studio.examples.undo(project, dataset, by="ana").examples) == 48


def test_an_old_comparison_takes_nothing_out_of_changed_examples(
    studio: Studio, upload: Upload, test_file: Path
) -> None:
    project, dataset = upload(table())
    found = studio.leakage.overlap_with_file(project, dataset, test_file, test_file.name)
    studio.examples.remove(project, dataset, ["r9"], by="ben")
    with pytest.raises(StudioError, match="have changed since"):
        studio.leakage.take_out(found, project, dataset, by="ana")


def test_a_test_file_with_other_headings_is_understood(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    asked = table().splitlines()[1].split(",")[0]
    path.write_text(f"Frage,Antwort\n{asked},Nein.\nHaben Sie am Sonntag offen?,Ja.\n")
    assert len(studio.leakage.overlap_with_file(*upload(table()), path, path.name).pairs) == 1


def test_a_question_in_other_words_is_named_as_such(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    asked = table().splitlines()[1].split(",")[0].rstrip("?")
    path.write_text(f'question,answer\n"Hi, could you please tell me, {asked}? Thanks",Nobody knows.\n')
    found = studio.leakage.overlap_with_file(*upload(table()), path, path.name)
    assert [pair.how for pair in found.pairs] == ["wording"]
    assert found.sentence.endswith("such a test would ask what was learned. It is worded otherwise.")
