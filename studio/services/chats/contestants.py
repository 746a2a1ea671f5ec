"""Who can answer: the starting model, plain or with a good prompt, the look-up, this run's version, and others.

Names are `base, prompted, lookup, tuned, run:<id>, run:<id>@<step>`. All that hold weights share one loaded copy. Of a
label model's run, whose starting model cannot answer, they are `commonest, lookup, tuned, …`, and versions of any other
run of the project, also of one that writes.
"""

import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.data.duplicates.retrieval import NearestExamples
from studio.errors import NotFound, StudioError
from studio.evaluation.report_values import name_of
from studio.schemas.chat import Reply
from studio.schemas.example import Example, Message
from studio.services.chats.answering import exam_chat, prompted_chat
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

WITHOUT_WEIGHTS = ("base", "prompted", "lookup", "commonest")
FROM_ROWS = ("lookup", "commonest")  # what the examples alone answer
WRITERS, CHOOSERS = ("base", "prompted", "lookup", "tuned"), ("commonest", "lookup", "tuned")
NEIGHBOURS = 5  # whose share with the same answer is how sure a look-up is of a label
OTHER = re.compile(r"^run:([A-Za-z0-9._-]{1,80}?)(?:@(\d{1,9}))?$")
STEP = re.compile(r"^checkpoint-(\d+)$")
MOST = 4  # so many answers fit beside one another
LISTED = 40
KEPT_INDEXES = 4


class RetrievalIndexes:
    """The look-up index of each run's training rows, built once: they never change."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Path, NearestExamples] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, folder: RunFolder) -> NearestExamples:
        """The index over what this run learned from."""
        with self._lock:
            if folder.path not in self._kept:
                self._kept[folder.path] = NearestExamples(folder.train)
            self._kept.move_to_end(folder.path)
            while len(self._kept) > KEPT_INDEXES:
                self._kept.popitem(last=False)
            return self._kept[folder.path]


class Contestants:
    """Finds the folders behind names, and prepares what each has to read."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.neighbours = RetrievalIndexes()

    def available(self, run: str) -> list[str]:
        """Everybody who could answer beside this run: versions and saved points on the same starting model."""
        folder = self._home.run(run)
        found = [*(CHOOSERS if chooses(folder) else WRITERS), *points_of(folder)]
        for other in list(self._home.runs(folder.spec.project))[:LISTED]:
            if other.id != folder.id and fits(folder, other):
                found += [f"run:{other.id}"] if has_version(other.adapter) else []
                found += points_of(other)
        return found

    def usual(self, run: str) -> tuple[str, ...]:
        """Who is asked when nobody was named."""
        return CHOOSERS if chooses(self._home.run(run)) else ("base", "tuned")

    def check(self, run: str, names: Sequence[str]) -> None:
        """StudioError for too many, for one twice, and for one that is not there."""
        if not names or len(names) > MOST or len(set(names)) != len(names):
            raise StudioError(say("contestants.choose_one_different_ones", most=MOST), where="contestants")
        folder = self._home.run(run)
        mine = CHOOSERS if chooses(folder) else WRITERS
        for name in names:
            if name in WITHOUT_WEIGHTS and name not in mine:
                raise StudioError(
                    say("labels.not_beside", name=name), hint=say("labels.ask_these", names=mine), where="contestants"
                )
        self.adapters(folder, names)

    def by_model(self, folder: RunFolder, names: Sequence[str]) -> dict[Path, dict[str, Path]]:
        """The same by the folder of the starting model, this run's own first."""
        found: dict[Path, dict[str, Path]] = {Path(folder.spec.model_folder): {}}
        for name, adapter in self.adapters(folder, names).items():
            match = OTHER.match(name)
            start = self._home.run(match[1]) if match else folder
            found.setdefault(Path(start.spec.model_folder), {})[name] = adapter
        return found

    def adapters(self, folder: RunFolder, names: Sequence[str]) -> dict[str, Path]:
        """Name -> adapter folder, for those that hold weights of their own."""
        return {name: self._adapter(folder, name) for name in names if name not in WITHOUT_WEIGHTS}

    def _adapter(self, folder: RunFolder, name: str) -> Path:
        found, step = folder, ""
        if name != "tuned":
            match = OTHER.match(name)
            if match is None:
                raise NotFound(say('contestants.there_no_contestant', name=name[:60]),
                               hint=say('contestants.use_base_prompted_lookup'))  # fmt: skip
            found, step = self._home.run(match[1]), match[2] or ""
            if found.spec.project != folder.spec.project or not fits(folder, found):
                raise StudioError(
                    say('contestants.run_began_with_another'),
                    hint=say('contestants.compare_runs_one_project'), where=name,
                )  # fmt: skip
        path = found.checkpoints / f"checkpoint-{int(step)}" if step else found.adapter
        if not has_version(path):
            said = say("contestants.run_has_no_version") if name == "tuned" else say("contestants.version_not_there")
            raise StudioError(said, hint=say("contestants.wait_for_first_saved"), where=name)
        return path

    def instructions(self, folder: RunFolder, name: str) -> str:
        """What this contestant was taught with; the others are told the same as this run's version."""
        match = OTHER.match(name)
        return (self._home.run(match[1]) if match else folder).spec.recipe.instructions

    def chat(self, folder: RunFolder, name: str, example: Example) -> list[Message]:
        """What this contestant reads when it is asked an example's question by itself."""
        told = self.instructions(folder, name)
        if name == "prompted":
            return prompted_chat(told, example, self.neighbours.of(folder))
        return exam_chat(told, example)

    def from_rows(self, folder: RunFolder, name: str, question: str) -> Reply:
        """A rival that needs no model: the nearest row's answer, or the one that most rows have."""
        near = self.neighbours.of(folder)
        return commonest_answer(folder.train) if name == "commonest" else looked_up(near, question, chooses(folder))

    def title(self, name: str) -> str:
        """The interface word: who this is, and for another run when it was taught. Votes and chats outlive a run."""
        match = OTHER.match(name)
        if match is None:
            return name_of(name)
        try:
            taught = f"{self._home.run(match[1]).spec.created.astimezone():%d %b, %H:%M}"
        except NotFound:
            return say("contestants.deleted_version")
        return (
            say("contestants.version_step", taught=taught, match=int(match[2]))
            if match[2]
            else say("contestants.version", taught=taught)
        )


