"""What a project's run and background work look like now, and what is new since the last look: read from files.

No page and no connection is known here; `feed` shares one source among all who watch.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.errors import NotFound
from studio.schemas.run import Status
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.project_scope import ProjectScope
from studio.services.runs.run_service import RunView
from studio.services.work_plan import is_loading
from studio.storage.run_folder import RunFolder
from studio.web.copy import progress as copy
from studio.web.copy import training
from studio.web.live.work_pace import WorkPace

MEASURES = ("loss", "eval_loss", "learning_rate", "grad_norm", "eval_reward_accuracy")
MOST_POINTS = 500  # of a whole curve; those that come after it are sent as they come


@dataclass(frozen=True)
class LiveEvent:
    """One change of the page: its name, and what is to be shown, as JSON. `at` is where the curve's file was read to:
    whoever names it later is told what came after. `state` events replace the earlier one of the same `key`."""

    name: str
    data: Any
    key: str = ""
    at: int | None = None

    def encoded(self) -> bytes:
        """As it goes over a stream of server-sent events."""
        number = f"id: {self.at}\n" if self.at is not None else ""
        return f"{number}event: {self.name}\ndata: {json.dumps(self.data, separators=(',', ':'))}\n\n".encode()


class CurveFile:
    """A `metrics.jsonl` that is read on as it grows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = 0  # whole lines up to here were read
        self.cut = 0  # before this place a resume took points back: who knows less needs the whole curve
        self.lines: list[dict[str, Any]] = []
        self._ends: list[int] = []

    def read_on(self) -> list[dict[str, Any]]:
        """The lines that came since; the file from its beginning when it was made anew."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self.offset:
            self.__init__(self.path)  # type: ignore[misc]
            self.cut = size
        if size == self.offset:
            return []
        with self.path.open("rb") as file:
            file.seek(self.offset)
            came = file.read(size - self.offset)
        fresh: list[dict[str, Any]] = []
        for raw in came[: came.rfind(b"\n") + 1].splitlines(keepends=True):
            self.offset += len(raw)
            try:
                line = json.loads(raw)
            except ValueError:
                continue  # cut by a kill in the middle; the next line is whole again
            if "resumed_from" in line:
                kept = [place for place, one in enumerate(self.lines) if one["step"] <= line["resumed_from"]]
                self.lines, self._ends = [self.lines[n] for n in kept], [self._ends[n] for n in kept]
                self.cut = self.offset
            else:
                self.lines.append(line)
                self._ends.append(self.offset)
                fresh.append(line)
        return fresh

    def since(self, at: int | None) -> LiveEvent:
        """What somebody lacks who has read to `at`: the points since, or the whole curve."""
        if at is None or not self.cut <= at <= self.offset:
            return LiveEvent("curve", {"points": points_of(thinned(self.lines))}, at=self.offset)
        fresh = [line for line, end in zip(self.lines, self._ends, strict=True) if end > at]
        return LiveEvent("point", {"points": points_of(fresh)}, at=self.offset)


def thinned(lines: Sequence[dict[str, Any]], most: int = MOST_POINTS) -> list[dict[str, Any]]:
    """At most about so many lines, evenly taken; practice checks, the first and the last stay."""
    every = max(1, -(-len(lines) // most))
    last = len(lines) - 1
    return [one for place, one in enumerate(lines) if place % every == 0 or place == last or "eval_loss" in one]


def points_of(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Step and measures of each line that has any."""
    found = [{"step": line["step"], **{name: line[name] for name in MEASURES if line.get(name) is not None}}
             for line in lines if "step" in line]  # fmt: skip
    return [point for point in found if len(point) > 1]


