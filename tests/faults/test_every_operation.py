"""A kill at every single file operation of an import and a clean leaves each dataset and file whole or absent.

A driver forks a child per operation; in the child an audit hook counts what is opened for writing, renamed, made or
removed under the home, and ends the process at the Nth without any clean-up, as SIGKILL would.
"""

import csv
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRIVER = textwrap.dedent("""
    import json, os, sys
    from pathlib import Path
    from studio.cli.main import run_command
    # once, before forking
    import studio.services.files.file_cleaning, studio.services.studio, studio.training.local_engine
    import studio.data.readers.csv_reader, tokenizers

    import shutil
    under, commands, template = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
    WATCHED = {"os.rename": 0, "os.mkdir": 0, "os.remove": 0, "os.rmdir": 0, "shutil.copyfile": 1, "shutil.rmtree": 0}

    def killed_at(number):
        seen = 0
        def hook(event, arguments):
            nonlocal seen
            if event == "open":
                path, mode = arguments[0], arguments[1] or ""
                if not isinstance(path, (str, bytes, os.PathLike)) or not set(str(mode)) & set("wax+"):
                    return
            elif event in WATCHED:
                path = arguments[WATCHED[event]]
            else:
                return
            if under in str(path):
                seen += 1
                if seen == number:
                    os._exit(137)
        sys.addaudithook(hook)

    def carried_out(words):
        if words[0] != "-c":
            return run_command(words)
        exec(words[1], {})
        return 0

    number = 0
    while True:
        number += 1
        home = Path(under) / f"home{number}"
        if template:
            shutil.copytree(template, home)
        child = os.fork()
        if child == 0:
            devnull = os.open(os.devnull, os.O_WRONLY)
            os.dup2(devnull, 1)
            killed_at(number)
            codes = [carried_out([word.replace("HOME", str(home)) for word in words]) for words in commands]
            os._exit(max(codes))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"number": number, "code": code, "home": str(home)}), flush=True)
        if code != 137:
            break
""")


