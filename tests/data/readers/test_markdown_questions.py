"""A page of questions in Markdown: a row for each heading that asks, and every other line accounted for."""

from studio.data.readers.read_file import read_text

PAGE = """# Harbour help

We answer by mail.

## May I moor overnight?

Yes, with a permit.

### Where do I get one?
At the mole.

## Is there water?
```
# tap 1?
```
Use `tap 1`.

## **Who lifts the boats?**

The crane, on Mondays.
"""


def test_each_heading_that_asks_is_a_row_with_what_stands_under_it() -> None:
    table = read_text(PAGE, "help.md", "utf-8")
    rows = [(row.number, *row.cells.values()) for row in table.rows]
    assert rows == [
        (5, "May I moor overnight?", "Yes, with a permit.\n\n### Where do I get one?\nAt the mole."),
        (12, "Is there water?", "```\n# tap 1?\n```\nUse `tap 1`."),
        (18, "Who lifts the boats?", "The crane, on Mondays."),
    ]
    assert [(drop.row, drop.reason) for drop in table.drops] == [(1, "not_a_row"), (3, "not_a_row")]
    assert table.rows_read == 5 and "(3)" in table.notes[0]


def test_a_page_whose_headings_do_not_ask_stays_texts() -> None:
    text = "# Log\n\n## Monday\n\nCalm.\n\n## Tuesday\n\nRain?\n\n## Wednesday\n\nFog.\n"
    assert read_text(text, "log.md", "utf-8").columns == ("text",)
