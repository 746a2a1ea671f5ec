"""An id belongs to whoever used it first; for everybody else it was never there."""

from typing import Any

import pytest

from studio.web.guard.bindings import MOST, Bindings, Id, paths_in
from tests.web.guard.conftest import Standing

TABLE = b"question,answer\nWhat is it?,A kettle.\n"


def uploaded(site: Standing, cookie: str, name: str = "kettles.csv") -> str:
    answer = site.ask("POST", "/gradio_api/upload", cookie, files={"files": (name, TABLE)})
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0])


def join(site: Standing, cookie: str, session: str, data: list[Any] | None = None, **more: Any) -> Any:
    body = {"session_hash": session, "fn_index": 0, "data": data or [], **more}
    return site.ask("POST", "/gradio_api/queue/join", cookie, json=body)


def test_the_first_to_use_an_id_has_it() -> None:
    bindings = Bindings()
    assert bindings.bind(Id.SESSION, "x", "ana") and bindings.bind(Id.SESSION, "x", "ana")
    assert not bindings.bind(Id.SESSION, "x", "ben") and not bindings.is_of(Id.SESSION, "x", "ben")
    assert bindings.bind(Id.EVENT, "x", "ben")  # of another kind


def test_nobody_and_nothing_are_bound_to_nothing() -> None:
    bindings = Bindings()
    assert not bindings.bind(Id.SESSION, "x", "") and not bindings.bind(Id.SESSION, "", "ana")
    assert not bindings.is_of(Id.SESSION, "x", "")


def test_one_persons_ids_push_out_none_of_anothers() -> None:
    dropped: list[str] = []
    bindings = Bindings(lambda kind, id: dropped.append(id))
    bindings.bind(Id.SESSION, "hers", "ana")
    for number in range(MOST[Id.SESSION] + 2):
        bindings.bind(Id.SESSION, f"b{number}", "ben")
    assert bindings.is_of(Id.SESSION, "hers", "ana") and bindings.count(Id.SESSION, "ben") == MOST[Id.SESSION]
    assert dropped == ["b0", "b1"]  # and Gradio forgets what it kept of them


def test_a_path_is_found_however_deep_it_lies() -> None:
    message = {"data": [{"path": "/a"}, [[{"x": {"path": "/b", "meta": {"path": 3}}}]], "path"], "event_data": None}
    assert sorted(paths_in(message)) == ["/a", "/b", "3"]


def test_a_page_of_ana_is_not_there_for_ben(shared: Standing) -> None:
    for cookie, status in (("ana", 200), ("ana-again", 200), ("ben", 404)):
        assert shared.ask("GET", "/gradio_api/heartbeat/page1", cookie).status_code == status
    assert join(shared, "ben", "page1").status_code == 404
    assert shared.ask("GET", "/gradio_api/queue/data?session_hash=page1", "ben").status_code == 404
    assert shared.ask("DELETE", "/gradio_api/queue/data?session_hash=page1", "ben").status_code == 404


@pytest.mark.parametrize(
    "query", ["", "session_hash=", "session_hash=mine&session_hash=page2", "session_hash=page2&a=b"]
)
def test_a_page_is_named_once(shared: Standing, query: str) -> None:
    shared.ask("GET", "/gradio_api/heartbeat/page2", "ana")
    assert shared.ask("GET", f"/gradio_api/queue/data?{query}", "ben").status_code == 404


def test_a_name_that_stands_twice_is_read_once(shared: Standing) -> None:
    shared.ask("GET", "/gradio_api/heartbeat/page3", "ana")
    for body in ('{"session_hash": "mine3", "session_hash": "page3", "fn_index": 0, "data": []}',
                 '{"session_hash": "page3", "fn_index": 0, "data": [], "session\\u005fhash": "page3"}'):  # fmt: skip
        answer = shared.ask("POST", "/gradio_api/queue/join", "ben", content=body,
                            headers={"content-type": "application/json"})  # fmt: skip
        assert answer.status_code == 404


def test_an_upload_lies_in_its_owners_folder_and_is_never_shared(shared: Standing) -> None:
    of_ana, of_ben = uploaded(shared, "ana"), uploaded(shared, "ben")
    assert of_ana != of_ben and "/p-ana/" in of_ana and "/p-ben/" in of_ben  # the same file


@pytest.mark.parametrize("wrap", [
    lambda path: [{"path": path, "meta": {"_type": "gradio.FileData"}}], lambda path: [[[{"path": path}]]],
    lambda path: [{"files": [{"path": path, "url": "http://evil.example/x"}]}],
])  # fmt: skip
def test_a_file_of_ana_is_refused_before_gradio_reads_it(shared: Standing, wrap: Any) -> None:
    path = uploaded(shared, "ana")
    assert join(shared, "ben", "page4", wrap(path)).status_code == 404
    assert join(shared, "ben", "page4", wrap("/etc/passwd")).status_code == 404
    assert join(shared, "ben", "page4", wrap("http://169.254.169.254/")).status_code == 404
    assert join(shared, "ben", "page4", [], event_data={"value": wrap(path)}).status_code == 404
    assert join(shared, "ana", "page5", wrap(path)).status_code != 404


@pytest.mark.parametrize("path, body", [
    ("/gradio_api/cancel", {"session_hash": "page6", "fn_index": 0}), ("/gradio_api/cancel", {"event_id": "e1"}),
    ("/gradio_api/reset", {"event_id": "e1"}), ("/gradio_api/reset/", {"event_id": "e1"}),
    ("/gradio_api/cancel", {}), ("/gradio_api/cancel", {"session_hash": ["page6"]}),
    ("/gradio_api/reset", {"event_id": 3}),
])  # fmt: skip
def test_nobody_ends_what_is_not_hers(shared: Standing, path: str, body: dict[str, Any]) -> None:
    shared.ask("GET", "/gradio_api/heartbeat/page6", "ana")
    assert shared.ask("POST", path, "ben", json=body).status_code == 404


def test_an_event_of_ana_is_hers(shared: Standing) -> None:
    event = join(shared, "ana", "page7").json()["event_id"]
    body = {"session_hash": "page7", "fn_index": 0, "event_id": event}
    assert shared.ask("POST", "/gradio_api/cancel", "ben", json={**body, "session_hash": "bens"}).status_code == 404
    assert shared.ask("POST", "/gradio_api/reset", "ben", json={"event_id": event}).status_code == 404
    assert shared.ask("POST", "/gradio_api/reset", "ana-again", json={"event_id": event}).status_code == 200
    assert shared.ask("POST", "/gradio_api/cancel", "ana-again", json=body).status_code == 200
