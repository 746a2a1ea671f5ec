"""Takes words out of files for good: strings inside JSON, cells of a log, lines of a page. Knows no dataset."""

import html
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from studio.data.readers.child_process import read_safely
from studio.data.table import USE_HIDDEN
from studio.errors import StudioError
from studio.storage.files import json_line, write_bytes

FORGOTTEN = "[forgotten]"
LEAST_LETTERS = 4
LEAST_OF_WHOLE = 12  # “Yes.” is nobody's detail
WEIGHTS = frozenset([".safetensors", ".bin", ".pt", ".gguf", ".db", ".db-wal", ".db-shm", ".lock"])
PACKED = frozenset([".xlsx", ".xls", ".ods", ".parquet", ".gz", ".zip"])
FIXED = frozenset([
    "id", "format", "at", "created", "started", "by", "role", "action", "kind", "status", "state", "severity", "undoes",
    "drops", "dropped", "dismissed", "changed", "run", "dataset", "project", "parent", "part", "sha256", "exam_sha256",
    "dataset_sha256", "model_sha256", "model_folder", "base_model", "schema_name", "encoding", "fingerprint",
    "fingerprints", "versions", "contestant", "contestants", "one", "other", "better", "metric", "metrics",
    "main_metric", "work", "advice", "titles", "next_action",
])  # fmt: skip
OTHER_ENCODINGS = ("utf-16-le", "utf-16-be", "cp1252", "cp1251", "cp932", "gb18030", "big5")


class TextFinder:
    """Where any of many texts stands, in capitals or small: by its first letters, so that their number costs little."""

    FEW = 8

    def __init__(self, texts: Iterable[str], width: int) -> None:
        self._texts = sorted({small(text) for text in texts if len(text) >= width}, key=len, reverse=True)
        self._width = width
        self._starting: dict[str, list[str]] = {}
        for text in self._texts:
            self._starting.setdefault(text[:width], []).append(text)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The places, from left to right, the longest first where several begin."""
        low = small(text)
        if len(self._texts) <= self.FEW and not any(one in low for one in self._texts):
            return
        place = 0
        while place <= len(low) - self._width:
            here = self._starting.get(low[place : place + self._width], ())
            found = next((one for one in here if low.startswith(one, place)), "")
            if found:
                yield place, place + len(found)
            place += len(found) or 1


def small(text: str) -> str:
    """Without capitals, letter for letter as long."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


class Redactor:
    """`pieces` are details, from four letters on; `wholes` are questions and answers, from twelve letters on."""

    def __init__(self, pieces: Iterable[str], wholes: Iterable[str] = ()) -> None:
        self._finders = (TextFinder(wholes, LEAST_OF_WHOLE), TextFinder(pieces, LEAST_LETTERS))

    def holds(self, text: str) -> bool:
        """Whether anything of it is to go."""
        return any(True for finder in self._finders for _ in finder.spans(text))

    def without(self, text: str) -> str:
        """The text with a mark where words were."""
        for finder in self._finders:
            spans = list(finder.spans(text))
            for start, end in reversed(spans):
                text = text[:start] + FORGOTTEN + text[end:]
        return text

    def cleared(self, value: Any, *, labels: bool = False) -> Any:
        """The same for every string of people's in a JSON value; names of fields and ids hold the file together."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.cleared(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            self.without(name) if labels else name: (
                one if name in FIXED and not labels else self.cleared(one, labels=labels or name == "confusion")
            )
            for name, one in value.items()
        }

    # Files

    def stands_in(self, path: Path) -> bool:
        """Whether a file holds any of it; tables that are packed or in another encoding are read as tables."""
        if path.suffix.lower() in WEIGHTS:
            return False
        if path.suffix.lower() in PACKED:
            return self._in_table(path)
        data = path.read_bytes()
        if path.suffix in (".json", ".jsonl") and (values := values_of(path, data)) is not None:
            return any(self.cleared(value) != value for value in values)
        if self._in_text(data.decode("utf-8", "replace")):
            return True
        plain = data.isascii() and b"\0" not in data
        return not plain and any(self.holds(data.decode(encoding, "ignore")) for encoding in OTHER_ENCODINGS)

    def _in_text(self, text: str) -> bool:
        return any(self.holds(form) for form in dict.fromkeys((text, html.unescape(text), text.replace('""', '"'))))

    def _in_table(self, path: Path) -> bool:
        try:
            sheets = read_safely(path, name=path.name, hidden=USE_HIDDEN).sheets or (None,)
            tables = [read_safely(path, name=path.name, sheet=sheet, hidden=USE_HIDDEN) for sheet in sheets]
        except StudioError:
            return True  # what cannot be looked into is not trusted
        return any(
            self.holds(str(cell))
            for table in tables
            for row in table.rows
            for cell in (*row.cells, *row.cells.values())
        )

    def clear(self, path: Path) -> None:
        """The file without it; one that is neither JSON nor plain text goes as a whole."""
        data = path.read_bytes()
        values = values_of(path, data) if path.suffix in (".json", ".jsonl") else None
        if values is not None and path.suffix == ".jsonl":
            write_bytes(path, b"".join(json_line(self.cleared(value)) for value in values))
        elif values is not None:
            write_bytes(path, (json.dumps(self.cleared(values[0]), indent=2) + "\n").encode())
        elif path.suffix in (".txt", ".md", ".toml") and not self._in_text(
            text := self.without(data.decode("utf-8", "replace"))
        ):
            write_bytes(path, text.encode())
        else:
            path.unlink()


def values_of(path: Path, data: bytes) -> list[Any] | None:
    """The JSON values of a file, or None when it holds something else. A torn last line is not a value."""
    try:
        if path.suffix == ".json":
            return [json.loads(data)]
        return [json.loads(line) for line in data[: data.rfind(b"\n") + 1].split(b"\n") if line.strip()]
    except ValueError:
        return None
