"""Run llama.cpp's converter out of a folder: `python -I run_converter.py FOLDER MEMORY_BYTES ARGUMENT…`.

A file of its own: nothing of the studio is imported. The folder's own `gguf` comes before an installed one. What it
needs of SentencePiece is only that the name exists: the folders that it is given hold no model of that kind.
"""

import importlib.machinery
import sys
import types
from pathlib import Path


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

    convert_hf_to_gguf.main()


if __name__ == "__main__":
    main()
