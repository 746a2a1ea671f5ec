"""A built wheel carries its assets and samples, and starts in another environment from another folder."""

import json
import os
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (made,) = out.glob("tailor_studio-*.whl")
    return made


def test_the_wheel_carries_assets_and_samples(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    carried = ["assets/studio.css", "assets/models.toml", "assets/starter/model.safetensors", "sample_data/support.csv"]
    carried.append("constraints.txt")
    for name in carried:
        assert f"studio/_share/{name}" in names
    assert not [name for name in names if name.startswith(("tests/", "assets/", "sample_data/"))]


@pytest.mark.long
@pytest.mark.slow
def test_it_starts_in_an_empty_environment_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """The environment holds nothing but the wheel; its dependencies are lent by path, to spare a long download."""
    environment = tmp_path / "env"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, text=True)
    (own,) = environment.glob("lib/python*/site-packages")
    (own / "lent.pth").write_text("\n".join(site.getsitepackages()))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STUDIO"))}
    command = [str(environment / "bin" / "studio"), "models", "--json", "--home", str(tmp_path / "home")]
    said = subprocess.run(command, cwd=elsewhere, env=clean, check=True, capture_output=True, text=True).stdout
    assert json.loads(said)["models"][0]["id"] == "starter"
    where = [str(python), "-c", "import studio; print(studio.__file__)"]
    told = subprocess.run(where, cwd=elsewhere, env=clean, check=True, capture_output=True, text=True)
    assert str(own) in told.stdout
