"""Uploads by chance: seeded, so that a failing one can be made again. Also what `atheris` steers, where it runs.

python -m tests.data.fuzz -runs=100000        (needs `pip install atheris`; stop with Ctrl-C)
"""

import csv
import gzip
import io
import json
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, fix_all
from studio.data.columns.column_mapping import guess_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.readers.read_file import read_table
from studio.data.table import Table
from studio.errors import StudioError
from tests.data.fuzz_workbooks import ods, xlsx

NAMES = ("t.csv", "t.tsv", "t.json", "t.jsonl", "t.txt", "t.xlsx", "t.parquet", "t", "../x.csv", "CON", "t.csv.gz")
PIECES = (
    "question", "answer", "messages", "role", "user", "assistant", "content", "text", "a@b.org", "{{x}}", "<br>", "Ã©",
    "4111111111111111", '"', "'", "\r", "\n", "\r\n", "\t", ",", ";", "|", "N/A", "=1", "\ufffd", "\x00", "1e999", "[",
    "]", "{", "}", ":", "null", "NaN", " ", "\u202e", "😀", "é", "What is due?", "Ten euros.", "<|im_end|>",
    "<|im_start|>assistant\n", "<think>", "</think>", "[INST]", "### Response:", "`", "['a']", "\x0b", "\x85",
    "\u2028", "\x0c", "\\", '\\"', "\\N", "sep=;", "Total", "12.03.24, 14:05 - Ana: ",
)  # fmt: skip
STARTS = (b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"")


def upload(chance: random.Random) -> tuple[str, bytes]:
    """A file name and its bytes: a table, JSON, half a spreadsheet, or noise."""
    return chance.choice(NAMES), chance.choice(KINDS)(chance)


def words(chance: random.Random, most: int = 6) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.randrange(most)))


def table(chance: random.Random) -> bytes:
    sign, mark = chance.choice(",;\t|"), chance.choice(["", '"'])
    lines = [
        sign.join(mark + words(chance) + mark for _ in range(chance.randrange(1, 5)))
        for _ in range(chance.randrange(9))
    ]
    return "\n".join(lines).encode(chance.choice(["utf-8", "utf-16", "utf-8-sig", "cp1252"]), "replace")


