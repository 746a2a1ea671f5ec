"""A stand-in of the hub on loopback that takes a new repository and one commit, by the hub's own routes."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlparse


class UploadHub:
    """`repositories`: name -> whether it is private; `files` by name, as they arrived; `token` is who is let in."""

    def __init__(self, token: str) -> None:
        self.repositories: dict[str, bool] = {}
        self.files: dict[str, bytes] = {}
        self.commits = 0
        blobs: dict[str, bytes] = {}
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.tell({})

            def do_PUT(self) -> None:
                blobs[self.path.rpartition("/")[2]] = self.read()
                self.tell({})

            def do_POST(self) -> None:
                path, body = urlparse(self.path).path, self.read()
                if not path.startswith("/api/") and "/info/lfs/" not in path:
                    return self.tell({})
                if self.headers.get("Authorization") != f"Bearer {token}":
                    return self.tell({"error": "no"}, 401)
                if path == "/api/repos/create":
                    asked = json.loads(body)
                    name = "/".join(filter(None, (asked.get("organization"), asked["name"])))
                    if name in hub.repositories:
                        return self.tell({"error": "there already", "url": f"{hub.url}/{name}"}, 409)
                    hub.repositories[name] = bool(asked.get("private") or asked.get("visibility") == "private")
                    return self.tell({"url": f"{hub.url}/{name}", "id": name, "name": name})
                if "/preupload/" in path:
                    named = [one["path"] for one in json.loads(body)["files"]]
                    mode = {name: "lfs" if name.endswith(".safetensors") else "regular" for name in named}
                    return self.tell({"files": [
                        {"path": name, "uploadMode": mode[name], "shouldIgnore": False, "oid": None} for name in named
                    ]})  # fmt: skip
                if path.endswith("/objects/batch"):
                    objects = [{**one, "actions": {"upload": {"href": f"{hub.url}/blobs/{one['oid']}"}}}
                               for one in json.loads(body)["objects"]]  # fmt: skip
                    return self.tell({"transfer": "basic", "objects": objects})
                if "/commit/" in path:
                    for line in map(json.loads, body.splitlines()):
                        value = line["value"]
                        if line["key"] == "file":
                            hub.files[value["path"]] = base64.b64decode(value["content"])
                        elif line["key"] == "lfsFile":
                            hub.files[value["path"]] = blobs[value["oid"]]
                    hub.commits += 1
                    where = f"{hub.url}/{path.removeprefix('/api/models/').partition('/commit/')[0]}"
                    return self.tell({"commitUrl": f"{where}/commit/1", "commitOid": "1" * 40, "success": True})
                return self.tell({})

            def read(self) -> bytes:
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))

            def tell(self, value: Any, status: int = 200) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
