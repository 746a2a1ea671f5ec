"""A project that is shared opens for whom it is shared with, and closes when that ends."""

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.people.person import Person
from studio.schemas.project import Share
from studio.services.access import NotAllowed
from studio.services.people.sharing import Sharing
from studio.services.studio import Studio
from tests.services.people.conftest import Made, actor


def test_sharing_opens_it_and_taking_it_back_closes_it(
    shared: Studio, sharing: Sharing, made: Made, ana: Person, ben: Person
) -> None:
    project = made(ana)
    sharing.share(actor(ana), project, "ben", Share.READ)
    with pytest.raises(NotAllowed):
        sharing.share(actor(ben), project, "Ben", Share.EDIT)
    sharing.share(actor(ana), project, "Ben", Share.VOTE)
    assert [(one.person.name, one.share) for one in sharing.shared_with(actor(ana), project)] == [("Ben", "vote")]
    assert shared.open(actor(ben), project) and sharing.owner_name(shared.home.project(project)) == "Ana"
    sharing.unshare(actor(ben), project, ben.id)  # she may leave by herself
    with pytest.raises(NotFound):
        shared.open(actor(ben), project)
    for name, kind in (("nobody", NotFound), ("Ana", StudioError)):
        with pytest.raises(kind):
            sharing.share(actor(ana), project, name, Share.READ)
    assert [verb for _, _, verb, _ in shared.ledger.notes(6)][:4] == [
        "end sharing", "read shared project", "share to vote", "share to read",
    ]  # fmt: skip


def test_a_stranger_can_neither_share_nor_see_with_whom_it_is_shared(
    sharing: Sharing, made: Made, ana: Person, ben: Person
) -> None:
    project = made(ana)
    for act in (
        lambda: sharing.share(actor(ben), project, "Ben", Share.EDIT),
        lambda: sharing.shared_with(actor(ben), project),
        lambda: sharing.unshare(actor(ben), project, ana.id),
        lambda: sharing.may_be_asked(actor(ben), project),
    ):
        with pytest.raises(NotFound):
            act()
