"""A model that is not here: nothing is fetched before the press, the card says how far it is, and it can be stopped."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from studio.schemas.job import JobError, JobRecord, JobState
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.web.copy.progress import doing
from studio.web.layout.download_line import told
from studio.web.tabs.model.fetch_panel import FetchPanel
from studio.web.view import View
from tests.gguf_files import make_gguf
from tests.web.conftest import MountedPage

Loaded = Callable[..., View]
ASKING = SimpleNamespace(request=None)


def job(**changes: object) -> BackgroundJob:
    record = JobRecord(id="20261126-120000-0000", kind="download", project="", about="x", by="ana",
                       created=datetime(2026, 11, 26, tzinfo=UTC), state=JobState.RUNNING)  # fmt: skip
    return BackgroundJob(record.model_copy(update=changes))


def test_a_model_that_is_here_needs_no_card(page: MountedPage, loaded: Loaded) -> None:
    panel = page.model.fetching
    assert panel.refresh(loaded())[panel.card]["visible"] is False


def test_a_listed_model_that_is_away_offers_its_download_and_fetches_nothing_by_itself(
    page: MountedPage, loaded: Loaded, studio: Studio
) -> None:
    view = page.model.choose(loaded(), "smollm2-135m")
    shown = page.model.refresh(view)
    panel = page.model.fetching
    assert shown[panel.card]["visible"] and shown[panel.get]["value"] == "Download it"
    assert "Nothing is fetched before you press" in str(shown[panel.told])
    assert studio.downloads.job("smollm2-135m") is None


def test_a_compressed_file_offers_to_be_unpacked(page: MountedPage, loaded: Loaded, tmp_path: Path) -> None:
    view = page.model.choose_other(loaded(), str(make_gguf(tmp_path / "tiny.gguf")), "")
    panel = page.model.fetching
    assert panel.refresh(view)[panel.get]["value"] == "Unpack it"


def test_offline_the_card_says_so_and_its_button_cannot_be_pressed(page: MountedPage, loaded: Loaded,
                                                                   tmp_path: Path) -> None:  # fmt: skip
    panel = page.model.fetching
    shown = panel.refresh(page.model.choose(loaded(), "smollm2-135m"))
    assert "The studio was started offline, so nothing is fetched" in str(shown[panel.told])
    assert shown[panel.get]["interactive"] is False
    unpacking = panel.refresh(page.model.choose_other(loaded(), str(make_gguf(tmp_path / "tiny.gguf")), ""))
    assert unpacking[panel.get]["interactive"] is True, "what lies here is unpacked offline, too"


def test_offline_the_press_says_why_nothing_comes(page: MountedPage, loaded: Loaded) -> None:
    panel, view = page.model.fetching, page.model.choose(loaded(), "smollm2-135m")
    with pytest.raises(Exception, match="started offline"):
        panel.begin(view, "", ASKING)  # type: ignore[arg-type]


def test_what_is_no_model_at_all_is_left_to_the_plan(page: MountedPage, loaded: Loaded) -> None:
    panel, view = page.model.fetching, page.model.choose_other(loaded(), "no model", "")
    assert panel.is_here(view)


def test_progress_tells_size_and_speed_and_an_end_tells_why() -> None:
    going = job()
    going.progress("Downloading", 31_000_000, 93_000_000)
    assert doing(going).startswith("Downloading: 31 MB of 93 MB") and "31 MB" in told(going)
    unpacking = job()
    unpacking.progress("Unpacking the weights", 0, 0)
    assert doing(unpacking) == "Unpacking the weights: this takes a minute or two."
    ended = job(state=JobState.FAILED, error=JobError(message="The hub is gone.", hint="Try again."))
    assert "The hub is gone" in told(ended) and "Try again" in told(ended)


def test_only_a_gated_model_asks_for_a_token(page: MountedPage, loaded: Loaded, studio: Studio) -> None:
    view = page.model.choose(loaded(), "owner/gated")
    panel: FetchPanel = page.model.fetching
    assert panel.refresh(view)[panel.token]["visible"] is False
    refused = job(state=JobState.FAILED, error=JobError(message="It is gated.", where="token"), about="owner/gated")
    studio.jobs._jobs[studio.jobs._path("download", "", "owner/gated")] = refused
    studio.jobs._path("download", "", "owner/gated").parent.mkdir(exist_ok=True)
    studio.jobs._path("download", "", "owner/gated").write_text(refused.record.model_dump_json())
    assert panel.refresh(view)[panel.token]["visible"] is True
