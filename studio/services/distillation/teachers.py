"""Who may answer in a person's place: another model, a version, or the starting model with the prompted rival's prompt.

A teacher is named as `MODEL` (an id of the list, or a folder), `run:ID`, or `prompt:ID` of a finished run.
"""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from studio.copy.catalog import say
from studio.data.duplicates.retrieval import NearestExamples
from studio.errors import StudioError, UnusableModel
from studio.models.folder_facts import facts_of_folder
from studio.schemas.example import Example, Message
from studio.schemas.loop.distillation import Teacher
from studio.services.chats.answering import exam_chat, texts_of
from studio.services.chats.contestants import chooses
from studio.services.engine import Engine, LoadedModel
from studio.services.evaluation.prompted_rival import USUAL, answer_room, prompted_chats
from studio.services.evaluation.report_builder import clean
from studio.services.models.model_service import ModelService
from studio.services.runs.usable_version import must_be_usable
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

VERSION, PROMPT = "run:", "prompt:"
LISTED = 8  # runs whose prompt and version are offered, the newest
UNKNOWN_ROOM = 256  # tokens for an answer where nobody knows yet how long answers are


class Teachers:
    """Finds teachers, says what their licence is, and prepares what they read."""

    def __init__(self, home: Home, engine: Engine, models: ModelService) -> None:
        self._home, self._engine, self._models = home, engine, models

    def teacher(self, named: str, instructions: str = "") -> Teacher:
        """Who is meant; StudioError for one that is not there, or that writes no answers."""
        if named.startswith((VERSION, PROMPT)):
            return self._of_run(self._home.run(named.partition(":")[2]), named.startswith(PROMPT))
        facts = self._models.inspect(named)
        if facts.task != "answers":
            raise UnusableModel(
                say("distillation.teacher_writes_nothing"), hint=say("distillation.choose_a_writer"), where="teacher"
            )
        entry = self._models.entry(named)
        return Teacher(
            kind="model", name=entry.title if entry else Path(facts.folder).name[:80], model=named,
            model_folder=facts.folder, model_sha256=facts.sha256, instructions=instructions,
            licence=self.licence(named, Path(facts.folder)),
        )  # fmt: skip

    def offered(self, project: str) -> list[tuple[str, str]]:
        """(title, name): the models that write and lie here, the largest first, then what the project's runs offer."""
        models = [entry for entry in self._models.catalogue() if entry.folder and entry.task == "answers"]
        models.sort(key=lambda entry: -entry.parameters)
        found = [(entry.title, entry.id) for entry in models]
        for folder in islice(self._home.runs(project) if project else (), LISTED):
            if folder.spec.recipe.task == "answers" and folder.has_version and folder.seen_state().status.is_over:
                prompt, version = self._of_run(folder, prompted=True), self._of_run(folder, prompted=False)
                found += [(prompt.name, f"{PROMPT}{folder.id}"), (version.name, f"{VERSION}{folder.id}")]
        return found

    def terms(self, named: str) -> tuple[str, str]:
        """Its name and what its licence says, before it is opened."""
        if named.startswith((VERSION, PROMPT)):
            found = self._of_run(self._home.run(named.partition(":")[2]), named.startswith(PROMPT))
            return found.name, found.licence
        self._models.refuse_unlisted(named)
        entry = self._models.entry(named)
        return (entry.title, entry.licence) if entry else (Path(named).name[:80], self.licence(named, Path(named)))

    def licence(self, model: str, folder: Path) -> str:
        """What the list or the model's own folder says; empty where neither says anything."""
        entry = self._models.entry(model)
        if entry is not None and entry.licence:
            return entry.licence
        try:
            return facts_of_folder(folder).licence
        except StudioError:
            return ""

    def room(self, teacher: Teacher, known: Sequence[Example]) -> int:
        """Tokens for an answer, by answers that are known: those the run learned from, else those of the project."""
        rows = self._home.run(teacher.run).train if teacher.run else known
        answers = [example.answer for example in rows if example.answer.strip()]
        return answer_room(self._engine, Path(teacher.model_folder), answers) if answers else UNKNOWN_ROOM

    def load(self, teacher: Teacher) -> LoadedModel:
        """Its weights in memory; StudioError when they are not those that were chosen."""
        folder = Path(teacher.model_folder)
        if teacher.model_sha256 and self._engine.inspect(folder).sha256 != teacher.model_sha256:
            raise UnusableModel(
                say("distillation.teacher_changed", name=teacher.name), hint=say("distillation.begin_anew"),
                where="teacher",
            )  # fmt: skip
        adapters = {contestant_of(teacher): self._home.run(teacher.run).adapter} if teacher.kind == "version" else {}
        return self._engine.load_adapters(folder, adapters)

    def chats(self, teacher: Teacher, asked: Sequence[Example]) -> list[list[Message]]:
        """What it reads before each answer."""
        if teacher.kind != "prompt":
            return [exam_chat(teacher.instructions, example) for example in asked]
        folder = self._home.run(teacher.run)
        answers = [example.answer for example in folder.train]
        reply = answer_room(self._engine, Path(teacher.model_folder), answers, USUAL)
        return prompted_chats(self._engine, folder.spec, asked, NearestExamples(folder.train), reply)[0]

    def prompt_tokens(self, teacher: Teacher, asked: Sequence[Example], chats: Sequence[Sequence[Message]]) -> float:
        """How many more tokens than the bare question it reads for each question, by its own tokenizer."""
        if not asked:
            return 0.0
        bare = texts_of({"bare": [exam_chat("", example) for example in asked], "whole": chats})
        counts = {name: sum(self._engine.count_tokens(Path(teacher.model_folder), clean(texts)))
                  for name, texts in bare.items()}  # fmt: skip
        return round((counts["whole"] - counts["bare"]) / len(asked), 1)

    def _of_run(self, folder: RunFolder, prompted: bool) -> Teacher:
        if chooses(folder):
            raise UnusableModel(
                say("distillation.teacher_writes_nothing"), hint=say("distillation.choose_a_writer"), where="teacher"
            )
        spec = folder.spec
        if not prompted:
            must_be_usable(self._engine, folder)
        base = self._models.entry(spec.recipe.base_model)
        title = base.title if base else Path(spec.recipe.base_model).name[:80]
        taught = f"{spec.created.astimezone():%d %b, %H:%M}"
        name = (
            say("distillation.with_prompt", model=title, taught=taught)
            if prompted
            else say("contestants.version", taught=taught)
        )
        return Teacher(
            kind="prompt" if prompted else "version", name=name, model=spec.recipe.base_model,
            model_folder=spec.model_folder, model_sha256=spec.model_sha256, run=folder.id,
            instructions=spec.recipe.instructions,
            licence=self.licence(spec.recipe.base_model, Path(spec.model_folder)),
        )  # fmt: skip


def contestant_of(teacher: Teacher) -> str:
    """Its name in the loaded model."""
    return "teacher" if teacher.kind == "version" else "base"
