"""The server for applications: eight clients over three adapters, beside one client and beside plain `generate`.

    python -m tests.benchmarks.bench_serving [--model FOLDER] [--repeats 3] [--requests 3] [--pieces 48]

A real model folder (the starter unless another is named) with three random LoRA adapters of rank 16 on all layers. The
server is `studio serve-model` in a process of its own; the arms are interleaved in one run and told in tokens a second:
one client, one request after another; eight clients at once, each with its own turn of adapters; the same requests by
PEFT's `generate`, one after another, with `set_adapter` before each. Then the first word of a lone client's stream
beside a lone chat's in this process, on new questions each time, and the memory.

With OMP_NUM_THREADS=1 the seconds are the processor's own (the server's, or this process's for `generate`), which a
busy machine does not stretch; else the wall's. The first word is always by the wall.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from studio.settings import Settings, keep_private, shared_folder

keep_private(offline=True)

import torch  # noqa: E402
from peft import LoraConfig, PeftModel, get_peft_model  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402

from studio.inference.multi_adapter import load_multi_adapter  # noqa: E402
from studio.models.chat_template import load_chat_template  # noqa: E402
from studio.schemas.chat import ReplySettings  # noqa: E402
from studio.schemas.example import Message, pair  # noqa: E402
from studio.schemas.recipe import Recipe  # noqa: E402
from studio.schemas.run import RunSpec, Status  # noqa: E402
from studio.services.serving.api_keys import ApiKeys  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.storage.run_folder import RunFolder  # noqa: E402
from studio.training.local_engine import LocalEngine  # noqa: E402
from tests.benchmarks.machine import instruction_set  # noqa: E402

RUNS = ("run-1", "run-2", "run-3")
CLIENTS = 8
TOPICS = ("kettle", "lamp", "spoon", "chair", "ladder", "basket", "curtain", "bucket", "hammer", "pillow", "candle")


def build(home: Path, model: Path) -> str:
    """Three runs with an adapter each; the key of an application."""
    studio = Studio(Settings(home=home, offline=True), LocalEngine())
    studio.home.create_project("p", "bench", id="p")
    for number, name in enumerate(RUNS):
        spec = RunSpec(
            id=name, project="p", created=datetime(2026, 1, 1, tzinfo=UTC), by="bench",
            recipe=Recipe(base_model=str(model)), dataset="d", dataset_sha256="0", model_folder=str(model),
        )  # fmt: skip
        folder = RunFolder(studio.home.projects / "p" / "runs" / name)
        folder.create(spec, [pair(1, f"Question {number}", "Answer")], [], [], [])
        torch.manual_seed(number)
        base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
        lora = LoraConfig(r=16, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM")
        adapted = get_peft_model(base, lora)
        for key, parameter in adapted.named_parameters():
            if "lora_B" in key:
                parameter.data.normal_(0, 0.003)
        adapted.save_pretrained(folder.adapter)
        folder.move_to(Status.STOPPED)
    key = ApiKeys(home, studio.clock).add("bench")
    studio.close()
    return key


@contextmanager
def server(home: Path) -> Iterator[tuple[str, int]]:
    """The command in a process of its own; its address and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "studio", "serve-model", *RUNS, "--port", str(port), "--home", str(home)]
    child = subprocess.Popen(command)
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                httpx.get(f"{address}/health", timeout=1)
                break
            except httpx.HTTPError:
                if child.poll() is not None:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.2)
        yield f"{address}/v1", child.pid
    finally:
        child.terminate()
        child.wait()


def question(number: int) -> str:
    """None is the beginning of another, so that nothing is remembered of it."""
    return f"{TOPICS[number % len(TOPICS)].capitalize()} {number}: what does it cost, and how long will it last?"


