"""Small GGUF files, written as llama.cpp writes them."""

from pathlib import Path
from typing import Any

import numpy
from gguf import GGMLQuantizationType, GGUFWriter, quantize

from tests.tiny_models import make_tokenizer

LAYOUT = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
WIDTH, INNER, HEADS, LAYERS = 32, 64, 4, 2


def make_gguf(path: Path, *, compressed: bool = True, layout: str = LAYOUT) -> Path:
    """A chat model of the Llama kind with random weights (Q8_0) and a tokenizer whose pieces are bytes and more."""
    tokenizer = make_tokenizer()
    pieces = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    writer = GGUFWriter(path, "llama")
    writer.add_name("Tiny chat")
    writer.add_license("apache-2.0")
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(pieces))
    writer.add_file_type(7 if compressed else 0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_types([3 if piece.startswith("<") and len(piece) > 1 else 1 for piece in pieces])
    writer.add_token_merges(merges_of(tokenizer))
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_pad_token_id(tokenizer.pad_token_id)
    writer.add_bos_token_id(tokenizer.eos_token_id)
    writer.add_chat_template(layout)
    chance = numpy.random.default_rng(0)
    for name, shape in shapes(len(pieces)).items():
        values = numpy.ones(shape, numpy.float32) if len(shape) == 1 else chance.normal(0, 0.1, shape).astype("f4")
        if compressed and len(shape) == 2:
            kind = GGMLQuantizationType.Q8_0
            writer.add_tensor(name, quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, values)
    finish(writer)
    return path


def shapes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    """Tensors by their names in llama.cpp."""
    found: dict[str, tuple[int, ...]] = {"token_embd.weight": (vocabulary, WIDTH), "output_norm.weight": (WIDTH,)}
    for layer in range(LAYERS):
        found |= {
            f"blk.{layer}.{name}.weight": shape
            for name, shape in {
                "attn_norm": (WIDTH,), "ffn_norm": (WIDTH,), "attn_q": (WIDTH, WIDTH), "attn_k": (WIDTH, WIDTH),
                "attn_v": (WIDTH, WIDTH), "attn_output": (WIDTH, WIDTH), "ffn_gate": (INNER, WIDTH),
                "ffn_up": (INNER, WIDTH), "ffn_down": (WIDTH, INNER),
            }.items()
        }  # fmt: skip
    return found


def merges_of(tokenizer: Any) -> list[str]:
    """As GGUF holds them: two pieces with a space between."""
    import json

    merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    return [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]


def make_header(path: Path, architecture: str, facts: dict[str, Any] | None = None, tensors: tuple[str, ...] = ("a",),
                numbers: int = 32) -> Path:  # fmt: skip
    """A file that says what it is and holds next to nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = GGUFWriter(path, architecture)
    for key, value in (facts or {}).items():
        (writer.add_string if isinstance(value, str) else writer.add_uint32)(key, value)
    for name in tensors:
        writer.add_tensor(name, numpy.zeros(numbers, numpy.float32))
    finish(writer)
    return path


def finish(writer: Any) -> None:
    """To the disk."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
