"""A table written in Markdown: pipes around and between the cells, and a line of dashes under the headings."""

import re
from collections.abc import Iterator
from itertools import pairwise

RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
PIPE = re.compile(r"(?<!\\)\|")
BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
LOOKED_AT = 50  # lines above a table, such as its title


def is_markdown(text: str) -> bool:
    """Whether a line of pipes is followed by the line of dashes that makes a table of it."""
    head = [line.strip() for line in text[:20_000].split("\n")[:LOOKED_AT]]
    return any(
        "|" in line and RULE.fullmatch(under) and len(cells_of(line)) == len(cells_of(under))
        for line, under in pairwise(head)
    )


def markdown_records(text: str) -> Iterator[list[str]]:
    """The cells of each line, without the spaces around them; the line of dashes is layout and no row."""
    ruled = False
    for line in text.split("\n"):
        plain = line.strip()
        if not ruled and RULE.fullmatch(plain):
            ruled = True
            continue
        yield cells_of(plain)


def cells_of(line: str) -> list[str]:
    """The cells of a line whose outer pipes may be missing."""
    inner = line.removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [BREAK.sub("\n", cell.strip().replace("\\|", "|")) for cell in PIPE.split(inner)]