def value(chance: random.Random, depth: int = 3) -> object:
    kind = chance.randrange(7 if depth else 4)
    if kind < 4:
        return (words(chance), chance.randrange(-9, 10**20), None, chance.random() < 0.5)[kind]
    if kind == 4:
        return [value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {chance.choice(PIECES): value(chance, depth - 1) for _ in range(chance.randrange(4))}


def one_json(chance: random.Random) -> bytes:
    return json.dumps(value(chance)).encode()


def json_lines(chance: random.Random) -> bytes:
    return "\n".join(json.dumps(value(chance)) for _ in range(chance.randrange(6))).encode()


def noise(chance: random.Random) -> bytes:
    return chance.choice(STARTS) + chance.randbytes(chance.randrange(300))


def packed(chance: random.Random) -> bytes:
    return gzip.compress(table(chance))


def bitten(chance: random.Random) -> bytes:
    """A good start with bytes changed: what a broken program leaves behind."""
    data = bytearray(chance.choice([table, one_json, json_lines, packed])(chance))
    for _ in range(chance.randrange(4) if data else 0):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def turn(chance: random.Random) -> dict[str, object]:
    """A turn in somebody's words, some of them unknown."""
    made: dict[str, object] = {chance.choice(SPOKEN): chance.choice(ROLES)}
    for _ in range(chance.randrange(3)):
        parts = [{chance.choice(("type", "text", "thought", "functionCall")): words(chance)} for _ in range(2)]
        made[chance.choice(WORDED)] = chance.choice([words(chance), parts, value(chance, 1)])
    return made


def chats(chance: random.Random) -> bytes:
    """Rows of conversations, tasks and messages, as lines or as one list."""
    rows = []
    for _ in range(chance.randrange(1, 5)):
        turns = [turn(chance) for _ in range(chance.randrange(4))]
        inner = chance.choice([turns, {"parts": turns}, {"a": {"message": turns[0] if turns else None, "parent": "a"}}])
        row = {
            chance.choice(OUTER): chance.choice([inner, turns, value(chance)]) for _ in range(chance.randrange(1, 4))
        }
        rows.append(row)
    return ("\n".join(map(json.dumps, rows)) if chance.random() < 0.5 else json.dumps(rows)).encode()


def written(chance: random.Random) -> bytes:
    """A table whose cells hold lists in the ways of several programs, some of them cut."""
    lines = [["question", chance.choice(["answer", "messages"])]]
    for _ in range(chance.randrange(1, 5)):
        inside = [turn(chance) for _ in range(chance.randrange(1, 4))]
        text = chance.choice([repr, json.dumps, lambda it: json.dumps(json.dumps(it))])(inside)
        text = chance.choice([text, text.replace("}, {", "} {"), text.replace("}, {", "} ... {"), f"array({text})"])
        lines.append([words(chance), text[: chance.randrange(len(text) + 1)] if chance.random() < 0.3 else text])
    stream = io.StringIO()
    csv.writer(stream).writerows(lines)
    return stream.getvalue().encode("utf-8", "replace")


def hinted(chance: random.Random) -> bytes:
    """A table under a line that names its separator, rightly or not."""
    sign, mark = chance.choice([",", ";", "\\t", "\t", "|", "^", "a", ""]), chance.choice(["", '"', "\ufeff", "'"])
    line = f"{mark}{chance.choice(['sep', 'SEP', ' sep '])}={sign}{mark}{chance.choice(['', ';;', ',', ' '])}\n"
    return line.encode() + table(chance).replace(b"\xff\xfe", b"")


def dumped(chance: random.Random) -> bytes:
    """What a database writes: quotes and line ends behind a backslash, \\N for nothing."""
    sign, cells = chance.choice(",;\t"), ['\\"', "\\\\", "\\N", "\\\n", '"', "\\", "a b?", "\\'", "x", "\n"]
    lines = [
        sign.join('"' + "".join(chance.choices(cells, k=chance.randrange(4))) + '"' for _ in range(2))
        for _ in range(chance.randrange(1, 8))
    ]
    return ("question" + sign + "answer\n" + "\n".join(lines)).encode()


def report(chance: random.Random) -> bytes:
    """Titles, a table, totals and a foot, in any order."""
    pieces = [
        "Report,today", "", "Area,Our question,Our reply,Owner", "a,b c?,d e.,f", ",g h?,i j.,k", "Subtotal (a),2,,",
        "Total,4", "Copyright (c) 2026", "Filtered by: a", ",,Grand Total,9", "Summe: 3", "only this",
    ]  # fmt: skip
    return "\n".join(chance.choices(pieces, k=chance.randrange(1, 14))).encode()


def phone_chat(chance: random.Random) -> bytes:
    """Half a chat from a phone."""
    stamps = ["[12.03.24, 14:05:22] ", "3/12/24, 2:05\u202fPM - ", "\u200e[2024-03-12 14:05] ", "12/03/2024, 14:05 - "]
    names = ["Ana: ", "Ben B.: ", "+00 12: ", ""]
    lines = [chance.choice([*stamps, ""]) + chance.choice(names) + words(chance) for _ in range(chance.randrange(1, 9))]
    return "\n".join(lines).encode()


SPOKEN = ("role", "from", "sender", "author", "user", "sender_name")
ROLES = ("user", "assistant", "human", "gpt", "model", "system", "function_call", "observation", "Chatbot", "Ana", "")
WORDED = ("content", "value", "text", "message", "parts", "reasoning_content", "ts", "date", "weight", "tool_calls")
OUTER = (
    "messages", "conversations", "contents", "mapping", "chat_messages", "data", "annotations", "responses", "fields",
    "input", "output", "choices", "answer.responses", "systemInstruction", "text", "question", "answer",
)  # fmt: skip
KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    xlsx, ods, table, one_json, json_lines, noise, packed, bitten, chats, written, hinted, dumped, report, phone_chat,
)  # fmt: skip


def read_and_examine(path: Path, name: str, read: Callable[..., Table] = read_table) -> None:
    """Read, examine, mend all: an exact account of rows, or one sentence; anything else is a fault."""
    try:
        read_rows = read(path, name=name)
        assert read_rows.rows_read == len(read_rows.rows) + len(read_rows.drops)
        examples, drops = make_examples(read_rows, guess_mapping(read_rows))
    except StudioError as error:
        assert error.message.endswith((".", "”.")), error.message
        return
    assert len(read_rows.rows) == len(examples) + len(drops)
    examine(examples)
    left, dropped = list(examples), 0
    for effect in fix_all(examples):
        left, dropped = after(left, effect), dropped + len(effect.drops)
    assert len(examples) == len(left) + dropped


def main() -> None:
    """Let atheris look for bytes that find new ways through the code."""
    import atheris

    path = Path(tempfile.mkdtemp()) / "upload"

    def one_input(data: bytes) -> None:
        path.write_bytes(data[1:])
        read_and_examine(path, NAMES[data[0] % len(NAMES)] if data else "t")

    atheris.instrument_all()
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
