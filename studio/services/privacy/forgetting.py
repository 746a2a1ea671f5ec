"""Forget for good: first the list of every place that holds something, then, on her word, none of them does.

Two things can be forgotten: a text, such as an address that was taken out of the examples; or the upload of a dataset,
with everything that cleaning removed from it. What she kept stays: the rows of her newest version, the account of every
row, who decided what and when. The words behind it are replaced by a mark, the same for the same words, so that the log
replays to the same rows.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.privacy.details import find_details, may_hold_details
from studio.errors import StudioError
from studio.evaluation.report_html import report_page
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example
from studio.schemas.report import Report
from studio.services.datasets.dataset_service import DatasetService
from studio.services.privacy.redaction import LEAST_LETTERS, Redactor
from studio.storage.database import Database
from studio.storage.files import json_line, read_lines, read_record, sha256_of, write_bytes, write_json
from studio.storage.home import Home, read_card
from studio.storage.loop.feedback_store import FILE as FEEDBACK
from studio.storage.loop.feedback_store import FeedbackStore, erase_with
from studio.storage.run_folder import JUDGEMENTS

ROWS = ("imported.jsonl", "examples.jsonl", "decisions.jsonl")
MARK = re.compile(r"\[forgotten [0-9a-f]{6}\]")
COPIES = ("train.jsonl", "validation.jsonl")
TOKENS = ".npz"


@dataclass(frozen=True)
class ForgettablePlace:
    """Somewhere that holds it: which file, in plain words what that is, and what forgetting does there."""

    path: Path
    what: str
    deletes: bool = False


class Forgetting:
    """The verbs: list, and forget. Nobody else decides on these examples meanwhile."""

    def __init__(self, home: Home, ledger: Database, examples: DatasetService) -> None:
        self._home, self._ledger, self._examples = home, ledger, examples

    def forget_list(self, project: str, dataset: str, *, text: str = "") -> tuple[ForgettablePlace, ...]:
        """Every place of the project, the uploads and the waste bin that holds the text; without one, the upload."""
        with self._examples.cache.lock:
            return tuple(self._plan(project, dataset, text).places())

    def forget(self, project: str, dataset: str, *, text: str = "", by: str) -> tuple[ForgettablePlace, ...]:
        """Clear all those places. Cannot be undone; a kill halfway leaves whole files, and a second call ends it."""
        with self._examples.cache.lock:
            plan = self._plan(project, dataset, text)
            places = tuple(plan.places())
            exam = self._home.exam(project)
            gone = {e.id for e in exam.examples if plan.takes(e, exam.dataset)} if exam else set()
            self._home.withdraw_from_exam(project, gone, by=by, reason="forgotten")
            with FeedbackStore(self._home).held(project):
                for place in places:
                    plan.clear(place)
            for id in self._home.datasets(project):
                self._examples.cache.reopen(project, id)
            self._ledger.note(
                by, "forget", f"{project}/{dataset} {(say('forgetting.text') if text else say('forgetting.upload_2'))}"
            )
            self._examples.view(project, dataset, exact=True)
            return places

    def _plan(self, project: str, dataset: str, text: str) -> "ForgettingPlan":
        view = self._examples.view(project, dataset, exact=True)
        if dataset != self._examples.newest(project):
            raise StudioError(
                say("forgetting.something_forgotten_from_newest"), hint=say("forgetting.open_newest_version")
            )
        if not text:
            return ForgettingPlan.of_upload(
                self._home, view.card, view.examples, self._examples.deciding.learners(project)
            )
        text = text.strip()
        if len(text) < LEAST_LETTERS:
            raise StudioError(say("forgetting.text_too_short_be"), hint=say("forgetting.write_whole"))
        eraser = Redactor([text])
        rows = [e.label for e in view.examples if eraser.holds("\n".join([e.group, *(m.content for m in e.messages)]))]
        if rows:
            named = say("forgetting.row", rows=rows[0]) + (
                say("forgetting.more", rows=len(rows) - 1) if len(rows) > 1 else ""
            )
            raise StudioError(
                say("forgetting.text_still_stands_examples", named=named),
                hint=say("forgetting.hide_rewrite_row_or"),
            )
        return ForgettingPlan(self._home, view.card, eraser)


@dataclass(frozen=True)
class ForgettingPlan:
    """What is to go, and from where. `family` are the versions of the same upload, and the runs that learned from them;
    without marks a text goes, wherever it stands."""

    home: Home
    card: DatasetMetadata
    eraser: Redactor
    marks: "ForgottenMarks | None" = None
    family: frozenset[str] = frozenset()

    @classmethod
    def of_upload(
        cls, home: Home, card: DatasetMetadata, kept: Sequence[Example], learners: Mapping[str, str]
    ) -> "ForgettingPlan":
        """Whole texts that were removed, and the private details that stood in them, wherever they were copied to."""
        folders = [home.dataset_folder(card.project, id) for id in home.datasets(card.project)]
        cards = [read_card(folder) for folder in folders]
        same = [f for f, one in zip(folders, cards, strict=True) if one.source.sha256 == card.source.sha256]
        stays = {message.content for example in kept for message in example.messages}
        removed = {text for folder in same for name in ROWS for text in contents_of(folder / name)}
        removed -= stays
        details = details_of(removed) - details_of(stays)
        eraser = Redactor(details, removed)
        family = {folder.name for folder in same}
        family |= {run for run, dataset in learners.items() if dataset in family}
        return cls(home, card, eraser, ForgottenMarks(kept), frozenset(family))

    def places(self) -> Iterator[ForgettablePlace]:
        """Where it stands."""
        whole = self.home.project_folder(self.card.project)
        for path in files_under(whole, self.home.uploads, self.home.path / "trash"):
            inside = path.relative_to(whole).parts if path.is_relative_to(whole) else ()
            if set(inside) & LEARNED or (self.marks and inside[:1] == ("datasets",) and inside[1] not in self.family):
                continue  # weights hold no words that could be taken out; other uploads are hers to keep
            if path.suffix == ".part":
                yield ForgettablePlace(path, say("forgetting.file_stop_computer_left"), deletes=True)
                continue
            what, deletes = described(inside)
            if self.marks and (
                what == say("forgetting.upload") or inside[:1] == ("exports",) or (not inside and self._is_upload(path))
            ):
                yield ForgettablePlace(path, what, deletes=True)
            elif path.suffix == TOKENS:  # rows as numbers: they go with the words that they were made of
                if self._touches(path.with_name(COPIES[0])):
                    yield ForgettablePlace(path, say("forgetting.rows_run_learned_from"), deletes=True)
            elif self._touches(path):
                yield ForgettablePlace(path, what, deletes and not self._marked(path))

    def _touches(self, path: Path) -> bool:
        """Whether forgetting changes this file."""
        if self.marks is not None and self._marked(path):
            return any(self.marks.of_line(line) != line for line in read_lines(path))
        return path.is_file() and self.eraser.stands_in(path)

    def takes(self, example: Example, dataset: str) -> bool:
        """Whether an exam question of this dataset has to go."""
        if self.marks is not None and dataset in self.family:
            return not self.marks.keeps(example)
        return any(self.eraser.holds(message.content) for message in example.messages)

    def clear(self, place: ForgettablePlace) -> None:
        """Take it out of one place."""
        path = place.path
        if path.name == "exam.json" or not path.exists():
            return  # its next version was made before
        if path.name == FEEDBACK:
            erase_with(path, self.eraser.holds)
        elif place.deletes:
            path.unlink()
        elif self._marked(path) and self.marks is not None:
            write_bytes(path, b"".join(json_line(self.marks.of_line(line)) for line in read_lines(path)))
        else:
            self.eraser.clear(path)
        write_derived(path)

    def _marked(self, path: Path) -> bool:
        return self.marks is not None and path.parent.name in self.family and path.name in (*ROWS, *COPIES)

    def _is_upload(self, path: Path) -> bool:
        return path.stat().st_size == self.card.source.size_bytes and sha256_of(path) == self.card.source.sha256


def write_derived(path: Path) -> None:
    """After words went out of a file: what is made of it is made anew."""
    if path.name == "report.json":
        page = report_page(read_record(path, Report, "report"))
        write_bytes(path.with_suffix(".html"), page.encode("utf-8", "replace"))
    card = path.parent / "card.json"
    if path.name in ROWS and card.is_file():
        write_json(card, read_record(card, DatasetMetadata, "dataset").model_copy(update={"decisions": -1}))


class ForgottenMarks:
    """Words that go become `[forgotten 3f9a1c]`: equal words of a row get the same mark, and no others do."""

    def __init__(self, kept: Sequence[Example]) -> None:
        self._kept = {example.id: [message.content for message in example.messages] for example in kept}
        self._given: dict[str, str] = {}

    def of_line(self, line: dict[str, Any]) -> dict[str, Any]:
        """A row, or a decision with its edits, without the words that were not kept."""
        if "messages" in line:
            turns = self.of_row(line["id"], line["messages"])
            group = {"group": self._mark(line["group"])} if line.get("group") and turns is not line["messages"] else {}
            return {**line, "messages": turns, **group}
        if "edits" in line:
            return {**line, "edits": {id: self.of_row(id, turns) for id, turns in line["edits"].items()}}
        return line

    def keeps(self, example: Example) -> bool:
        """Whether the row stands just so among those that she keeps."""
        contents = [message.content for message in example.messages]
        return self._kept.get(example.id) == contents or all(MARK.fullmatch(content) for content in contents)

    def of_row(self, id: str, turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The turns as they are when they are those that she keeps; marks in the same roles otherwise."""
        contents = [turn["content"] for turn in turns]
        if self._kept.get(id) == contents or all(MARK.fullmatch(content) for content in contents):
            return turns
        return [{**turn, "content": self._mark(f"{id} {turn['content']}")} for turn in turns]

    def _mark(self, words: str) -> str:
        key = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
        return self._given.setdefault(key, f"[forgotten {secrets.token_hex(3)}]")


