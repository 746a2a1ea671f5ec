"""Flag before environment before TOML before default."""

import os
from pathlib import Path

import pytest

from studio.errors import WrongSetting
from studio.settings import keep_private, settings_from, shared_folder


def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "studio.toml").write_text("port = 1111\noffline = true\n")
    flags = {"home": tmp_path}
    assert settings_from(flags, {}).port == 1111
    assert settings_from(flags, {"STUDIO_PORT": "2222"}).port == 2222
    chosen = settings_from({**flags, "port": 3333, "host": None}, {"STUDIO_PORT": "2222"})
    assert (chosen.port, chosen.host, chosen.offline) == (3333, "127.0.0.1", True)


def test_the_home_comes_from_flag_or_environment(tmp_path: Path) -> None:
    assert settings_from({}, {"STUDIO_HOME": str(tmp_path)}).home == tmp_path


@pytest.mark.parametrize("text", ["port = 'x'", "colour = 3", "port ="])
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "studio.toml").write_text(text)
    with pytest.raises(WrongSetting):
        settings_from({"home": tmp_path}, {})


def test_telemetry_is_off_before_any_library_is_imported() -> None:
    environ: dict[str, str] = {}
    mask = os.umask(0o077)
    keep_private(environ, offline=True)
    os.umask(mask)
    assert environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert environ["HF_HUB_DISABLE_TELEMETRY"] == environ["HF_HUB_OFFLINE"] == "1"


def test_the_assets_are_found() -> None:
    assert (shared_folder("assets") / "models.toml").is_file()
