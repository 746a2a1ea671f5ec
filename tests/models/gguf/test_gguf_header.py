"""What compressed files say of themselves, and the sentence for each that cannot be taught. No library opens them."""

import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import UnusableModel
from studio.models.gguf.gguf_header import parse_header, read_header
from tests.gguf_files import make_gguf, make_header


def test_a_chat_model_tells_its_sizes(tmp_path: Path) -> None:
    header = read_header(make_gguf(tmp_path / "tiny.gguf"))
    assert header.architecture == "llama" and header.title == "Tiny chat" and header.compression == "Q8_0"
    assert header.size_of("embedding_length") == 32 and header.size_of("block_count") == 2
    assert header.parameters == 320 * 32 + 32 + 2 * (2 * 32 + 4 * 32 * 32 + 3 * 64 * 32)
    assert header.text("general.license") == "apache-2.0" and header.facts["tokenizer.ggml.tokens"] == 320


def cut(path: Path, share: float) -> Path:
    """The beginning of a whole file."""
    data = make_gguf(path).read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def head(tensors: int, keys: int, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, keys)


ODD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "cut.gguf": (lambda p: cut(p, 0.7), r"cut\.gguf is damaged or cut off"),
    "cut-early.gguf": (lambda p: cut(p, 0.01), "is damaged or cut off"),
    "empty.gguf": (lambda p: written(p, b""), "is damaged or cut off"),
    "text.gguf": (lambda p: written(p, b"<html>not found</html>"), "is no GGUF file"),
    "pickle.gguf": (lambda p: written(p, b"\x80\x04cos\nsystem\n(S'touch x'\ntR."), "is no GGUF file"),
    "old.gguf": (lambda p: written(p, head(0, 0, version=1)), "a version that is not read any more"),
    "many.gguf": (lambda p: written(p, head(2**60, 2**60)), "is damaged or cut off"),
    "long.gguf": (lambda p: written(p, head(0, 1) + struct.pack("<Q", 2**62)), "is damaged or cut off"),
    "array.gguf": (
        lambda p: written(p, head(0, 1) + struct.pack("<Q1sIIQ", 1, b"a", 9, 8, 2**62)), "is damaged or cut off",
    ),
    "nested.gguf": (
        lambda p: written(p, head(0, 1) + struct.pack("<Q1sIIQ", 1, b"a", 9, 9, 1)), "is damaged or cut off",
    ),
    "adapter.gguf": (lambda p: make_header(p, "llama", {"general.type": "adapter"}), "holds an adapter"),
    "lora.gguf": (lambda p: make_header(p, "llama", tensors=("blk.0.attn_q.weight.lora_a",)), "holds an adapter"),
    "mmproj.gguf": (lambda p: make_header(p, "clip", {"general.type": "mmproj"}), "looks at pictures or listens"),
    "eyes.gguf": (lambda p: make_header(p, "llama", tensors=("v.patch_embd.weight",)), "looks at pictures or listens"),
    "ears.gguf": (lambda p: make_header(p, "whisper"), "looks at pictures or listens"),
    "vision.gguf": (lambda p: make_header(p, "qwen2vl"), r"\(qwen2vl\) looks at pictures"),
    "embedding.gguf": (lambda p: make_header(p, "nomic-bert"), "turns texts into numbers"),
    "pooled.gguf": (lambda p: make_header(p, "qwen3", {"qwen3.pooling_type": 1}), "turns texts into numbers"),
    "unknown.gguf": (lambda p: make_header(p, "smollm3"), "kind “smollm3” cannot be unpacked"),
    "nameless.gguf": (lambda p: make_header(p, ""), "kind “.” cannot be unpacked"),
    "vocabulary.gguf": (lambda p: make_header(p, "llama", {"general.type": "vocab"}, ()), "vocabulary and no weights"),
    "matrix.gguf": (lambda p: make_header(p, "llama", {"general.type": "imatrix"}), "statistics about a model"),
    "scaled.gguf": (lambda p: make_header(p, "llama", tensors=("rope_freqs.weight",)), "unpacking would lose"),
    "part-00002-of-00003.gguf": (lambda p: make_header(p, "llama", {"split.count": 3}), "3 files, and number 1 is"),
    "renamed.gguf": (lambda p: make_header(p, "llama", {"split.count": 2}), "2 files, and number 1 is missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_gets_its_sentence(name: str, tmp_path: Path) -> None:
    make, sentence = ODD[name]
    with pytest.raises(UnusableModel, match=sentence) as refused:
        read_header(make(tmp_path / name))
    assert refused.value.hint and refused.value.where


def test_a_split_model_whose_parts_are_all_here_says_how_to_join_them(tmp_path: Path) -> None:
    parts = [make_header(tmp_path / f"big-0000{n}-of-00002.gguf", "llama", {"split.count": 2}) for n in (1, 2)]
    with pytest.raises(UnusableModel, match="2 files, which are not read one by one") as refused:
        read_header(parts[0])
    assert "--merge" in refused.value.hint


def test_no_library_is_imported_to_look_at_a_file() -> None:
    import subprocess

    code = "import sys, studio.models.gguf.gguf_header; print({'torch', 'gguf', 'transformers'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "set()"


def test_any_cut_of_a_file_is_refused_and_never_a_fault(tmp_path: Path) -> None:
    data = make_gguf(tmp_path / "whole.gguf").read_bytes()
    for place in range(0, len(data), max(1, len(data) // 97)):
        with pytest.raises(UnusableModel):
            parse_header(written(tmp_path / "cut.gguf", data[:place]))
