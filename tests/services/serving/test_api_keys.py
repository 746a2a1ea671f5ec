"""Keys of applications: kept as hashes, counted by the day, changed while the server runs."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError, WrongSetting
from studio.services.serving.api_keys import ApiKey, ApiKeys, BudgetSpent


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> ApiKeys:
    return ApiKeys(tmp_path, clock)


def found(keys: ApiKeys, secret: str) -> ApiKey:
    key = keys.find(secret)
    assert key
    return key


def test_a_key_opens_and_is_kept_nowhere(keys: ApiKeys, tmp_path: Path) -> None:
    secret = keys.add("mail program")
    assert found(keys, secret).name == "mail program" and keys.find(secret[:-1]) is None and keys.find("") is None
    written = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert secret not in written and secret.removeprefix("sk-studio-") not in written
    assert stat.S_IMODE((tmp_path / "serving" / "keys.json").stat().st_mode) == 0o600


def test_a_key_that_is_added_or_removed_beside_a_running_server_counts_at_once(
    keys: ApiKeys, tmp_path: Path, clock: Clock
) -> None:
    assert keys.all() == ()
    other = ApiKeys(tmp_path, clock)
    secret = other.add("mail program")
    assert keys.find(secret)
    other.remove("mail program")
    assert keys.find(secret) is None


def test_names_are_told_apart(keys: ApiKeys) -> None:
    keys.add("mail program")
    with pytest.raises(StudioError, match="There is a key for mail program already"):
        keys.add(" mail program ")
    with pytest.raises(WrongSetting):
        keys.add("")
    with pytest.raises(NotFound, match="no key for fax"):
        keys.remove("fax")


def test_the_first_start_writes_a_key_for_its_owner_alone(keys: ApiKeys) -> None:
    path = keys.first_key()
    assert path and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert found(keys, path.read_text().strip()).name == "first application"
    assert keys.first_key() is None


def test_tokens_are_set_aside_and_what_was_not_used_comes_back(keys: ApiKeys) -> None:
    key = found(keys, keys.add("small", tokens_per_day=100))
    keys.reserve(key, 80)
    with pytest.raises(BudgetSpent) as caught:
        keys.reserve(key, 30)
    assert 0 < caught.value.seconds <= 24 * 3600
    assert "20 of today's 100 are left" in caught.value.message
    keys.settle(key, 80, 10)
    keys.reserve(key, 90)


def test_a_new_day_begins_with_nothing_used(keys: ApiKeys, clock: Clock, tmp_path: Path) -> None:
    key = found(keys, keys.add("small", tokens_per_day=100))
    keys.reserve(key, 100)
    clock.now += timedelta(days=1)
    keys.reserve(key, 100)
    keys.settle(key, 100, 60)
    keys.save()
    assert json.loads((tmp_path / "serving" / "used.json").read_text())["tokens"] == {"small": 60}
    assert ApiKeys(tmp_path, clock).used_today("small") == 60


def test_without_a_limit_it_is_only_counted(keys: ApiKeys) -> None:
    key = found(keys, keys.add("large"))
    keys.reserve(key, 10**9)
    keys.settle(key, 10**9, 7)
    assert keys.used_today("large") == 7


def test_a_key_of_a_project_opens_its_versions_alone(keys: ApiKeys) -> None:
    secret, another = keys.add("mail program", project="hats"), keys.add("mail program", project="coats")
    assert keys.find(secret, {"hats"}) and not keys.find(secret, {"coats"}) and not keys.find(secret, {"hats", "coats"})
    found = keys.find(another, {"coats"})
    assert found
    keys.settle(found, 0, 5)
    assert (keys.used_today("coats/mail program"), keys.used_today("hats/mail program")) == (5, 0)
    keys.remove("mail program", "hats")
    assert [key.project for key in keys.all()] == ["coats"] and not keys.of("hats")
