"""Open a GGUF with llama.cpp's own server and tell how it reads questions and answers them.

Run as a file of its own: nothing of the studio is imported. The order and the answers are those of `open_and_answer`.
What people run reads the questions here: its template, its way of cutting a text into tokens, its numbers.
"""

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

GREEDY = {"temperature": 0.0, "top_k": 1, "repeat_penalty": 1.0, "cache_prompt": True, "seed": 0}
READ_TOKENS = 1_500  # of the expert's answers: each is asked for by itself
FORCED = 1e6  # added to the score of the token whose likelihood is wanted: it is the raw one that is told
WAIT_SECONDS = 0.1


def main() -> None:
    """The whole life of this process, and of the server within it."""
    order = json.loads(sys.stdin.readline())
    server = LlamaServer(order)
    threading.Thread(target=end_with_parent, args=(server,), daemon=True).start()
    try:
        server.wait()
        found = answer(server, order)
    finally:
        server.end()
    found["strangers"] = sorted(name for name in sys.modules if name.split(".")[0] == "studio")
    print(json.dumps({"end": found}), flush=True)


def end_with_parent(server: "LlamaServer") -> None:
    """Nobody waits for the answers any more: the input has ended."""
    while sys.stdin.readline():
        pass
    server.end()
    os._exit(1)


class LlamaServer:
    """One `llama-server` on loopback, behind a key that only this process knows."""

    def __init__(self, order: dict[str, Any]) -> None:
        if order["memory_bytes"] and sys.platform != "win32":
            import resource

            resource.setrlimit(resource.RLIMIT_DATA, (order["memory_bytes"],) * 2)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.key = secrets.token_hex(16)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as this process)
        command = [order["server"], "-m", order["file"], "--host", "127.0.0.1", "--port", str(self.port), "--jinja",
                   "-c", str(order["context"]), "-np", "1", "--device", "none"]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
            env={**os.environ, "LLAMA_API_KEY": self.key},
        )  # fmt: skip

    def wait(self) -> None:
        """Until the model is loaded; SystemExit with the server's last words when it ends instead."""
        while True:
            if self.process.poll() is not None:
                raise SystemExit(self.last_words())
            try:
                if self.send("GET", "/health")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(WAIT_SECONDS)

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        """What it says to this; SystemExit when it refuses."""
        try:
            status, told = self.send("POST", path, body)
        except (OSError, http.client.HTTPException) as gone:
            raise SystemExit(self.last_words()) from gone
        if status != 200:
            raise SystemExit(f"llama-server {path}: {told.get('error', {}).get('message', status)}")
        return told

    def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """One request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, json.dumps(body) if body else None,
                               {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"})  # fmt: skip
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        finally:
            connection.close()

    def last_words(self) -> str:
        """The last line of its log that speaks of an error, else the last of all."""
        self.log.seek(0)
        said = self.log.read().decode("utf-8", "replace").strip().splitlines()
        return next((line for line in reversed(said) if "error" in line.lower()), (said or ["llama-server ended"])[-1])

    def end(self) -> None:
        """At once: it has nothing to save."""
        self.process.kill()
        self.process.wait()


def answer(server: LlamaServer, order: dict[str, Any]) -> dict[str, Any]:
    """Let it read and answer every question greedily, then the expert's answers, as far as `READ_TOKENS` go."""
    for question in order["questions"]:
        text = server.ask("/apply-template", {"messages": question["messages"]})["prompt"]
        told = server.ask("/tokenize", {"content": text, "add_special": True, "parse_special": True})
        prompt = told["tokens"]
        room = min(question["room"], order["context"] - len(prompt) - 1)
        asked = {"prompt": prompt, "n_predict": room, "return_tokens": True, "stop": order["stops"]}
        reply: dict[str, Any] = {"tokens": [], "content": ""}
        if room > 0:
            reply = server.ask("/completion", {**GREEDY, **asked})
        ids = reply["tokens"]
        while ids and ids[-1] in order["stop_ids"]:
            ids.pop()
        past = any(token in order["stop_ids"] for token in ids)
        print(json.dumps({"prompt": prompt, "ids": ids, "text": reply["content"].strip(), "past": past}), flush=True)
    losses: list[float | None] = []
    left = READ_TOKENS
    for row in order["texts"]:
        left -= len(row["ids"]) - row["start"]
        lost = surprise(server, row) if left > 0 or not losses else None
        losses.append(lost)
        print(json.dumps({"read": len(losses)}), flush=True)
    return {"in_float32": losses, "build": server.send("GET", "/props")[1].get("build_info", "")}


def surprise(server: LlamaServer, row: dict[str, Any]) -> float | None:
    """The negative log-likelihood of the answer's tokens, in nats; None where it tells none: within a character."""
    lost = 0.0
    for place in range(row["start"], len(row["ids"])):
        token = row["ids"][place]
        asked = {"prompt": row["ids"][:place], "n_predict": 1, "n_probs": 1, "logit_bias": [[token, FORCED]]}
        told = server.ask("/completion", {**GREEDY, **asked}).get("completion_probabilities") or []
        if not told or told[0]["id"] != token:
            return None
        lost -= told[0]["logprob"]
    return lost


if __name__ == "__main__":
    main()
