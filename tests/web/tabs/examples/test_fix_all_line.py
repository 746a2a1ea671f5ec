"""What the line of “Fix all” says beside its press."""

from html import unescape
from pathlib import Path

from studio.copy.catalog import say
from studio.services.studio import Studio
from studio.web.tabs.examples.inbox import fix_all_line


def test_where_words_were_changed_it_says_why_more_rows_may_be_copies(studio: Studio, tmp_path: Path) -> None:
    rows = [f"Whom may I ask about key {n}?,Ask in the office by the gate on floor {n}." for n in range(20)]
    rows += ["May I bring a dog?,Yes; write to ana@post.example first.", "May I bring a cat?,No; none at all."]
    path = tmp_path / "office.csv"
    path.write_text("\n".join(["question,answer", *rows, rows[-1]]), encoding="utf-8")
    shown = studio.imports.import_file(path, "office", by="ana")
    told = say("examples.fix_all_copies")
    before = unescape(fix_all_line(shown, studio.examples.fix_all_preview(shown.project, shown.id)))
    assert before and told not in before
    shown = studio.examples.fix(shown.project, shown.id, "private_details", by="ana")
    assert told in unescape(fix_all_line(shown, studio.examples.fix_all_preview(shown.project, shown.id)))
