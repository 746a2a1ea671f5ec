"""The administrator's page about folders with models."""

from pathlib import Path

from studio.schemas.people.person import Role
from studio.services.models.model_folders import ModelFolders
from studio.services.models.model_service import ModelService
from studio.settings import shared_folder
from studio.storage.database import Database
from studio.web.sign_in.model_folder_routes import add_model_folder_routes
from tests.fake_engine import FakeEngine
from tests.model_fixtures import make_model
from tests.web.sign_in.conftest import GOOD, Site, send

PAGE = "/studio/models"


def with_folders(site: Site) -> ModelService:
    models = ModelService(site.home, FakeEngine(), shared_folder("assets"), offline=True, only_listed=True)
    ledger = Database(site.home.path / "studio.db")
    add_model_folder_routes(site.app, site.people, ModelFolders(site.home, ledger, models))
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    site.people.add_with_password("Ben", GOOD, by="x")
    return models


def test_an_administrator_names_a_folder_and_takes_it_out_again(site: Site, tmp_path: Path) -> None:
    models, ana, place = with_folders(site), site.signed_in("Ana"), tmp_path / "<b>srv"
    make_model(place / "tiny")
    added = send(ana, PAGE, f"{PAGE}/add", path=str(place)).text
    assert "1 model can be chosen" in added and "tiny (named)" in added and "&lt;b&gt;srv" in added
    assert models.named() == [place]
    wrong = send(ana, PAGE, f"{PAGE}/add", path=str(site.home.path))
    assert wrong.status_code == 400 and "projects lie in this folder" in wrong.text and models.named() == [place]
    assert "The files stay" in send(ana, PAGE, f"{PAGE}/remove", folder=str(place)).text and models.named() == []


def test_for_members_it_is_not_there_and_without_its_form_nothing_is_named(site: Site, tmp_path: Path) -> None:
    models, ben, ana = with_folders(site), site.signed_in("Ben"), site.signed_in("Ana")
    place = make_model(tmp_path / "srv")
    assert ben.get(PAGE).status_code == 404 and "Folders with models" not in ben.get("/studio/account").text
    for browser, status in ((ben, 404), (site.browser(), 404), (ana, 400)):
        for act in ("add", "remove"):
            assert browser.post(f"{PAGE}/{act}", data={"path": str(place), "folder": "x"}).status_code == status
    assert models.named() == [] and "Folders with models" in ana.get("/studio/account").text
