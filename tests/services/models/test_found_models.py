"""Models that lie here already are found where each program keeps them, named as people know them, and used."""

import json
from pathlib import Path

import pytest

from studio.errors import UnusableModel
from studio.schemas.model import Standing
from studio.services.models.found_models import FoundModels, places_here
from studio.services.models.model_service import ModelService
from studio.settings import shared_folder
from studio.storage.home import Home
from tests.fake_engine import FakeEngine
from tests.gguf_files import make_gguf, make_header
from tests.model_fixtures import make_model

REVISION = "abcdef0123456789abcdef0123456789abcdef01"


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Her home folder, with nothing in it."""
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name in ("HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "user"


@pytest.fixture
def models(user: Path, tmp_path: Path) -> ModelService:
    return ModelService(Home(tmp_path / "home"), FakeEngine(), shared_folder("assets"), offline=True)


def plant_in_hub_cache(hub: Path, model: str) -> Path:
    """As huggingface_hub leaves it: blobs, and links to them in a snapshot."""
    folder = hub / f"models--{model.replace('/', '--')}"
    snapshot = folder / "snapshots" / REVISION
    snapshot.mkdir(parents=True)
    (folder / "blobs").mkdir()
    for number, file in enumerate(make_model(hub.parent / "made").iterdir()):
        file.rename(folder / "blobs" / f"blob{number}")
        (snapshot / file.name).symlink_to(folder / "blobs" / f"blob{number}")
    (snapshot / "README.md").write_text("---\nlicense: mit\nlanguage:\n- en\n- de\n---\n# Tiny\n")
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(REVISION)
    return snapshot


def plant_in_ollama(store: Path, name: str, tag: str, gguf: Path, extra: str = "") -> Path:
    """A manifest, and the file among the blobs under its checksum."""
    digest = "a" * 64
    (store / "blobs").mkdir(parents=True)
    blob = gguf.rename(store / "blobs" / f"sha256-{digest}")
    layers = [{"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}", "size": 1}]
    if extra:
        layers.append({"mediaType": extra, "digest": f"sha256:{'b' * 64}", "size": 1})
    manifest = store / "manifests" / "registry.ollama.ai" / "library" / name / tag
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"schemaVersion": 2, "layers": layers}))
    return blob


def test_the_hugging_face_cache_is_used_where_it_lies(models: ModelService, user: Path) -> None:
    snapshot = plant_in_hub_cache(user / ".cache" / "huggingface" / "hub", "owner/tiny")
    entry = next(entry for entry in models.catalogue() if entry.id == "owner/tiny")
    assert entry.title == "owner/tiny (hub cache)" and entry.licence == "mit" and entry.languages == "en, de"
    assert entry.standing is Standing.READY and entry.hidden == 32 and entry.layers == 2 and entry.parameters > 0
    assert models.folder("owner/tiny") == snapshot == models.folder("owner/tiny", REVISION)


def test_the_cache_is_looked_for_where_hf_home_says(
    models: ModelService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "elsewhere"))
    plant_in_hub_cache(tmp_path / "elsewhere" / "hub", "owner/tiny")
    there = ModelService(Home(tmp_path / "home"), FakeEngine(), shared_folder("assets"), offline=True)
    assert "owner/tiny" in {entry.id for entry in there.catalogue()}


def test_a_model_of_the_list_that_lies_in_the_cache_is_ready(models: ModelService, user: Path) -> None:
    snapshot = plant_in_hub_cache(user / ".cache" / "huggingface" / "hub", "Qwen/Qwen3-0.6B")
    found = [entry for entry in models.catalogue() if entry.id == "Qwen/Qwen3-0.6B"]
    assert len(found) == 1 and found[0].folder == str(snapshot) and found[0].standing is Standing.READY


def test_ollama_models_are_named_as_in_ollama_and_must_be_unpacked(models: ModelService, user: Path,
                                                                   tmp_path: Path) -> None:  # fmt: skip
    blob = plant_in_ollama(user / ".ollama" / "models", "tiny", "8m", make_gguf(tmp_path / "tiny.gguf"))
    entry = next(entry for entry in models.catalogue() if entry.source == "Ollama")
    assert entry.title == "tiny:8m (Ollama)" and entry.id == str(blob) and entry.licence == "apache-2.0"
    assert entry.standing is Standing.AWAY and "Must be unpacked first" in entry.reason and not entry.fits
    with pytest.raises(UnusableModel, match="must be unpacked once") as first:
        models.folder(entry.id)
    assert f"studio models get “{blob}”" in first.value.hint
    order = models.fetch_order(entry.id)
    assert order.module == "studio.models.gguf.gguf_conversion" and order.facts["gguf"] == str(blob)
    make_model(order.target)  # as it lies there once it is unpacked
    again = next(entry for entry in models.catalogue() if entry.id == str(blob))
    assert again.standing is Standing.READY and models.folder(str(blob)) == order.target
    assert [entry.folder for entry in models.catalogue()].count(str(order.target)) == 1


def test_ollama_models_that_look_at_pictures_are_left_aside(models: ModelService, user: Path, tmp_path: Path) -> None:
    plant_in_ollama(user / ".ollama" / "models", "eyes", "1b", make_gguf(tmp_path / "tiny.gguf"),
                    "application/vnd.ollama.image.projector")  # fmt: skip
    assert not [entry for entry in models.catalogue() if entry.source == "Ollama"]


def test_lm_studio_folders_are_found(models: ModelService, user: Path) -> None:
    place = user / ".lmstudio" / "models" / "maker" / "tiny-GGUF"
    place.mkdir(parents=True)
    make_gguf(place / "tiny-Q8_0.gguf")
    make_header(place / "mmproj-tiny.gguf", "clip", {"general.type": "mmproj"})
    entries = [entry for entry in models.catalogue() if entry.source == "LM Studio"]
    assert [entry.title for entry in entries] == ["tiny-Q8_0 (LM Studio)"]
    assert any("looks at pictures" in one.message for one in models.left_out())


def test_the_studios_own_folder_is_listed(models: ModelService, tmp_path: Path) -> None:
    folder = make_model(tmp_path / "home" / "models" / "ours")
    (folder / "LICENSE").write_text("Apache License\nVersion 2.0")
    entry = next(entry for entry in models.catalogue() if entry.source == "own")
    assert entry.folder == str(folder) == entry.id and entry.licence == "Apache-2.0"


def test_a_model_that_was_fetched_from_the_hub_is_known_by_its_id(models: ModelService) -> None:
    fetched = models.target("owner/tiny", "")
    make_model(fetched)
    entry = next(entry for entry in models.catalogue() if entry.source == "own")
    assert entry.id == "owner/tiny" and entry.folder == str(fetched) and models.folder("owner/tiny") == fetched


def test_a_named_folder_or_file_stays_in_the_list(models: ModelService, tmp_path: Path) -> None:
    place = tmp_path / "usb"
    place.mkdir()
    make_gguf(place / "tiny.gguf")
    make_model(place / "deep" / "whole")
    models.remember(place)
    models.remember(place)
    assert models.named() == [place]
    assert {entry.title for entry in models.catalogue() if entry.source == "named"} == {"tiny (named)", "whole (named)"}


def test_a_folder_with_one_compressed_model_means_that_model_and_with_two_asks_which(
    models: ModelService, tmp_path: Path
) -> None:
    place = tmp_path / "usb"
    place.mkdir()
    make_gguf(place / "one.gguf")
    assert models.fetch_order(str(place)).facts["gguf"] == str(place / "one.gguf")
    make_gguf(place / "two.gguf")
    with pytest.raises(UnusableModel, match="holds 2 compressed models"):
        models.fetch_order(str(place))


def test_what_is_no_model_is_left_out_with_a_sentence(models: ModelService, tmp_path: Path) -> None:
    place = tmp_path / "usb"
    make_header(place / "embed.gguf", "nomic-bert")
    (place / "adapter").mkdir()
    (place / "adapter" / "adapter_config.json").write_text('{"base_model_name_or_path": "owner/base"}')
    models.remember(place)
    assert not [entry for entry in models.catalogue() if entry.source == "named"]
    assert [one.message for one in models.left_out()] == [
        "This folder holds an adapter, a change of “owner/base”, and no model of its own.",
        "This model (nomic-bert) turns texts into numbers; it does not write answers.",
    ]


def test_damaged_manifests_and_missing_stores_are_passed_over(user: Path, tmp_path: Path) -> None:
    manifest = user / ".ollama" / "models" / "manifests" / "registry.ollama.ai" / "library" / "x" / "1b"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"layers": [{"mediaType": 3}]}')
    assert FoundModels(places_here(tmp_path / "own")).find([tmp_path / "nowhere"]) == ([], [])


def test_a_file_is_read_again_only_when_it_changed(user: Path, tmp_path: Path) -> None:
    place = make_header(tmp_path / "a.gguf", "nomic-bert")
    found = FoundModels(places_here(tmp_path / "own"))
    first = found.find([place])[1][0]
    assert found.find([place])[1][0] is first
    place.unlink()
    make_header(place, "clip")
    assert found.find([place])[1][0] is not first
