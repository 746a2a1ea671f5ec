"""A page of questions in Markdown: each heading that asks, with what stands under it, is a row."""

import re
from collections import Counter

from studio.copy.catalog import say
from studio.data.table import Table, TableRow
from studio.schemas.finding import Drop

HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*?)[ \t#]*")
FENCE = ("```", "~~~")
FEWEST, SHARE = 3, 0.6
ASKS = ("?", "？", "؟")


def question_level(text: str) -> int:
    """The level of the headings that ask, 0 where the page is none of questions."""
    asked: Counter[int] = Counter()
    every: Counter[int] = Counter()
    for line, heading in lines_of(text):
        if heading is not None:
            every[len(heading[1])] += 1
            asked[len(heading[1])] += line.rstrip(" \t\r#*").endswith(ASKS)
    level = max(asked, key=lambda one: asked[one], default=0)
    return level if asked[level] >= FEWEST and asked[level] >= SHARE * every[level] else 0


def lines_of(text: str) -> list[tuple[str, re.Match[str] | None]]:
    """The lines, each with its match where it is a heading; nothing within a fence is one."""
    found: list[tuple[str, re.Match[str] | None]] = []
    fence = ""
    for line in text.removeprefix("\ufeff").split("\n"):
        mark = line.lstrip()[:3]
        if mark in FENCE and fence in ("", mark):
            fence = "" if fence else mark
        found.append((line, HEADING.fullmatch(line.rstrip("\r")) if not fence and len(line) <= 1_000 else None))
    return found


def read_questions(text: str, encoding: str, level: int) -> Table:
    """Question and answer of each heading of this level; what stands outside of them is left out by number."""
    rows: list[tuple[int, str, list[str]]] = []
    outside: list[int] = []
    inside = False
    for number, (line, heading) in enumerate(lines_of(text), start=1):
        if heading is not None and len(heading[1]) <= level:
            inside = len(heading[1]) == level
            if inside:
                rows.append((number, heading[2].strip("*_ \t"), []))
                continue
        if inside:
            rows[-1][2].append(line.rstrip("\r"))
        elif line.strip():
            outside.append(number)
    what = say("markdown_questions.outside")
    drops = [Drop(row=number, file_row=number, reason="not_a_row", detail=what) for number in outside]
    made = [TableRow(at, {"question": asked, "answer": "\n".join(said).strip()}) for at, asked, said in rows]
    return Table(
        format="text",
        encoding=encoding,
        columns=("question", "answer"),
        rows=made,
        drops=drops,
        rows_read=len(made) + len(drops),
        notes=(say("markdown_questions.read_as_page", rows=len(made)),),
    )
