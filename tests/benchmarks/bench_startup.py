"""How soon the page answers, beside a hello-world Gradio app started in turn with it.

    python tests/benchmarks/bench_startup.py [--rounds 5]

Each round starts both as fresh processes and waits for the first 200 of `/healthz` (the studio) or `/` (hello world),
then for the whole page. Prints medians and the ratio; a ratio holds where absolute times do not. Processor seconds hold
best on a machine with other work; on Linux they are read from the system when the page has come.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from machine import instruction_set

ROOT = Path(__file__).resolve().parents[2]
HELLO = "import gradio as gr\nwith gr.Blocks() as d: gr.Markdown('hello')\nd.launch(server_port={port}, quiet=True)\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_answer(url: str, began: float, limit: float = 120) -> float:
    """Seconds since `began` until the address answers 200."""
    while time.monotonic() - began < limit:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                answer.read()
                return time.monotonic() - began
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)
    raise TimeoutError(url)


def stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()


def processor_seconds(process: "subprocess.Popen[str]") -> float:
    """What it has used so far; 0 where the system does not tell."""
    told = Path(f"/proc/{process.pid}/stat")
    if not told.exists():
        return 0.0
    fields = told.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def studio_times(home: str) -> tuple[float, float, float]:
    """Seconds until `/healthz`, until the page with its token, and on the processor until then."""
    port = free_port()
    line = [sys.executable, "-m", "studio", "serve", "--port", str(port), "--home", home, "--no-browser", "--offline"]
    began = time.monotonic()
    process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        health = first_answer(f"http://127.0.0.1:{port}/healthz", began)
        assert process.stdout is not None
        address = ""
        while not address:
            found = re.search(r"https?://\S+", process.stdout.readline())
            address = found.group() if found else ""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(address, timeout=30) as page:
            assert b"gradio" in page.read()
        return health, time.monotonic() - began, processor_seconds(process)
    finally:
        stop(process)


def hello_times() -> tuple[float, float]:
    """Seconds until a hello-world app shows its page, and on the processor until then."""
    port = free_port()
    environ = os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", HELLO.format(port=port)], env=environ, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    try:
        return first_answer(f"http://127.0.0.1:{port}/", began), processor_seconds(process)
    finally:
        stop(process)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    ours: list[tuple[float, float, float]] = []
    hello: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as home:
        for number in range(rounds + 1):
            times, other = studio_times(home), hello_times()
            if number:  # the first round warms the disk
                ours.append(times)
                hello.append(other)
    print(f"instruction sets: {instruction_set()}")
    for name, place in (("on the clock", 0), ("on the processor", 1)):
        pages, others = [one[place + 1] for one in ours], [one[place] for one in hello]
        ratios = [one / other for one, other in zip(pages, others, strict=True) if other]
        if ratios:
            print(f"{name}: page {statistics.median(pages):.2f} s, hello world {statistics.median(others):.2f} s; "
                  f"ratio median {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")  # fmt: skip
    print(f"on the clock: healthz {statistics.median(one[0] for one in ours):.2f} s")


if __name__ == "__main__":
    main()
