"""Starting models at the desk: where they lie, and that nothing is fetched unasked or taken for something else."""

from pathlib import Path

import pytest

from studio.desk.studio import Studio
from studio.errors import UnusableModel


def lies_here(studio: Studio, name: str) -> Path:
    """A downloaded model, as the download leaves it."""
    folder = studio.home.models / name
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def test_a_named_revision_is_never_taken_for_another(studio: Studio) -> None:
    newest = lies_here(studio, "owner--name")
    assert studio.models.folder("owner/name") == newest
    with pytest.raises(UnusableModel, match="not on this computer"):
        studio.models.folder("owner/name", "v2", may_download=True)  # this studio was started offline
    pinned = lies_here(studio, "owner--name@v2")
    assert studio.models.folder("owner/name", "v2") == pinned and studio.models.folder("owner/name") == newest


@pytest.mark.parametrize("model", ["", "a/b/c", "//host/share", "../../etc", "\\\\host\\x", "a\x00b", "owner/.."])
def test_what_is_neither_folder_nor_hub_id_is_refused(studio: Studio, model: str) -> None:
    with pytest.raises(UnusableModel):
        studio.models.inspect(model, may_download=True)
