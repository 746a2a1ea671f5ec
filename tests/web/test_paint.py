"""Words stay words, whatever they hold."""

import html
import re

import pytest

from studio.web import paint

NASTY = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://evil.example/x.png)",
    "[a](javascript:alert(1))",
    "**bold** _it_ `code` ~~no~~", "# head\n\n- list\n\n1. one", "$a^2$ \\(x\\)",
    "<div style='position:fixed;inset:0'>",
    "a | b\n--|--", "&lt;b&gt; &amp;", "\u202egnp.exe", "{{ 7*7 }} {% raw %}", "http://evil.example/x",
    "www.evil.example", "line\nline\ttab",
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_no_mark_survives(text: str) -> None:
    shown = paint.safe(text)
    assert not re.search(r"[<>*_`#\[\]$|~\\\n\"]|://|www\.", re.sub(r"&#\d+;", "", shown))


@pytest.mark.parametrize("text", [*NASTY[:10], "Grüße, 你好, 🙂 ok", "5 < 6 & 7 > 2", "100% “sure” – yes"])
def test_and_every_word_is_still_there(text: str) -> None:
    assert html.unescape(paint.safe(text)) == text


def test_long_texts_are_cut_and_say_so() -> None:
    assert paint.safe("a" * 30_000).endswith("a …") and len(paint.safe("a" * 30_000)) < 20_010


def test_an_example_shows_what_is_empty() -> None:
    assert "empty" in paint.pair("What?", "")