def contents_of(path: Path) -> Iterator[str]:
    """All that is said in rows and edits of a file."""
    for line in read_lines(path):
        for turns in (line.get("messages", ()), *line.get("edits", {}).values()):
            yield from (turn["content"] for turn in turns if not MARK.fullmatch(turn["content"]))


def files_under(*folders: Path) -> Iterator[Path]:
    """Every file, in the order of names; links are not followed."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


LEARNED = frozenset(["adapter", "checkpoints", "start"])
WHAT: tuple[tuple[Callable[[tuple[str, ...]], bool], str, bool], ...] = (
    (lambda at: at[:1] == ("datasets",) and "source" in at, "upload", True),
    (lambda at: at[-1:] == ("decisions.jsonl",), "decisions", False),
    (lambda at: at[-1:] in (("dropped.jsonl",), ("not_imported.jsonl",)), "left_out", False),
    (lambda at: at[:1] == ("datasets",), "rows", False),
    (lambda at: at[:1] == ("exports",), "saved_file", True),
    (lambda at: at[:1] == ("chats",), "chat", False),
    (lambda at: at[:1] == ("distillations",), "teacher", False),
    (lambda at: at[:1] == ("drafts",), "drafts", True),
    (lambda at: at[:1] == ("jobs",), "asked", True),
    (lambda at: at[:1] == ("use",), "use", False),
    (lambda at: at == (FEEDBACK,), "feedback", False),
    (lambda at: at == ("exam.json",), "exam", False),
    (lambda at: at[:1] == ("runs",) and at[-1] in (*COPIES, JUDGEMENTS), "learned", False),
    (lambda at: at[:1] == ("runs",) and at[-1].startswith("report."), "report", False),
    (lambda at: at[:1] == ("runs",), "run", False),
)


def described(inside: tuple[str, ...]) -> tuple[str, bool]:
    """What a file of a project is, and whether it goes as a whole."""
    if not inside:
        return say("forgetting.temporary_file_or_one"), True
    return next(
        ((say(f"forgotten.{what}"), deletes) for fits, what, deletes in WHAT if fits(inside)),
        (say("forgetting.file_project"), False),
    )


def details_of(texts: Iterable[str]) -> set[str]:
    """The private details that stand in these texts."""
    return {detail.value for text in texts if may_hold_details(text) for detail in find_details(text)}