def looked_up(nearest: NearestExamples, question: str, with_certainty: bool = False) -> Reply:
    """The rival that only searches the table. It is as sure of a label as its nearest rows agree on it."""
    best = nearest.most_similar(question, NEIGHBOURS if with_certainty else 1)
    text = best[0].answer if best else ""
    share = sum(one.answer == text for one in best) / len(best) if best else 0.0
    return Reply(
        contestant="lookup", text=text, tokens=0, seconds=0.0, fingerprint="",
        note=say("evaluation_service.nearest_example"), certainty=share if with_certainty else None,
    )  # fmt: skip


def commonest_answer(train: Sequence[Example]) -> Reply:
    """The rival that does not even read: always the answer that most rows have, as sure as their share."""
    answer, count = Counter(example.answer for example in train).most_common(1)[0]
    return Reply(contestant="commonest", text=answer, tokens=0, seconds=0.0, fingerprint="",
                 certainty=count / len(train))  # fmt: skip


def points_of(folder: RunFolder) -> list[str]:
    """The saved points of a run, newest first."""
    if not folder.checkpoints.is_dir():
        return []
    steps = [match[1] for entry in folder.checkpoints.iterdir() if (match := STEP.match(entry.name))
             and has_version(entry)]  # fmt: skip
    return [f"run:{folder.id}@{step}" for step in sorted(steps, key=int, reverse=True)]


def has_version(folder: Path) -> bool:
    """Whether something lies there that can answer."""
    return (folder / "adapter_config.json").is_file() or (folder / "config.json").is_file()


def chooses(folder: RunFolder) -> bool:
    """Whether this run taught a label model."""
    return folder.spec.recipe.task == "labels"


def fits(one: RunFolder, other: RunFolder) -> bool:
    """Whether the other's version can be asked beside the one's: any beside a label model, which is small."""
    return chooses(one) or same_start(one, other)


def same_start(one: RunFolder, other: RunFolder) -> bool:
    """Whether two runs began with the same weights, so that one loaded copy serves both."""
    ours, theirs = one.spec, other.spec
    return (ours.model_folder, ours.model_sha256) == (theirs.model_folder, theirs.model_sha256)
