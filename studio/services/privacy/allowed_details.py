"""What a project calls not private, for all rows and all later imports; and which placeholder each detail has had."""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.data.privacy.choices import KINDS, read_choice, read_possible_choice
from studio.data.privacy.details import NAMES, Detail, find_details
from studio.data.privacy.masks import LABELS, same
from studio.data.privacy.national_ids import COUNTRIES
from studio.data.privacy.rules import Rules
from studio.errors import StudioError, WrongSetting
from studio.schemas.finding import Kind
from studio.schemas.privacy import AllowedDetail, PrivateRules
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.engine import Engine
from studio.storage.database import Database
from studio.storage.files import append_line, read_lines, read_record, write_json
from studio.storage.home import Home

BESIDE = ("{}", "phone {}", "card {}", "IBAN {}")


class PrivacyStore:
    """Reads and writes `private.json` and `placeholders.jsonl` of a project.

    The second holds keyed hashes and numbers, never a detail. The key lies in the home, outside every project, so
    that a copied project folder cannot be searched for a telephone number by trying them all.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._names: dict[str, Mapping[str, tuple[str, ...]]] = {}

    def read(self, project: str) -> PrivateRules:
        """What the project says; nothing at first."""
        path = self._path(project)
        return read_record(path, PrivateRules, "list of allowed details") if path.is_file() else PrivateRules()

    def write(self, project: str, rules: PrivateRules) -> None:
        """Keep it, whole or not at all."""
        write_json(self._path(project), rules)

    def rules(self, project: str, dataset: str = "") -> Rules:
        """As the finders take it."""
        said = self.read(project)
        log = self._path(project).with_name("placeholders.jsonl")
        given = {mark: number for line in read_lines(log) for mark, number in line["given"].items()}

        def remember(fresh: Mapping[str, int]) -> None:
            append_line(log, {"given": dict(fresh)}, sync=True)

        return Rules(
            allowed=frozenset(f"{one.kind}:{one.value}" for one in said.allowed), countries=said.countries,
            key=self._key(), given=given, remember=remember, names=self._names.get(dataset, {}),
        )  # fmt: skip

    def keep_names(self, dataset: str, names: Mapping[str, tuple[str, ...]]) -> None:
        """What a name finder saw, by example id. In memory only: names are not written down a second time."""
        self._names[dataset] = names

    def _path(self, project: str) -> Path:
        return self._home.project_folder(project) / "private.json"

    def _key(self) -> bytes:
        path = self._home.path / "details.key"
        if not path.is_file():
            fresh = path.with_name(f".details-{secrets.token_hex(6)}")
            fresh.touch(mode=0o600)
            fresh.write_bytes(secrets.token_bytes(32))
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass  # another process was first: its key holds
            finally:
                fresh.unlink()
        return path.read_bytes()


class AllowedDetails:
    """The verbs: this one is not private, it is after all, and whose ids to look for."""

    def __init__(
        self, book: PrivacyStore, examples: DatasetService, ledger: Database, clock: Callable[[], datetime],
        engine: Engine, name_finder: Callable[[], Path | None] = lambda: None,
    ) -> None:  # fmt: skip
        self._engine, self._name_finder = engine, name_finder
        self._book, self._examples, self._ledger, self._clock = book, examples, ledger, clock

    def all(self, project: str) -> tuple[AllowedDetail, ...]:
        """What was called not private, in the order of saying."""
        return self._book.read(project).allowed

    def countries(self, project: str) -> tuple[str, ...]:
        """The chosen countries; none chosen means telling forms everywhere, and bare digits beside their word."""
        return self._book.read(project).countries

    def add(self, project: str, value: str, by: str, *, kind: str = "") -> AllowedDetail:
        """This detail is not private, in no row and no later import. Saying it twice changes nothing."""
        detail = detail_of(value, kind)
        said = self._book.read(project)
        known = next((one for one in said.allowed if (one.kind, one.value) == (detail.kind, same(detail))), None)
        if known is not None:
            return known
        added = AllowedDetail(kind=detail.kind, value=same(detail), by=by, at=self._clock())
        self._change(project, said.model_copy(update={"allowed": (*said.allowed, added)}), by, "allow")
        return added

    def remove(self, project: str, value: str, by: str) -> None:
        """It is private after all."""
        said = self._book.read(project)
        left = tuple(one for one in said.allowed if one.value != same(Detail(0, 0, one.kind, value.strip())))
        if left == said.allowed:
            raise StudioError(say("allowed_details.nobody_called_one_not"), where="allowed details")
        self._change(project, said.model_copy(update={"allowed": left}), by, "disallow")

    def choose_countries(self, project: str, codes: Sequence[str], by: str) -> None:
        """Whose national ids are looked for although only digits are written; none: only beside their word."""
        unknown = next((code for code in codes if code not in COUNTRIES), None)
        if unknown is not None:
            raise WrongSetting(
                say("allowed_details.no_ids_known_for", unknown=unknown[:40]),
                hint=say("allowed_details.use") + ", ".join(COUNTRIES) + ".",
                where="countries",
            )
        said = self._book.read(project)
        chosen = tuple(code for code in COUNTRIES if code in codes)
        if chosen != said.countries:
            self._change(project, said.model_copy(update={"countries": chosen}), by, "countries")

    @property
    def finds_names(self) -> bool:
        """Whether a name finder was given, or has been fetched."""
        return self._name_finder() is not None

    def look_for_names(self, project: str, dataset: str, by: str) -> DatasetView:
        """Names in all rows as they are now, by the name finder; held until the studio is closed."""
        finder = self._name_finder()
        if finder is None:
            raise StudioError(
                say('allowed_details.names_people_not_looked'),
                hint=say('allowed_details.set_name_finder_studio'), where="name_finder",
            )  # fmt: skip
        view = self._examples.view(project, dataset)
        turns = [(example.id, message.content) for example in view.examples for message in example.messages]
        names: dict[str, dict[str, None]] = {}
        spans = self._engine.find_names(finder, [text for _, text in turns])
        for (id, text), places in zip(turns, spans, strict=True):
            names.setdefault(id, {}).update(dict.fromkeys(text[start:end] for start, end in places if end - start > 1))
        self._book.keep_names(dataset, {id: tuple(found) for id, found in names.items() if found})
        self._ledger.note(by, "look for names", f"{project}/{dataset}")
        self._examples.cache.look_again(project)
        return self._examples.view(project, dataset)

    def decide(self, project: str, dataset: str, choice: str, by: str, *, seen: str = "",
               kind: Kind = "private_details") -> DatasetView:  # fmt: skip
        """Each kind of detail in its way (see `read_choice`, and for what may be personal `read_possible_choice`); rows
        of kinds that are left as they are do not come up again, unless what is likely ours was left to be asked."""
        ways = read_possible_choice(choice) if kind == "possible_personal" else read_choice(choice)
        view = self._examples.view(project, dataset)
        finding = next((finding for finding in view.findings if finding.kind == kind), None)
        if finding is None:
            raise StudioError(say("allowed_details.there_no_private_details"), where="private details")
        if any(ways[one] != "leave" for one in finding.parts):
            view = self._examples.fix(project, dataset, kind, by=by, choice=choice, seen=seen)
            seen = ""  # what follows looks at the outcome
        left = {row for one, rows in finding.parts.items() if ways[one] == "leave" for row in rows}
        left &= {example.row for example in view.examples}
        if left:
            view = self._examples.dismiss(project, view.id, kind, by=by, rows=sorted(left), seen=seen)
        return view

    def _change(self, project: str, rules: PrivateRules, by: str, what: str) -> None:
        self._book.write(project, rules)
        self._ledger.note(by, what, project)
        self._examples.cache.look_again(project)


def detail_of(value: str, kind: str = "") -> Detail:
    """The detail that somebody wrote or pressed; StudioError when it is none that the studio looks for."""
    value = value.strip()
    if kind in LABELS and value:
        return Detail(0, len(value), kind, value)
    for around in BESIDE:
        found = find_details(around.format(value))
        if len(found) == 1 and found[0].value == value:
            return found[0]
    raise StudioError(
        say("allowed_details.no_detail_studio_looks"),
        hint=say("allowed_details.write_one")
        + ", ".join(NAMES[kind] for kind in KINDS)
        + say("allowed_details.as_stands_table"),
        where=value[:60],
    )
