"""What only a browser shows: other pages that would use her sign-in, and two people on one site at once."""

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from studio.copy.catalog import say
from studio.schemas.people.person import Role
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import CHROMIUMS, Site, leave, start
from tests.fake_engine import FakeEngine
from tests.web.conftest import fifty_rows

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "four words in a row"
HOST = "box.example.org"  # mapped to this computer in the browser, as a name server would
# What a page of somebody else can try with her cookies; each word says what it came to.
TRY = """async (site) => {
  const tried = async (act) => { try { return await act(); } catch (error) { return "refused"; } };
  const ask = (path, init) => fetch(site + path, { credentials: "include", ...init });
  const read = (path, init) => tried(async () => (await ask(path, init)).status);
  const blind = (path, init) => tried(async () => (await ask(path, { mode: "no-cors", ...init })).type);
  const stream = await new Promise((done) => {
    const source = new EventSource(site + "/gradio_api/queue/data?session_hash=x", { withCredentials: true });
    source.onopen = () => done("open"); source.onerror = () => done("refused");
  });
  const form = new FormData(); form.append("files", new Blob(["a,b"]), "a.csv");
  await blind("/gradio_api/upload", { method: "POST", body: form });
  await blind("/studio/sign-out", { method: "POST", body: new URLSearchParams({ a: "b" }) });
  return {
    config: await read("/config"), join: await read("/gradio_api/queue/join", { method: "POST", body: "{}" }),
    upload: await read("/gradio_api/upload", { method: "POST", body: form }), stream,
    live: await read("/studio/live?project=x"),
  };
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """A studio of Ana and Ben, each with a project; and the projects by name."""
    folder = tmp_path_factory.mktemp("people")
    studio = Studio(Settings(home=folder / "home", offline=True, people=True), FakeEngine())
    projects = {}
    for name, role in (("ana", Role.ADMINISTRATOR), ("ben", Role.MEMBER)):
        person = studio.accounts.add_with_password(name, PASSWORD, by="-", role=role)
        table = fifty_rows(folder / f"{name}s-table.csv")
        projects[name] = studio.examples.upload(table, table.name, by=name, owner=person.id).project
    studio.close()
    site = start(folder / "home", "--people", "--name", HOST)
    yield site, projects
    leave(site)


@pytest.fixture(scope="module")
def other_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Somebody else's program on the same computer, with a page of its own; its port."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "index.html").write_text("<!doctype html><title>Other</title><p>A page of somebody else.</p>")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def contexts(chromium: Any) -> Iterator[Any]:
    """A browser in which the box has its name, and so has the page of somebody evil."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)))
    rules = f"--host-resolver-rules=MAP {HOST} 127.0.0.1,MAP evil.example 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=path, args=["--no-sandbox", rules])
    yield browser
    browser.close()


def signed_in(browser: Any, site: Site, name: str) -> Any:
    """A window of hers, after she signed in by the page."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(60_000)
    page.goto(site.address)
    assert page.url.endswith("/studio/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form button").first.click()
    page.get_by_role("tab", name=say("tabs.examples")).wait_for()
    return page


def test_pages_of_somebody_else_cannot_use_her_sign_in(
    contexts: Any, people: tuple[Site, dict[str, str]], other_page: int
) -> None:
    """A page on another port of the same host (to which browsers send the same cookies), and a foreign one."""
    site, _ = people
    hers = signed_in(contexts, site, "ana")
    address = site.address.rstrip("/")
    assert HOST in address
    for foreign in (f"http://{HOST}:{other_page}/", f"http://evil.example:{other_page}/"):
        page = hers.context.new_page()
        page.goto(foreign)
        assert page.evaluate(TRY, address) == dict.fromkeys(("config", "join", "upload", "stream", "live"), "refused")
        page.close()
    assert list((site.home / "uploads").rglob("a.csv")) == []
    assert hers.evaluate("fetch('config').then((answer) => answer.status)") == 200  # nobody signed her out


def test_a_rebound_name_opens_nothing(contexts: Any, people: tuple[Site, dict[str, str]]) -> None:
    site, _ = people
    page = contexts.new_context().new_page()
    answer = page.goto(site.address.replace(HOST, "evil.example"))
    assert answer.status == 421 and page.title() == "Tailor Studio" and "sign" not in page.url
    for place in ("config", "studio/sign-in"):
        assert page.goto(site.address.replace(HOST, "evil.example") + place).status == 421


def test_nothing_of_it_is_shown_in_a_frame(contexts: Any, people: tuple[Site, dict[str, str]], other_page: int) -> None:
    site, _ = people
    hers = signed_in(contexts, site, "ana")
    address = site.address
    page = hers.context.new_page()
    page.goto(f"http://{HOST}:{other_page}/")
    for place in ("", "studio/sign-in", "studio/account"):
        page.evaluate(
            "(address) => { document.body.innerHTML = `<iframe src='${address}'></iframe>`; }", address + place
        )
        page.wait_for_timeout(1500)
        frame = page.frames[1]
        assert frame.url.startswith("chrome-error://") or not frame.evaluate("document.body.innerText"), place


def test_two_people_at_once_see_their_own_and_nothing_of_each_other(
    contexts: Any, people: tuple[Site, dict[str, str]]
) -> None:
    site, projects = people
    windows = {name: signed_in(contexts, site, name) for name in ("ana", "ben")}
    for name, other in (("ana", "ben"), ("ben", "ana")):
        page = windows[name]
        until_seen = page.locator(".picker input")
        until_seen.wait_for()
        assert until_seen.input_value() == f"{name}s-table"
        until_seen.click()
        page.get_by_role("option").first.wait_for()
        assert [text.split()[-1] for text in page.get_by_role("option").all_inner_texts()] == [f"{name}s-table"]
        page.goto(f"{site.address}?project={projects[other]}")  # an address that the other one sent
        page.locator(".picker input").wait_for()
        assert page.locator(".picker input").input_value() == f"{name}s-table"
        assert projects[other] not in page.content()
    answer = windows["ben"].evaluate("(project) => fetch(`studio/live?project=${project}`).then((a) => a.status)",
                                     projects["ana"])  # fmt: skip
    assert answer == 404


def test_who_signs_out_is_out_in_each_of_her_windows(contexts: Any, people: tuple[Site, dict[str, str]]) -> None:
    site, _ = people
    page = signed_in(contexts, site, "ben")
    second = page.context.new_page()
    second.goto(site.address)
    second.get_by_role("tab", name=say("tabs.examples")).wait_for()
    page.goto(f"{site.address}studio/account")
    page.locator("form[action*='sign-out'] button").first.click()
    page.wait_for_url("**/studio/sign-in*")
    assert second.evaluate("fetch('config').then((answer) => answer.status)") == 401
    second.reload()
    assert second.url.endswith("/studio/sign-in")
