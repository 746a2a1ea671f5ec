"""Files that are offered for saving: hers alone, and only while she may read the project that they are of."""

from functools import partial
from pathlib import Path

from studio.schemas.project import Share
from studio.services.access import Access, Actor, owner_or_shared
from studio.storage.files import write_json
from studio.storage.home import Home
from studio.web.serving.offered_files import KEPT_DOWNLOADS, Downloads, may_still_read

ANA, BEN = Actor("p-ana", "ana"), Actor("p-ben", "ben")


def name_in(address: str) -> str:
    return address.split("/")[-2]


def test_a_share_that_is_taken_back_ends_what_was_offered_of_the_project(tmp_path: Path) -> None:
    home = Home(tmp_path)
    project = home.create_project("Letters", ANA.id)
    record, path = home.project_folder(project.id) / "project.json", home.project_folder(project.id) / "exports" / "a"
    path.write_text("rows")
    downloads = Downloads(may_read=partial(may_still_read, home, Access(home, owner_or_shared)))
    hers, bens = name_in(downloads.offer(ANA.id, path)), name_in(downloads.offer(BEN.id, path))
    assert downloads.fetch(ANA.id, ANA, hers) == path and downloads.fetch(BEN.id, BEN, bens) is None
    write_json(record, project.model_copy(update={"shares": {BEN.id: Share.READ}}))
    assert downloads.fetch(BEN.id, BEN, bens) == path and downloads.fetch(BEN.id, BEN, hers) is None
    write_json(record, project)
    assert downloads.fetch(BEN.id, BEN, bens) is None and downloads.fetch(ANA.id, ANA, hers) == path


def test_one_persons_files_push_out_none_of_anothers(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("rows")
    downloads = Downloads()
    hers = name_in(downloads.offer(ANA.id, path))
    bens = [name_in(downloads.offer(BEN.id, path)) for _ in range(KEPT_DOWNLOADS + 1)]
    assert downloads.fetch(ANA.id, ANA, hers) == path
    assert downloads.fetch(BEN.id, BEN, bens[0]) is None and downloads.fetch(BEN.id, BEN, bens[-1]) == path
    assert downloads.fetch("", Actor("", ""), hers) is None