def killed_everywhere(tmp_path: Path, commands: list[list[str]], template: str = "") -> list[Path]:
    """The homes that kills at operation 1, 2, 3, … left behind; the last one was not killed any more.

    A command is one of the command line, or `-c` with code. Each home begins as a copy of the template, if any.
    """
    under = tmp_path / "kills"
    under.mkdir()
    line = [sys.executable, "-c", DRIVER, str(under), json.dumps(commands), template]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDIO")}
    done = subprocess.run(line, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=280)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines and lines[-1]["code"] == 0, done.stderr[-2000:]
    return [Path(line["home"]) for line in lines]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    with (ROOT / "sample_data" / "support.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))[:41]
    path = tmp_path / "tickets.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([*rows, rows[1], ["Where is my parcel today, please?", ""]])
    return path


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_import_with_all_fixes_is_whole_or_absent_at_every_operation(tmp_path: Path, table: Path) -> None:
    command = ["import", str(table), "--project", "p", "--fix", "all", "--home", "HOME", "--json"]
    homes = killed_everywhere(tmp_path, [command])
    assert len(homes) > 20, "the hook counts too little"
    whole = 0
    for home in homes:
        for card_file in home.glob("projects/*/datasets/[!.]*/card.json"):
            whole += 1
            card, folder = json.loads(card_file.read_text()), card_file.parent
            imported = (folder / "imported.jsonl").read_text().splitlines()
            assert card["rows_in"] == len(imported) == 42
            assert (folder / "source").is_dir() and card["rows_in"] == card["rows_kept"] + sum(card["dropped"].values())
        from studio.services.studio import Studio
        from studio.settings import Settings
        from tests.fake_engine import FakeEngine

        studio = Studio(Settings(home=home, offline=True), FakeEngine())  # every home opens again
        for project in studio.home.all_projects():
            for dataset in studio.home.datasets(project.id):
                card = studio.examples.view(project.id, dataset).card
                assert card.rows_in == card.rows_kept + sum(card.dropped.values())
    assert whole > 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_clean_writes_whole_files_or_none_at_every_operation(tmp_path: Path, table: Path) -> None:
    out = "HOME.csv"
    command = ["clean", str(table), "--out", out, "--jsonl", "HOME.jsonl", "--fix", "all", "--home", "HOME", "--json"]
    homes = killed_everywhere(tmp_path, [command])
    for home in homes:
        for path, lines in ((home.with_suffix(".csv"), 41), (home.with_suffix(".jsonl"), 40)):
            if path.exists():
                assert len(path.read_text(encoding="utf-8-sig").splitlines()) == lines


OPENED = textwrap.dedent("""
    from pathlib import Path
    from studio.services.datasets.dataset_service import DatasetService
    from studio.services.datasets.token_lengths import TokenLengths
    from studio.services.datasets.dataset_cache import DatasetCache
    from studio.services.studio import Studio
    from studio.settings import Settings
    from tests.fake_engine import FakeEngine

    studio = Studio(Settings(home=Path("HOME"), offline=True), FakeEngine())
    lengths = TokenLengths(studio.engine, Path("starter"))
    cache = DatasetCache(studio.home, lengths, exact_up_to=0, quiet_seconds=3600)  # whatever can be put off is
    desk = DatasetService(studio.home, studio.ledger, studio.clock, lengths, cache)
    project = studio.home.all_projects()[0].id
    dataset = desk.newest(project)
""")
DECISIONS = textwrap.dedent("""
    desk.edit(project, dataset, "r2", by="ana", question="New?", answer="New words.")
    desk.remove(project, dataset, ["r3"], by="ana")
    desk.undo(project, dataset, by="ana")
    desk.add(project, dataset, by="ana", question="More?", answer="More words.")
    desk.close()
""")


@pytest.fixture
def opened(tmp_path: Path, table: Path) -> Path:
    """A home with one dataset in it, in which one row was taken out."""
    from studio.services.studio import Studio
    from studio.settings import Settings
    from tests.fake_engine import FakeEngine

    studio = Studio(Settings(home=tmp_path / "template", offline=True), FakeEngine())
    view = studio.examples.upload(table, table.name, by="ana")
    studio.examples.remove(view.project, view.id, ["r5"], by="ana")
    studio.close()
    return tmp_path / "template"


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_decision_is_made_whole_or_not_at_all_at_every_operation(tmp_path: Path, opened: Path) -> None:
    from studio.services.studio import Studio
    from studio.settings import Settings
    from tests.fake_engine import FakeEngine

    homes = killed_everywhere(tmp_path, [["-c", OPENED + DECISIONS]], str(opened))
    assert len(homes) > 8, "the hook counts too little"
    stale, counts = 0, []
    for home in homes:
        (card_file,) = home.glob("projects/*/datasets/*/card.json")
        log = (card_file.parent / "decisions.jsonl").read_text().splitlines()
        stale += json.loads(card_file.read_text())["decisions"] < len(log)
        counts.append(len(log))
        studio = Studio(Settings(home=home, offline=True), FakeEngine())
        view = studio.examples.view(card_file.parts[-4], card_file.parent.name)
        assert view.card.rows_in == view.card.rows_kept + sum(view.card.dropped.values())
        words = {example.id: example.answer for example in view.examples}
        assert (words["r2"] == "New words.") == (len(log) > 1) and ("r3" in words) == (len(log) != 3)
        assert ("a1" in words) == (len(log) > 4)
        studio.close()
    assert counts == sorted(counts) and set(counts) == {1, 2, 3, 4, 5} and stale > 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forgetting_loses_no_row_at_any_operation_and_a_second_call_ends_it(tmp_path: Path, opened: Path) -> None:
    from studio.services.studio import Studio
    from studio.settings import Settings
    from tests.fake_engine import FakeEngine

    before = Studio(Settings(home=opened, offline=True), FakeEngine())
    project = before.home.all_projects()[0].id
    kept = before.examples.view(project, before.examples.newest(project))
    lines = (opened / "projects" / project / "datasets" / kept.id / "imported.jsonl").read_text().splitlines()
    gone = next(line for line in lines if '"id":"r5"' in line)
    words = json.loads(gone)["messages"][0]["content"].encode()
    homes = killed_everywhere(
        tmp_path, [["-c", OPENED + "studio.forgetting.forget(project, dataset, by='ana')\n"]], str(opened)
    )
    assert len(homes) > 8, "the hook counts too little"
    for home in homes:
        studio = Studio(Settings(home=home, offline=True), FakeEngine())
        view = studio.examples.view(project, kept.id)
        assert (view.examples, view.card.dropped) == (kept.examples, kept.card.dropped)
        studio.forgetting.forget(project, kept.id, by="ana")
        studio.close()
        assert not [path for path in home.rglob("*") if path.is_file() and words in path.read_bytes()]


EXPORTED = textwrap.dedent("""
    from pathlib import Path
    from studio.schemas.exports.export import ExportKind
    from studio.services.studio import Studio
    from studio.settings import Settings
    from tests.fake_engine import FakeEngine

    studio = Studio(Settings(home=Path("HOME"), offline=True), FakeEngine(pause=0.0))
    run = studio.runs.all()[0].id
    for number in (1, 2):
        studio.exports.export(run, ExportKind.MERGED, Path("HOME") / "taken" / str(number), by="ana")
    job = studio.exports.begin(run, ExportKind.ADAPTER, by="ana")
    assert job.wait(30) and job.error is None
    studio.exports.archive(run, ExportKind.ADAPTER)
    job = studio.exports.begin(run, ExportKind.ADAPTER, by="ana")
    assert job.wait(30) and job.error is None
""")


@pytest.mark.nightly
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_export_is_whole_or_absent_at_every_operation_and_a_second_one_sweeps(tmp_path: Path, opened: Path) -> None:
    import zipfile

    from studio.schemas.exports.export import ExportKind
    from studio.schemas.recipe import Recipe
    from studio.services.studio import Studio
    from studio.settings import Settings
    from tests.fake_engine import FakeEngine

    before = Studio(Settings(home=opened, offline=True), FakeEngine(steps=4, pause=0.0))
    project = before.home.all_projects()[0].id
    run = before.runs.launch(project, before.examples.newest(project), Recipe(), by="ana").id
    before.runs.carry_out_when_free(run)
    before.close()
    homes = killed_everywhere(tmp_path, [["-c", EXPORTED]], str(opened))
    assert len(homes) > 40, "the hook counts too little"
    seen = []
    for home in homes:
        studio = Studio(Settings(home=home, offline=True), FakeEngine(pause=0.0))
        places = [*home.glob("taken/[!.]*"), *home.glob("projects/*/exports/[!.]*-adapter")]
        for place in places:
            manifest, changes = studio.exports.verify(place)
            assert manifest.verified and changes == [], place
        for packed in home.glob("projects/*/exports/*.zip"):
            assert zipfile.ZipFile(packed).testzip() is None
        seen.append(len(places))
        for number in (1, 2):
            if not (home / "taken" / str(number)).exists():
                studio.exports.export(run, ExportKind.MERGED, home / "taken" / str(number), by="ana")
        assert not list(home.glob("taken/.*"))
        studio.close()
    assert {0, 1, 2, 3} <= set(seen)
