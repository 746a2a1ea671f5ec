"""Work in a copy of the process gives what it gives here, also when it fails or the copy is killed."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from studio.data.forked_work import in_forked_copy

ROOT = Path(__file__).resolve().parents[2]
ALONE = """
import os, signal
from studio.data.forked_work import can_be_copied, in_forked_copy
assert can_be_copied()
here = os.getpid()
"""
TWO = """
import random
from studio.data.checks.examination import LARGE, examine
from studio.schemas.example import pair
dice = random.Random(7)
said = [" ".join(f"{dice.choice('bdfgklmn')}{dice.randrange(9_000)}" for _ in range(9)) for _ in range(2 * LARGE)]
rows = [pair(n + 1, f"{said[2 * n]}?", said[2 * n + 1]) for n in range(LARGE)]
rows += [pair(LARGE + n, "", "cafÃ© au lait") for n in range(1, 9)]
rows += [pair(LARGE + n, said[0], f"Write to ana{n}@example.org.") for n in range(9, 20)]
assert examine(rows, two_processes=True) == examine(rows) and len(examine(rows)) > 3
print("equal")
"""
CLEAN = (
    TWO.partition("assert")[0]
    + """
from studio.data.table import Table, TableRow
from studio.services.files.file_cleaning import clean_table
import threading
rows += [pair(LARGE + n, f"{said[2 * n]}?", said[2 * n + 1]) for n in range(20, 40)]
rows += [pair(LARGE + n, f"{said[2 * n]}?", said[2 * n + 1] + f" ana{n}@example.org") for n in range(40, 60)]
cells = [TableRow(n, {"question": one.question, "answer": one.answer}) for n, one in enumerate(rows, 1)]
table = Table(format="csv", columns=("question", "answer"), rows=cells, rows_read=len(cells))
def cleaned(fix):
    done = clean_table(table, "t.csv", None, [fix], findings=False)
    return done.examples, done.drops, done.changed, done.left
by_two = [cleaned(fix) for fix in ("all", "invisible_marks")]
over = threading.Event()
threading.Thread(target=over.wait).start()  # beside another thread nothing is copied
assert not can_be_copied()
by_one = [cleaned(fix) for fix in ("all", "invisible_marks")]
over.set()
assert by_two == by_one and len(by_one[0][1]) > 20
print("equal")
"""
)


def run(code: str) -> str:
    """In a process without other threads, as a command is."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one processor: nothing is copied")
    done = subprocess.run([sys.executable, "-c", ALONE + code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_copy_does_the_work_and_its_result_comes_back() -> None:
    assert run("print(in_forked_copy(lambda: (os.getpid() != here, 'done'))())") == "(True, 'done')"


def test_its_error_is_raised_where_it_is_waited_for() -> None:
    code = (
        "wait = in_forked_copy(lambda: 1 // 0)\ntry:\n    wait()\nexcept ZeroDivisionError as error:\n    print(error)"
    )
    assert "division" in run(code)


def test_what_a_killed_copy_did_not_finish_is_done_here() -> None:
    code = "print(in_forked_copy(lambda: 'here' if os.getpid() == here else os.kill(os.getpid(), signal.SIGKILL))())"
    assert run(code) == "here"


def test_a_later_copy_does_itself_what_an_earlier_one_does_for_its_parent() -> None:
    code = "first = in_forked_copy(os.getpid)\nsecond = in_forked_copy(lambda: first() == os.getpid())\n"
    assert run(f"{code}print(second(), first() != here)") == "True True"


def test_beside_other_threads_nothing_is_copied() -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert in_forked_copy(os.getpid)() == os.getpid()
    finally:
        over.set()
        thread.join()


@pytest.mark.timeout(200)
def test_two_processes_see_what_one_sees() -> None:
    assert run(TWO) == "equal"


@pytest.mark.long
@pytest.mark.timeout(200)
def test_several_processes_clean_as_one_cleans() -> None:
    assert run(CLEAN) == "equal"
