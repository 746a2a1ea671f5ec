"""“Fix all” is one decision: told before, done at once, taken back as one."""

from collections.abc import Callable

from studio.data.checks.fixes import FixEffect
from studio.schemas.example import Message
from studio.services.datasets.fix_all import preview_of
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
DIRTY = (
    table()
    + "Who may I write to?,Write to ana@example.org and we answer.\n"
    + "And where?,Ben is at ben@example.org on Mondays.\n"
    + "Who hums?,\nWhat does the kettle cost? (0),The kettle number 0 is ready for 0 people.\n"
)


def test_what_it_will_do_is_told_before_and_is_what_it_does(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    told = studio.examples.fix_all_preview(project, dataset)
    before = studio.examples.view(project, dataset)
    assert (told.rows_out, told.rows_changed) == (2, 2) and not before.decisions
    assert told.by_kind == {"empty_answer": (1, 0), "exact_duplicate": (1, 0), "private_details": (0, 2)}
    assert told.ids_changed == ("r49", "r50") and set(told.ids_out) == {"r51", "r52"}
    after = studio.examples.fix_all(project, dataset, by="ana")
    assert len(before.examples) - len(after.examples) == told.rows_out
    assert after.card.dropped == {"empty_answer": 1, "exact_duplicate": 1}
    assert after.card.changed == {"private_details": 2}


def test_it_is_one_decision_and_one_undo(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    before = studio.examples.view(project, dataset)
    (decision,) = studio.examples.fix_all(project, dataset, by="ana").decisions
    assert decision.sentence == "2 rows left out and 2 rows changed by “Fix all” (3 kinds of finding)."
    assert decision.kinds == {"empty_answer", "exact_duplicate", "private_details"}
    after = studio.examples.undo(project, dataset, by="ana")
    assert after.examples == before.examples and after.card.dropped == {} and after.card.changed == {}


def test_where_only_one_kind_has_something_to_fix_it_is_told_by_its_name(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table() + "Who hums?,\n")
    (decision,) = studio.examples.fix_all(project, dataset, by="ana").decisions
    assert (decision.kind, decision.sentence) == ("empty_answer", "1 row left out (empty answer).")


def test_a_row_that_is_changed_and_then_left_out_counts_as_left_out() -> None:
    words = (Message(role="user", content="Hm?"), Message(role="assistant", content="Hm."))
    told = preview_of([FixEffect("markup", {}, {"r1": words, "r2": words}, ""),
                       FixEffect("exact_duplicate", {"r2": "exact_duplicate"}, {}, "")])  # fmt: skip
    assert (told.rows_out, told.rows_changed, told.ids_changed) == (1, 1, ("r1",))
