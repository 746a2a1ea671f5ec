"""Every malformed upload of the safety notes: its words, letter by letter, and no row unaccounted for."""

from pathlib import Path

import pytest

from studio.data.readers.child_process import read_safely
from studio.data.readers.read_file import read_table
from studio.errors import UnreadableFile
from tests.data.uploads import UPLOADS, Upload

HEAVY = {"cell.xlsx", "rows.xlsx", "bomb.csv.gz", "far.xlsx"}


@pytest.mark.parametrize("upload", [u for u in UPLOADS if u.name not in HEAVY], ids=lambda u: f"{u.number}-{u.name}")
def test_what_it_says(upload: Upload, tmp_path: Path) -> None:
    check(upload, tmp_path, read_table)


@pytest.mark.parametrize("upload", [u for u in UPLOADS if u.name in HEAVY], ids=lambda u: f"{u.number}-{u.name}")
def test_a_bomb_costs_a_sentence_and_not_the_server(upload: Upload, tmp_path: Path) -> None:
    check(upload, tmp_path, read_safely)


def check(upload: Upload, folder: Path, read: object) -> None:
    path = folder / "upload"
    path.write_bytes(upload.data())
    if not upload.rows:
        with pytest.raises(UnreadableFile) as caught:
            read(path, name=upload.name)  # type: ignore[operator]
        assert f"{caught.value} ({caught.value.where})" == upload.says
        return
    table = read(path, name=upload.name)  # type: ignore[operator]
    assert " ".join(table.notes) == upload.says
    assert len(table.rows) == upload.rows
    assert table.rows_read == len(table.rows) + len(table.drops)


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"question,answer\n" + b"a,b\n" * 600_000)
    with pytest.raises(UnreadableFile, match=r"The file has 2 MB; at most 1 MB are read\."):
        read_table(path, name="large.csv", max_bytes=2**20)
