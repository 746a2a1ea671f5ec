"""What a run's version becomes outside: written beside its place, compared, and only then visible under its name."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from shutil import disk_usage
from typing import BinaryIO, get_args

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError, WrongSetting
from studio.evaluation.metrics.task_kinds import detect, score
from studio.inference.exports.base_reference import place_on_hub
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example
from studio.schemas.exports.export import (
    MANIFEST,
    WITHOUT_WEIGHTS,
    ExportCheck,
    ExportedVersion,
    ExportKind,
    ExportManifest,
    Form,
    GgufOrder,
    GgufType,
)
from studio.schemas.recipe import ADAPTERS
from studio.schemas.sentence import Sentence
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.engine import Engine
from studio.services.evaluation.evaluation_service import EvaluationService
from studio.services.exports.converters import Converters
from studio.services.exports.evidence import data_report_to_show, report_to_show
from studio.services.exports.export_files import changes_since, files_of, manifest_of
from studio.services.exports.how_to_use import (
    ASK,
    PUBLISHER,
    VLLM_METHODS,
    commands,
    modelfile,
    program,
    served_name,
)
from studio.services.exports.hub_upload import to_send, upload
from studio.services.exports.model_card import CardFacts, model_card
from studio.services.installed_versions import versions_of
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.models.model_service import ModelService
from studio.services.runs.usable_version import must_be_usable
from studio.storage.database import Database
from studio.storage.files import write_atomically, write_bytes, write_json
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder
from studio.storage.staged_folder import refuse_what_is_there, staged_folder

QUESTIONS = 50  # that the files are asked
SHORTEST, LONGEST = 48, 256  # room for an answer of the check, in tokens
BESIDE_BYTES = 30_000_000  # tokenizer, card and pages
CARD, REPORT_PAGE, DATA_PAGE = "README.md", "report.html", "data-report.html"
IN_GGUF = (ExportKind.OLLAMA, ExportKind.LMSTUDIO, ExportKind.GGUF)
FOR_WRITERS = (ExportKind.VLLM, *IN_GGUF)
OFFERED = (ExportKind.TRANSFORMERS, ExportKind.ADAPTER, ExportKind.MERGED, *IN_GGUF, ExportKind.VLLM,
           ExportKind.REPORT, ExportKind.CARD)  # fmt: skip
LIBRARIES = ("torch", "transformers", "peft", "tokenizers", "tailor-studio")
JOB = "export"
Tell = Callable[[str, int, int], None]


def nobody(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def nobody_stops() -> bool:
    """Nobody asked it to end."""
    return False


def kind_of(name: str) -> ExportKind:
    """WrongSetting for a name that means nothing."""
    if name not in set(ExportKind):
        raise WrongSetting(say("export.unknown_kind", kind=name[:40]),
                           hint=say("export.unknown_kind_next", kinds=", ".join(ExportKind)), where="as")  # fmt: skip
    return ExportKind(name)


def usual_type(kind: ExportKind) -> GgufType:
    """How a GGUF is kept unless somebody chooses."""
    return "f16" if kind is ExportKind.GGUF else "q8_0"


class ExportService:
    """The verbs around exports."""

    def __init__(
        self, home: Home, ledger: Database, engine: Engine, clock: Callable[[], datetime], jobs: Jobs,
        examples: DatasetService, evaluation: EvaluationService, models: ModelService, converters: Converters,
    ) -> None:  # fmt: skip
        self._home, self._ledger, self._engine, self._clock, self._jobs = home, ledger, engine, clock, jobs
        self._examples, self._evaluation, self._models = examples, evaluation, models
        self.converters = converters

    def export(
        self, run: str, kind: ExportKind, out: Path, *, by: str, with_examples: bool = False, gguf_type: str = "",
        fetch_converter: bool = False, tell: Tell = nobody, stop: Callable[[], bool] = nobody_stops,
    ) -> ExportManifest:  # fmt: skip
        """Make the folder `out`, which is whole afterwards or not there at all. `fetch_converter`: she asked for it.

        StudioError when it cannot be made, when there is no room for it, and when the files answer otherwise than the
        tested version.
        """
        folder = self._home.run(run)
        refuse_what_is_there(out)
        form = self.form_of(folder, kind)
        if form:
            must_be_usable(self._engine, folder)
        title = self._title(folder)
        order = self._gguf_order(kind, gguf_type, title, fetch_converter, tell, stop) if form == "gguf" else None
        exam = self._questions(folder) if form else []
        check_room(out, self._needed(folder, form))
        with staged_folder(out) as staging:
            version = None
            if form:
                room = self._room(folder, exam)
                version = self._engine.export_version(folder.path, form, staging, exam, room, tell, stop, order)
                refuse_what_differs(version)
                if version.replies:
                    checks = (*version.checks, points_check(folder.train, version.replies))
                    version = version.model_copy(update={"checks": checks})
                self._write_pages(kind, version, title, staging)
            facts = self._facts(folder, kind, version, with_examples)
            write_bytes(staging / CARD, model_card(facts).encode())
            if kind is ExportKind.REPORT:
                self._write_evidence(folder, staging, with_examples)
            manifest = ExportManifest(
                kind=kind, run=run, project=folder.spec.project, created=self._clock(), by=by,
                verified=version.verified if version else True, checks=version.checks if version else (),
                notes=(*(version.notes if version else ()),
                       *([say("export.no_report_in")] if facts.report is None else [])),
                commands=commands(kind, version, facts.versions, facts.title) if version else (),
                base=version.base if version else None, fingerprint=version.fingerprint if version else "",
                versions=facts.versions, files=files_of(staging), with_examples=with_examples and form is None,
            )  # fmt: skip
            write_json(staging / MANIFEST, manifest)
        self._ledger.note(by, f"export {kind.value}", f"{folder.spec.project}/{run}")
        return manifest

    def begin(self, run: str, kind: ExportKind, *, by: str, with_examples: bool = False,
              fetch_converter: bool = False, gguf_type: str = "") -> BackgroundJob:  # fmt: skip
        """The same in the background, into the project's own folder of exports; its manifest is what stays."""
        project = self._home.run(run).spec.project

        def work(job: BackgroundJob) -> ExportManifest:
            out = self.place(run, kind)
            if out.is_dir():
                forget(out)
            return self.export(run, kind, out, by=by, with_examples=with_examples, fetch_converter=fetch_converter,
                               gguf_type=gguf_type, tell=job.progress, stop=job.is_cancelled)  # fmt: skip

        return self._jobs.begin(JOB, project, f"{run} {kind.value}", work, by=by)

    def job(self, run: str, kind: ExportKind) -> BackgroundJob | None:
        """The last one of this kind."""
        return self._jobs.last(JOB, self._home.run(run).spec.project, f"{run} {kind.value}")

    def stop(self, run: str, kind: ExportKind) -> None:
        """End it; nothing is left of it."""
        self._jobs.cancel(JOB, self._home.run(run).spec.project, f"{run} {kind.value}")

    def place(self, run: str, kind: ExportKind) -> Path:
        """Where the page puts it."""
        return self._home.project_folder(self._home.run(run).spec.project) / "exports" / f"{run}-{kind.value}"

    def made(self, run: str, kind: ExportKind) -> ExportManifest | None:
        """What lies there, if something does."""
        place = self.place(run, kind)
        return manifest_of(place) if (place / MANIFEST).is_file() else None

    def offered(self, run: str) -> list[ExportKind]:
        """What can be taken of this run, the most asked for first."""
        folder, found = self._home.run(run), []
        for kind in OFFERED:
            try:
                self.form_of(folder, kind)
            except StudioError:
                continue
            found.append(kind)
        return found

    def archive(self, run: str, kind: ExportKind) -> Path:
        """All files of what was made, as one archive; made anew only after the folder was."""
        place = self.place(run, kind)
        manifest = manifest_of(place)
        path = place.with_name(f"{place.name}.zip")
        if path.is_file() and path.stat().st_mtime >= (place / MANIFEST).stat().st_mtime:
            return path
        check_room(path, sum(file.bytes for file in manifest.files.values()) + BESIDE_BYTES)

        def write(stream: BinaryIO) -> None:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
                for name in (MANIFEST, *manifest.files):
                    packed.write(place / name, f"{place.name}/{name}")

        write_atomically(path, write)
        return path

    def verify(self, folder: Path) -> tuple[ExportManifest, list[str]]:
        """The export in this folder, and a sentence for every file that is not as it was."""
        manifest = manifest_of(folder)
        return manifest, changes_since(folder, manifest)

    def push(self, folder: Path, repository: str, token: str, *, by: str, private: bool = True,
             stop: Callable[[], bool] = nobody_stops) -> str:  # fmt: skip
        """Send an exported folder to a new repository of the hub; its address. StudioError when nothing may go out."""
        if self.converters.offline:
            raise StudioError(say("push.offline"), hint=say("push.offline_next"))
        manifest = self._mine(folder)
        address = upload(folder, repository, token, private=private, stop=stop)
        self._ledger.note(by, "push export", f"{manifest.project}/{manifest.run} {repository}")
        return address

    def _mine(self, folder: Path) -> ExportManifest:
        """What is exported there, of a run that can be found here."""
        manifest, _ = to_send(folder)
        self._home.run(manifest.run)
        return manifest

    def form_of(self, folder: RunFolder, kind: ExportKind) -> Form | None:
        """How the weights leave; None where none do. StudioError for what this run or this program cannot."""
        if kind in WITHOUT_WEIGHTS:
            return None
        recipe = folder.spec.recipe
        adapter = recipe.method in ADAPTERS
        if kind is ExportKind.ADAPTER and not adapter:
            raise StudioError(say("export.no_adapter"), hint=say("export.no_adapter_next"), where=folder.id)
        if kind in FOR_WRITERS and recipe.task == "labels":
            raise StudioError(say("export.labels_only_here"), hint=say("export.labels_only_here_next"), where=folder.id)
        if kind in IN_GGUF:
            return "gguf"
        served = kind is ExportKind.VLLM and recipe.method in VLLM_METHODS
        if kind is ExportKind.ADAPTER or (served and place_on_hub(Path(folder.spec.model_folder))):
            return "adapter"
        return "merged"

    # Within

    def _gguf_order(
        self, kind: ExportKind, gguf_type: str, title: str, fetch_converter: bool, tell: Tell,
        stop: Callable[[], bool],
    ) -> GgufOrder:  # fmt: skip
        """How the file is made, after the converter was fetched if she asked for it."""
        wanted = next((one for one in get_args(GgufType) if one.lower() == gguf_type.lower()), None)
        if gguf_type and wanted is None:
            raise WrongSetting(say("export.unknown_type", kind=gguf_type[:20]),
                               hint=say("export.unknown_kind_next", kinds=", ".join(get_args(GgufType))),
                               where="type")  # fmt: skip
        if fetch_converter:
            self.converters.fetch(tell, stop)
        return self.converters.order(wanted or usual_type(kind), served_name(title))

    def _write_pages(self, kind: ExportKind, version: ExportedVersion, title: str, staging: Path) -> None:
        """What goes with the weights for the program that they are for."""
        if not version.gguf:
            write_bytes(staging / ASK, program(version).encode())
        elif kind is ExportKind.OLLAMA:
            write_bytes(staging / "Modelfile", modelfile(version).encode())
        elif kind is ExportKind.LMSTUDIO:
            place = staging / PUBLISHER / served_name(title)
            place.mkdir(parents=True)
            (staging / version.gguf).rename(place / version.gguf)

    def _title(self, folder: RunFolder) -> str:
        """What she called the run, or its project."""
        return folder.name or self._home.project(folder.spec.project).title

    def _questions(self, folder: RunFolder) -> list[Example]:
        """Exam questions, evenly taken; then those of the practice check, then taught ones, until there are enough."""
        exam = self._home.exam(folder.spec.project)
        rows = [*(exam.examples if exam else ()), *folder.validation, *folder.train]
        known = {example.content_hash: example for example in reversed(rows) if example.question.strip()}
        wanted = [example for example in rows if known.get(example.content_hash) is example]
        of_exam = len(exam.examples) if exam else 0
        spread = wanted[:of_exam][:: max(1, -(-of_exam // QUESTIONS))] if of_exam else []
        chosen = [*spread, *(one for one in wanted if one not in spread)][:QUESTIONS]
        if not chosen:
            raise StudioError(say("export.no_rows"), hint=say("export.no_rows_next"), where=folder.id)
        return chosen

    def _room(self, folder: RunFolder, exam: Sequence[Example]) -> int:
        """A quarter more than the longest expert's answer needs."""
        if folder.spec.recipe.task == "labels":
            return 0
        answers = [example.answer.encode("utf-8", "replace").decode() for example in exam]
        longest = max(self._engine.count_tokens(Path(folder.spec.model_folder), answers), default=0)
        return min(LONGEST, max(SHORTEST, longest + longest // 4))

    def _needed(self, folder: RunFolder, form: Form | None) -> int:
        """Bytes on the disk."""
        if form == "gguf":
            return BESIDE_BYTES + 8 * self._engine.inspect(Path(folder.spec.model_folder)).parameters
        if form == "merged":
            return BESIDE_BYTES + 4 * self._engine.inspect(Path(folder.spec.model_folder)).parameters
        weights = sum(file.stat().st_size for file in folder.adapter.glob("*.safetensors")) if form else 0
        return BESIDE_BYTES + weights

    def _facts(
        self, folder: RunFolder, kind: ExportKind, version: ExportedVersion | None, with_examples: bool
    ) -> CardFacts:
        spec = folder.spec
        exam = self._home.exam(spec.project)
        entry = self._models.entry(spec.recipe.base_model)
        licence = (entry.licence if entry else "") or (version.base.licence if version else "")
        return CardFacts(
            kind=kind, title=self._title(folder), spec=spec, card=self._card(folder),
            report=self._evaluation.report(spec.id), version=version, versions=versions_of(*LIBRARIES),
            base_name=version.base.name if version else Path(spec.recipe.base_model).name, base_licence=licence,
            learned=len(folder.train), exam=len(exam.examples) if exam else 0, with_examples=with_examples,
        )  # fmt: skip

    def _view(self, folder: RunFolder) -> DatasetView | None:
        """The examples as they stand, as long as they are there."""
        try:
            return self._examples.view(folder.spec.project, folder.spec.dataset)
        except NotFound:
            return None

    def _card(self, folder: RunFolder) -> DatasetMetadata | None:
        view = self._view(folder)
        return view.card if view else None

    def _write_evidence(self, folder: RunFolder, staging: Path, with_examples: bool) -> None:
        report, view = self._evaluation.report(folder.id), self._view(folder)
        if report is None:
            raise NotFound(say("export.no_exam"), hint=say("export.no_exam_next"), where=folder.id)
        write_bytes(staging / REPORT_PAGE, report_to_show(report, with_examples=with_examples).encode())
        if view is not None:
            exam = self._home.exam(folder.spec.project)
            page = data_report_to_show(view, self._home.project(folder.spec.project).title,
                                       len(exam.examples) if exam else 0, len(folder.validation))  # fmt: skip
            write_bytes(staging / DATA_PAGE, page.encode())


def refuse_what_differs(version: ExportedVersion) -> None:
    """StudioError for files that do not answer as tested."""
    wrong = next((check for check in version.checks if not check.passed), None)
    if wrong is not None or not version.checks:
        why = wrong.text if wrong else ""
        raise StudioError(say("export.not_as_tested", why=why), hint=say("export.nothing_written"))


def points_check(train: Sequence[Example], replies: Sequence[tuple[str, str, str]]) -> ExportCheck:
    """What the coarser numbers cost, by the measure that fits these answers; it is told, and decides nothing."""
    taught, experts = [example.answer for example in train], [expert for _, _, expert in replies]
    measure = detect(taught, experts).metrics[0]
    stopped = [True] * len(replies)
    scored = [
        [float(one) for one in score([measure], texts, experts, stopped, taught)[measure] if one is not None]
        for texts in ([tested for tested, _, _ in replies], [opened for _, opened, _ in replies])
    ]
    before, after = (100 * sum(values) / max(len(values), 1) for values in scored)
    told = round(after - before, 1) + 0.0  # never “-0.0”
    said = Sentence.of("export.check.points", difference=told, measure=Sentence.of(f"metric.{measure}"))
    return ExportCheck(name="points", passed=True, of=len(replies), difference=after - before, said=(said,))


def check_room(out: Path, needed: int) -> None:
    """StudioError when the disk that will hold the folder has no room for so many bytes."""
    there = next(parent for parent in (out, *out.absolute().parents) if parent.is_dir())
    free = disk_usage(there).free
    if needed > free:
        raise StudioError(say("export.no_room", needed=needed / 1e9, free=free / 1e9),
                          hint=say("export.no_room_next"), where=str(out))  # fmt: skip


def forget(folder: Path) -> None:
    """Remove an earlier export: out of sight first, so that no half of it is ever seen."""
    import secrets
    import shutil

    gone = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
