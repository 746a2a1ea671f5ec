"""A conversation as one printable page: self-contained HTML without any script; every word is escaped."""

from collections.abc import Mapping, Sequence
from html import escape

from studio.evaluation.report_html import STYLE
from studio.schemas.chat import Turn

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def chat_page(turns: Sequence[Turn], names: Mapping[str, str]) -> str:
    """The whole page; `names` are the interface words for the contestants."""
    first = turns[0]
    when = f"{first.at.astimezone():%d %B %Y, %H:%M}"
    head = f"<h1>A conversation</h1><p class=small>Run {escape(first.run)}, {when}, asked by "
    body = "".join(turn_of(number, turn, names) for number, turn in enumerate(turns, start=1))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>A conversation</title>'
        f"<style>{STYLE}</style></head><body><main>{head}{escape(first.by)}.</p>{body}</main></body></html>"
    )


def turn_of(number: int, turn: Turn, names: Mapping[str, str]) -> str:
    """One question with its replies, and the expert's own answer where it came from the exam."""
    taught = f" <span class=small>(this question was taught: {escape(turn.taught)})</span>" if turn.taught else ""
    rows = "".join(
        f'<tr><th scope="row">{escape(names.get(reply.contestant, reply.contestant))}'
        f"<br><span class=small>{escape(reply.fingerprint)}</span></th><td><pre>{escape(reply.text)}</pre></td></tr>"
        for reply in turn.replies
    )
    if turn.expert:
        rows += f'<tr><th scope="row">your own answer</th><td><pre>{escape(turn.expert)}</pre></td></tr>'
    return f"<h2>Question {number}{taught}</h2><pre>{escape(turn.question)}</pre><table><tbody>{rows}</tbody></table>"
