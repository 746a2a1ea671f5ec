"""The site behind a real nginx, started with the example that people are given: encrypted, at a path of its own."""

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn

from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.admission import SessionKeys
from studio.web.server import Server, Site, build_site
from tests.fake_engine import FakeEngine
from tests.free_ports import free_port
from tests.web.conftest import fifty_rows, in_a_loop
from tests.web.guard.test_guide import GUIDES

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PASSWORD = "four words in a row"
AROUND = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {server}
}}
"""


@dataclass
class Front:
    """What people see, and the studio behind it."""

    studio: Studio
    address: str
    certificate: Path

    def client(self, **more: Any) -> httpx.Client:
        """A browser of somebody: it keeps cookies, and says where a form comes from."""
        origin = self.address.removesuffix("/studio")
        trust = ssl.create_default_context(cafile=str(self.certificate))
        return httpx.Client(verify=trust, headers={"origin": origin, **more}, timeout=20)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    if NGINX is None:
        pytest.skip("nginx is not on this computer, so the example for it was only read")
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key, shown, port = folder / "box.pem", folder / "box.key", free_port(), free_port()
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is not here, by which a certificate is made")
    server = (GUIDES / "nginx.conf").read_text(encoding="utf-8")
    for written, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{shown} ssl"), ("box.example.org;", "localhost;"),
        ("/etc/ssl/box.example.org.pem", str(certificate)), ("/etc/ssl/box.example.org.key", str(key)),
        ("127.0.0.1:7860", f"127.0.0.1:{port}"),
    ):  # fmt: skip
        assert written in server
        server = server.replace(written, here)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, server=server, user=user))
    settings = Settings(home=folder / "home", port=port, offline=True, people=True, behind_proxy=True,
                        names=(f"localhost:{shown}",), root_path="/studio", trusted_proxies=("127.0.0.1",),
                        max_upload_bytes=3 * 2**20)  # fmt: skip
    studio = Studio(settings, FakeEngine(steps=8, pause=0.0))

    async def build() -> Site:  # inside a running loop, as in the other tests
        return build_site(studio, settings, SessionKeys(), port=port, on_first_page=lambda: None, people=studio.people)

    site = in_a_loop(build)
    config = uvicorn.Config(site.app, host="127.0.0.1", port=port, log_level="warning", ws="none", proxy_headers=False)
    serving = Server(config, lambda: None, site.leave)
    thread = Thread(target=serving.run, daemon=True)
    thread.start()
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL)
    made_front = Front(studio, f"https://localhost:{shown}/studio", certificate)
    deadline = time.monotonic() + 30
    with made_front.client() as client:
        while time.monotonic() < deadline:
            try:
                if client.get(f"{made_front.address}/healthz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
    yield made_front
    process.terminate()
    process.wait(20)
    site.leave()
    serving.should_exit = True
    thread.join(20)
    studio.close()


def token(page: httpx.Response) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found.group(1)


@pytest.fixture(scope="module")
def eva(front: Front) -> Iterator[httpx.Client]:
    """The first administrator, who came by the code and signed in by the page."""
    with front.client() as client:
        form = client.get(f"{front.address}/", follow_redirects=True)
        assert form.url.path == "/studio/studio/first" and form.status_code == 200
        fields = {"code": front.studio.accounts.first_code(), "name": "eva", "password": PASSWORD, "again": PASSWORD}
        assert client.post(str(form.url), data={**fields, "token": token(form)}).status_code == 200
        form = client.get(f"{front.address}/studio/sign-in")
        fields = {"name": "eva", "password": PASSWORD, "token": token(form)}
        answer = client.post(str(form.url), data=fields)
        assert answer.status_code == 303 and answer.headers["location"] == "/studio/", answer.text
        cookie = answer.headers["set-cookie"]
        assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/studio/" in cookie and "trict" in cookie
        yield client


def test_the_page_and_all_it_loads_stand_at_the_path(front: Front, eva: httpx.Client) -> None:
    page = eva.get(f"{front.address}/")
    assert page.status_code == 200 and "Tailor Studio" in page.text
    loaded = set(re.findall(r'(?:src|href)="(?!data:|https?:)([^"#]+)"', page.text))
    assert "studio/look/transport.js" in loaded and "studio/look/page.js" in page.text
    for address in loaded:
        answer = eva.get(page.url.join(address))
        assert answer.url.path.startswith("/studio/") and answer.status_code == 200, address
    assert eva.get(f"{front.address}/config").json()["root"] == front.address


def test_without_its_slash_the_path_leads_to_the_page(front: Front) -> None:
    with front.client() as client:
        answer = client.get(front.address)
    assert answer.status_code == 308 and httpx.URL(answer.headers["location"]).path == "/studio/"


def test_a_stream_is_passed_on_at_once(front: Front, eva: httpx.Client, tmp_path: Path) -> None:
    person = front.studio.accounts.named("eva")
    table = fifty_rows(tmp_path / "kettles.csv")
    project = front.studio.examples.upload(table, table.name, by="eva", owner=person.id).project
    since = time.monotonic()
    with eva.stream("GET", f"{front.address}/studio/live?project={project}") as answer:
        assert answer.status_code == 200
        assert next(answer.iter_bytes()) and time.monotonic() - since < 5  # it never ends: a buffer would wait for more
    with front.client() as client:
        assert client.get(f"{front.address}/studio/live?project={project}").status_code == 401


def test_an_upload_goes_through_to_its_limit(front: Front, eva: httpx.Client) -> None:
    for size, status in ((2 * 2**20, 200), (5 * 2**20, 413)):
        files = {"files": ("big.csv", b"x" * size)}
        assert eva.post(f"{front.address}/gradio_api/upload", files=files).status_code == status


def test_whoever_forges_an_address_has_no_more_tries(front: Front, eva: httpx.Client) -> None:
    with front.client() as client:
        form = client.get(f"{front.address}/studio/sign-in")
        told = [
            client.post(str(form.url), data={"name": f"n{number}", "password": "wrong", "token": token(form)},
                        headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
            for number in range(14)
        ]  # fmt: skip
    assert told.count(401) <= 10 and told[-1] == 429


def test_other_pages_and_other_names_are_refused(front: Front, eva: httpx.Client) -> None:
    reset = f"{front.address}/gradio_api/reset"
    assert eva.post(reset, json={}, headers={"origin": "https://evil.example"}).status_code == 403
    assert eva.get(f"{front.address}/config", headers={"host": "evil.example"}).status_code == 421
