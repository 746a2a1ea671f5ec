"""Nothing goes on when whoever started it has gone."""

import subprocess
import sys
import time

import psutil
import pytest

from studio.storage.parent_watch import is_alive, parent_mark, watch_parent

CHILD = """
import os, sys, time
from studio.storage.parent_watch import watch_parent
gone = watch_parent(os.environ, lambda status: None)
print("here", flush=True)
while not gone():
    time.sleep(0.05)
"""
PARENT = f"""
import os, subprocess, sys, time
from studio.storage.parent_watch import PARENT, parent_mark
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], env={{**os.environ, PARENT: parent_mark()}},
                         start_new_session=True, stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_is_told_when_the_process_that_started_it_was_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    time.sleep(1.5)
    assert child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert not psutil.wait_procs([child], timeout=5)[1], "it ends by itself"


def test_a_process_with_the_same_number_is_another_one() -> None:
    pid, _, started = parent_mark().partition(":")
    assert is_alive(f"{pid}:{started}")
    assert not is_alive(f"{pid}:{float(started) - 60}")


@pytest.mark.parametrize("mark", ["", "nonsense", "1"])
def test_a_run_that_nobody_started_from_another_process_has_nobody_to_watch(mark: str) -> None:
    gone = watch_parent({"STUDIO_PARENT": mark} if mark == "" else {})
    assert not gone()
