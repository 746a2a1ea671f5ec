"""Where people share a computer, what answers them weighs less than their runs."""

import ctypes
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from studio.web.serving.give_way import NICENESS, give_way

pytestmark = pytest.mark.skipif(not psutil.LINUX, reason="Linux alone weighs each thread by itself")


def niceness() -> int:
    """Of a program that the calling thread starts."""
    return int(subprocess.run([sys.executable, "-c", "import os; print(os.nice(0))"], capture_output=True, text=True,
                              check=True).stdout)  # fmt: skip


def test_runs_keep_their_weight_and_everything_else_gives_way() -> None:
    begin, started = threading.Event(), []
    runs = threading.Thread(target=lambda: (begin.wait(), started.append(niceness())))
    runs.start()  # as the one that starts runs: it is there before

    def serve() -> tuple[int, int]:
        give_way()
        with ThreadPoolExecutor(1) as handlers:
            return niceness(), handlers.submit(niceness).result()

    before = niceness()
    with ThreadPoolExecutor(1) as server:
        beside, by_a_handler = server.submit(serve).result()
    begin.set()
    runs.join()
    assert (beside, by_a_handler, started) == (max(before, NICENESS),) * 2 + ([before],)


def test_whoever_is_nicer_already_stays_so() -> None:
    def nicer() -> int:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 12)
        give_way()
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(nicer).result() == 12


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel does not weigh sessions")
@pytest.mark.parametrize("leads", [True, False])
def test_a_service_gives_way_as_a_session_and_a_terminal_keeps_its_own(leads: bool) -> None:
    """A program that is started in a terminal shares its session with the shell, which cannot take it back."""
    made = f"""
import os, sys
os.setsid()
if {leads} or not os.fork():
    from studio.web.serving.give_way import give_way
    give_way()
    print(open("/proc/self/autogroup").read())
else:
    os.wait()
"""
    told = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, check=True).stdout
    assert told.split()[-1] == (str(NICENESS) if leads else "0"), told


def test_threads_share_two_heaps() -> None:
    """A heap for each of twenty threads would be twenty mappings of 64 MB of addresses."""
    made = """
import threading
from studio.web.serving.give_way import share_arenas
share_arenas()
gate = threading.Barrier(21)
def work():
    kept = [bytes(3000) for _ in range(50)]
    gate.wait()
for _ in range(20):
    threading.Thread(target=work).start()
heaps = 0
for line in open("/proc/self/maps"):
    start, end = (int(one, 16) for one in line.split()[0].split("-"))
    heaps += start % 2**26 == 0 and end - start < 2**26 and "00:00 0" in line and line.split()[1].startswith("rw")
print(heaps)
gate.wait()
"""
    if not hasattr(ctypes.CDLL(None), "mallopt"):
        pytest.skip("glibc alone has heaps for threads")
    told = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, check=True).stdout
    assert int(told) <= 2
