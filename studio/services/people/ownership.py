"""Whose a project is: adopted, handed over, forgotten with its owner. What is here asks for no right: it is for
administrators and the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.people.person import Person
from studio.schemas.project import Project
from studio.services.people.people_service import People
from studio.storage.database import Database
from studio.storage.files import move_to_trash, write_json
from studio.storage.home import Home


@dataclass(frozen=True)
class ProjectSize:
    """What an administrator sees of a project that is not hers: how large it is and whose, nothing of what is in it."""

    title: str
    owner: str
    runs: int
    bytes: int


class Ownership:
    """The verbs around it. Each change is written down in the audit log."""

    def __init__(
        self, home: Home, ledger: Database, people: People, erase: Callable[..., object] = lambda *_, **__: None
    ) -> None:
        self._home, self._ledger, self._people, self._erase = home, ledger, people, erase

    # Owning

    def owned_by(self, person: Person) -> list[Project]:
        """Her own projects, newest first."""
        return [project for project in self._home.all_projects() if project.owner == person.id]

    def adopt(self, person: Person) -> list[Project]:
        """Projects from before anybody signed in become hers; those of accounts, also of removed ones, do not."""
        found = [project for project in self._home.all_projects() if self._people.person(project.owner) is None]
        for project in found:
            change_project(self._home, self._ledger, project.id, lambda _: {"owner": person.id})
            self._ledger.note(person.signature, "adopt", project.id)
        return found

    def at_start(self, address: str) -> list[str]:
        """What a starting server says: how the first administrator is made, or what the command line brought meanwhile,
        which the first administrator adopts."""
        administrators = [person for person in self._people.all() if person.is_administrator]
        if not administrators:
            return [say("sign_in.first_code", address=f"{address}studio/first", code=self._people.first_code())]
        first = min(administrators, key=lambda person: person.created)
        adopted = self.adopt(first)
        return [say("sign_in.adopted", count=len(adopted), name=first.name)] if adopted else []

    def hand_over(self, project: str, to: Person, *, by: str) -> Project:
        """Somebody else owns it from now on; what she had of it by a share is part of that."""
        changed = change_project(
            self._home, self._ledger, project,
            lambda now: {"owner": to.id, "shares": {id: s for id, s in now.shares.items() if id != to.id}},
        )  # fmt: skip
        self._ledger.note(by, "hand over", f"{project} {to.signature}")
        return changed

    def remove_person(self, name: str, *, by: str, hand_over_to: str = "", forget_projects: bool = False) -> int:
        """Take away an account; how many projects were handed over or moved to the trash, from where they go after
        seven days. What she said of answers goes for good, everywhere. StudioError while she owns some and neither is
        asked for, and while a run of theirs goes on."""
        person = self._people.named(name)
        heir = self._people.named(hand_over_to) if hand_over_to else None
        owned = self.owned_by(person)
        if heir is not None and heir.id == person.id:
            raise StudioError(say("sharing.to_herself"), hint=say("sharing.choose_another"), where="hand_over")
        if owned and heir is None and not forget_projects:
            titles = ", ".join(project.title for project in owned[:5])
            raise StudioError(say("sharing.still_owns", name=person.name, count=len(owned), titles=titles),
                              hint=say("sharing.hand_over_or_forget"), where="name")  # fmt: skip
        self._people.refuse_last_administrator(person)
        if heir is None:
            for project in owned:
                self._refuse_while_running(project)
        self._pass_on(owned, heir, by)
        self._people.remove(person, by=by)
        self._erase(person.id, person.name, by=by)
        late = self.owned_by(person)  # made between the look and the removal
        self._pass_on(late, heir, by)
        return len(owned) + len(late)

    def _pass_on(self, projects: list[Project], heir: Person | None, by: str) -> None:
        for project in projects:
            if heir is not None:
                self.hand_over(project.id, heir, by=by)
            else:
                move_to_trash(self._home.project_folder(project.id), self._home.path)
                self._ledger.note(by, "forget project", project.id)

    def _refuse_while_running(self, project: Project) -> None:
        going = [run.id for run in self._home.runs(project.id) if not run.seen_state().status.is_over]
        if going:
            raise StudioError(say("sharing.run_goes_on", title=project.title), hint=say("sharing.stop_it_first"),
                              where=going[0])  # fmt: skip

    # For administrators

    def sizes(self) -> list[ProjectSize]:
        """Every project with its owner, the number of its runs and what it takes on the disk; the largest first."""
        found = [
            ProjectSize(project.title, self._people.name_of(project.owner), sum(1 for _ in self._home.runs(project.id)),
                        size_of(self._home.project_folder(project.id)))
            for project in self._home.all_projects()
        ]  # fmt: skip
        return sorted(found, key=lambda one: one.bytes, reverse=True)


def change_project(
    home: Home, ledger: Database, project: str, change: Callable[[Project], dict[str, object]]
) -> Project:
    """Read, change and write its record; the database's one writer at a time keeps two changes apart."""
    with ledger.transaction():
        now = home.project(project)
        changed = now.model_copy(update=change(now))
        write_json(home.project_folder(project) / "project.json", changed)
    return changed


def size_of(folder: Path) -> int:
    """The bytes of all files below it."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
