"""Examples: an upload becomes a dataset, findings become decisions, and every row is accounted for."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from studio.copy.catalog import say
from studio.copy.reasons import reason_in_words
from studio.data.checks.examination import examine
from studio.data.checks.fixes import FixEffect, fix_all, propose, refuse_emptying
from studio.data.columns.ambiguity import refuse_doubt
from studio.data.columns.column_mapping import propose_mapping, sure_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.columns.file_notes import notes_of
from studio.data.duplicates.number_series import series
from studio.data.history.conflict_resolution import keep_one, resolve_conflict
from studio.data.readers.child_process import read_safely
from studio.data.readers.read_file import Table
from studio.data.split.group_check import groups_in_the_way
from studio.data.split.splitter import Split, overlaps, split
from studio.data.table import LEAVE_OUT
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping as Columns
from studio.schemas.dataset import DatasetMetadata, UploadSource
from studio.schemas.example import Example, Message
from studio.schemas.finding import Drop, DropReason, Finding, Kind
from studio.schemas.model import ModelFacts
from studio.services.datasets.carried_decisions import carry_decisions
from studio.services.datasets.dataset_cache import DatasetCache, RulesOf, no_rules
from studio.services.datasets.dataset_view import (
    DatasetView,
    SplitSizes,
    export_report,
    export_view,
    export_warnings,
    rows_by_id,
)  # fmt: skip
from studio.services.datasets.decisions import NEW, DecisionDraft, DecisionLog, may_hold
from studio.services.datasets.exam_questions import written
from studio.services.datasets.fix_all import FixAllPreview, one_draft, preview_of
from studio.services.datasets.token_lengths import TokenLengths
from studio.services.datasets.uploaded_columns import column_warnings, exported_columns, masked_columns, upload_in
from studio.services.request_keys import RequestKeys, once_a_request, once_a_revision
from studio.services.versions.learned_feedback import learned_in
from studio.storage.database import Database
from studio.storage.files import new_id, sha256_of, write_json, write_lines
from studio.storage.home import Home, read_card

Clock = Callable[[], datetime]


class CheckedTable(NamedTuple):
    """A table as it would come in: `drops` are the rows that would not."""

    columns: Columns
    examples: list[Example]
    findings: list[Finding]
    drops: list[Drop]


class DatasetService:
    """The verbs around examples. Reads and writes dataset folders; keeps the last few views in memory."""

    def __init__(
        self, home: Home, ledger: Database, clock: Clock, lengths: TokenLengths, cache: DatasetCache | None = None,
        rules: RulesOf = no_rules,
    ) -> None:  # fmt: skip
        self._home, self._ledger, self._clock, self.lengths = home, ledger, clock, lengths
        self.cache = cache or DatasetCache(home, lengths, rules=rules)
        self.deciding = DecisionLog(home, ledger, clock, self.cache)
        self._request_keys = RequestKeys()
        self._aside: dict[tuple[str, str], tuple[str, SplitSizes]] = {}

    # Reading

    def read(self, path: Path, name: str, *, sheet: str | None = None, encoding: str | None = None, hidden: str = "",
             headings: int | None = None) -> Table:  # fmt: skip
        """The file as a table; nothing is stored. Rows that a spreadsheet hides are left out unless `use` is said."""
        return read_safely(path, name=name, sheet=sheet, encoding=encoding, hidden=hidden, headings=headings)

    def check(self, table: Table, columns: Columns | None = None) -> CheckedTable:
        """What a table would become, and what the checks say of it; nothing is stored. Without answers: nothing."""
        columns = columns or propose_mapping(table)
        examples, not_made = make_examples(table, columns) if columns.answer else ([], [])
        return CheckedTable(columns, examples, self._examine(examples), [*table.drops, *not_made])

    def preview(self, table: Table, columns: Columns | None = None, *, rows: int = 60) -> tuple[Columns, list[Example]]:
        """The columns, guessed unless given, and the first rows as examples; nothing is examined or stored."""
        columns = columns or propose_mapping(table)
        examples, _ = make_examples(replace(table, rows=table.rows[:rows]), columns)
        return columns, examples if columns.answer else []

    def upload(
        self, path: Path, name: str, *, by: str, owner: str = "", project: str = "", sheet: str | None = None,
        encoding: str | None = None, columns: Columns | None = None, hidden: str = "", headings: int | None = None,
        origin: str = "", licence: str = "", consent: str = "", parent: str = "", request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """A new dataset from a file, whole or not at all; without a project, `owner` (as `by` alone) gets a new one.

        A request that made one before gives that back.
        """
        with self._request_keys.alone(request_key):
            made = self.uploaded(request_key)
            if made is not None:
                return made
            return self._upload(path, name, by, owner or by, project, sheet, encoding, columns, hidden, headings,
                                {"origin": origin, "licence": licence, "consent": consent, "parent": parent,
                                 "request_key": request_key})  # fmt: skip

    def uploaded(self, request_key: str) -> DatasetView | None:
        """The dataset that this request made, as it stands now; None when it made none."""
        for card in self._home.find("datasets/[!.]*/card.json") if request_key else ():
            if may_hold(card, request_key) and read_card(card.parent).request_key == request_key:
                return self.view(card.parent.parent.parent.name, card.parent.name)
        return None

    def _upload(
        self, path: Path, name: str, by: str, owner: str, project: str, sheet: str | None, encoding: str | None,
        columns: Columns | None, hidden: str, headings: int | None, stated: Mapping[str, str],
    ) -> DatasetView:  # fmt: skip
        table = self.read(path, name, sheet=sheet, encoding=encoding, hidden=hidden, headings=headings)
        columns = columns or sure_mapping(table)
        refuse_doubt(columns, table)
        examples, not_made = make_examples(table, columns)
        now = self._clock()
        if not project:
            project = self._home.create_project(Path(name).stem or say("dataset.examples"), owner, now=now).id
        folder = self._home.project_folder(project) / "datasets"
        id = new_id(now)
        fresh = folder / f".new-{id}"
        try:
            (fresh / "source").mkdir(parents=True)
            source = fresh / "source" / f"upload{Path(name).suffix[:8] if Path(name).suffix.isascii() else ''}"
            shutil.copyfile(path, source)
            write_lines(fresh / "imported.jsonl", examples)
            write_lines(fresh / "not_imported.jsonl", [*table.drops, *not_made])
            card = DatasetMetadata(
                id=id, project=project, created=now, by=by, columns=table.columns, mapping=columns,
                rows_in=table.rows_read, rows_kept=len(examples), **stated,
                source=UploadSource(
                    name=name[:200], sha256=sha256_of(source), size_bytes=source.stat().st_size, format=table.format,
                    encoding=table.encoding or "", sheet=table.sheet or "",
                    hidden=(hidden or LEAVE_OUT) if table.hidden_rows else "", headings=headings,
                ),
            )  # fmt: skip
            if card.parent:
                carry_decisions(folder / card.parent, examples, fresh)
            write_json(fresh / "card.json", card)
            fresh.rename(folder / id)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        self._ledger.note(by, "import", f"{project}/{id}")
        with self.cache.lock:
            return self.cache.at(project, id, notes_of(table, columns)).view

    def remap(self, project: str, dataset: str, *, by: str, columns: Columns | None = None, sheet: str | None = None,
              encoding: str | None = None, hidden: str = "", headings: int | None = None,
              request_key: str = "") -> DatasetView:  # fmt: skip
        """The same upload read again with other columns, sheet, encoding or hidden rows: a new dataset beside it."""
        card = read_card(self._home.dataset_folder(project, dataset))
        return self.upload(
            self.source(project, dataset), card.source.name, by=by, project=project, columns=columns,
            sheet=sheet or card.source.sheet or None, encoding=encoding or card.source.encoding or None,
            hidden=hidden or card.source.hidden, headings=card.source.headings if headings is None else headings,
            origin=card.origin, licence=card.licence, consent=card.consent, parent=dataset, request_key=request_key,
        )  # fmt: skip

    def source(self, project: str, dataset: str) -> Path:
        """The uploaded bytes; StudioError once they were forgotten."""
        found = self._source(project, dataset)
        if found is None:
            raise StudioError(say("dataset.forgotten"), hint=say("dataset.forgotten_next"))
        return found

    def newest(self, project: str) -> str:
        """The id of the newest dataset of a project; StudioError when it has none."""
        found = self._home.datasets(project)
        if not found:
            raise StudioError(say("dataset.none_yet"), hint=say("dataset.none_yet_next"), where=project)
        return found[0]

    def is_being_examined(self, project: str) -> bool:
        """Whether findings of this project are still those of before the last changes; asked often, so it is cheap."""
        return self.cache.is_being_examined(project)

    def view(self, project: str, dataset: str, *, exact: bool = False) -> DatasetView:
        """The dataset as it stands. `exact` waits until all rows were examined and its files say the same."""
        self._home.project_folder(project)  # whoever was given this project alone finds no other one
        return self.cache.view(project, dataset, exact=exact)

    def close(self) -> None:
        """Write down what was put off."""
        self.cache.close()

    def split(self, view: DatasetView, model: ModelFacts | None = None, instructions: str = "") -> Split:
        """Training rows, validation part and exam as they would be frozen now; the frozen exam once there is one.

        Of a row that the `model` cannot read to the end of its question, with the instructions in front, nothing is
        drawn for the exam or the validation part. What was made of accepted feedback is learned.
        """
        learned = learned_in(self._home.dataset_folder(view.project, view.id)).rows
        unread = set(view.machine_made)
        if model is not None:
            unread |= self.lengths.unread(Path(model.folder), model.context, view.examples, instructions)
        exam = self._home.exam(view.project)
        if exam is None:
            if not (own := written(self._home, view.project)):
                return split(view.examples, texts=self.cache.texts(view), unread=unread, learned=learned)
            near = overlaps(view.examples, own)
            parts = split([one for one in view.examples if one.id not in near], unread=unread, learned=learned)
            return parts._replace(exam=[*parts.exam, *own])
        taken = overlaps(view.examples, exam.examples) | {example.id for example in exam.examples}
        rest = [example for example in view.examples if example.id not in taken]
        frozen = [example.model_copy(update={"part": "exam"}) for example in exam.examples]
        parts = split([*rest, *frozen], unread=unread, learned=learned, frozen_exam=True)
        return parts._replace(exam=list(exam.examples))

    def set_aside(self, view: DatasetView) -> SplitSizes:
        """Sizes of the parts, or why none can be set aside yet: such a dataset cannot teach."""
        exam = self._home.exam(view.project)
        now = f"{view.mark} {exam.sha256 if exam else ''}"
        mark, aside = self._aside.get((view.project, view.id), ("", None))
        if aside is not None and not aside.why and not view.exact:  # worked out anew when the rows are
            return aside._replace(train=len(view.examples) - aside.validation - aside.exam)
        if aside is None or mark != now:
            try:
                parts = self.split(view)
                aside = SplitSizes.of(parts, series(parts.exam, parts.train))
            except StudioError as error:
                aside = SplitSizes(0, 0, 0, str(error), groups=groups_in_the_way(view.examples))
            self._aside[view.project, view.id] = (now, aside)
        return aside

    # Deciding: each verb appends to the log and gives back the dataset as it now stands. `seen` is the mark of the view
    # that the person decided on: rows that somebody touched after it are not overwritten. `request_key` names a press:
    # the same press again gives back how the dataset stands and does nothing

    @once_a_revision
    def fix(
        self, project: str, dataset: str, kind: Kind, *, by: str, choice: str = "", rows: Sequence[int] = (),
        seen: str = "", request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """Apply the proposed fix of one finding, on all its rows or on these only."""
        view = self.view(project, dataset)
        finding = next((finding for finding in view.findings if finding.kind == kind), None)
        if finding is None:
            raise StudioError(say("dataset.there_nothing_kind_left"), where=kind)
        if rows:
            finding = finding.model_copy(update={"rows": tuple(row for row in finding.rows if row in set(rows))})
        texts, rules = self.cache.texts(view), self.cache.rules(project, view.id)
        drops, edits, sentence = propose(finding, view.examples, choice=choice, texts=texts, private=rules,
                                         dismissed=view.dismissed)  # fmt: skip
        if not drops and not edits:
            raise StudioError(say("dataset.only_a_person"), hint=say("dataset.only_a_person_next"), where=kind)
        refuse_emptying([FixEffect(kind, drops, edits, sentence)], view.examples)
        draft = DecisionDraft("fix", kind, sentence, drops, edits)
        return self.deciding.take(view, by, [draft], seen=seen, request_key=request_key)

    @once_a_revision
    def fix_all(
        self, project: str, dataset: str, *, by: str, seen: str = "", choices: Mapping[Kind, str] | None = None,
        kinds: Sequence[Kind] | None = None, request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """Every fix that needs no person, or those of these kinds, in the safe order, as one decision. What only a
        person can decide is left; StudioError when nothing would be."""
        view = self.view(project, dataset)
        done = self._all_fixes(view, choices, kinds)
        refuse_emptying(done, view.examples)
        return self.deciding.take(view, by, [one_draft(done)], seen=seen, request_key=request_key) if done else view

    def fix_all_preview(
        self, project: str, dataset: str, *, choices: Mapping[Kind, str] | None = None,
        kinds: Sequence[Kind] | None = None,
    ) -> FixAllPreview:  # fmt: skip
        """What `fix_all` would do to the rows as they are now; nothing is done."""
        return preview_of(self._all_fixes(self.view(project, dataset), choices, kinds))

    def _all_fixes(self, view: DatasetView, choices: Mapping[Kind, str] | None,
                   kinds: Sequence[Kind] | None) -> list[FixEffect]:  # fmt: skip
        texts, rules = self.cache.texts(view), self.cache.rules(view.project, view.id)
        return fix_all(view.examples, kinds, texts=texts, choices=choices, private=rules, dismissed=view.dismissed)

    @once_a_revision
    def settle(
        self, project: str, dataset: str, rows: Sequence[int], *, by: str, keep: str, answer: str = "", seen: str = "",
        request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """Settle contradicting answers: keep `left` (the first row), `right`, `both`, or what was `written`."""
        view = self.view(project, dataset)
        if keep not in ("left", "right", "both", "written") or len(rows) < 2:
            raise StudioError(say("dataset.say_which_answer_holds"), where="keep")
        row = {"left": rows[0], "right": rows[-1]}.get(keep)
        done = resolve_conflict(view.examples, rows, keep=row, answer=answer if keep == "written" else None)
        draft = DecisionDraft("settle", "conflicting_answers", done.sentence, done.drops, done.edits, done.dismissed)
        return self.deciding.take(view, by, [draft], seen=seen, request_key=request_key)

    @once_a_revision
    def keep(
        self, project: str, dataset: str, kind: Kind, rows: Sequence[int], *, by: str, keep: int, seen: str = "",
        request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """Of the copies in these rows, keep the chosen one."""
        view = self.view(project, dataset)
        done = keep_one(view.examples, rows, keep=keep, kind=kind)
        draft = DecisionDraft("fix", kind, done.sentence, done.drops)
        return self.deciding.take(view, by, [draft], seen=seen, request_key=request_key)

    @once_a_revision
    def dismiss(
        self, project: str, dataset: str, kind: Kind, *, by: str, rows: Sequence[int] = (), seen: str = "",
        request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """Say that a finding is a false alarm, for these rows or for all it names."""
        view = self.view(project, dataset)
        named = set(rows) or {row for finding in view.findings if finding.kind == kind for row in finding.rows}
        ids = tuple(example.id for example in view.examples if example.row in named)
        sentence = say("dataset.left_as_before", rows=len(ids), kind=reason_in_words(kind))
        draft = DecisionDraft("dismiss", kind, sentence, dismissed=ids)
        return self.deciding.take(view, by, [draft], seen=seen, request_key=request_key)

    @once_a_revision
    def edit(
        self, project: str, dataset: str, id: str, *, by: str, question: str, answer: str, seen: str = "",
        request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """New words for one example. A repeated call with the same words changes nothing."""
        view = self.view(project, dataset)
        example = next((e for e in view.examples if e.id == id), None)
        if example is None:
            raise StudioError(say("dataset.row_gone"), hint=say("dataset.row_gone_next"), where=id)
        after = example.with_pair(question, answer)
        if after == example:
            return view
        said = say("dataset.row_was_rewritten", row=example.label)
        draft = DecisionDraft("edit", sentence=said, edits={id: after.messages})
        return self.deciding.take(view, by, [draft], seen=seen, request_key=request_key)

    @once_a_revision
    def add(self, project: str, dataset: str, *, by: str, question: str, answer: str, seen: str = "",
            request_key: str = "") -> DatasetView:  # fmt: skip
        """One more example of her own."""
        messages = (Message(role="user", content=question), Message(role="assistant", content=answer))
        draft = DecisionDraft("add", sentence=say("dataset.example_was_added"), edits={NEW: messages})
        return self.deciding.take(self.view(project, dataset), by, [draft], seen=seen, request_key=request_key)

    @once_a_revision
    def remove(self, project: str, dataset: str, ids: Sequence[str], *, by: str, seen: str = "",
               reason: DropReason = "removed_by_person", sentence: str = "",
               request_key: str = "") -> DatasetView:  # fmt: skip
        """Take these rows out; StudioError when one is not there, or was changed by somebody else meanwhile."""
        ids = list(dict.fromkeys(ids))
        if seen:
            self.deciding.must_stand(project, dataset, ids, seen=seen, by=by)
        rows_by_id(self.view(project, dataset), ids)
        said = sentence or say("dataset.taken_out_by_hand", rows=len(ids))
        draft = DecisionDraft("remove", sentence=said, drops=dict.fromkeys(ids, reason))
        return self.deciding.take(self.view(project, dataset), by, [draft], seen=seen, request_key=request_key)

    @once_a_request
    def undo(self, project: str, dataset: str, *, by: str, decision: str = "", seen: str = "",
             request_key: str = "") -> DatasetView:  # fmt: skip
        """Take back a decision by its id; without one the last that stood when she looked (`seen`), or stands now.

        StudioError when it was taken back already, and when a later decision rests on it: that one is named.
        """
        view = self.view(project, dataset)
        target = self.deciding.to_undo(view, by, decision, seen)
        draft = DecisionDraft("undo", sentence=say("dataset.taken_back", sentence=target.sentence), undoes=target.id)
        return self.deciding.take(view, by, [draft], seen=seen, request_key=request_key)

    # Taking away

    def export(self, project: str, dataset: str, form: str) -> Path:
        """A file of one of the `FORMS`, or the `report`, in the project's exports folder. Rows are saved as they stand;
        only the report tells what was found in them, so only it waits until all of them were examined."""
        folder = self._home.project_folder(project) / "exports" / dataset
        view = self.view(project, dataset, exact=form == "report")
        source, rules = self._source(project, dataset), self.cache.rules(project, dataset)
        if form != "report":
            return export_view(view, form, folder, exported_columns(view, source, form, rules))
        title, said = self._home.project(project).title, masked_columns(view, source, rules)
        return export_report(view, folder, title, self.set_aside(view), said)

    def export_warnings(self, project: str, dataset: str, form: str) -> list[str]:
        """What a person should know before she opens a file of this form."""
        source, view = self._source(project, dataset), self.view(project, dataset)
        return [*export_warnings(view, form), *column_warnings(view, source, form, self.cache.rules(project, dataset))]

    # Within

    def _source(self, project: str, dataset: str) -> Path | None:
        return upload_in(self._home.dataset_folder(project, dataset))

    def _examine(self, examples: Sequence[Example]) -> list[Finding]:
        counts = self.lengths.counts(examples)
        return examine(examples, token_counts=counts, max_length=self.lengths.limit, two_processes=True)
