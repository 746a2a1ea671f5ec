"""The queue's page: everybody sees it, each orders her own runs, and an administrator gives a reason."""

import re
from datetime import UTC, datetime
from pathlib import Path

from studio.schemas.example import pair
from studio.schemas.people.person import Role
from studio.schemas.run import ClusterJob, JobPhase
from studio.services.jobs import Jobs
from studio.services.runs.queue_list import QueueList
from studio.services.runs.queue_order import QueueOrder
from studio.services.serving.server_overview import ServerOverview
from studio.services.serving.version_server import ServerState, VersionServer
from studio.settings import Settings
from studio.storage.database import Database
from studio.storage.run_queue import RunQueue
from studio.web.sign_in.queue_routes import add_queue_routes
from studio.web.tabs.take_home.server_html import state_of
from tests.model_fixtures import freezer
from tests.web.sign_in.conftest import GOOD, Site, send


def queue_of(site: Site) -> RunQueue:
    """Two runs of Ana's and one of Ben's wait."""
    return queue_and_server_of(site)[0]


def queue_and_server_of(site: Site) -> tuple[RunQueue, VersionServer]:
    """The same, beside the server for programs."""
    ledger = Database(site.home.path / "studio.db")
    queue = RunQueue(ledger)
    listing = QueueList(ledger, queue, QueueOrder(site.home, queue), site.people._clock, lambda: 1, site.home)
    settings = Settings(home=site.home.path, offline=True, people=True)
    clock = site.people._clock
    server = VersionServer(
        site.home, ledger, Jobs(site.home, clock), settings, clock, "tests.services.serving.stand_in"
    )
    add_queue_routes(site.app, site.people, listing, ServerOverview(site.home, server))
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    site.people.add_with_password("Ben", GOOD, by="x")
    for run, person in (("a1", "Ana"), ("b1", "Ben"), ("b2", "Ben")):
        queue.enqueue(run, person)
    return queue, server


def test_each_puts_her_own_runs_in_another_order_and_nobody_elses(site: Site) -> None:
    queue = queue_of(site)
    ben = site.signed_in("Ben")
    shown = ben.get("/studio/queue").text
    assert shown.count("Earlier") == 1 and shown.count("Later") == 1 and "Priority" not in shown and "Ana" in shown
    assert "Moved." in send(ben, "/studio/queue", "/studio/queue/order", run="b2", where="earlier").text
    assert queue.waiting() == ["a1", "b2", "b1"]
    for run in ("a1", "nowhere", "b2"):
        refused = send(ben, "/studio/queue", "/studio/queue/order", run=run, where="earlier")
        assert refused.status_code == 404 and queue.waiting() == ["a1", "b2", "b1"]
    assert send(ben, "/studio/queue", "/studio/queue/priority", run="b2", priority="9", reason="x").status_code == 404
    assert queue.rows()[1].priority == 0


def test_an_administrator_gives_a_priority_with_a_reason_that_is_logged(site: Site) -> None:
    queue = queue_of(site)
    ana = site.signed_in("Ana")
    for priority, reason, status in (("x", "deadline", 400), ("9", "", 400), ("9", "a deadline", 200)):
        answer = send(ana, "/studio/queue", "/studio/queue/priority", run="b1", priority=priority, reason=reason)
        assert answer.status_code == status, answer.text
    assert {row.run: row.priority for row in queue.rows()} == {"a1": 0, "b1": 9, "b2": 0}
    lines = Database(site.home.path / "studio.db").notes()
    assert ("Ana", "move in queue to 9: a deadline", "b1") in [line[1:] for line in lines]


def test_an_administrator_ends_the_server_that_is_in_everybodys_way(site: Site, tmp_path: Path) -> None:
    _, server = queue_and_server_of(site)
    project = site.home.create_project("Hats & gloves", "Ben", id="hats").id
    rows = [pair(number, f"q{number}", f"a{number}") for number in range(1, 40)]
    run = freezer(site.home.project_folder(project) / "runs", tmp_path / "model", rows)().id
    ana, ben = site.signed_in("Ana"), site.signed_in("Ben")
    assert "A server for programs" not in ana.get("/studio/queue").text
    assert server.begin(project, [run], by="Ben", port=7900).wait(20)
    try:
        shown = ana.get("/studio/queue").text
        assert "Hats &amp; gloves" in shown and "port 7900" in shown and "Ben" in shown and run not in shown
        assert "Hats" not in ben.get("/studio/queue").text
        found = re.search(r'name="server" value="([^"]+)"', shown)
        assert found
        at = {"page": "/studio/queue", "to": "/studio/queue/server"}
        assert send(ben, **at, server=found[1], reason="mine").status_code == 404
        assert send(ana, **at, server=found[1], reason="").status_code == 400
        assert send(ana, **at, server="earlier", reason="an exam").status_code == 404
        assert server.state(project).status == "ready"
        assert "Its owner reads" in send(ana, **at, server=found[1], reason="an <exam>").text
    finally:
        server.close()
    state = server.state(project)
    assert state.taken is not None and (state.taken.by, state.taken.reason) == ("Ana", "an <exam>")
    told = state_of(state, [], people=True)
    assert "Ana ended the server on" in told and "&#60;exam&#62;" in told
    assert "administrator can end it" in state_of(ServerState("elsewhere"), [], people=True)
    assert "administrator" not in state_of(ServerState("elsewhere"), [], people=False)
    lines = Database(site.home.path / "studio.db").notes()
    assert ("Ana", "end server: an <exam>", f"{project}/{run}") in [line[1:] for line in lines]


def test_without_a_sign_in_and_without_our_form_nothing_is_moved(site: Site) -> None:
    queue = queue_of(site)
    assert site.browser().get("/studio/queue").headers["location"] == "/studio/sign-in"
    assert site.signed_in("Ben").post("/studio/queue/order", data={"run": "b2", "where": "earlier"}).status_code == 400
    assert queue.waiting() == ["a1", "b1", "b2"]


def test_what_the_cluster_has_stands_there_in_a_sentence(site: Site, tmp_path: Path) -> None:
    queue_of(site)
    project = site.home.create_project("P", "x", id="p")
    rows = [pair(number, f"q{number}", f"a{number}") for number in range(1, 40)]
    folder = freezer(site.home.project_folder(project.id) / "runs", tmp_path / "model", rows)()
    job = ClusterJob(scheduler="slurm", name=folder.id, submitted=datetime.now(UTC), id="7", phase=JobPhase.WAITING,
                     place=2)  # fmt: skip
    folder.write_cluster_job(job)
    ana = site.signed_in("Ana")
    assert "ana <span>Waiting in the cluster: second in line." in ana.get("/studio/queue").text
    folder.write_cluster_job(job.model_copy(update={"phase": JobPhase.ENDED}))
    assert "in the cluster" not in ana.get("/studio/queue").text
