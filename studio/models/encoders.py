"""Encoders: models that read a text whole and write nothing. With a classification head they give labels.

A `LabelLayout` is to such a label model what a chat template is to one that writes: its tokenizer, its labels, and the
sign between several of them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.models.chat_template import load_tokenizer
from studio.models.context_length import context_length
from studio.schemas.example import Message
from studio.storage.files import write_json

ENCODERS = ("bert", "roberta", "distilbert", "deberta", "deberta-v2", "modernbert", "xlm-roberta")
WRITERS = ("ForCausalLM", "LMHeadModel")  # the same families also exist as models that write
PADDED_POSITIONS = ("roberta", "xlm-roberta")  # their first positions are never a word's
LABELS_FILE = "studio_labels.json"


def is_encoder(config: Mapping[str, Any]) -> bool:
    """By the values of `config.json`: of a family of encoders, and not made over into a model that writes."""
    architectures = [str(name) for name in config.get("architectures") or []]
    return config.get("model_type") in ENCODERS and not any(name.endswith(WRITERS) for name in architectures)


def read_length(config: Any, tokenizer: Any) -> int:
    """How many tokens an encoder reads, by a transformers configuration and its tokenizer."""
    length = context_length(config)
    if config.model_type in PADDED_POSITIONS:
        length -= int(config.pad_token_id or 0) + 1
    return min(length, int(tokenizer.model_max_length))


@contextmanager
def without_report() -> Iterator[None]:
    """For loading an encoder with a new head: that the head is new is what was asked for."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)


@dataclass(frozen=True)
class LabelLayout:
    """Kept with a label model as a chat template is with a chat model. The place of a label is its score's place."""

    tokenizer: Any
    labels: tuple[str, ...]
    max_length: int
    separator: str = ""  # with one, a text may have several labels

    @property
    def several(self) -> bool:
        """Whether a text may have several labels."""
        return bool(self.separator)

    def encode(self, texts: Sequence[str]) -> list[tuple[list[int], int]]:
        """The tokens of each text with the encoder's marks, at most `max_length`, and how many it has in all."""
        whole = self._tokens(texts)
        cut = [place for place, ids in enumerate(whole) if len(ids) > self.max_length]
        shortened = dict(zip(cut, self._tokens([texts[place] for place in cut], self.max_length), strict=True))
        return [(shortened.get(place, ids), len(ids)) for place, ids in enumerate(whole)]

    def _tokens(self, texts: Sequence[str], limit: int | None = None) -> list[list[int]]:
        if not texts:
            return []
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        found = self.tokenizer(clean, truncation=limit is not None, max_length=limit, padding=False, verbose=False)
        ids: list[list[int]] = found["input_ids"]
        return ids

    def joined(self, labels: Iterable[str]) -> str:
        """Labels as an answer, in the order of `labels`."""
        chosen = set(labels)
        return f"{self.separator} ".join(label for label in self.labels if label in chosen)

    def save(self, folder: Path) -> None:
        """Write what is no tokenizer's beside the weights."""
        write_json(folder / LABELS_FILE, {"format": 1, "labels": self.labels, "separator": self.separator,
                                          "max_length": self.max_length})  # fmt: skip

    def save_whole(self, folder: Path) -> None:
        """With the tokenizer, so that the folder can be used on its own."""
        self.tokenizer.save_pretrained(str(folder))
        self.save(folder)


def load_label_layout(model_folder: Path, saved: Path) -> LabelLayout:
    """The layout that a label model was taught with; StudioError for a folder of a newer studio."""
    kept = json.loads((saved / LABELS_FILE).read_text(encoding="utf-8"))
    if kept["format"] != 1:
        raise StudioError(say("labels.newer"), hint=say("labels.newer_next"), where=str(saved))
    return LabelLayout(
        load_tokenizer(model_folder), tuple(kept["labels"]), int(kept["max_length"]), str(kept["separator"])
    )


def text_to_read(messages: Sequence[Message]) -> str:
    """What was said before the answer; system turns are for models that write."""
    return "\n".join(message.content for message in messages if message.role != "system")
