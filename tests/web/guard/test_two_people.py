"""Two people, every route that carries an id, every id of the other: as if it were not there.

A cell is one route, one place in it where an id stands, and one id of Ana's. Ben asks and is told that there is
nothing; Ana asks the same from her other sign-in and is answered. What the routes carry is read from the written list:
one that carries an id and is not tried here fails.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from studio.schemas.recipe import Recipe
from studio.services.access import Actor
from studio.web.guard.route_list import PEOPLE, routes_for
from tests.web.conftest import fifty_rows, in_a_loop
from tests.web.guard.conftest import ANA, BEN, Client, Standing, put_together, signed_in

NOT_THERE = (403, 404)
EACH = 30  # of Ana's ids of each kind
TABLE = b"question,answer\r\nWhat is it?,A kettle.\r\n"
MULTIPART = b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.csv"\r\n\r\n' + TABLE + b"\r\n--x--\r\n"
LEAST_CELLS = 900
Cell = tuple[str, str, str, Any]  # what it carries, method, address, body


@dataclass
class Hers:
    """What Ana has, by its kind."""

    session_hash: list[str] = field(default_factory=list)
    event_id: list[str] = field(default_factory=list)
    upload_id: list[str] = field(default_factory=list)
    upload: list[str] = field(default_factory=list)
    download: list[str] = field(default_factory=list)
    project: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Standing]:
    made = put_together(tmp_path / "home", signed_in())
    yield made
    made.studio.close()


def project_of(site: Standing, actor: Actor, folder: Path, name: str) -> tuple[str, str]:
    """A table of hers, and a run that waits."""
    path = fifty_rows(folder / f"{name}.csv")
    view = site.studio.examples.upload(path, path.name, by=actor.name, owner=actor.id, origin="o", licence="l",
                                       consent="c")  # fmt: skip
    return view.project, site.studio.runs.launch(view.project, view.id, Recipe(), by=actor.name).id


async def given(site: Standing, ana: Client, folder: Path) -> Hers:
    """Everything is made by asking, as her browser would."""
    hers = Hers()
    await ana.status("GET", "/gradio_api/startup-events")
    for number in range(EACH):
        session, uploading = f"anaspage{number}", f"anasfile{number}"
        assert await ana.status("GET", f"/gradio_api/heartbeat/{session}") == 200
        hers.session_hash.append(session)
        status, told = await ana.ask("POST", f"/gradio_api/upload?upload_id={uploading}", MULTIPART, until="]")
        assert status == 200, told
        hers.upload.append(json.loads(told)[0])
        hers.upload_id.append(uploading)
        body = {"session_hash": session, "fn_index": 0, "data": []}
        status, told = await ana.ask("POST", "/gradio_api/queue/join", body, until="}")
        assert status == 200, told
        hers.event_id.append(json.loads(told)["event_id"])
        exported = folder / f"export{number}.csv"
        exported.write_bytes(TABLE)
        hers.download.append(site.downloads.offer(ANA.id, exported))
    for number in range(3):
        project, run = project_of(site, ANA, folder, f"anas{number}")
        hers.project.append(project)
        hers.run.append(run)
    return hers


def cells(hers: Hers, mine: tuple[str, str], listeners: int) -> Iterator[Cell]:
    """Each route with each of Ana's ids in each of its places; `mine` are a project and a run of whoever asks."""
    api = "/gradio_api"
    for number, session in enumerate(hers.session_hash):
        yield "session_hash", "GET", f"{api}/heartbeat/{session}", None
        yield "session_hash", "GET", f"{api}/heartbeat/%{ord(session[0]):x}{session[1:]}", None
        for query in (f"session_hash={session}", f"session%5Fhash={session}", f"x=1&session_hash={session}&y=2"):
            yield "session_hash", "GET", f"{api}/queue/data?{query}", None
        yield "session_hash", "POST", f"{api}/cancel", {"session_hash": session, "fn_index": 0}
        yield "session_hash", "POST", f"{api}/cancel", {
            "session_hash": session, "fn_index": 0, "event_id": hers.event_id[number],
        }  # fmt: skip
    for session in hers.session_hash:
        for listener in range(listeners):
            body = {"session_hash": session, "fn_index": listener, "data": []}
            yield "session_hash", "POST", f"{api}/queue/join", body
    for event in hers.event_id:
        for place in ("reset", "reset/"):
            yield "event_id", "POST", f"{api}/{place}", {"event_id": event}
    for number, path in enumerate(hers.upload):
        of_asker = {"session_hash": f"{mine[0].replace('-', '')}p{number}", "fn_index": 0}
        file = {"path": path, "orig_name": "a.csv", "meta": {"_type": "gradio.FileData"}}
        for data in ([file], [[file]], [{"a": {"b": [file]}}], [{"path": path}], [{**file, "url": "x"}, None]):
            yield "upload", "POST", f"{api}/queue/join", {**of_asker, "data": data}
        yield "upload", "POST", f"{api}/queue/join", {**of_asker, "data": [], "event_data": {"value": file}}
    for name in hers.upload_id:
        yield "upload_id", "GET", f"{api}/upload_progress?upload_id={name}", None
        yield "upload_id", "POST", f"{api}/upload?upload_id={name}", MULTIPART
    for address in hers.download:
        yield "download", "GET", address, None
        yield "download", "GET", f"{address.rpartition('/')[0]}/{quote('other name.csv')}", None
    for project in hers.project:
        yield "project", "GET", f"/studio/live?project={project}", None
        yield "project", "GET", f"/studio/live?project={quote(project)}&after=0", None
        yield "project", "GET", f"/studio/drafts?project={project}", None
        yield "project", "POST", "/studio/drafts", {"project": project, "field": "Yours", "text": "Do you ship?"}
        for run in hers.run[hers.project.index(project) :][:1]:
            yield "run", "GET", f"/studio/live?project={project}&run={run}", None
    for session in hers.session_hash:  # at the end: it is the word that the page is left
        yield "session_hash", "DELETE", f"{api}/queue/data?session_hash={session}", None


