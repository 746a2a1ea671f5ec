"""What `check` says of a file beside its findings."""

from pathlib import Path

from studio.services.files.file_check import checked
from studio.services.studio import Studio


def test_check_says_how_many_questions_are_a_series(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "rooms.csv"
    rooms = "".join(f"What does room {number} cost?,{number * 7} crowns.\n" for number in range(30))
    path.write_text(f"question,answer\n{rooms}Who has the key?,Ana has it.\n", encoding="utf-8")
    said = checked(studio.examples, studio.examples.read(path, path.name), None, measured=False)
    assert "30 questions differ from another one only by a number." in said["notes"]
