"""Whatever bytes are uploaded: a table with an exact account of rows, or one sentence. 300 inputs here.

`STUDIO_FUZZ=10000 pytest tests/data/readers/test_fuzzing.py` tries more. Last long run: see tests/benchmarks/README.md.
"""

import ctypes
import gc
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.data.readers.child_process import read_safely
from studio.data.readers.read_file import read_table
from studio.data.table import Table
from tests.data.fuzz import KINDS, read_and_examine, upload

MANY = int(os.environ.get("STUDIO_FUZZ", "300"))
SLOWEST = 30  # seconds for one upload: a reader that takes longer hangs
pytestmark = pytest.mark.timeout(300 + MANY)  # a long run on a busy computer is no hang

CHILDREN = 0.05  # so many are read as the page reads them: packed formats in a child of their own

CELLS = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [
        "question",
        "answer",
        "a@b.org",
        "{{x}}",
        "<br>",
        "4111111111111111",
        '"',
        "\r",
        "\n",
        "Ã©",
        "N/A",
        "=1",
        "\ufffd",
        "1" * 30,
    ]
)
NAMES = st.sampled_from(["t.csv", "t.tsv", "t.json", "t.jsonl", "t.txt", "t.xlsx", "t.parquet", "t", "../x.csv", "CON"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | CELLS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            CELLS | st.sampled_from(["messages", "role", "content", "question", "answer", "text"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)
GRIDS = st.lists(st.lists(CELLS, max_size=5), max_size=8)


def csv_bytes(grid: list[list[str]], separator: str, quoted: bool) -> bytes:
    mark = '"' if quoted else ""
    return "\n".join(separator.join(f"{mark}{cell}{mark}" for cell in line) for line in grid).encode("utf-8", "replace")


BYTES = st.one_of(
    st.binary(max_size=400),
    st.builds(csv_bytes, GRIDS, st.sampled_from([",", ";", "\t", "|"]), st.booleans()),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.lists(JSON, max_size=5).map(lambda values: "\n".join(map(json.dumps, values)).encode()),
    CELLS.map(lambda text: text.encode("utf-16")),
    st.tuples(
        st.sampled_from([b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"\xff\xfe"]),
        st.binary(max_size=200),
    ).map(b"".join),
)


@settings(
    max_examples=MANY,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(BYTES, NAMES)
def test_every_upload_becomes_an_account_or_a_sentence(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(data)
    began = time.monotonic()
    read_and_examine(path, name)
    assert time.monotonic() - began < SLOWEST


@pytest.mark.long
def test_the_reader_keeps_nothing_of_what_it_read(tmp_path: Path) -> None:
    """Uploads, read as the server reads them, leave its memory as it was; none takes 30 seconds.

    What a reader's libraries take (pyarrow alone 33 MB) is taken once, so each kind is read before the first look; and
    blocks that are free again, which glibc holds back for the next upload, are given back before each look.
    """
    chance, path, here = random.Random(7), tmp_path / "upload", psutil.Process()

    def read_one(name: str, data: bytes, read: Callable[..., Table] = read_table) -> None:
        path.write_bytes(data)
        began = time.monotonic()
        read_and_examine(path, name, read)
        assert time.monotonic() - began < SLOWEST, (name, data)

    def read_some(number: int) -> None:
        for _ in range(number):
            name, data = upload(chance)
            read_one(name, data, read_safely if chance.random() < CHILDREN else read_table)

    def taken() -> tuple[int, int]:
        gc.collect()
        if sys.platform == "linux":
            give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)  # in glibc alone
            if give_back is not None:
                give_back(0)
        return here.memory_info().rss, sys.getallocatedblocks()

    for kind in KINDS:
        read_one("t", kind(random.Random(8)))
    read_one("t.parquet", b"PAR1")
    read_some(100)
    before, blocks = taken()
    read_some(MANY)
    after, more = taken()
    assert after - before < 16 * 2**20
    assert more - blocks < 3_000 + MANY  # Python's own: what is remembered is not one thing for each upload
