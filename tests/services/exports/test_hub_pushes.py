"""From the page an export goes to the hub only when it was asked for and confirmed, and its token is kept nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.exports.export import ExportKind
from studio.services.access import Access, Actor, NotAllowed, owner_or_shared
from studio.services.studio import Studio
from tests.services.exports.upload_hub import UploadHub

TOKEN = "hf_secretsecret"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[UploadHub]:
    made = UploadHub(TOKEN)
    monkeypatch.setenv("HF_ENDPOINT", made.url)
    yield made
    made.close()


@pytest.fixture
def run(studio: Studio, runs: list[str]) -> str:
    """One whose card was exported, in a studio that may send."""
    studio.exports.converters.offline = False
    assert studio.exports.begin(runs[0], ExportKind.CARD, by="ana").wait(30)
    return runs[0]


def test_it_is_sent_in_the_background_and_told_where_it_is(studio: Studio, run: str, hub: UploadHub) -> None:
    job = studio.pushes.begin(run, ExportKind.CARD, "ana/hats", TOKEN, by="ana", confirmed=True)
    assert job.wait(60) and job.error is None and job.record.result
    assert job.record.result["address"].endswith("/ana/hats") and job.record.result["private"] is True
    assert hub.repositories == {"ana/hats": True} and {"README.md", "export.json"} <= set(hub.files)
    kept = [path for path in studio.home.path.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in path.read_bytes() for path in kept)
    assert studio.pushes.job(run, ExportKind.CARD) is not None
    assert studio.exports.begin(run, ExportKind.CARD, by="ana").wait(30)
    assert studio.pushes.job(run, ExportKind.CARD) is None, "what lies there now was not sent"


def test_what_the_hub_refuses_stays_to_be_read(studio: Studio, run: str, hub: UploadHub) -> None:
    job = studio.pushes.begin(run, ExportKind.CARD, "ana/hats", "hf_other", by="ana", confirmed=True)
    assert job.wait(60) and job.error is not None and not hub.files
    assert "hf_other" not in job.record.model_dump_json()


@pytest.mark.parametrize(
    ("kind", "name", "token", "confirmed", "said"),
    [
        (ExportKind.CARD, "ana/hats", TOKEN, False, "Nothing was sent"),
        (ExportKind.CARD, " ", TOKEN, True, "no name"),
        (ExportKind.CARD, "ana/hats", "", True, "no access token"),
        (ExportKind.MERGED, "ana/hats", TOKEN, True, "Nothing of this kind"),
    ],
)
def test_nothing_goes_that_was_not_asked_for(
    studio: Studio, run: str, kind: ExportKind, name: str, token: str, confirmed: bool, said: str
) -> None:
    with pytest.raises(StudioError, match=said):
        studio.pushes.begin(run, kind, name, token, by="ana", confirmed=confirmed)


def test_an_offline_studio_sends_nothing(studio: Studio, run: str) -> None:
    studio.exports.converters.offline = True
    job = studio.pushes.begin(run, ExportKind.CARD, "ana/hats", TOKEN, by="ana", confirmed=True)
    assert job.wait(30) and job.error is not None and "offline" in job.error.message


def test_with_whom_a_project_is_shared_sends_nothing_of_it(studio: Studio, run: str) -> None:
    from studio.schemas.project import Share

    project = studio.runs.view(run).spec.project
    path: Path = studio.home.project_folder(project) / "project.json"
    found = studio.home.project(project).model_copy(update={"owner": "a", "shares": {"b": Share.EDIT}})
    path.write_text(found.model_dump_json())
    studio.access = Access(studio.home, owner_or_shared)
    shared = studio.open(Actor("b", "ben"), project)
    assert shared.pushes.job(run, ExportKind.CARD) is None
    with pytest.raises(NotAllowed):
        shared.pushes.begin(run, ExportKind.CARD, "ben/hats", TOKEN, by="ben", confirmed=True)
    with pytest.raises(NotAllowed):
        shared.exports.push(studio.exports.place(run, ExportKind.CARD), "ben/hats", TOKEN, by="ben")
