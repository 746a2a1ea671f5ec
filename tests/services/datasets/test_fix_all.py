"""“Fix all” is one decision: told before, done at once, taken back as one."""

from collections.abc import Callable

from studio.data.checks.fixes import FixEffect
from studio.schemas.example import Message
from studio.services.datasets.dataset_view import DatasetView
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
    assert (decision.kind, decision.sentence) == ("empty_answer", "1 row left out (no answer).")


def test_a_row_that_is_changed_and_then_left_out_counts_as_left_out() -> None:
    words = (Message(role="user", content="Hm?"), Message(role="assistant", content="Hm."))
    told = preview_of([FixEffect("markup", {}, {"r1": words, "r2": words}, ""),
                       FixEffect("exact_duplicate", {"r2": "exact_duplicate"}, {}, "")])  # fmt: skip
    assert (told.rows_out, told.rows_changed, told.ids_changed) == (1, 1, ("r1",))
    assert told.by_kind["markup"] == (0, 1) and told.ids_by_kind["markup"] == ("r1",), "one number everywhere"


def test_a_row_that_is_changed_and_then_left_out_is_not_counted_as_changed(studio: Studio, upload: Upload) -> None:
    twice = "Who may I write to?,Write to ana@example.org and we answer.\n"
    project, dataset = upload(table() + twice + twice)
    told = studio.examples.fix_all_preview(project, dataset)
    after = studio.examples.fix_all(project, dataset, by="ana")
    assert told.by_kind["private_details"] == (0, 1) and after.card.changed == {"private_details": 1}


DOGS = "When does the office in Harrow open on a Saturday in winter, and may I bring my dog along with me?"
TWO_ANSWERS = (
    table()
    + f'"{DOGS}","On Saturdays we open at nine in the morning, and dogs on a lead may wait in the yard behind it."\n'
    + f'"{DOGS}","On Saturdays we open at nine in the morning, and dogs on a lead may wait in the hall behind it."\n'
)


def near_copies(view: DatasetView) -> int:
    return next((one.count for one in view.findings if one.kind == "near_duplicate"), 0)


def test_answers_that_are_all_right_are_no_near_copies_of_each_other(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(TWO_ANSWERS)
    assert near_copies(studio.examples.view(project, dataset)) == 1
    settled = studio.examples.settle(project, dataset, (49, 50), by="ana", keep="both")
    assert near_copies(settled) == 0
    assert studio.examples.fix_all_preview(project, dataset).ids_out == ()
    assert near_copies(studio.examples.view(project, dataset, exact=True)) == 0
    assert near_copies(studio.examples.undo(project, dataset, by="ana")) == 1


def test_exact_copies_among_answers_that_are_all_right_are_still_offered(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(TWO_ANSWERS + TWO_ANSWERS.splitlines()[-1] + "\n")
    studio.examples.settle(project, dataset, (49, 50, 51), by="ana", keep="both")
    assert studio.examples.fix_all_preview(project, dataset).ids_out == ("r51",)


def test_what_a_person_left_as_it_is_stays_as_it_is(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    studio.examples.dismiss(project, dataset, "private_details", by="ana")
    studio.examples.dismiss(project, dataset, "exact_duplicate", by="ana")
    assert studio.examples.fix_all_preview(project, dataset).by_kind == {"empty_answer": (1, 0)}


def test_the_sentence_counts_only_the_rows_that_are_left(studio: Studio, upload: Upload) -> None:
    cats = "May I bring my cat along to the shop in Pinner on a Sunday in summer, or is it only for dogs on a lead?"
    more = "".join(
        f'"{cats} ({n})","Cats and all other small animals may wait beside the door in the shade."\n' for n in "ab"
    )
    project, dataset = upload(TWO_ANSWERS + more)
    studio.examples.settle(project, dataset, (49, 50), by="ana", keep="both")
    (found,) = (one for one in studio.examples.view(project, dataset, exact=True).findings if one.groups)
    assert found.count == 1 and found.text.startswith("1 row ") and "1 row is left as before." in found.text
