"""Rows as tokens, kept in the run folder: a resume and the next run of the same rows read them instead of making them.

The file's name holds a hash over all that the tokens depend on, so it can never be out of date. Whole or absent.
"""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from studio.data.gc_paused import collector_paused
from studio.models.chat_template import ChatTemplate
from studio.schemas.example import Example
from studio.storage.files import write_bytes
from studio.training.tokenization import TokenizedExample, TokenizedExamples, make_rows

FORMAT = "3"
NAMES = ("ids", "ends", "starts", "wholes", "owners")


def kept_rows(
    folder: Path, chat_template: ChatTemplate, model_sha256: str, examples: Sequence[Example], max_length: int
) -> TokenizedExamples:
    """The same as `make_rows`, from the file of this run folder or of a run beside it when there is one."""
    name = f"rows-{key_of(chat_template, model_sha256, examples, max_length)}.npz"
    for path in candidates(folder, name):
        cached = read(path, examples)
        if cached is not None:
            return cached
    rows = make_rows(chat_template, examples, max_length)
    write_bytes(folder / name, packed(rows, examples))
    return rows


def candidates(folder: Path, name: str) -> Iterator[Path]:
    """This run's own file first, then those of other runs beside it that the same person owns."""
    yield folder / name
    for path in sorted(folder.parent.glob(f"*/{name}")):
        if path.stat().st_uid == folder.stat().st_uid and (path.parent / "recipe.json").is_file():
            yield path


def key_of(chat_template: ChatTemplate, model_sha256: str, examples: Sequence[Example], max_length: int) -> str:
    """Over the words, the model's files, the chat template with its instructions, and the longest example."""
    digest = hashlib.sha256()
    parts = [FORMAT, model_sha256, chat_template.template, json.dumps(chat_template.template_kwargs, sort_keys=True),
            str(chat_template.folds), chat_template.instructions, str(max_length)]  # fmt: skip
    for example in examples:
        parts.append(example.id)
        for turn in example.messages:
            parts += (turn.role, "1" if turn.learn else "0", str(len(turn.content)), turn.content)
    digest.update("\0".join(parts).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def packed(rows: TokenizedExamples, examples: Sequence[Example]) -> bytes:
    """Numbers as numpy writes them, without pickle; what was cut or left out as JSON."""
    place = {example.id: number for number, example in enumerate(examples)}
    names = ("cut", "left_out", "unwritable", "letters", "lost", "lost_lengths", "second_thoughts", "empty")
    said = {name: getattr(rows, name) for name in names}
    parts = {
        "ids": np.array([number for row in rows.rows for number in row.ids], dtype=np.int32),
        "ends": np.cumsum([0, *(len(row.ids) for row in rows.rows)], dtype=np.int64),
        "starts": np.array([row.start for row in rows.rows], dtype=np.int32),
        "wholes": np.array([row.whole for row in rows.rows], dtype=np.int32),
        "owners": np.array([place[row.example] for row in rows.rows], dtype=np.int32),
        "said": np.frombuffer(json.dumps(said).encode(), dtype=np.uint8),
    }
    stream = io.BytesIO()
    save: Callable[..., Any] = np.savez
    save(stream, **parts)
    return stream.getvalue()


def read(path: Path, examples: Sequence[Example]) -> TokenizedExamples | None:
    """The rows of a file; nothing when it is not there or not whole (every part has a checksum)."""
    if not path.is_file() or os.path.getsize(path) == 0:
        return None
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as parts:
            ids, ends, starts, wholes, owners = (parts[name].tolist() for name in NAMES)
            said = json.loads(parts["said"].tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    with collector_paused():
        rows = [
            TokenizedExample(examples[owner].id, ids[first:end], start, whole)
            for owner, (first, end), start, whole in zip(owners, pairwise(ends), starts, wholes, strict=True)
        ]
    return TokenizedExamples(rows, **{name: tuple(values) for name, values in said.items()})
