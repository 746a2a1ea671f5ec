"""Examples at the desk: an upload becomes a dataset, findings become decisions, and every row is accounted for."""

import secrets
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from studio.desk.cleaning import agreed_to_lose, kinds_of
from studio.desk.dataset_view import DatasetView, SetAside, export_view
from studio.desk.lengths import LIMIT, Lengths
from studio.errors import StudioError
from studio.prepare.child import read_safely
from studio.prepare.columns import guess_mapping
from studio.prepare.doctor import examine
from studio.prepare.examples import make_examples
from studio.prepare.fixes import fix_all, propose
from studio.prepare.read import Table
from studio.prepare.replay import Cleaned, replay
from studio.prepare.settle import settle
from studio.prepare.split import Split, overlaps, split
from studio.records.dataset import Card, Source
from studio.records.dataset import Mapping as Columns
from studio.records.example import Example, Message
from studio.records.finding import Decision, Drop, DropReason, Finding, Kind
from studio.storage.files import (
    append_line,
    new_id,
    read_lines,
    read_record,
    sha256_of,
    write_json,
    write_lines,
)
from studio.storage.home import Home
from studio.storage.ledger import Ledger

Clock = Callable[[], datetime]


class ExamplesDesk:
    """The verbs around examples. Reads and writes dataset folders; keeps the last few views in memory."""

    def __init__(self, home: Home, ledger: Ledger, clock: Clock, lengths: Lengths, *, kept_views: int = 4) -> None:
        self._home, self._ledger, self._clock, self.lengths = home, ledger, clock, lengths
        self._views: OrderedDict[str, DatasetView] = OrderedDict()
        self._kept_views = kept_views
        self._lock = threading.RLock()

    # Reading

    def read(self, path: Path, name: str, *, sheet: str | None = None, encoding: str | None = None) -> Table:
        """The file as a table; nothing is stored."""
        return read_safely(path, name=name, sheet=sheet, encoding=encoding)

    def check(self, table: Table, columns: Columns | None = None) -> tuple[Columns, list[Example], list[Finding]]:
        """What a table would become, and what the doctor says of it; nothing is stored."""
        columns = columns or guess_mapping(table)
        examples, _ = make_examples(table, columns)
        return columns, examples, self._examine(examples)

    def preview(self, table: Table, columns: Columns | None = None, *, rows: int = 60) -> tuple[Columns, list[Example]]:
        """The columns, guessed unless given, and the first rows as examples; nothing is examined or stored."""
        columns = columns or guess_mapping(table)
        examples, _ = make_examples(replace(table, rows=table.rows[:rows]), columns)
        return columns, examples

    def upload(
        self,
        path: Path,
        name: str,
        *,
        by: str,
        project: str = "",
        sheet: str | None = None,
        encoding: str | None = None,
        columns: Columns | None = None,
        licence: str = "",
        consent: str = "",
        parent: str = "",
    ) -> DatasetView:
        """A new dataset from a file, whole or not at all; without a project, one named after the file is made."""
        table = self.read(path, name, sheet=sheet, encoding=encoding)
        columns = columns or guess_mapping(table)
        examples, not_made = make_examples(table, columns)
        now = self._clock()
        if not project:
            project = self._home.create_project(Path(name).stem or "Examples", by, now=now).id
        folder = self._home.project_folder(project) / "datasets"
        id = new_id(now)
        fresh = folder / f".new-{id}"
        try:
            (fresh / "source").mkdir(parents=True)
            source = fresh / "source" / f"upload{Path(name).suffix[:8] if Path(name).suffix.isascii() else ''}"
            shutil.copyfile(path, source)
            write_lines(fresh / "imported.jsonl", examples)
            write_lines(fresh / "not_imported.jsonl", [*table.drops, *not_made])
            card = Card(
                id=id, project=project, created=now, by=by, columns=table.columns, mapping=columns,
                rows_in=table.rows_read, rows_kept=len(examples), licence=licence, consent=consent, parent=parent,
                source=Source(
                    name=name[:200], sha256=sha256_of(source), size_bytes=source.stat().st_size, format=table.format,
                    encoding=table.encoding or "", sheet=table.sheet or "",
                ),
            )  # fmt: skip
            write_json(fresh / "card.json", card)
            fresh.rename(folder / id)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self._ledger.note(by, "import", f"{project}/{id}")
        return self._refresh(project, id, notes=table.notes)

    def remap(self, project: str, dataset: str, *, by: str, columns: Columns | None = None, sheet: str | None = None,
              encoding: str | None = None) -> DatasetView:  # fmt: skip
        """The same upload read again with other columns, sheet or encoding: a new dataset beside the old one."""
        folder = self._home.dataset_folder(project, dataset)
        card = read_record(folder / "card.json", Card, "dataset")
        source = next((folder / "source").iterdir(), None)
        if source is None:
            raise StudioError("The original upload was forgotten, so it cannot be read again.", hint="Upload it again.")
        return self.upload(
            source, card.source.name, by=by, project=project, columns=columns, sheet=sheet or card.source.sheet or None,
            encoding=encoding or card.source.encoding or None, licence=card.licence, consent=card.consent,
            parent=dataset,
        )  # fmt: skip

    def source(self, project: str, dataset: str) -> Path:
        """The uploaded bytes."""
        return next((self._home.dataset_folder(project, dataset) / "source").iterdir())

    def newest(self, project: str) -> str:
        """The id of the newest dataset of a project; StudioError when it has none."""
        found = self._home.datasets(project)
        if not found:
            raise StudioError("This project has no examples yet.", hint="Upload a table first.", where=project)
        return found[0]

    def view(self, project: str, dataset: str) -> DatasetView:
        """The dataset as it stands."""
        with self._lock:
            return self._views.get(dataset) or self._refresh(project, dataset)

    def split(self, view: DatasetView) -> Split:
        """Training rows, validation part and exam as they would be frozen now; the frozen exam once there is one."""
        exam = self._home.exam(view.project)
        if exam is None:
            return split(list(view.examples))
        taken = overlaps(view.examples, exam.examples) | {example.id for example in exam.examples}
        rest = [example for example in view.examples if example.id not in taken]
        frozen = [example.model_copy(update={"part": "exam"}) for example in exam.examples]
        parts = split([*rest, *frozen])
        return parts._replace(exam=list(exam.examples))

    def set_aside(self, view: DatasetView) -> SetAside:
        """Sizes of the parts, or why none can be set aside yet: such a dataset cannot teach."""
        try:
            parts = self.split(view)
        except StudioError as error:
            return SetAside(0, 0, 0, str(error))
        return SetAside(len(parts.train), len(parts.validation), len(parts.exam))

    def import_file(
        self,
        path: Path,
        project: str,
        *,
        by: str,
        fixes: Sequence[str] = (),
        columns: Columns | None = None,
        sheet: str | None = None,
        encoding: str | None = None,
    ) -> DatasetView:
        """The side door's import: makes the project if it is new, then applies the named fixes."""
        kinds = kinds_of([word for word in fixes if word != "all"])
        table = self.read(path, path.name, sheet=sheet, encoding=encoding)
        agreed_to_lose(table, path.name, fixes)
        if not any(found.id == project for found in self._home.all_projects()):
            self.check(table, columns)  # refuse before a project is made
            self._home.create_project(project, by, id=project, now=self._clock())
        view = self.upload(path, path.name, by=by, project=project, columns=columns, sheet=sheet, encoding=encoding)
        if "all" in fixes:
            view = self.fix_all(project, view.id, by=by)
        for kind in kinds:
            if any(finding.kind == kind for finding in view.findings):
                view = self.fix(project, view.id, kind, by=by)
        return view

    # Deciding: each verb appends one decision and gives back the dataset as it now stands

    def fix(
        self, project: str, dataset: str, kind: Kind, *, by: str, choice: str = "", rows: Sequence[int] = ()
    ) -> DatasetView:
        """Apply the proposed fix of one finding, on all its rows or on these only."""
        view = self.view(project, dataset)
        finding = next((finding for finding in view.findings if finding.kind == kind), None)
        if finding is None:
            raise StudioError("There is nothing of this kind left to fix.", where=kind)
        if rows:
            finding = finding.model_copy(update={"rows": tuple(row for row in finding.rows if row in set(rows))})
        drops, edits, sentence = propose(finding, view.examples, choice=choice)
        if not drops and not edits:
            raise StudioError("Only a person can decide this one.", hint="Look at its rows.", where=kind)
        return self._decide(view, by, "fix", kind=kind, sentence=sentence, drops=drops, edits=edits)

    def fix_all(self, project: str, dataset: str, *, by: str) -> DatasetView:
        """Every fix that needs no person, in the safe order; what only a person can decide is left."""
        view = self.view(project, dataset)
        for effect in fix_all(view.examples):
            view = self._decide(
                view, by, "fix", kind=effect.kind, sentence=effect.sentence, drops=effect.drops, edits=effect.edits,
                last=False,
            )  # fmt: skip
        return self._refresh(view.project, view.id)

    def settle(
        self, project: str, dataset: str, rows: Sequence[int], *, by: str, keep: str, answer: str = ""
    ) -> DatasetView:
        """Settle contradicting answers: keep `left` (the first row), `right`, `both`, or what was `written`."""
        view = self.view(project, dataset)
        if keep not in ("left", "right", "both", "written") or len(rows) < 2:
            raise StudioError("Say which answer holds: left, right, both or written.", where="keep")
        row = {"left": rows[0], "right": rows[-1]}.get(keep)
        done = settle(view.examples, rows, keep=row, answer=answer if keep == "written" else None)
        return self._decide(
            view, by, "settle", kind="conflicting_answers", sentence=done.sentence, drops=done.drops,
            edits=done.edits, dismissed=done.dismissed,
        )  # fmt: skip

    def dismiss(self, project: str, dataset: str, kind: Kind, *, by: str, rows: Sequence[int] = ()) -> DatasetView:
        """Say that a finding is a false alarm, for these rows or for all it names."""
        view = self.view(project, dataset)
        named = {row for finding in view.findings if finding.kind == kind for row in finding.rows}
        chosen = set(rows) or named
        ids = tuple(example.id for example in view.examples if example.row in chosen)
        sentence = f"Left as they are: {len(ids)} rows."
        return self._decide(view, by, "dismiss", kind=kind, sentence=sentence, dismissed=ids)

    def edit(self, project: str, dataset: str, id: str, *, by: str, question: str, answer: str) -> DatasetView:
        """New words for one example. A repeated call with the same words changes nothing."""
        view = self.view(project, dataset)
        example = next((e for e in view.examples if e.id == id), None)
        if example is None:
            raise StudioError("This row is no longer there.", hint="It was removed; undo brings it back.", where=id)
        after = example.with_pair(question, answer)
        if after == example:
            return view
        return self._decide(view, by, "edit", sentence=f"Row {id[1:]} was rewritten.", edits={id: after.messages})

    def add(self, project: str, dataset: str, *, by: str, question: str, answer: str) -> DatasetView:
        """One more example of her own."""
        view = self.view(project, dataset)
        log = self._log(self._home.dataset_folder(view.project, view.id))
        number = 1 + sum(decision.action == "add" for decision in log)
        messages = (Message(role="user", content=question), Message(role="assistant", content=answer))
        return self._decide(view, by, "add", sentence="An example was added.", edits={f"a{number}": messages})

    def remove(self, project: str, dataset: str, ids: Sequence[str], *, by: str) -> DatasetView:
        """Take these rows out."""
        view = self.view(project, dataset)
        drops: dict[str, DropReason] = dict.fromkeys(ids, "removed_by_person")
        return self._decide(view, by, "remove", sentence=f"{len(ids)} rows taken out by hand.", drops=drops)

    def undo(self, project: str, dataset: str, *, by: str) -> DatasetView:
        """Take back the last decision that stands."""
        view = self.view(project, dataset)
        if not view.decisions:
            raise StudioError("There is nothing to undo.")
        last = view.decisions[-1]
        return self._decide(view, by, "undo", sentence=f"Taken back: {last.sentence}", undoes=last.id)

    # Taking away

    def export(self, project: str, dataset: str, form: str) -> Path:
        """A file of one of the `FORMS` in the project's exports folder."""
        view = self.view(project, dataset)
        folder = self._home.project_folder(project) / "exports" / view.id
        return export_view(view, form, folder, self._home.project(project).title, self.set_aside(view))

    # Within

    def _examine(self, examples: Sequence[Example], dismissed: Mapping[Kind, set[str]] | None = None) -> list[Finding]:
        counts = self.lengths.counts(examples)
        return examine(examples, token_counts=counts, max_length=LIMIT, dismissed=dismissed)

    def _log(self, folder: Path) -> list[Decision]:
        return [Decision.model_validate(line) for line in read_lines(folder / "decisions.jsonl")]

    def _decide(
        self,
        view: DatasetView,
        by: str,
        action: str,
        *,
        kind: Kind | str = "",
        sentence: str = "",
        drops: Mapping[str, DropReason] | None = None,
        edits: Mapping[str, tuple[Message, ...]] | None = None,
        dismissed: tuple[str, ...] = (),
        undoes: str = "",
        last: bool = True,
    ) -> DatasetView:
        with self._lock:
            view = self._editable(view, by)
            decision = Decision.model_validate(
                {
                    "id": secrets.token_hex(6), "at": self._clock(), "by": by, "action": action, "kind": kind,
                    "sentence": sentence, "drops": dict(drops or {}), "edits": dict(edits or {}),
                    "dismissed": dismissed, "undoes": undoes,
                }
            )  # fmt: skip
            folder = self._home.dataset_folder(view.project, view.id)
            append_line(folder / "decisions.jsonl", decision, sync=True)
            self._ledger.note(by, action, f"{view.project}/{view.id} {kind}".strip())
            return self._refresh(view.project, view.id) if last else view

    def _editable(self, view: DatasetView, by: str) -> DatasetView:
        """A dataset that a run learned from stays as it was: the change goes into a new version beside it."""
        if not any(run.ticket.dataset == view.id for run in self._home.runs(view.project)):
            return view
        old = self._home.dataset_folder(view.project, view.id)
        id = new_id(self._clock())
        fresh = old.parent / f".new-{id}"
        try:
            shutil.copytree(old, fresh)
            card = view.card.model_copy(update={"id": id, "parent": view.id, "by": by, "created": self._clock()})
            write_json(fresh / "card.json", card)
            fresh.rename(old.parent / id)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return self._refresh(view.project, id)

    def _refresh(self, project: str, dataset: str, *, notes: Sequence[str] = ()) -> DatasetView:
        """Replay the log over the imported rows, write the derived files, remember the view."""
        with self._lock:
            folder = self._home.dataset_folder(project, dataset)
            card = read_record(folder / "card.json", Card, "dataset")
            imported = [Example.model_validate(line) for line in read_lines(folder / "imported.jsonl")]
            never = [Drop.model_validate(line) for line in read_lines(folder / "not_imported.jsonl")]
            cleaned: Cleaned = replay(imported, self._log(folder))
            drops = [*never, *cleaned.drops]
            counts: dict[DropReason, int] = {}
            for drop in drops:
                counts[drop.reason] = counts.get(drop.reason, 0) + 1
            added = sum(example.id.startswith("a") for example in cleaned.examples)
            write_lines(folder / "dropped.jsonl", drops)
            sha256 = write_lines(folder / "examples.jsonl", cleaned.examples)
            card = card.model_copy(update={
                "rows_kept": len(cleaned.examples) - added, "rows_added": added, "dropped": counts,
                "changed": cleaned.changed, "sha256": sha256,
            })  # fmt: skip
            write_json(folder / "card.json", card)
            dismissed: dict[Kind, set[str]] = {}
            for decision in cleaned.standing:
                if decision.dismissed and decision.kind:
                    dismissed.setdefault(decision.kind, set()).update(decision.dismissed)
            view = DatasetView(
                card=card, findings=tuple(self._examine(cleaned.examples, dismissed)),
                examples=tuple(cleaned.examples), drops=tuple(drops), decisions=tuple(cleaned.standing),
                notes=tuple(notes),
            )  # fmt: skip
            self._views[dataset] = view
            self._views.move_to_end(dataset)
            while len(self._views) > self._kept_views:
                self._views.popitem(last=False)
            return view