class Bench:
    """The arms over one loaded server."""

    def __init__(self, address: str, key: str, model: Path, home: Path, pieces: int, requests: int) -> None:
        self.pieces, self.requests = pieces, requests
        self._client = httpx.Client(base_url=address, headers={"authorization": f"Bearer {key}"}, timeout=600)
        self._asked = 0
        adapters = {name: RunFolder(home / "projects/p/runs" / name).adapter for name in RUNS}
        self.chat = load_multi_adapter(model, adapters)
        self.dtype = next(self.chat._adapted.model.parameters()).dtype
        plain = AutoModelForCausalLM.from_pretrained(model, dtype=self.dtype)
        self.peft = PeftModel.from_pretrained(plain, adapters[RUNS[0]], adapter_name=RUNS[0]).eval()
        for name in RUNS[1:]:
            self.peft.load_adapter(adapters[name], adapter_name=name)
        self._template = load_chat_template(model, None)

    def turn(self) -> list[tuple[str, str]]:
        """As many new requests as one measurement of eight clients has."""
        numbers = range(self._asked, self._asked + CLIENTS * self.requests)
        self._asked += len(numbers)
        return [(RUNS[number % 3], question(number)) for number in numbers]

    def ask(self, one: tuple[str, str]) -> int:
        """One request; how many tokens were written."""
        body = {"model": one[0], "messages": [{"role": "user", "content": one[1]}], "max_tokens": self.pieces}
        said = self._client.post("/chat/completions", json=body)
        said.raise_for_status()
        return int(said.json()["usage"]["completion_tokens"])

    def one_client(self, wanted: list[tuple[str, str]]) -> int:
        """One after another."""
        return sum(map(self.ask, wanted))

    def eight_clients(self, wanted: list[tuple[str, str]]) -> int:
        """At once, each client its requests one after another."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            return sum(pool.map(self.one_client, [wanted[place::CLIENTS] for place in range(CLIENTS)]))

    def generate(self, wanted: list[tuple[str, str]]) -> int:
        """As transformers and PEFT do it."""
        written = 0
        for name, text in wanted:
            self.peft.set_adapter(name)
            ids = torch.tensor([self._template.prompt_ids([Message(role="user", content=text)])])
            with torch.inference_mode():
                out = self.peft.generate(
                    input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=self.pieces,
                    eos_token_id=list(self._template.stop_ids), pad_token_id=self._template.stop_ids[0],
                )  # fmt: skip
            written += out.shape[1] - ids.shape[1]
        return written

    def first_of_stream(self, text: str) -> float:
        """Seconds to the first word of a lone client."""
        body = {"model": RUNS[0], "messages": [{"role": "user", "content": text}], "max_tokens": 8, "stream": True}
        began = time.perf_counter()
        with self._client.stream("POST", "/chat/completions", json=body) as said:
            for line in said.iter_lines():
                if line.startswith("data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
                    first = time.perf_counter() - began
                    break
            for _ in said.iter_raw() if not said.is_stream_consumed else ():
                pass
        return first

    def first_of_chat(self, text: str) -> float:
        """The same of a lone chat in this process."""
        chats = {RUNS[0]: [Message(role="user", content=text)]}
        began = time.perf_counter()
        going = self.chat.answer(chats, {RUNS[0]: ReplySettings(max_new_tokens=8)}, lambda: False)
        while not next(going)[RUNS[0]]:
            pass
        seconds = time.perf_counter() - began
        for _ in going:
            pass
        return seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, default=shared_folder("assets") / "starter")
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--requests", type=int, default=3)
    options.add_argument("--pieces", type=int, default=48)
    options.add_argument("--clock", action="store_true", help="the wall's seconds on one thread, too")
    given = options.parse_args()
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        key = build(home, given.model)
        with server(home) as (address, pid):
            bench = Bench(address, key, given.model, home, given.pieces, given.requests)
            measure(bench, given.repeats, given.model, pid, by_clock=given.clock or torch.get_num_threads() > 1)


def seconds_of(pid: int, arm: str, by_clock: bool) -> float:
    """What this arm has used so far: by the clock, or of the processor."""
    if by_clock:
        return time.perf_counter()
    used = psutil.Process(os.getpid() if arm == "generate" else pid).cpu_times()
    return used.user + used.system


def measure(bench: Bench, repeats: int, model: Path, pid: int, *, by_clock: bool) -> None:
    """All arms in turn, on the same requests; rates are medians of the repeats."""
    arms = {"one client": bench.one_client, "eight clients": bench.eight_clients, "generate": bench.generate}
    for act in arms.values():
        act(bench.turn()[:CLIENTS])
    rates: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(repeats):
        for name, act in arms.items():
            wanted = bench.turn()  # new ones for each arm: nothing is remembered of another's
            began = seconds_of(pid, name, by_clock)
            written = act(wanted)
            rates[name].append(written / (seconds_of(pid, name, by_clock) - began))
    found = {name: statistics.median(values) for name, values in rates.items()}
    print(
        f"{model.name}, {bench.dtype}, {torch.get_num_threads()} threads, {os.cpu_count()} cores, {instruction_set()}"
    )
    for name, rate in found.items():
        print(f"{name:14} {rate:7.1f} tokens a second  ({min(rates[name]):.1f} to {max(rates[name]):.1f})")
    print(f"eight clients over one: {found['eight clients'] / found['one client']:.2f}, "
          f"over generate: {found['eight clients'] / found['generate']:.2f}")  # fmt: skip
    firsts: dict[str, list[float]] = {"stream": [], "chat": []}
    for number in range(22):
        firsts["stream"].append(bench.first_of_stream(question(10_000 + number)))
        firsts["chat"].append(bench.first_of_chat(question(10_000 + number)))
    for what, of in (("median", statistics.median), ("best", min)):
        stream, chat = (of(firsts[name][2:]) for name in ("stream", "chat"))
        print(f"first word, {what}: stream {1e3 * stream:.1f} ms, chat {1e3 * chat:.1f} ms, {stream / chat:.2f}")
    held = {p.data_ptr(): p.numel() for p in bench.chat._adapted.model.parameters()}
    extra = sum(t.numel() for name in RUNS for t in bench.chat._adapted.tensors(name).values())
    size = sum(held.values())
    print(f"numbers held: {size / 1e6:.1f}M of one starting model, {extra / 1e6:.1f}M of three adapters; "
          f"the server's process {psutil.Process(pid).memory_info().rss / 1e6:,.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
