"""Read an untrusted file in a child process with limits: a file that bursts costs a sentence, not the server.

The child is a fresh Python started by subprocess (a fork beside other threads would not be safe). It gets the request
as JSON on standard input and leaves the table, or the error, as JSON lines in a temporary file. What reads and holds
tables is imported when the child has begun: that takes as long as the child's own start.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from studio.copy.catalog import say
from studio.data.gc_paused import collector_paused
from studio.errors import UnreadableFile

if TYPE_CHECKING:
    from studio.data.table import Table, TableRow

MEMORY_BYTES = 2 * 2**30
CPU_SECONDS = 60
WALL_SECONDS = 120
SMALL_BYTES = 2 * 2**20
MEMORY_STATUS = 77
ROWS_A_LINE = 100
PACKED_STARTS = (b"PK", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")


def read_safely(
    path: Path,
    *,
    name: str,
    sheet: str | None = None,
    encoding: str | None = None,
    hidden: str = "",
    headings: int | None = None,
) -> "Table":
    """As `read_table`, but whatever the file does to its reader comes back as UnreadableFile."""
    with reading(path, name=name, sheet=sheet, encoding=encoding, hidden=hidden, headings=headings) as table:
        return table()


@contextmanager
def reading(
    path: Path, *, name: str, sheet: str | None = None, encoding: str | None = None, hidden: str = "",
    headings: int | None = None,
) -> Iterator[Callable[[], "Table"]]:  # fmt: skip
    """As `read_safely`: the child begins at once, and what is given waits for its table; one not asked for is ended."""
    if is_small_text(path):
        from studio.data.readers.read_file import read_table

        yield lambda: read_table(path, name=name, sheet=sheet, encoding=encoding, headings=headings)
        return
    with tempfile.TemporaryDirectory(prefix="studio-read-") as folder:
        result = Path(folder) / "table.jsonl"
        request = {
            "path": str(path.resolve()), "name": name, "sheet": sheet, "encoding": encoding, "hidden": hidden,
            "headings": headings, "out": str(result),
        }  # fmt: skip
        with started_child(json.dumps(request)) as child:

            def table() -> "Table":
                code = finished(child, name)
                if code != 0 or not result.is_file():
                    raise broke_the_reader(code, name)
                return load_table(result, name)

            yield table


def is_small_text(path: Path) -> bool:
    """Text under 2 MB: parsed by Python's own csv and json, whose memory is bounded by the file's size."""
    if path.stat().st_size >= SMALL_BYTES:
        return False
    with path.open("rb") as stream:
        return not stream.read(4).startswith(PACKED_STARTS)


@contextmanager
def started_child(request: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child that is told what to read, and that does not outlive the body."""
    root = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "PYTHONPATH": paths, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}
    line = [sys.executable, "-m", "studio.data.readers.child_process"]
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as child:
        try:
            assert child.stdin is not None  # a pipe
            with suppress(BrokenPipeError), child.stdin as stream:  # broken: it ended, which its status tells
                stream.write(request.encode())
            yield child
        finally:
            child.kill()