def test_every_route_that_carries_an_id_is_tried() -> None:
    tried = {kind for kind, *_ in cells(full(), ("mine", "run"), 1)}
    carried = {kind for route in routes_for(people=True) for kind in route.carries}
    assert carried == tried and not [route for route in PEOPLE if route.carries]


def full() -> Hers:
    """One of each."""
    return Hers(["page"], ["event"], ["file"], ["/path"], ["/studio/files/a/b"], ["project"], ["run"])


def test_no_id_of_the_other_is_answered_and_the_owner_is(site: Standing, tmp_path: Path) -> None:
    async def matrix() -> tuple[int, list[str], list[str]]:
        ana, again, ben = (Client(site.guard, cookie) for cookie in ("ana", "ana-again", "ben"))
        hers = await given(site, ana, tmp_path)
        bens = project_of(site, BEN, tmp_path, "bens")
        mixed = [("run", "GET", f"/studio/live?project={bens[0]}&run={run}", None) for run in hers.run]
        listeners = len(site.page.fns)
        tried = [*mixed, *cells(hers, bens, listeners)]
        successes = []
        for kind, method, address, body in tried:
            status = await ben.status(method, address, body)
            if status not in NOT_THERE:
                successes.append(f"{status} {kind}: {method} {address} {str(body)[:200]}")
        refused = []
        for kind, method, address, body in cells(hers, (hers.project[0], hers.run[0]), listeners):
            status = await again.status(method, address, body)
            if status in NOT_THERE or (status >= 500 and status != 503):
                refused.append(f"{status} {kind}: {method} {address} {str(body)[:200]}")
        return len(tried), successes, refused

    count, successes, refused = in_a_loop(matrix)
    print(f"{count} cells of routes")
    assert not successes, "\n".join(successes)
    assert not refused, "\n".join(refused)
    assert count >= LEAST_CELLS


