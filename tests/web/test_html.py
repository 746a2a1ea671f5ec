"""Words stay words, whatever they hold."""

import html
import inspect
import re

import pytest

from studio.data.text.word_diff import difference
from studio.web import html as paint

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


@pytest.mark.parametrize(
    "text", [*NASTY[:10], "Grüße, 你好, 🙂 ok", "5 < 6 & 7 > 2", "100% “sure” – yes", "👩\u200d🔧 می\u200cخواهم"]
)
def test_and_every_word_is_still_there(text: str) -> None:
    assert html.unescape(paint.safe(text)) == text


def test_spaces_before_the_words_of_a_line_survive_the_page() -> None:
    code = "    first\n\tsecond\n  third  word"
    shown = inspect.cleandoc(paint.safe(code))  # as Gradio does with all that it shows
    assert html.unescape(shown) == code


def test_long_texts_are_cut_and_say_so() -> None:
    assert paint.safe("a" * 30_000).endswith("a …") and len(paint.safe("a" * 30_000)) < 20_010


def test_a_conversation_marks_what_is_learned_and_what_is_empty() -> None:
    shown = paint.conversation([("Question", "", False), ("Answer", "Nine.", True)])
    assert "learned" in shown and "empty" in shown


def test_an_example_shows_what_is_empty() -> None:
    assert "empty" in paint.pair("What?", "")


def test_a_finding_has_its_severity_in_words_and_its_preview_escaped() -> None:
    plain = paint.finding("2 rows are odd.", "Row 1: <b>", "worth a look")
    assert '<span class="severity">worth a look</span> Row 1&#58; &#60;b&#62;' in plain
    shown = paint.finding_with("2 rows are odd.", "worth a look", paint.seen("Row <1>"))
    assert '<span class="severity">worth a look</span></h4>' in shown and "Row &#60;1&#62;" in shown


def test_what_differs_is_marked_by_its_tag_and_its_words_stay_words() -> None:
    parts = [("Open ", "both"), ("<9>", "left"), ("<10>", "right")]
    assert paint.change(parts) == "Open <del>&#60;9&#62;</del><ins>&#60;10&#62;</ins>"
    assert paint.one_side(parts, "right") == 'Open <mark class="differs">&#60;10&#62;</mark>'


def test_what_is_done_so_far_is_a_list_inside_a_part_that_is_read_out() -> None:
    """A list that is itself a status is no list any more for who hears the page."""
    assert paint.steps_done(["Read", "Count", "Measure"], 1) == (
        '<div role="status"><ol class="working"><li class="done">Read</li><li class="now">Count</li>'
        '<li class="later">Measure</li></ol></div>'
    )


def test_certainties_are_bars_with_their_number_and_labels_stay_words() -> None:
    drawn = paint.certainty_bars([("<b>red", 0.934), ("blue", 0.0)])
    assert "&#60;b&#62;red" in drawn and "<span>93%</span>" in drawn and 'width="93.4%"' in drawn
    assert drawn.count("<svg") == 2 and paint.certainty_bars([]) == ""


def test_which_of_two_people_a_mask_hides_is_not_marked_as_a_difference() -> None:
    parts = difference("Dear [NAME_2], come at 9.", "Dear [NAME_7], come at 10.")
    assert paint.one_side(parts, "right").count("differs") == 1 and ">10<" in paint.one_side(parts, "right")


def test_a_blind_reply_that_was_cut_says_so_beside_its_words() -> None:
    drawn = paint.ballot_paper("ana", "How long?", "", ("It takes thi", "ended before it was finished"), ("A day", ""))
    left, right = drawn.split("A day")
    assert "ended before it was finished" in left and "ended" not in right