def finished(child: subprocess.Popen[bytes], name: str) -> int:
    """Its exit status, waited for."""
    try:
        return child.wait(WALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(
            say("child_process.reading_took_longer_than", wall_seconds=WALL_SECONDS),
            hint=say("child_process.split_into_smaller_files"),
            where=name,
        ) from error


def broke_the_reader(code: int, name: str) -> UnreadableFile:
    """Why the child ended without a table, as far as its exit status tells."""
    if code in (MEMORY_STATUS, -6, -9):
        message = say("child_process.reading_file_takes_more")
    elif code == -24:
        message = say("child_process.reading_took_longer_than_seconds", cpu_seconds=CPU_SECONDS)
    else:
        message = say("child_process.file_damaged_or_built")
    return UnreadableFile(message, hint=say("child_process.save_as_csv"), where=name)


def load_table(result: Path, name: str) -> "Table":
    """The table from the child's lines; an error that the child found is raised here."""
    from studio.data.table import Table
    from studio.schemas.finding import Drop

    with result.open(encoding="utf-8") as stream:
        head = json.loads(stream.readline())
        if "error" in head:
            raise UnreadableFile(**head["error"])
        columns = tuple(head["columns"])
        drops = [Drop.model_validate(drop) for drop in head.pop("drops")]
        rows = list(rows_from(stream, columns))
    if len(rows) + len(drops) != head["rows_read"]:
        raise broke_the_reader(1, name)
    for key in ("sheets", "notes", "hidden_columns"):
        head[key] = tuple(head[key])
    head["first_lines"] = tuple((row, line) for row, line in head["first_lines"])
    return Table(**{**head, "columns": columns}, rows=rows, drops=drops)


def rows_from(stream: TextIO, columns: tuple[str, ...]) -> Iterator["TableRow"]:
    """Some rows a line, each as a list of cells in the order of the columns, or an object where keys are missing."""
    from studio.data.table import TableRow

    for line in stream:
        for number, cells in json.loads(line):
            yield TableRow(number, dict(zip(columns, cells, strict=True)) if isinstance(cells, list) else cells)


def write_table(table: "Table", stream: TextIO) -> None:
    """The counterpart of `load_table`. Lone surrogates survive as escapes."""
    head: dict[str, Any] = {
        "format": table.format, "encoding": table.encoding, "sheet": table.sheet, "sheets": table.sheets,
        "columns": table.columns, "notes": table.notes, "rows_read": table.rows_read,
        "hidden_rows": table.hidden_rows, "hidden_columns": table.hidden_columns,
        "tool_calls": table.tool_calls, "rows_above": table.rows_above,
        "headings": table.headings, "first_lines": table.first_lines,
        "drops": [drop.model_dump() for drop in table.drops],
    }  # fmt: skip
    stream.write(json.dumps(head) + "\n")
    for start in range(0, len(table.rows), ROWS_A_LINE):
        some = [
            (number, list(cells.values()) if tuple(cells) == table.columns else cells)
            for number, cells in table.rows[start : start + ROWS_A_LINE]
        ]
        stream.write(json.dumps(some) + "\n")


def limit_resources() -> None:
    """Memory and processor time, where the system knows such limits; a tighter one that stands already stays."""
    if os.name != "posix":
        return
    import resource

    wanted = {resource.RLIMIT_CPU: (CPU_SECONDS, CPU_SECONDS + 5), resource.RLIMIT_CORE: (0, 0)}
    if sys.platform != "darwin":
        wanted[resource.RLIMIT_AS] = (MEMORY_BYTES, MEMORY_BYTES)
    for kind, (soft, hard) in wanted.items():
        before = [limit for limit in resource.getrlimit(kind) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(kind, (min(soft, *before), min(hard, *before)) if before else (soft, hard))


def main() -> int:
    """Read what standard input asks for."""
    from studio.data.readers.read_file import read_table
    from studio.data.table import MAX_BYTES

    request = json.loads(sys.stdin.read())
    limit_resources()
    out = Path(request["out"])
    try:
        table = read_table(
            Path(request["path"]), name=request["name"], sheet=request["sheet"], encoding=request["encoding"],
            hidden=request["hidden"], headings=request["headings"], max_bytes=MAX_BYTES,
        )  # fmt: skip
        with collector_paused(), out.open("w", encoding="utf-8") as stream:
            write_table(table, stream)
    except UnreadableFile as error:
        told = {"message": error.message, "hint": error.hint, "where": error.where}
        out.write_text(json.dumps({"error": told}) + "\n", encoding="utf-8")
    except MemoryError:
        return MEMORY_STATUS
    return 0


if __name__ == "__main__":
    os._exit(main())  # all is written: the system takes the rows back at once, not one by one while the parent waits