def test_a_page_that_is_asked_for_the_others_project_shows_ones_own(site: Standing, tmp_path: Path) -> None:
    """What the address names, and what the picker sends, are words of a browser."""
    (anas, run), (bens, _) = (project_of(site, actor, tmp_path, f"{actor.name}s") for actor in (ANA, BEN))
    named = {fn.fn.__name__: (id, len(fn.inputs)) for id, fn in site.page.fns.items() if fn.fn is not None}

    async def told(client: Client, session: str) -> str:
        heard = []
        for name, query, chosen in (("arrive", f"?project={anas}&run={run}", None), ("choose", "", anas)):
            listener, inputs = named[name]  # what is kept on the server is no word of the browser's
            body = {"session_hash": session, "fn_index": listener, "data": [chosen, *[None] * (inputs - 1)]}
            status, answered = await client.ask("POST", f"/gradio_api/queue/join{query}", body, until="}")
            assert status == 200, answered
            _, stream = await client.ask("GET", f"/gradio_api/queue/data?session_hash={session}",
                                         until="process_completed", seconds=20)  # fmt: skip
            assert '"success":true' in stream, stream
            heard.append(unescape(stream))
        return "".join(heard)

    async def both() -> tuple[str, str]:
        ana, ben = Client(site.guard, "ana"), Client(site.guard, "ben")
        await ana.status("GET", "/gradio_api/startup-events")
        return await told(ana, "anaslook"), await told(ben, "benslook")

    to_ana, to_ben = in_a_loop(both)
    assert anas in to_ana and run in to_ana and bens not in to_ana
    assert bens in to_ben and anas not in to_ben and run not in to_ben


def test_a_file_becomes_a_project_of_whoever_brought_it(site: Standing) -> None:
    """By the page's own events: what is mounted for her, and what its handlers do, is in her name."""

    def listener(at: dict[str, Any], kind: str, event: str, place: int = 0) -> dict[str, Any]:
        parts = [part["id"] for part in at["components"] if part["type"] == kind]
        found = [one for one in at["dependencies"] if any(to == [parts[place], event] for to in one["targets"])]
        return dict(found[0])

    async def press(client: Client, session: str, id: int, data: list[Any]) -> dict[str, Any]:
        body = {"session_hash": session, "fn_index": id, "data": data}
        status, answered = await client.ask("POST", "/gradio_api/queue/join", body, until="}")
        assert status == 200, answered
        _, stream = await client.ask("GET", f"/gradio_api/queue/data?session_hash={session}", seconds=20,
                                     until="process_completed")  # fmt: skip
        told = json.loads([line for line in stream.splitlines() if "process_completed" in line][-1][6:])
        assert told["success"], told
        return dict(told["output"])

    async def bring(client: Client, session: str) -> None:
        fns = {fn.fn.__name__: (id, len(fn.inputs)) for id, fn in site.page.fns.items() if fn.fn is not None}
        await press(client, session, fns["arrive"][0], [None] * fns["arrive"][1])
        mounted = (await press(client, session, fns["apply"][0], [None] * fns["apply"][1]))["render_config"]
        status, told = await client.ask("POST", "/gradio_api/upload", MULTIPART, until="]")
        assert status == 200, told
        file = {"path": json.loads(told)[0], "orig_name": "a.csv", "meta": {"_type": "gradio.FileData"}}
        dropped = listener(mounted, "file", "upload")
        inputs = [file if part == dropped["targets"][0][0] else None for part in dropped["inputs"]]
        await press(client, session, dropped["id"], inputs)
        asked = (await press(client, session, fns["apply"][0], [None] * fns["apply"][1]))["render_config"]
        yes = listener(asked, "button", "click")
        shown = {part["id"]: part["props"].get("value") for part in asked["components"]}
        await press(client, session, yes["id"], [shown.get(part) for part in yes["inputs"]])

    async def both() -> None:
        ana, ben = Client(site.guard, "ana"), Client(site.guard, "ben")
        await ana.status("GET", "/gradio_api/startup-events")
        await bring(ana, "anasfile")
        await bring(ben, "bensfile")

    in_a_loop(both)
    owned = {actor.name: [one.owner for one in site.studio.access.projects(actor)] for actor in (ANA, BEN)}
    assert owned == {"ana": [ANA.id], "ben": [BEN.id]}
