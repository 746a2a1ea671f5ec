"""People's names, marked by a model in a local folder: opened by the same rules as any other, never fetched here."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.models.model_files import look_at

PERSON = re.compile(
    r"^(?:[BILESU][-_])?(?:PER|PERS|PERSON|NAME|PERSON_NAME|PRIVATE_PERSON|FULLNAME|FIRSTNAME|LASTNAME)$"
)
LONGEST = 512  # tokens that are read at once; longer texts are read in windows
OVERLAP = 64
AT_ONCE = 16

Span = tuple[int, int]


class NameRecognizer:
    """A model for marking words (token classification), loaded for one search."""

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        look_at(folder, marks_words=True)
        where = str(folder)
        self._tokenizer: Any = AutoTokenizer.from_pretrained(where, trust_remote_code=False, local_files_only=True)
        if not self._tokenizer.is_fast:
            raise UnusableModel(
                say('name_recognition.tokenizer_name_finder_cannot'),
                hint=say('name_recognition.choose_model_whose_folder'), where=where,
            )  # fmt: skip
        self._model, report = AutoModelForTokenClassification.from_pretrained(
            where, trust_remote_code=False, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
        if report["missing_keys"] or report["mismatched_keys"] or not all(
            bool(torch.isfinite(weights).all()) for weights in self._model.parameters()
        ):  # fmt: skip
            raise UnusableModel(
                say("name_recognition.weights_name_finder_not"),
                hint=say("name_recognition.copy_folder_again"),
                where=where,
            )
        self._model.eval()
        self._labels: dict[int, str] = {int(k): str(v).upper() for k, v in self._model.config.id2label.items()}
        if not any(PERSON.match(label) for label in self._labels.values()):
            raise UnusableModel(
                say('name_recognition.model_marks_words_but'),
                hint=say('name_recognition.marks') + ", ".join(list(self._labels.values())[:8]) + ".", where=where,
            )  # fmt: skip
        context = getattr(self._model.config, "max_position_embeddings", LONGEST) or LONGEST
        self._longest = max(8, min(LONGEST, int(context) - 2))

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """The places of names in each text, in order and without overlaps."""
        spans_by_text: list[list[Span]] = [[] for _ in texts]
        for first in range(0, len(texts), AT_ONCE):
            for place, spans in self._batch(texts[first : first + AT_ONCE]):
                spans_by_text[first + place] += spans
        return [joined(spans, text) for spans, text in zip(spans_by_text, texts, strict=True)]

    def _batch(self, texts: Sequence[str]) -> Iterator[tuple[int, list[Span]]]:
        import torch

        read = self._tokenizer(
            list(texts), truncation=True, max_length=self._longest, stride=min(OVERLAP, self._longest // 4),
            return_overflowing_tokens=True, return_offsets_mapping=True, padding=True, return_tensors="pt",
        )  # fmt: skip
        owners, offsets = read["overflow_to_sample_mapping"].tolist(), read["offset_mapping"].tolist()
        with torch.inference_mode():
            predicted = self._model(input_ids=read["input_ids"], attention_mask=read["attention_mask"]).logits.argmax(
                -1
            )
        for owner, places, labels in zip(owners, offsets, predicted.tolist(), strict=True):
            marked = zip(places, labels, strict=True)
            yield owner, [(a, b) for (a, b), label in marked if b > a and PERSON.match(self._labels[label])]


def joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Tokens of one name made one: what stands between them is at most a space, a dot, a hyphen or an apostrophe."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if whole and (start <= whole[-1][1] or re.fullmatch(r"\.? |[-'’.]", text[whole[-1][1] : start])):
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        elif end > start:
            whole.append((start, end))
    return whole
