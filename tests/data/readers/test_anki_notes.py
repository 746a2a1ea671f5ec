"""Notes of Anki are a table: its own first lines say how it is cut and are no rows."""

import pytest

from studio.data.readers.read_file import read_text

NOTES = "#separator:{sign}\n#html:true\n#tags column:3\n"
CARDS = [("What is a luff?", "The front edge of a sail.<br>"), ("What, then, is a leech?", "Its back edge.")]


@pytest.mark.parametrize(("name", "sign"), [("tab", "\t"), ("Semicolon", ";"), ("|", "|")])
def test_the_first_lines_say_what_parts_the_cells(name: str, sign: str) -> None:
    cards = "".join(f"{sign.join((*card, 'sails'))}\n" for card in CARDS)
    table = read_text(NOTES.format(sign=name) + cards, "deck.txt", "utf-8")
    assert [tuple(row.cells.values())[:2] for row in table.rows] == CARDS
    assert "Read as notes of Anki." in table.notes and table.rows_read == len(table.rows) + len(table.drops)


def test_named_columns_are_headings() -> None:
    text = "#separator:tab\n#columns:Front\tBack\n" + "".join("\t".join(card) + "\n" for card in CARDS)
    table = read_text(text, "deck.txt", "utf-8")
    assert table.columns == ("Front", "Back") and len(table.rows) == 2


def test_a_text_that_begins_with_a_hash_is_none() -> None:
    assert read_text("#harbour:quiet today\nNobody came.\n", "log.txt", "utf-8").columns == ("text",)
