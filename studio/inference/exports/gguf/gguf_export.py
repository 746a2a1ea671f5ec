"""One version as a GGUF: written whole, converted by a program of its own, and compared by another reader.

Imported late: this module imports the heavy libraries.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.inference.exports.chat_files import save_chat_files
from studio.inference.exports.comparison import compared_gguf
from studio.inference.exports.fresh_process import SPARE_BYTES, open_and_answer
from studio.inference.exports.gguf.conversion import check_known, convert, quantize
from studio.inference.exports.reference import Reference
from studio.inference.exports.version_export import VersionExport
from studio.inference.exports.whole_model import write_whole_model
from studio.models.chat_template import load_chat_template
from studio.models.context_length import spelled_out
from studio.models.model_files import look_at, read_json
from studio.schemas.example import Example
from studio.schemas.exports.export import BaseReference, ExportCheck, ExportedVersion, GgufOrder
from studio.storage.files import write_json

SCRIPT, BY_LLAMA_CPP = Path(__file__).with_name("open_gguf.py"), Path(__file__).with_name("ask_llama_cpp.py")
WHOLE = ".whole"  # where the model stands that is converted; it goes before anything is published


@dataclass(frozen=True)
class GgufExport(VersionExport):
    """A `VersionExport` whose weights are one file for llama.cpp and what is built on it."""

    order: GgufOrder = field(kw_only=True)

    def files_in(self, folder: Path) -> Path:
        """The whole model is only passed through."""
        return folder / WHOLE

    def write(self, folder: Path, exam: Sequence[Example]) -> ExportedVersion:
        """First whether the converter knows this model at all, told before the work; at last what was passed through
        goes."""
        self.tell(say("export.stage.gguf_known"), 0, 0)
        with tempfile.TemporaryDirectory() as place:
            save_chat_files(load_chat_template(self.model_folder, self.version), Path(place), self.room)
            write_json(Path(place) / "config.json", spelled_out(read_json(self.model_folder / "config.json", "")))
            check_known(self.order.converter, Path(place), self.stop, by_llama_cpp=self.order.server is not None)
        (folder / WHOLE).mkdir()
        version = super().write(folder, exam)
        shutil.rmtree(folder / WHOLE)
        unread = () if self.order.server else (say("export.gguf_note"),)
        return version.model_copy(
            update={"gguf": self.order.file, "gguf_type": self.order.type, "notes": (*version.notes, *unread)}
        )

    def write_weights(self, folder: Path, base: BaseReference) -> dict[str, Any]:
        """In float32: nothing is lost before the conversion."""
        write_whole_model(self.model_folder, self.version, folder / WHOLE)
        path = folder / WHOLE / "config.json"
        write_json(path, spelled_out(read_json(path, str(folder))))
        return {}

    def compared(self, reference: Reference, folder: Path, parameters: int) -> list[ExportCheck]:
        """Convert, then let llama.cpp answer where it is, else transformers' own reader with the studio's tokens."""
        whole, out = folder / WHOLE, folder / self.order.file
        look_at(whole)  # the converter would run code that a folder brings
        memory = SPARE_BYTES + 3 * 4 * parameters
        self.tell(say("export.stage.gguf"), 0, 0)
        if self.order.quantizer is None:
            convert(self.order.converter, whole, out, self.order.type, self.order.name, memory, self.stop)
        else:
            full = whole / "full.gguf"
            convert(self.order.converter, whole, full, "f16", self.order.name, memory, self.stop)
            quantize(self.order.quantizer, full, out, self.order.type, self.stop)
        texts = [{"ids": text.ids, "start": text.start} for text in reference.texts]
        asked = {"texts": texts, "memory_bytes": memory, **self._questions(reference, folder)}
        stage, lines = say("export.stage.open"), len(reference.answers) + len(texts)
        told, end = open_and_answer(
            asked, lambda done: self.tell(stage, min(done, lines), lines), self.stop,
            script=BY_LLAMA_CPP if self.order.server else SCRIPT,
        )  # fmt: skip
        self.replies.extend(
            (one.text, other["text"], one.expert) for one, other in zip(reference.answers, told, strict=False)
        )
        return compared_gguf(reference, told, end, self.order.type)

    def _questions(self, reference: Reference, folder: Path) -> dict[str, Any]:
        """What is opened and asked: as messages where llama.cpp reads them itself, else as tokens."""
        if self.order.server is None:
            by_tokens = [{"ids": one.prompt, "room": one.room} for one in reference.answers]
            return {"folder": str(folder), "file": self.order.file, "tokenizer": str(folder / WHOLE),
                    "questions": by_tokens}  # fmt: skip
        stop_ids = sorted(getattr(reference.layout, "stop_ids", ()))
        return {
            "server": str(self.order.server), "file": str(folder / self.order.file), "context": reference.context,
            "stops": list(getattr(reference.layout, "stop_strings", ())), "stop_ids": stop_ids,
            "questions": [
                {"messages": [{"role": turn.role, "content": turn.content} for turn in one.messages], "room": one.room}
                for one in reference.answers
            ],
        }  # fmt: skip
