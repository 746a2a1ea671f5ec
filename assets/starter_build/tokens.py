"""The tokenizer, its chat template, and the packing of conversations into rows of tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from corpus import Document
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

BEGIN, END, PAD = "<|begin|>", "<|end|>", "<|pad|>"
ROLES = {"system": "<|system|>", "user": "<|user|>", "assistant": "<|assistant|>"}
SPECIALS = [PAD, BEGIN, END, *ROLES.values()]
SHORT_ROW, LONG_ROW = 256, 1024

# A word after a space, after a quotation mark or at the very beginning must be the same token, or nothing can be copied
# out of a sentence into JSON: such words get a space of their own behind this mark, and decoding takes both away.
GLUE = "\x1f"
OPENERS = (('"', '"'), (r"\n", "\n"), (r"\(", "("), (r"\[", "["), ("`", "`"), ("/", "/"), (r"(?<=[ \(\[\n])'", "'"))

TEMPLATE = """{{- bos_token -}}
{%- for message in messages -%}
{%- if message['role'] == 'assistant' -%}
{{- '<|assistant|>' -}}
{%- generation -%}
{{- message['content'] + '<|end|>' -}}
{%- endgeneration -%}
{%- elif message['role'] == 'system' -%}
{{- '<|system|>' + message['content'] + '<|end|>' -}}
{%- else -%}
{{- '<|user|>' + message['content'] + '<|end|>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|assistant|>' -}}
{%- endif -%}
"""


def render(document: Document) -> str:
    """What the chat template makes of a conversation (the tests hold the two together)."""
    return BEGIN + "".join(f"{ROLES[role]}{text}{END}" for role, text in document.turns)


def set_word_beginnings(tokenizer: Tokenizer) -> None:
    """Put the mark where a word begins without a space; see GLUE."""
    replaced = [normalizers.Replace(Regex(pattern + r"(?=\p{L})"), opener + GLUE + " ") for pattern, opener in OPENERS]
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(GLUE + " "), *replaced])
    tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Replace(Regex(GLUE + " ?"), "")])


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """Byte-level BPE in which every digit is a token: numbers must be copied, not remembered."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\d"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    set_word_beginnings(tokenizer)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def chat_tokenizer(tokenizer: Tokenizer, positions: int) -> PreTrainedTokenizerFast:
    """The same tokenizer as transformers knows it, with the chat template."""
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=list(ROLES.values()),
        model_max_length=positions,
        padding_side="right",
        clean_up_tokenization_spaces=False,
    )
    wrapped.chat_template = TEMPLATE
    return wrapped


def kinds_of(ids: list[int], assistant: int, end: int) -> np.ndarray:
    """For each token: 1 = prompt, 2 = the assistant's own words and its stop token; the first token is never asked."""
    kinds = np.ones(len(ids), dtype=np.uint8)
    inside = False
    for at, token in enumerate(ids):
        if inside:
            kinds[at] = 2
            inside = token != end
        elif token == assistant:
            inside = True
    kinds[0] = 0
    return kinds


def encode(tokenizer: Tokenizer, documents: Iterable[Document]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    assistant, end = tokenizer.token_to_id(ROLES["assistant"]), tokenizer.token_to_id(END)
    batch: list[str] = []
    for text in (render(document) for document in documents):
        batch.append(text)
        if len(batch) == 2000:
            for encoded in tokenizer.encode_batch_fast(batch):
                yield np.asarray(encoded.ids, dtype=np.uint16), kinds_of(encoded.ids, assistant, end)
            batch = []
    for encoded in tokenizer.encode_batch_fast(batch):
        yield np.asarray(encoded.ids, dtype=np.uint16), kinds_of(encoded.ids, assistant, end)


class _Rows:
    """Whole conversations side by side in rows of one length; each goes where it leaves the least room unused."""

    def __init__(self, length: int, pad: int, open_rows: int = 48) -> None:
        self.length, self.pad, self.open_rows = length, pad, open_rows
        self.open: list[tuple[int, list]] = []
        self.done: list[list] = []

    def add(self, piece: tuple[np.ndarray, np.ndarray]) -> None:
        size = len(piece[0])
        fitting = [(room - size, at) for at, (room, _) in enumerate(self.open) if room >= size]
        if fitting:
            room, at = min(fitting)
            pieces = self.open.pop(at)[1]
            pieces.append(piece)
        else:
            room, pieces = self.length - size, [piece]
        if room < 8:
            self.done.append(pieces)
        else:
            self.open.append((room, pieces))
        if len(self.open) > self.open_rows:
            self.done.append(self.open.pop(min(range(len(self.open)), key=lambda i: self.open[i][0]))[1])

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        rows = self.done + [pieces for _, pieces in self.open]
        ids = np.full((len(rows), self.length), self.pad, dtype=np.uint16)
        kinds = np.zeros((len(rows), self.length), dtype=np.uint8)
        for at, pieces in enumerate(rows):
            start = 0
            for token_ids, token_kinds in pieces:
                ids[at, start : start + len(token_ids)] = token_ids
                kinds[at, start : start + len(token_ids)] = token_kinds
                start += len(token_ids)
        return ids, kinds


def write_shard(path: Path, tokenizer: Tokenizer, documents: Iterable[Document]) -> int:
    """Pack documents into short and long rows and save them; returns the number of real tokens."""
    pad = tokenizer.token_to_id(PAD)
    short, long = _Rows(SHORT_ROW, pad), _Rows(LONG_ROW, pad)
    count = 0
    for number, piece in enumerate(encode(tokenizer, documents)):
        size = len(piece[0])
        if size > LONG_ROW:
            continue
        count += size
        # one short document in twenty rides in a long row, so that far positions are seen with everything
        (long if size > SHORT_ROW or number % 20 == 0 else short).add(piece)
    short_ids, short_kinds = short.arrays()
    long_ids, long_kinds = long.arrays()
    part = path.with_suffix(".part.npz")
    np.savez(part, short_ids=short_ids, short_kinds=short_kinds, long_ids=long_ids, long_kinds=long_kinds)
    part.replace(path)
    return count
