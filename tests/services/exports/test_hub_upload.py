"""An export goes to the hub when somebody asks for it: private, whole, without rows, and never over what is there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.errors import StudioError, UnusableModel
from studio.schemas.exports.export import ExportFile, ExportKind, ExportManifest
from studio.services.exports.hub_upload import to_send, upload
from studio.storage.files import sha256_of, write_json
from tests.services.exports.upload_hub import UploadHub

TOKEN = "hf_secretsecret"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[UploadHub]:
    made = UploadHub(TOKEN)
    monkeypatch.setenv("HF_ENDPOINT", made.url)
    yield made
    made.close()


def exported(folder: Path, *, with_examples: bool = False) -> Path:
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights" * 100)
    (folder / "README.md").write_text("A card.")
    files = {
        path.name: ExportFile(bytes=path.stat().st_size, sha256=sha256_of(path)) for path in sorted(folder.iterdir())
    }
    write_json(folder / "export.json", ExportManifest(
        kind=ExportKind.MERGED, run="run-1", project="hats", created=datetime(2026, 1, 1, tzinfo=UTC), by="ana",
        verified=True, files=files, with_examples=with_examples,
    ))  # fmt: skip
    return folder


def test_all_files_arrive_in_one_commit_of_a_private_repository(hub: UploadHub, tmp_path: Path) -> None:
    folder = exported(tmp_path / "out")
    address = upload(folder, "ana/hats", TOKEN, private=True, stop=lambda: False)
    assert address.endswith("/ana/hats") and hub.repositories == {"ana/hats": True} and hub.commits == 1
    sent = {name for name in hub.files if name != ".gitattributes"}
    assert sent == {"model.safetensors", "README.md", "export.json"}
    assert hub.files["model.safetensors"] == (folder / "model.safetensors").read_bytes()
    assert not any(TOKEN.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    with pytest.raises(UnusableModel, match="There is a repository ana/hats already"):
        upload(folder, "ana/hats", TOKEN, private=True, stop=lambda: False)


@pytest.mark.parametrize(
    ("name", "token", "said"),
    [("ana/hats", "hf_other", "does not take this access token"), ("hats", TOKEN, "OWNER/NAME")],
)
def test_what_the_hub_refuses_is_a_sentence(hub: UploadHub, tmp_path: Path, name: str, token: str, said: str) -> None:
    with pytest.raises(UnusableModel) as caught:
        upload(exported(tmp_path / "out"), name, token, private=True, stop=lambda: False)
    assert said in str(caught.value) and not hub.files


def test_rows_and_changed_files_never_leave(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="Example rows"):
        to_send(exported(tmp_path / "rows", with_examples=True))
    changed = exported(tmp_path / "changed")
    (changed / "README.md").write_text("Another card.")
    with pytest.raises(StudioError, match="Changed since"):
        to_send(changed)
