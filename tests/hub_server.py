"""A stand-in of the hub on loopback: it serves the files of a folder as one model, by the hub's own routes.

`tokens`: who is let in, for a gated model. `bytes_per_second`: it is slow. `wrong`: a file that arrives changed.
`cut`: a file of which the next `cuts` answers end in the middle. `status`: the answer to everything in its place.
"""

import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

REVISION = "0123456789abcdef0123456789abcdef01234567"
BIG = ".safetensors"  # kept as large files, with a checksum that the hub tells


class Hub:
    """One model under one id; `asked` are the paths of all requests, `tokens_seen` what they were let in with."""

    def __init__(self, model: str, folder: Path) -> None:
        self.model, self.folder = model, folder
        self.status, self.bytes_per_second, self.wrong, self.cut = 0, 0.0, "", ""
        self.cuts = 1
        self.tokens: tuple[str, ...] = ()
        self.asked: list[tuple[str, str, str]] = []
        self.tokens_seen: set[str] = set()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.answer(body=True)

            def do_HEAD(self) -> None:
                self.answer(body=False)

            def answer(self, *, body: bool) -> None:
                path = urlparse(self.path).path
                hub.asked.append((self.command, path, self.headers.get("Range", "")))
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                hub.tokens_seen |= {token} - {""}
                about = f"/api/models/{hub.model}"
                if path.startswith(("/api/agent-harnesses", "/api/telemetry")):
                    self.tell({})
                elif hub.status:
                    self.refuse(hub.status, "")
                elif path not in (about, f"{about}/revision/{REVISION}", f"{about}/revision/main") and not (
                    path.startswith((f"{about}/tree/", f"/{hub.model}/resolve/{REVISION}/"))
                ):
                    known = path.startswith((about, f"/{hub.model}"))
                    self.refuse(404, "RevisionNotFound" if known else "RepoNotFound")
                elif hub.tokens and token not in hub.tokens:
                    self.refuse(403 if token else 401, "GatedRepo")
                elif path.startswith("/api/"):
                    tree = [hub.described(file, path="path") for file in hub.files()]
                    siblings = [hub.described(file, path="rfilename") for file in hub.files()]
                    self.tell(tree if "/tree/" in path else {"id": hub.model, "sha": REVISION, "siblings": siblings})
                else:
                    self.file(hub.folder / path.rpartition("/")[2], body=body)

            def tell(self, value: Any) -> None:
                data = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def refuse(self, status: int, code: str) -> None:
                self.send_response(status)
                if code:
                    self.send_header("X-Error-Code", code)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def file(self, file: Path, *, body: bool) -> None:
                data = file.read_bytes()
                if file.name == hub.wrong:
                    data = bytes(len(data) - 8) + b"changed!"
                said = self.headers.get("Range", "").removeprefix("bytes=").split("-")
                start = int(said[0] or 0) if said[0] else 0
                rest = data[start:]
                self.send_response(206 if start else 200)
                self.send_header("X-Repo-Commit", REVISION)
                self.send_header("ETag", f'"{hub.described(file, path="path")["oid"]}"')
                if file.suffix == BIG:
                    self.send_header("X-Linked-ETag", f'"{hub.sha256(file)}"')
                    self.send_header("X-Linked-Size", str(len(data)))
                self.send_header("Accept-Ranges", "bytes")
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                if not body:
                    return
                if file.name == hub.cut and hub.cuts:
                    hub.cuts -= 1
                    self.wfile.write(rest[: len(rest) // 2])
                    self.close_connection = True
                    return
                step = max(1, len(rest) // 40) if hub.bytes_per_second else max(1, len(rest))
                for place in range(0, len(rest), step):
                    try:
                        self.wfile.write(rest[place : place + step])
                        self.wfile.flush()
                    except OSError:
                        self.close_connection = True
                        return
                    if hub.bytes_per_second:
                        time.sleep(step / hub.bytes_per_second)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def files(self) -> list[Path]:
        """What the model is made of."""
        return sorted(path for path in self.folder.iterdir() if path.is_file())

    def described(self, file: Path, *, path: str) -> dict[str, Any]:
        """A file as the hub lists it."""
        size = file.stat().st_size
        blob = hashlib.sha1(f"blob {size}\0".encode() + file.read_bytes()).hexdigest()
        found: dict[str, Any] = {"type": "file", path: file.name, "size": size, "oid": blob, "blobId": blob}
        if file.suffix == BIG:
            key = "oid" if path == "path" else "sha256"
            found["lfs"] = {"size": size, key: self.sha256(file), "pointerSize": 134}
        return found

    def sha256(self, file: Path) -> str:
        """Of a file's bytes."""
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def close(self) -> None:
        """No further answers."""
        self._server.shutdown()
        self._server.server_close()
