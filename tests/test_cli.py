"""The command line: exit statuses, one JSON object, sentences instead of tracebacks, and the journey without a page."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import run_command
from studio.schemas.example import Example, pair
from studio.schemas.fallback import SENTENCES

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_data"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Door = Callable[..., tuple[int, Any, str]]


def support_rows(count: int) -> list[Example]:
    """The first rows of the support sample."""
    with (SAMPLES / "support.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))[:count]
    return [pair(number, row["question"], row["answer"]) for number, row in enumerate(rows, start=1)]


@pytest.fixture
def door(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """Run a command with `--json` over a home of its own: status, the JSON object, standard error."""
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, Any, str]:
        code = run_command([*arguments, "--json"])
        said = capsys.readouterr()
        assert said.out.count("\n") == 1, "exactly one JSON object on standard output"
        return code, json.loads(said.out), said.err

    yield run


@pytest.fixture
def project(door: Door, tmp_path: Path) -> str:
    """A project with the first rows of the support sample: enough for what is refused before anything is taught."""
    lines = ["question,answer", *(f'"{row.question}","{row.answer}"' for row in support_rows(40))]
    (tmp_path / "few.csv").write_text("\n".join(lines), encoding="utf-8")
    assert door("import", str(tmp_path / "few.csv"), "--project", "p")[0] == 0
    return "p"


def bad_files(folder: Path) -> dict[str, tuple[bytes, str]]:
    """File name -> bytes and a piece of the sentence that must be said."""
    return {
        "empty.csv": (b"", "empty"),
        "picture.csv": (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "PNG"),
        "header.csv": (b"question,answer\n", "No rows under the header"),
        "locked.xlsx": (OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000, "password"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["empty.csv", "picture.csv", "header.csv", "locked.xlsx"])
@pytest.mark.parametrize("command", ["check", "import"])
def test_a_file_that_cannot_be_read_gets_one_sentence_and_leaves_nothing(
    name: str, command: str, door: Door, tmp_path: Path
) -> None:
    data, words = bad_files(tmp_path)[name]
    (tmp_path / name).write_bytes(data)
    more = ["--project", "p"] if command == "import" else []
    code, said, errors = door(command, str(tmp_path / name), *more)
    error = said["error"]
    assert code == 2 and "Traceback" not in errors
    assert words in f"{error['message']} {error['hint']} {error['where']}"
    assert not list((tmp_path / "home" / "projects").glob("*/datasets/*"))


def test_a_broken_json_line_is_named_by_its_number_and_counted(door: Door, tmp_path: Path) -> None:
    pairs = [{"question": row.question, "answer": row.answer} for row in support_rows(40)]
    lines = [json.dumps(pair) for pair in pairs]
    lines[6] = '{"question": "a", "answ'
    (tmp_path / "broken.jsonl").write_text("\n".join(lines))
    code, said, _ = door("check", str(tmp_path / "broken.jsonl"))
    assert code == 0 and said["examples"] == 39 and any("Line 7" in note for note in said["notes"])
    code, said, _ = door("import", str(tmp_path / "broken.jsonl"), "--project", "p")
    assert (
        code == 2 and "Line 7 cannot be read" in said["error"]["message"] and "broken.jsonl" in said["error"]["where"]
    )
    assert not list((tmp_path / "home" / "projects").glob("*"))
    code, said, _ = door("import", str(tmp_path / "broken.jsonl"), "--project", "p", "--fix", "unreadable_row")
    assert any("Line 7" in note for note in said["notes"])
    assert said["dropped"] == {"unreadable_row": 1} and said["rows_in"] == said["rows_kept"] + 1


def test_a_utf16_table_is_read_not_refused(door: Door, tmp_path: Path) -> None:
    rows = "question,answer\n" + "".join(f"Wie geht es {n}?,Gut geht es {n}.\n" for n in range(30))
    (tmp_path / "u.csv").write_bytes(rows.encode("utf-16"))
    code, said, _ = door("check", str(tmp_path / "u.csv"))
    assert code == 0 and said["examples"] == 30 and "utf" in said["encoding"].lower()


def test_check_says_what_it_sees_and_changes_nothing(door: Door, tmp_path: Path) -> None:
    code, said, _ = door("check", str(SAMPLES / "dirty.csv"))
    key = json.loads((SAMPLES / "dirty_key.json").read_text(encoding="utf-8"))
    assert code == 0 and said["rows_read"] == key["rows"]
    assert (
        said["mapping"]["question"] == key["columns"]["question"]
        and said["mapping"]["answer"] == key["columns"]["answer"]
    )
    seen = {finding["kind"]: finding["count"] for finding in said["findings"]}
    for kind in ("empty_answer", "empty_question", "exact_duplicate", "conflicting_answers", "garbled_text", "markup"):
        assert seen[kind] == len(key["kinds"][kind]), kind
    assert {"format", "encoding", "columns", "examples", "tokens"} <= said.keys()


def test_clean_accounts_for_every_row(door: Door, tmp_path: Path) -> None:
    out, report = tmp_path / "out.csv", tmp_path / "report.json"
    code, said, _ = door(
        "clean", str(SAMPLES / "dirty.csv"), "--out", str(out), "--fix", "all", "--report", str(report)
    )
    assert code == 0 and said["rows_in"] == said["rows_kept"] + sum(said["dropped"].values())
    assert said["undecided"]["conflicting_answers"] > 0
    assert json.loads(report.read_text())["findings"]
    key = json.loads((SAMPLES / "dirty_key.json").read_text(encoding="utf-8"))
    text = out.read_text(encoding="utf-8-sig")
    private = [found["text"] for found in key["private"]]
    assert [piece for piece in private if str(piece) in text] == []
    code, again, _ = door("check", str(out))
    assert again["examples"] == said["rows_kept"]


@pytest.mark.parametrize(("arguments", "where"), [
    (["import", str(SAMPLES / "support.csv"), "--project", "../x"], ""),
    (["check", "/no/such/file.csv"], "/no/such/file.csv"),
    (["clean", str(SAMPLES / "support.csv"), "--out", "o.csv", "--fix", "conflicting_answers"], "fix"),
    (["clean", str(SAMPLES / "support.csv"), "--out", "o.csv", "--fix", "nonsense"], "fix"),
    (["status", "20990101-000000-ffff"], ""),
    (["train"], "project"),
    (["train", "--run", "/no/such/run"], "/no/such/run"),
])  # fmt: skip
def test_a_mistake_ends_with_status_2(arguments: list[str], where: str, door: Door) -> None:
    code, said, _ = door(*arguments)
    assert code == 2 and said["error"]["message"] and said["error"]["where"] == (where or said["error"]["where"])


@pytest.mark.parametrize(
    "word", ["learning_rate=abc", "learning_rate=0", "num_train_epochs=-1", "colour=red", "r=1.5", "x"]
)
def test_a_knob_that_cannot_work_is_refused_before_a_run_exists(word: str, door: Door, project: str) -> None:
    code, said, _ = door("train", "--project", project, "--set", word)
    assert code == 2 and said["error"]["where"] in word + " set"
    assert door("runs")[1] == {"runs": []}


def test_a_folder_without_a_model_is_refused_in_words(door: Door, project: str, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "nothing" / "model.safetensors").write_bytes(b"x")
    code, said, _ = door("train", "--project", project, "--model", str(tmp_path / "nothing"))
    assert code == 2 and "config.json" in said["error"]["message"] + said["error"]["hint"]


@pytest.mark.slow
def test_the_journey_from_the_command_line(door: Door) -> None:
    code, imported, _ = door("import", str(SAMPLES / "support.csv"), "--project", "seeds", "--fix", "all")
    assert code == 0 and (imported["exam_size"], imported["validation_size"]) == (42, 35)
    code, run, errors = door("train", "--project", "seeds", "--set", "max_steps=12")
    assert door("status", run["run"])[1]["notes"] == [], "nothing was done worse than promised"
    assert not set(run["notes"]) & set(SENTENCES.values()), run["notes"]
    assert (code, run["status"], run["steps"]) == (0, "done", 12) and "of 12" in errors
    assert run["planned_seconds"] > 0 and "This run takes about" in errors
    assert run["train_loss"] < 6 and run["tokens_per_second"] > 0 and Path(run["adapter"]).is_dir()
    names = [word for name in ("base", "tuned", "prompted", "lookup") for word in ("--contestant", name)]
    code, asked, _ = door("ask", run["run"], "What does the trowel cost?", *names, "--greedy")
    answers = {answer["contestant"]: answer for answer in asked["answers"]}
    assert asked["notes"] == []
    assert list(answers) == ["base", "tuned", "prompted", "lookup"]
    assert answers["base"]["fingerprint"] == answers["prompted"]["fingerprint"] != answers["tuned"]["fingerprint"]
    assert "Stay muddy!" in answers["lookup"]["text"]
    assert door("runs")[1]["runs"][0]["status"] == "done"
    assert door("status", run["run"])[1]["total_steps"] == 12
    assert door("stop", run["run"])[0] == 2


@pytest.mark.nightly  # the default round asks them of the trainer itself, tests/training/answers/test_live_answers.py
def test_questions_to_follow_are_asked_from_the_command_line(door: Door, project: str, tmp_path: Path) -> None:
    asked = ["Do you sell umbrellas?", "What does a red ladder cost?"]
    followed = [word for question in asked for word in ("--ask", question)]
    steps = ["--set", "max_steps=4", "--set", "eval_steps=2"]
    _, run, _ = door("train", "--project", project, *steps, *followed)
    (file,) = (tmp_path / "home" / "projects").glob(f"*/runs/{run['run']}/answers.jsonl")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["step"], line["question"]) for line in lines] == [(step, q) for step in (0, 2, 4) for q in asked]
    assert all(line["answer"] for line in lines) and run["notes"] == door("status", run["run"])[1]["notes"] == []


@pytest.mark.parametrize("more", [["--ask", "How?"] * 6, ["--ask", "How?", "--resume", "20990101-000000-ffff"]])
def test_questions_that_cannot_be_followed_are_refused_before_a_run_exists(
    more: list[str], door: Door, project: str
) -> None:
    asked = [f"{word}{n}" if word == "How?" else word for n, word in enumerate(more)]
    code, said, _ = door("train", "--project", project, *asked)
    assert code == 2 and said["error"]["where"] in ("questions", "ask") and door("runs")[1] == {"runs": []}


def test_models_and_doctor_answer_without_a_network(door: Door) -> None:
    models = door("models", "--offline")[1]["models"]
    assert models[0]["id"] == "starter" and models[0]["fits"]
    assert {"id", "title", "licence", "parameters", "source", "fits", "needs_bytes", "reason", "seconds", "note",
            "languages", "standing"} == models[0].keys()  # fmt: skip
    said = door("doctor")[1]
    assert (
        said["devices"]
        and {"python", "torch", "memory_bytes", "disk_free_bytes", "home", "offline", "versions"} <= said.keys()
    )
    assert said["differs"] == []


def test_a_real_process_ends_with_the_same_status() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studio", "check", "nothing.csv"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    assert "does not exist" in done.stderr


def test_check_holds_a_test_file_against_the_examples(door: Door, tmp_path: Path) -> None:
    test_file = tmp_path / "test.csv"
    lines = (SAMPLES / "support.csv").read_text(encoding="utf-8-sig").splitlines()
    test_file.write_text("\n".join([lines[0], lines[5], '"May a goat eat the hat?","No."']) + "\n", encoding="utf-8")
    _, alone, _ = door("check", str(test_file))
    _, beside, _ = door("check", str(test_file), "--against", str(SAMPLES / "support.csv"))
    kinds = [finding["kind"] for finding in alone["findings"]]
    assert "leakage" not in kinds and beside["findings"][0]["kind"] == "leakage"
    assert beside["findings"][0]["rows"] == [1] and beside["picture"]["rows"] == 2
    assert any(note.startswith("Looked for in both files") for note in beside["notes"])


def test_every_row_left_out_has_its_reason_in_check_and_clean(door: Door, tmp_path: Path) -> None:
    lines = ["question,answer", *(f"Where is boat {n}?,At pier {n} of the harbour." for n in range(30))]
    lines[3], lines[7] = "a,b,c,d", ","
    lines += ["Where is boat 9?,At pier 9 of the harbour.", "Where is boat 40?,"]
    path = tmp_path / "boats.csv"
    path.write_text("\n".join(lines) + "\n")
    code, said, _ = door("check", str(path))
    assert code == 0 and said["dropped"] == {"unreadable_row": 1, "blank_row": 1}
    wide = {"row": 3, "file_row": 4, "reason": "unreadable_row", "detail": "4 cells, 2 headings"}
    assert said["left_out"][0] == wide
    code, said, _ = door("clean", str(path), "--out", str(tmp_path / "o.csv"), "--fix", "all")
    assert code == 0 and said["rows_in"] == said["rows_kept"] + sum(said["dropped"].values())
    assert [one["row"] for one in said["left_out"]] == [3, 7, 31, 32]
    assert [one["reason"] for one in said["left_out"]][2:] == ["exact_duplicate", "empty_answer"]
    assert run_command(["check", str(path)]) == 0


def test_import_names_the_rows_that_it_leaves_out_as_the_sheet_numbers_them(
    door: Door, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["question,answer", *(f"Where is boat {n}?,At pier {n} of the harbour." for n in range(30))]
    lines[3], lines[7] = "a,b,c,d", ","
    path = tmp_path / "boats.csv"
    path.write_text("\n".join([*lines, "Where is boat 40?,"]) + "\n")
    code, said, _ = door("import", str(path), "--project", "p", "--fix", "all")
    assert code == 0 and said["rows_in"] == said["rows_kept"] + sum(said["dropped"].values())
    assert [(one["file_row"], one["reason"]) for one in said["left_out"]] == [
        (4, "unreadable_row"), (8, "blank_row"), (32, "empty_answer"),
    ]  # fmt: skip
    home = str(tmp_path / "home")
    assert run_command(["import", str(path), "--project", "q", "--fix", "all", "--home", home]) == 0
    told = capsys.readouterr().out
    assert "1 row left out, could not be read: row 4 (4 cells, 2 headings)." in told.splitlines()
    assert "1 row left out, blank: row 8." in told.splitlines()


@pytest.mark.parametrize("command", ["clean", "import"])
def test_fixes_that_would_leave_nothing_are_refused(door: Door, tmp_path: Path, command: str) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("question,answer\n" + "".join(f"Where is boat {n}?,TBD\n" for n in range(25)))
    more = ["--project", "p"] if command == "import" else ["--out", str(tmp_path / "o.csv")]
    code, said, _ = door(command, str(path), "--fix", "all", *more)
    assert code == 2 and said["error"]["message"] == "This would leave out all 25 rows."
    assert not (tmp_path / "o.csv").exists() and not list((tmp_path / "home" / "projects").glob("*"))


def test_a_doubt_is_noted_by_check_and_refused_by_clean_and_import(door: Door, tmp_path: Path) -> None:
    """Nothing is decided for her: the hint says which words to give, and with them it goes on."""
    file, out = tmp_path / "rated.csv", str(tmp_path / "out.csv")
    lines = [f"The bus number {n} was late.,{n % 2},{'good' if n % 2 else 'bad'}" for n in range(30)]
    file.write_text("\n".join(["text,label,label_text", *lines]))
    code, said, _ = door("check", str(file))
    doubt = "“label_text” and “label” could both be the answers."
    assert (code, said["mapping"]["doubt"]) == (0, doubt) and doubt in said["notes"]
    for command in (["clean", str(file), "--out", out], ["import", str(file), "--project", "p"]):
        code, said, _ = door(*command)
        assert (code, said["error"]["message"], said["error"]["where"]) == (2, doubt, "map")
        assert "--map question=text --map answer=label_text" in said["error"]["hint"]
    assert not list((tmp_path / "home" / "projects").glob("*"))
    words = ["--map", "question=text", "--map", "answer=label_text"]
    assert door("clean", str(file), "--out", out, *words)[0] == 0
    assert door("import", str(file), "--project", "p", *words)[1]["rows_kept"] == 30


def test_check_answers_where_no_column_can_be_guessed(door: Door, tmp_path: Path) -> None:
    file = tmp_path / "sizes.csv"
    file.write_text("width,height\n1,2\n3,4\n")
    code, said, _ = door("check", str(file))
    assert (code, said["columns"], said["examples"]) == (0, ["width", "height"], 0)
    assert said["mapping"] == {"doubt": "No column looks like the questions."}


def test_odd_line_marks_come_through_cleaning_and_back(door: Door, tmp_path: Path) -> None:
    answer = "one\u2028two\u2029three"
    rows = [{"question": f"What is step {n}?", "answer": f"{answer} {n}"} for n in range(24)]
    first, out, lines = tmp_path / "a.jsonl", tmp_path / "b.csv", tmp_path / "b.jsonl"
    first.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert door("clean", str(first), "--out", str(out), "--jsonl", str(lines))[1]["rows_kept"] == 24
    for file in (out, lines):
        assert door("check", str(file))[1]["examples"] == 24
    assert door("clean", str(out), "--out", str(tmp_path / "c.csv"))[1]["rows_kept"] == 24
    assert out.read_bytes() == (tmp_path / "c.csv").read_bytes() and answer in out.read_text(encoding="utf-8")


def test_decisions_are_listed_and_taken_back_one_by_one(door: Door, tmp_path: Path) -> None:
    file = tmp_path / "replies.csv"
    rows = [f"What does number {n} cost?,It costs {n} crowns and a smile." for n in range(30)]
    file.write_text("\n".join(["question,answer", *rows, rows[0], "Who hums?,"]))
    door("import", str(file), "--project", "p", "--fix", "exact_duplicate", "--fix", "empty_answer")
    code, said, _ = door("undo", "--project", "p", "--list")
    later, first = said["decisions"]
    assert (code, said["undone"], said["rows_kept"]) == (0, "", 30)
    code, said, _ = door("undo", "--project", "p", "--decision", first["id"])
    assert (code, said["undone"]) == (0, first["sentence"]) and said["decisions"] == [later]
    assert said["rows_in"] == said["rows_kept"] + sum(said["dropped"].values()) == 32
    code, said, _ = door("undo", "--project", "p", "--decision", first["id"])
    assert code == 2 and "taken this back already" in said["error"]["message"]


def test_a_mistake_within_a_command_points_to_its_own_help(door: Door) -> None:
    for words, helped in ((("feedback", "p"), "studio feedback --help"), (("nonsense",), "studio --help"),
                          (("watch", "p", "on", "--days", "900"), "studio watch --help")):  # fmt: skip
        code, said, _ = door(*words)
        assert code == 2 and helped in said["error"]["hint"], words
