"""The wordings themselves: plain text files with `[NAME]` heads, so that adding a sentence needs no Python."""

from __future__ import annotations

import re
from pathlib import Path


def read_text(name: str) -> dict[str, str]:
    """The sections of text/<name>.txt; what a section looks like inside is the using module's affair."""
    text = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    parts = re.split(r"^\[([A-Z_0-9]+)\]\n", text, flags=re.MULTILINE)
    return {head: body.rstrip("\n") for head, body in zip(parts[1::2], parts[2::2], strict=True)}


def parts(section: str) -> list[str]:
    """A section whose wordings are parted by bars or line ends."""
    return section.replace("\n", "|").split("|")
