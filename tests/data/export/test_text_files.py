"""What is exported reads back as the same examples."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.data.columns.column_mapping import guess_mapping, make_examples
from studio.data.export.text_files import write_csv, write_jsonl, write_parquet
from studio.data.readers.read_file import read_table
from studio.schemas.example import Example, Message, pair

WORDS = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "",
        "question",
        "answer",
        "=1+1",
        "'quoted",
        '"',
        "a,b;c\td|e",
        "x\r\ny",
        "\rz",
        '{"a": 1}',
        "NA",
        "007",
        " ",
        "\x00",
        "\ufeff",
        "\ud800",
    ]
)
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def datasets(draw: st.DrawFn) -> list[Example]:
    made = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        system = [Message(role="system", content=draw(WORDS))] if draw(st.booleans()) else []
        turns = []
        for _ in range(draw(st.integers(1, 2))):
            turns.append(Message(role="user", content=draw(WORDS)))
            turns.append(Message(role="assistant", content=draw(WORDS), learn=draw(st.integers(0, 9)) > 0))
        made.append(
            Example(id=f"r{number}", messages=(*system, *turns), part=draw(st.sampled_from(["", "train", "exam"])))
        )
    return made


def read_back(path: Path) -> list[Example]:
    table = read_table(path, name=path.name)
    examples, drops = make_examples(table, guess_mapping(table))
    assert not drops
    assert not table.drops
    return examples


def same_words(examples: list[Example]) -> list[tuple[object, ...]]:
    return [(example.messages, example.group, example.part) for example in examples]


@QUICK
@given(datasets(), st.booleans())
def test_csv(tmp_path: Path, examples: list[Example], for_excel: bool) -> None:
    write_csv(tmp_path / "t.csv", examples, for_excel=for_excel)
    assert same_words(read_back(tmp_path / "t.csv")) == same_words(examples)


@QUICK
@given(datasets())
def test_jsonl(tmp_path: Path, examples: list[Example]) -> None:
    write_jsonl(tmp_path / "t.jsonl", examples)
    assert same_words(read_back(tmp_path / "t.jsonl")) == same_words(examples)


def test_parquet_and_prompt_completion(tmp_path: Path) -> None:
    examples = [pair(1, "a?", "b"), pair(2, "c?", "d", system="Be kind.")]
    write_parquet(tmp_path / "t.parquet", examples)
    assert same_words(read_back(tmp_path / "t.parquet")) == same_words(examples)
    write_jsonl(tmp_path / "p.jsonl", examples, form="prompt_completion")
    assert same_words(read_back(tmp_path / "p.jsonl")) == same_words(examples)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-5 mg", "@x", "\tx", "＝1", "'x"])
def test_no_cell_of_the_export_for_excel_is_a_formula(tmp_path: Path, cell: str) -> None:
    write_csv(tmp_path / "t.csv", [pair(1, "What?", cell)], for_excel=True)
    assert f'"\'{cell}"' in (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert read_back(tmp_path / "t.csv")[0].answer == cell


def test_the_csv_has_the_mark_that_excel_wants(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", [pair(1, "Wo?", "Köln")])
    assert (tmp_path / "t.csv").read_bytes().startswith(b'\xef\xbb\xbf"question","answer"\r\n')


def test_a_csv_is_what_pythons_own_writer_makes_of_the_cells(tmp_path: Path) -> None:
    rows = [("What?", 'He said "no", twice'), ("a,b;c\td", "one\ntwo\r\n"), ("ünicode 日本", "\U0001f600"), ("x", "'y")]
    write_csv(tmp_path / "out.csv", [pair(number, *row) for number, row in enumerate(rows, start=1)])
    with (tmp_path / "own.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("question", "answer"), *rows])
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "own.csv").read_bytes()