@dataclass
class LiveSource:
    """One run of one project (or no run), with the project's background work. Not safe to be looked at twice at once.

    `scope` was opened by somebody who may see the project; `jobs` are those of the whole studio.
    """

    scope: ProjectScope
    jobs: Jobs
    run: str
    is_busy: bool = False  # whether something waits, runs or is examined: worth a look every second
    revision: str = ""  # changes when something began, ended, or may be done that could not be done before
    curve: CurveFile | None = None
    _answers: tuple[int, int | None, bool] | None = None
    _known: dict[str, tuple[int, RunView]] = field(default_factory=dict)
    _paces: dict[str, WorkPace] = field(default_factory=dict)
    _last: dict[str, Any] = field(default_factory=dict)

    def look(self) -> list[LiveEvent]:
        """What is new since the last look; at first everything but the curve."""
        runs = self._runs()
        jobs = [
            job for job in self.jobs.going() if job.record.project in (self.scope.project.id, "")
        ]  # fetching a model is of no project
        events = [self._progress(job) for job in jobs]
        watched = next((run for run in runs if run.id == self.run), None)
        if watched is not None:
            events += self._of_run(watched)
        waits = self.scope.examples.is_being_examined(self.scope.project.id)
        self.is_busy = bool(jobs) or waits or any(not run.state.status.is_over for run in runs)
        told = [
            (run.id, run.state.status.value, run.ahead, training.about_when(run.starts), run.state.reason,
             run.has_version, run.is_stopping) for run in runs
        ]  # fmt: skip
        told_jobs = [(job.record.id, job.is_over, job.is_cancelled()) for job in jobs]
        ended = self.jobs.ended(self.scope.project.id), self.jobs.ended("")
        self.revision = hashlib.sha256(repr((told, told_jobs, ended, waits)).encode()).hexdigest()[:16]
        events.append(LiveEvent("changed", {"revision": self.revision, "examining": waits}, key="changed"))
        fresh = [event for event in events if not event.key or self._last.get(event.key) != event.data]
        self._last |= {event.key: event.data for event in fresh if event.key}
        return fresh

    def _runs(self) -> list[RunView]:
        """Those that are over are read again only when their status was written anew."""
        found: list[RunView] = []
        for folder in self.scope.runs.folders(self.scope.project.id):
            try:
                written = (folder / "status.json").stat().st_mtime_ns
                known = self._known.get(folder.name)
                if known is None or known[0] != written or not known[1].state.status.is_over:
                    known = self._known[folder.name] = written, self.scope.runs.view(folder.name)
            except (FileNotFoundError, NotFound):  # deleted meanwhile
                self._known.pop(folder.name, None)
                continue
            found.append(known[1])
        return found

    def _of_run(self, run: RunView) -> list[LiveEvent]:
        folder = RunFolder(run.folder)
        self.curve = self.curve or CurveFile(folder.path / "metrics.jsonl")
        known = self.curve.offset
        cut = self.curve.cut
        fresh = self.curve.read_on()
        events: list[LiveEvent] = []
        if self.curve.cut != cut:
            events.append(self.curve.since(None))
        elif fresh:
            events.append(self.curve.since(known))
        lines = self.curve.lines
        step, total = training.steps_done(run, lines)
        events.append(LiveEvent("figures", {
            "run": run.id, "headline": training.run_headline(run, lines), "figures": training.run_figures(run, lines),
            "notes": run.fallbacks,
        }, key="figures"))  # fmt: skip
        going = run.state.status in (Status.QUEUED, Status.RUNNING)
        events.append(LiveEvent("progress", {
            "job": run.id, "kind": "run", "done": step, "total": total, "going": going,
            "text": training.step_line(run, lines),
        }, key=f"progress {run.id}"))  # fmt: skip
        kept, over = folder.chosen_step or run.state.best_step, run.state.status.is_over
        written = folder.answers_size, kept, over
        if written != self._answers:
            self._answers = written
            headers, rows = training.answer_table(folder.questions, folder.answers(), over=over, kept=kept,
                                                  teaches_on=run.spec.teaches_on)  # fmt: skip
            events.append(LiveEvent("answers", {"run": run.id, "headers": headers, "rows": rows}, key="answers"))
        return events

    def _progress(self, job: BackgroundJob) -> LiveEvent:
        now = time.monotonic()
        behind, whole = job.behind
        loads = is_loading(job.what)  # its share of the whole is known, and its time is not
        part = job.what if loads or not job.parts else ""
        pace = self._paces.setdefault(job.record.id, WorkPace(now, behind, part))
        left = pace.seconds_left(behind, whole, now, part)
        return LiveEvent("progress", {
            "job": job.record.id, "kind": job.record.kind, "done": behind, "total": whole, "going": True,
            "text": copy.doing(job, None if loads else left),
        }, key=f"progress {job.record.id}")  # fmt: skip
