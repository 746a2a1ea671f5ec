"""A web page or XML under the name of a table is named, never taught line by line."""

import pytest

from studio.data.readers.read_file import read_text
from studio.errors import UnreadableFile

PAGES = ("<!DOCTYPE html><html><table><tr><td>Frage</td></tr></table></html>", "<table>\n<tr><td>a</td></tr>\n</table>",
         '<?xml version="1.0"?>\n<html><body>x</body></html>')  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["export.xls", "export.csv", "export.txt"])
def test_a_web_page_says_what_it_is(page: str, name: str) -> None:
    with pytest.raises(UnreadableFile, match="web page"):
        read_text(page, name, "utf-8")


def test_xml_says_what_it_is() -> None:
    with pytest.raises(UnreadableFile, match="XML"):
        read_text('<?xml version="1.0"?>\n<faq><q>Wo?</q></faq>', "faq.xml", "utf-8")


def test_a_text_that_begins_with_another_sign_is_read() -> None:
    text = "question,answer\n<table> or <html>?,Both are tags.\n"
    assert len(read_text(text, "tags.csv", "utf-8").rows) == 1


def test_questions_and_answers_in_a_list_are_named() -> None:
    text = "".join(f'- question: "Where is pier {n}?"\n  answer: "Behind pier {n + 1}."\n' for n in range(6))
    with pytest.raises(UnreadableFile, match="Question"):
        read_text(text, "faq.yml", "utf-8")


def test_the_questions_of_a_form_are_headings() -> None:
    text = "Horodateur,Quelle est votre question ?,Notre réponse\n" + "".join(
        f"2026/01/0{n} 9:12:33 AM UTC+1,Où est le quai {n} ?,Derrière le phare numéro {n}.\n" for n in range(1, 9)
    )
    table = read_text(text, "form.csv", "utf-8")
    assert table.columns[1:] == ("Quelle est votre question ?", "Notre réponse") and len(table.rows) == 8
