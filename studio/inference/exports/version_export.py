"""One version for other programs: written, opened in a fresh process without the studio, and compared.

Imported late: this module imports the heavy libraries.
"""

import gc
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.inference.exports.adapter_folder import other_adapters, write_adapter
from studio.inference.exports.base_reference import base_reference
from studio.inference.exports.chat_files import save_chat_files
from studio.inference.exports.comparison import compared_answers, compared_labels
from studio.inference.exports.fresh_process import SPARE_BYTES, open_and_answer
from studio.inference.exports.reference import Reference, device, label_reference_of, reference_of
from studio.inference.exports.whole_model import write_whole_model
from studio.models.chat_template import ChatTemplate
from studio.models.encoders import LabelLayout, load_label_layout
from studio.models.folder_facts import facts_of_folder
from studio.models.model_files import read_json
from studio.schemas.example import Example
from studio.schemas.exports.export import BaseReference, ExportCheck, ExportedVersion, Form
from studio.schemas.run import RunSpec
from studio.storage.files import write_json

LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE")
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class VersionExport:
    """Writes one version into an empty folder. `room`: tokens left free for each answer of the check."""

    spec: RunSpec
    version: Path
    form: Form
    room: int
    tell: Tell
    stop: Callable[[], bool]
    replies: list[tuple[str, str, str]] = field(default_factory=list, kw_only=True)  # of the comparison

    @property
    def model_folder(self) -> Path:
        """Of the starting model."""
        return Path(self.spec.model_folder)

    def write(self, folder: Path, exam: Sequence[Example]) -> ExportedVersion:
        """All files of the version but the card, and what the comparison came to. StudioError says why there is none.

        The answers of the tested version come first: what cannot answer here is not worth writing.
        """
        labels = self.spec.recipe.task == "labels"
        reference = self.asked_here(exam, labels)
        gc.collect()
        base = base_reference(self.model_folder, self.spec.recipe.base_model)
        facts = facts_of_folder(self.model_folder)
        base = base.model_copy(update={"licence": base.licence or facts.licence})
        self.tell(say("export.stage.write"), 0, 0)
        described = self.write_weights(folder, base)
        self.write_layout(reference.layout, self.files_in(folder))
        for name in LICENCES:
            if (self.model_folder / name).is_file():
                shutil.copyfile(self.model_folder / name, folder / name)
        gc.collect()
        checks = self.compared(reference, folder, facts.parameters)
        others = other_adapters(self.version)
        notes = [say("export.other_adapter", name=others[0][:60])] if others else []
        config = read_json(self.model_folder / "config.json", str(self.model_folder))
        return ExportedVersion(
            form=self.form, task=self.spec.recipe.task, base=base, checks=tuple(checks), notes=tuple(notes),
            fingerprint=reference.fingerprint, architecture=(config.get("architectures") or [config["model_type"]])[0],
            parameters=facts.parameters, context=reference.context, rank=int(described.get("r") or 0),
            dora=bool(described.get("use_dora")), room=self.room,
            stop_tokens=stop_tokens(reference.layout),
            stop_strings=getattr(reference.layout, "stop_strings", ()),
            labels=getattr(reference.layout, "labels", ()), separator=getattr(reference.layout, "separator", ""),
            system=self.spec.recipe.instructions, replies=tuple(self.replies),
        )  # fmt: skip

    def files_in(self, folder: Path) -> Path:
        """Where tokenizer, layout and settings go."""
        return folder

    def write_weights(self, folder: Path, base: BaseReference) -> dict[str, Any]:
        """The adapter, whose description is given back, or the whole model."""
        if self.form == "adapter":
            return write_adapter(self.version, base, folder)
        labels = self.spec.recipe.task == "labels"
        layout = load_label_layout(self.model_folder, self.version) if labels else None
        write_whole_model(self.model_folder, self.version, folder, layout)
        return {}

    def asked_here(self, exam: Sequence[Example], labels: bool) -> Reference:
        """The tested version's answers."""
        stage = say("export.stage.ask")
        self.tell(stage, 0, len(exam))
        if labels:
            return label_reference_of(self.model_folder, self.version, exam)
        return reference_of(
            self.model_folder, self.version, exam, self.room, lambda done: self.tell(stage, done, len(exam)), self.stop
        )

    def write_layout(self, layout: ChatTemplate | LabelLayout, folder: Path) -> None:
        """What is no weight."""
        if isinstance(layout, ChatTemplate):
            save_chat_files(layout, folder, self.room)
            return
        layout.tokenizer.model_max_length = layout.max_length
        layout.tokenizer.save_pretrained(str(folder))
        path = folder / "tokenizer_config.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        write_json(path, {name: value for name, value in told.items() if "name_or_path" not in name})
        write_json(folder / "labels.json", {"labels": layout.labels, "separator": layout.separator,
                                            "max_length": layout.max_length})  # fmt: skip

    def compared(self, reference: Reference, folder: Path, parameters: int) -> list[ExportCheck]:
        """Open the files where the studio is not, and look."""
        labels = isinstance(reference.layout, LabelLayout)
        questions: list[dict[str, Any]] = [
            {"text": one.text} if labels else
            {"messages": [{"role": m.role, "content": m.content} for m in one.messages], "room": one.room}
            for one in reference.answers
        ]  # fmt: skip
        order = {
            "task": self.spec.recipe.task, "folder": str(folder), "device": device(), "questions": questions,
            "base": str(self.model_folder) if self.form == "adapter" else "",
            "texts": [{"ids": text.ids, "start": text.start} for text in reference.texts],
            "labels": len(getattr(reference.layout, "labels", ())),
            "memory_bytes": SPARE_BYTES + 3 * 4 * parameters if device() == "cpu" else 0,
        }  # fmt: skip
        stage, lines = say("export.stage.open"), len(questions) + len(reference.texts)
        self.tell(stage, 0, lines)
        told, end = open_and_answer(order, lambda done: self.tell(stage, min(done, lines), lines), self.stop)
        return (compared_labels if labels else compared_answers)(reference, told, end)


def stop_tokens(layout: ChatTemplate | LabelLayout) -> tuple[str, ...]:
    """The marks that end an answer, as texts, for programs that only know texts."""
    if not isinstance(layout, ChatTemplate):
        return ()
    return tuple(str(token) for token in layout.tokenizer.convert_ids_to_tokens(list(layout.stop_ids)))
