"""Whatever bytes are uploaded: a table with an exact account of rows, or one sentence. 300 inputs here.

`STUDIO_FUZZ=10000 pytest tests/prepare/test_fuzzing.py` tries more. Last long run: see tests/benchmarks/README.md.
"""

import json
import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.prepare.columns import guess_mapping, make_examples
from studio.prepare.doctor import examine
from studio.prepare.fixes import after, fix_all
from studio.prepare.read import read_table

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
    max_examples=int(os.environ.get("STUDIO_FUZZ", "300")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(BYTES, NAMES)
def test_every_upload_becomes_an_account_or_a_sentence(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(data)
    try:
        table = read_table(path, name=name)
        assert table.rows_read == len(table.rows) + len(table.drops)
        examples, drops = make_examples(table, guess_mapping(table))
    except StudioError as error:
        assert error.message.endswith((".", "”."))
        return
    assert len(table.rows) == len(examples) + len(drops)
    examine(examples)
    left = list(examples)
    for effect in fix_all(examples):
        left = after(left, effect)
    dropped = sum(len(effect.drops) for effect in fix_all(examples))
    assert len(examples) == len(left) + dropped
