"""A new kind of finding is one new file: dropped into a folder of checks, it is met everywhere.

In a process of its own, since the list of checks is made when it is imported.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECK = """
from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.schemas.sentence import Sentence

def find_shouting(texts):
    places = [place for place, answer in enumerate(texts.answers) if "!!" in answer]
    sentence = Sentence.of("finding.shouting.sentence", count=len(places))
    return finding("shouting", "look", texts, places, sentence, "finding.shouting.fix")

def calmed(text):
    while "!!" in text:
        text = text.replace("!!", "!")
    return text

SHOUTING = Check(kind="shouting", scope="row", detect=of_texts(find_shouting), repair=calmed, order=1, by_rule=True)
"""
WORDS = '{"finding.shouting.sentence": "{count:#answer shouts|answers shout}.", "finding.shouting.fix": "Calm them."}'
BEGIN = f"""
import contextlib, io, json, sys
from pathlib import Path
from studio.data.checks import content
content.__path__.append(sys.argv[1])
place = Path(sys.argv[2])
from studio.copy.catalog import speaking
words = speaking(more={WORDS})
words.__enter__()
told = {{}}
"""
COMMAND_LINE = """
from studio.cli.main import run_command
def run(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        assert run_command([*arguments, "--json", "--home", str(place / "home")]) == 0
    return json.loads(output.getvalue())
checked = run("check", str(place / "table.csv"))
told["check"] = [one["sentence"] for one in checked["findings"] if one["kind"] == "shouting"]
cleaned = run("clean", str(place / "table.csv"), "--out", str(place / "out.csv"), "--fix", "shouting")
told["cleaned"] = cleaned["changed"]
"""
PAGE = """
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.copy.decisions import headline_of
from studio.web.tabs.examples.inbox import ruled, ways_offered
from tests.fake_engine import FakeEngine
studio = Studio(Settings(home=place / "home", offline=True), FakeEngine(steps=1, pause=0.0))
def shouting(view):
    return next((one for one in view.findings if one.kind == "shouting"), None)
view = studio.examples.upload(place / "table.csv", "table.csv", by="ana")
ids, seen = (view.project, view.id), shouting(view)
told["page"], told["rows"] = headline_of(seen), list(seen.rows)
told["button"], told["by_rule"] = ways_offered(view, seen), "shouting" in ruled(view)
view = studio.examples.edit(*ids, "r2", by="ana", question="What does it cost?", answer="Nothing!!")
told["after_an_edit"] = headline_of(shouting(view))
view = studio.examples.fix(*ids, "shouting", by="ana")
told["after_the_fix"], told["account"] = shouting(view), view.card.changed
view = studio.examples.undo(*ids, by="ana")
told["after_undo"] = headline_of(shouting(view))
told["report"] = "2 answers shout." in studio.examples.export(*ids, "report").read_text(encoding="utf-8")
studio.close()
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every place told of the new kind."""
    place = tmp_path_factory.mktemp("adding")
    (place / "checks").mkdir()
    (place / "checks" / "shouting.py").write_text(CHECK, encoding="utf-8")
    rows = [f"What about number {n}?,It is ready in {n} days." for n in range(3, 30)]
    table = ["question,answer", "Is it open?,Yes!!! Come in.", "What does it cost?,Nothing at all.", *rows]
    (place / "table.csv").write_text("\n".join(table), encoding="utf-8")
    script = f"{BEGIN}{COMMAND_LINE}{PAGE}\nprint(json.dumps(told))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(place / "checks"), str(place)], cwd=ROOT, capture_output=True, text=True,
        check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_the_command_line_tells_and_fixes_it(told: dict[str, Any]) -> None:
    assert told["check"] == ["1 answer shouts."]
    assert told["cleaned"] == {"shouting": 1}


def test_the_page_has_its_sentence_and_a_button(told: dict[str, Any]) -> None:
    assert (told["page"], told["rows"]) == ("1 answer shouts.", [1])
    assert told["button"] == [["", "Mend them"]] and told["by_rule"]


def test_it_follows_an_edit_a_fix_and_an_undo(told: dict[str, Any]) -> None:
    assert told["after_an_edit"] == told["after_undo"] == "2 answers shout."
    assert told["after_the_fix"] is None and told["account"]["shouting"] >= 1


def test_the_printed_report_tells_it(told: dict[str, Any]) -> None:
    assert told["report"]
