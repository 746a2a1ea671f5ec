"""An administrator names folders with models for everybody who shares the computer."""

from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError, UnusableModel
from studio.services.models.model_folders import ModelFolders
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.model_fixtures import make_model


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    return Studio(Settings(home=tmp_path / "home", offline=True, people=True), FakeEngine())


@pytest.fixture
def folders(shared: Studio) -> ModelFolders:
    return ModelFolders(shared.home, shared.ledger, shared.models)


def test_what_lies_in_a_named_folder_can_be_chosen_by_members_until_it_is_taken_out(
    folders: ModelFolders, shared: Studio, tmp_path: Path
) -> None:
    model = make_model(tmp_path / "srv" / "tiny")
    with pytest.raises(UnusableModel, match="not in the list"):
        shared.models.folder(str(model))
    found = folders.add(f" {tmp_path / 'srv'} ", by="Eva")
    assert found.titles == ("tiny (named)",) and folders.all() == [found]
    assert shared.models.folder(str(model)) == model
    folders.remove(str(tmp_path / "srv"), by="Eva")
    with pytest.raises(UnusableModel, match="not in the list"):
        shared.models.folder(str(model))
    assert folders.all() == [] and (model / "config.json").is_file()
    with pytest.raises(NotFound, match="not in the list"):
        folders.remove(str(tmp_path / "srv"), by="Eva")
    verbs = [line[2] for line in shared.ledger.notes()]
    assert verbs == ["remove model folder", "name model folder"]


@pytest.mark.parametrize(("path", "said"), [
    ("srv/models", "no whole path"), ("", "no whole path"), ("/nowhere/at/all", "no such folder"),
    ("{home}", "People's projects"), ("{home}/projects", "People's projects"), ("{home}/..", "People's projects"),
    ("{link}", "People's projects"), ("{empty}", "No model that can be taught"),
])  # fmt: skip
def test_what_cannot_be_named_is_refused_and_nothing_is_kept(
    folders: ModelFolders, shared: Studio, tmp_path: Path, path: str, said: str
) -> None:
    make_model(shared.home.projects / "letters-ab12" / "runs" / "r" / "merged")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(shared.home.projects, target_is_directory=True)
    named = path.format(home=shared.home.path, link=tmp_path / "link", empty=tmp_path / "empty")
    with pytest.raises(StudioError, match=said):
        folders.add(named, by="Eva")
    assert shared.models.named() == [] and shared.ledger.notes() == []
