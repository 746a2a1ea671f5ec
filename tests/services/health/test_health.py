"""`studio doctor` looks at the home as well: one line for each thing, fine or with what to do."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.cli.main import run_command
from studio.services.health.health import HealthLine, filesystem_of, warning
from studio.services.studio import Studio
from studio.storage.run_queue import RunQueue


def line(studio: Studio, name: str) -> HealthLine:
    return next(line for line in studio.health.lines() if line.name == name)


def test_a_home_in_order_has_nothing_to_look_at_but_perhaps_the_disk(studio: Studio) -> None:
    studio.home.path.chmod(0o700)
    assert {found.name for found in studio.health.lines() if found.state == "warn"} <= {"disk", "disk kind"}
    assert line(studio, "retention").sentence == "What lies in the trash goes for good after 7 days."


def test_a_home_that_others_may_look_into_is_told_with_what_to_do(studio: Studio) -> None:
    studio.home.path.chmod(0o755)
    found = line(studio, "permissions")
    assert found.state == "warn" and found.hint == f"Close it with: chmod 700 {studio.home.path}"


def test_a_server_is_seen_by_its_lock(studio: Studio) -> None:
    assert line(studio, "server").sentence == "No studio serves this home now."
    held = studio.home.server_lock
    assert held.take()
    assert line(studio, "server").sentence == "A studio serves this home now."
    held.release()


def test_runs_that_nobody_carries_out_are_told(studio: Studio) -> None:
    RunQueue(studio.ledger).enqueue("20260101-000000-0000", "ana")
    assert line(studio, "queue").sentence == "1 run waits, and no studio serves this home."


def test_who_holds_an_accelerator_is_told_and_whether_he_is_still_heard_of(studio: Studio) -> None:
    assert line(studio, "accelerator").sentence == "Nothing is taught now."
    long_ago = datetime.now(UTC).timestamp() - 600
    RunQueue(studio.ledger, lambda: long_ago).begin("", "r1", "ana")
    assert "has ended without a word" in line(studio, "accelerator").sentence
    lease = studio.home.lease()
    assert lease.take()
    assert line(studio, "accelerator").sentence.endswith("and was not heard of for 10 min.")
    RunQueue(studio.ledger).begin("", "r1", "ana")
    assert line(studio, "accelerator").state == "ok"
    lease.release()


def test_a_network_disk_is_known_by_the_innermost_mount() -> None:
    mounts = [("/", "ext4"), ("/data", "nfs4"), ("/data/local", "xfs")]
    assert [filesystem_of(Path(p), mounts) for p in ("/home", "/data/x", "/data/local/y")] == ["ext4", "nfs4", "xfs"]
    assert "network disk (nfs4)" in warning("disk kind", "network_disk", filesystem="nfs4").sentence


def test_a_clock_before_the_newest_entry_is_told(studio: Studio) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    studio.ledger.note("ana", "launch", "x")
    assert line(studio, "clock").state == "ok"
    with studio.ledger.connect() as db:
        db.execute("INSERT INTO audit (at, by, verb, what) VALUES (?, 'ana', 'x', 'y')", (later,))
    assert line(studio, "clock").state == "warn"


def test_the_command_keeps_its_keys_and_adds_the_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["doctor", "--home", str(tmp_path / "home"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {"python", "torch", "devices", "memory_bytes", "disk_free_bytes", "home", "versions"} <= said.keys()
    assert {"name", "state", "sentence", "hint"} == said["health"][0].keys()
    assert run_command(["doctor", "--home", str(tmp_path / "home")]) == 0
    assert "ok    locks: The disk can lock files" in capsys.readouterr().out
