"""The log gives the same dataset every time; the split keeps copies and groups on one side."""

import csv
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.columns.column_mapping import guess_mapping
from studio.data.duplicates.exam_overlap import overlap
from studio.data.history.event_log import replay
from studio.data.split.splitter import Split, different, overlaps, split
from studio.data.table import Table, TableRow
from studio.data.text.example_texts import ExampleTexts
from studio.errors import StudioError
from studio.schemas.example import Example, pair
from studio.schemas.finding import Decision

NOW = datetime(2026, 1, 2, tzinfo=UTC)
WORDS = [
    "amber",
    "basil",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "island",
    "jasper",
    "karma",
    "lemon",
    "maple",
    "nectar",
    "ocean",
    "pearl",
    "quartz",
    "river",
]
COUPLES = list(itertools.permutations(WORDS[:8], 2))


def rows(count: int) -> list[Example]:
    return [
        pair(
            n,
            f"Tell me about the {WORDS[n % 18]} {WORDS[n * 7 % 18]} {WORDS[n // 18]} case?",
            f"It is {WORDS[n * 5 % 18]} by {n}.",
        )
        for n in range(1, count + 1)
    ]


def decision(key: str, **fields: object) -> Decision:
    return Decision.model_validate({"id": key, "at": NOW, "by": "ana", "action": "edit", **fields})


def test_rows_in_are_rows_kept_and_dropped() -> None:
    log = [
        decision("d1", action="fix", kind="exact_duplicate", drops={"r2": "exact_duplicate"}),
        decision("d2", edits={"r1": pair(1, "new", "words").messages}),
        decision("d3", action="add", edits={"a1": pair(1, "more", "rows").messages}),
        decision("d4", action="remove", drops={"r3": "removed_by_person", "r2": "removed_by_person"}),
    ]
    done = replay(rows(5), log)
    assert [example.id for example in done.examples] == ["r1", "r4", "r5", "a1"]
    assert [(drop.row, drop.reason) for drop in done.drops] == [(2, "exact_duplicate"), (3, "removed_by_person")]
    assert done.changed == {"edit": 1}


def test_undo_takes_back_one_decision_unless_a_later_one_rests_on_it() -> None:
    log = [decision("d1", drops={"r1": "removed_by_person"}), decision("d2", drops={"r2": "removed_by_person"})]
    undone = replay(rows(3), [*log, decision("d3", action="undo", undoes="d2")])
    assert [one.id for one in undone.standing] == ["d1"]
    twice = replay(
        rows(3), [*log, decision("d3", action="undo", undoes="d2"), decision("d4", action="undo", undoes="d1")]
    )
    assert len(twice.examples) == 3
    earlier = replay(rows(3), [*log, decision("d3", action="undo", undoes="d1")])
    assert [example.id for example in earlier.examples] == ["r1", "r3"]
    assert [one.id for one in earlier.standing] == ["d2"]
    edited = decision("d0", edits={"r2": pair(2, "new", "words").messages})
    with pytest.raises(StudioError, match="A later decision rests on this one"):
        replay(rows(3), [edited, *log, decision("d3", action="undo", undoes="d0")])


def test_a_tenth_for_the_exam_and_a_tenth_of_the_rest_for_practice() -> None:
    done = split(rows(200))
    assert (len(done.exam), len(done.validation), len(done.train)) == (20, 18, 162)
    small = split(rows(20))
    assert (len(small.exam), len(small.validation), len(small.train)) == (5, 5, 10)


def test_the_split_depends_on_words_and_seed_alone() -> None:
    forward, backward = split(rows(60)), split(rows(60)[::-1])
    assert {example.id for example in forward.exam} == {example.id for example in backward.exam}
    assert {example.id for example in split(rows(60), seed=1).exam} != {example.id for example in forward.exam}


def test_words_that_were_taken_apart_before_change_nothing() -> None:
    examples = [*rows(60), *(example.model_copy(update={"id": f"r{900 + n}"}) for n, example in enumerate(rows(9)))]
    assert split(examples, texts=ExampleTexts(examples)) == split(examples)


def test_what_somebody_asked_to_be_learned_is_learned_and_no_other_row_changes_its_side() -> None:
    before, told = split(rows(60)), [pair(900 + n, f"Where is the lamp of {WORDS[n]}?", WORDS[-n]) for n in range(12)]
    assert any(one in side for one in told for side in split([*rows(60), *told])[1:]), "some would be drawn by chance"
    after = split([*rows(60), *told], learned={one.id for one in told})
    assert (after.exam, after.validation) == (before.exam, before.validation)
    assert after.train == [*before.train, *told]


def test_a_practice_question_that_was_answered_anew_is_learned() -> None:
    before = split(rows(90))
    copy = before.validation[0].model_copy(update={"id": "a1"})
    after = split([*rows(90), copy], learned=["a1"])
    assert {one.id for one in after.train} - {one.id for one in before.train} == {"a1", before.validation[0].id}
    assert (after.exam, after.validation) == (before.exam, before.validation[1:])
    small = split([*rows(20), split(rows(20)).validation[0].model_copy(update={"id": "a1"})], learned=["a1"])
    assert len(small.validation) == 5 and "a1" in {one.id for one in small.train}


def test_what_is_too_like_a_named_exam_question_stays_with_it() -> None:
    exam = [example.model_copy(update={"part": "exam"}) for example in rows(6)]
    done = split([*rows(60)[6:], *exam, exam[0].model_copy(update={"id": "a1", "part": ""})], learned=["a1"])
    assert "a1" in {one.id for one in done.exam} and len(done.exam) == 7


def test_copies_and_groups_stay_on_one_side() -> None:
    examples = rows(40) + [example.model_copy(update={"id": f"r{example.row + 100}"}) for example in rows(40)]
    examples += [
        pair(300 + n, f"Question of customer {WORDS[n]} {WORDS[n + 1]}?", WORDS[n], group="k") for n in range(4)
    ]
    done = split(examples)
    for side in done:
        ids = {example.id for example in side}
        assert all((f"r{n}" in ids) == (f"r{n + 100}" in ids) for n in range(1, 41))
        assert len({example.id for example in side if example.group}) in (0, 4)


FRAMES = (
    ("Hi,", "Thanks\nNadia Brown\n0171 2345678"),
    ("Dear Sir or Madam", "Kind regards,\nTom Long\nAccounts office, second floor\n+44 20 7946 0000"),
    ("Hello Nadia,", "Best wishes\n[NAME_1]\n[PHONE_1]\nwww.example.com"),
    ("Dear [NAME_4],", "Cheers\n[NAME_2]"),
)


def test_mails_that_differ_by_greeting_and_signature_alone_stay_on_one_side() -> None:
    mails = [
        pair(
            100 * frame + example.row,
            f"{FRAMES[frame][0]}\n\n{example.question}\n\n{FRAMES[frame][1]}",
            f"{example.answer} {frame} {WORDS[(example.row + 5 * frame) % 18]}.",
        )
        for frame in range(4)
        for example in rows(45)
    ]
    for seed in range(3):
        sides = [{example.row % 100 for example in side} for side in split(mails, seed=seed)]
        assert all(sides) and sum(map(len, sides)) == 45
        parts = split(mails, seed=seed)
        assert not overlap(parts.train, parts.exam) and not overlap(parts.validation, parts.exam)
    assert overlaps(mails[:45], mails[45:46]) == {mails[0].id}


def test_what_the_file_says_is_kept() -> None:
    examples = [example.model_copy(update={"part": "exam" if example.row > 52 else "train"}) for example in rows(60)]
    assert [example.row for example in split(examples).exam] == list(range(53, 61))


def test_too_few_are_refused_with_what_more_would_bring() -> None:
    with pytest.raises(StudioError) as caught:
        split(rows(19))
    assert str(caught.value) == (
        "19 examples are too few: at least 20 are needed. The exam and the practice check take 5 each."
        " 500 to 2,000 good ones teach a voice and a format."
    )


def test_an_uploaded_exam_that_overlaps_is_caught() -> None:
    taught = rows(30)
    exam = [pair(1, taught[4].question.upper(), "Something else."), pair(2, "A question that nobody asked?", "Yes.")]
    assert overlaps(taught, exam) == {"r5"}


ASKED = st.sampled_from([
    f"{start} {thing}{end}" for start in ("How do I return the broken", "When will you bring the new")
    for thing in ("kettle", "lamp", "garden chair", "wooden spoon") for end in ("?", " today?", " to the shop, please?")
])  # fmt: skip
ROW = st.tuples(ASKED, st.sampled_from(["Gladly.", "On Monday.", "Never."]), st.sampled_from(["", "", "k1", "k2"]),
                st.sampled_from(["", "", "train", "validation", "exam"]))  # fmt: skip


@given(drawn=st.lists(ROW, max_size=25), seed=st.integers(0, 3))
def test_near_copies_and_groups_never_sit_on_two_sides(drawn: list[tuple[str, str, str, str]], seed: int) -> None:
    own = [
        pair(100 + n, asked, said, group=group).model_copy(update={"part": part})
        for n, (asked, said, group, part) in enumerate(drawn)
    ]
    try:
        sides = split([*rows(40), *own], seed=seed)
    except StudioError:
        return  # so alike that no exam can be set aside: refused, not leaked
    assert sum(map(len, sides)) == 40 + len(own)
    for one, other in itertools.combinations(sides, 2):
        assert not overlap(one, other)


def test_questions_that_the_model_cannot_read_whole_are_only_learned() -> None:
    rows = [
        pair(n, f"What does {one} say about {other}?", f"It says {one}.")
        for n, (one, other) in enumerate(itertools.permutations(WORDS[:8], 2), 1)
    ]
    unread = {example.id for example in rows[::2]}
    parts = split(rows, unread=unread)
    assert not unread & {example.id for example in (*parts.exam, *parts.validation)}
    assert unread <= {example.id for example in parts.train}
    with pytest.raises(StudioError, match=r"cannot read .* questions whole: too few others are left"):
        split(rows, unread={example.id for example in rows[2:]})


REPORTED = "shared/material/cases/35-exam-leak-variants/five-wordings-each.csv"
CASES = next((found for up in Path(__file__).resolve().parents if (found := up / REPORTED).is_file()), Path(REPORTED))


def sides_of(parts: Split, key: Callable[[Example], str]) -> dict[str, set[str]]:
    sides: dict[str, set[str]] = {}
    for side in Split._fields:
        for example in getattr(parts, side):
            sides.setdefault(key(example), set()).add(side)
    return sides


def in_three_wordings() -> list[Example]:
    """Of each word three questions with one answer, and other rows."""
    wordings = ("Who mends the {}?", "hello, my {} is broken, whom do I ask", "Name of the person for a {}, please")
    rows = [
        pair(3 * n + k, wording.format(word), f"Mrs {word.title()}son mends it on Mondays.")
        for n, word in enumerate(WORDS)
        for k, wording in enumerate(wordings, 1)
    ]
    return rows + [pair(200 + n, f"Is there {a} in the {b}?", f"No {a} there.") for n, (a, b) in enumerate(COUPLES)]


def sides_of_wordings(parts: Split) -> list[set[str]]:
    sides = sides_of(parts, lambda example: example.answer)
    return [sides[f"Mrs {word.title()}son mends it on Mondays."] for word in WORDS]


def test_wordings_of_one_question_stay_on_one_side() -> None:
    assert all(len(sides) == 1 for sides in sides_of_wordings(split(in_three_wordings())))


def test_beside_a_frozen_exam_the_practice_check_asks_nothing_that_is_taught_in_other_words() -> None:
    """From a project's second run on it did, so that learning by heart looked like learning."""
    first = split(in_three_wordings(), seed=1)
    frozen = [example.model_copy(update={"part": "exam"}) for example in first.exam]
    again = split([*first.train, *first.validation, *frozen], seed=1, frozen_exam=True)
    assert all(len(sides) == 1 for sides in sides_of_wordings(again))
    assert {"validation"} in sides_of_wordings(again), "else nothing is shown"
    assert {one.id for one in again.exam} == {one.id for one in frozen}


def test_answers_that_differ_by_whom_they_greet_and_who_signs_are_of_one_question() -> None:
    asked = ("Are the {} tested?", "Who tests the {} in spring?", "Just wondering about {} tests")
    framed = ("Dear Ann,\n\n{}\n\nKind regards\nTom Okafor", "Dear Bo,\n\n{}\n\nBest wishes,\nPriya",
              "Hi Cy,\n\n{}\n\nMany greetings\nJess")  # fmt: skip
    rows = [
        pair(3 * n + k, question.format(word), frame.format(f"Every {word} is looked at in May."))
        for n, word in enumerate(WORDS)
        for k, (question, frame) in enumerate(zip(asked, framed, strict=True), 1)
    ]
    rows += [pair(200 + n, f"Is there {a} in the {b}?", f"No {a} there.") for n, (a, b) in enumerate(COUPLES)]
    sides = sides_of(split(rows), lambda example: example.answer.partition("\n\n")[2].partition("\n")[0])
    assert all(len(sides[f"Every {word} is looked at in May."]) == 1 for word in WORDS)


def test_labels_of_several_words_are_no_wordings() -> None:
    labels = ("a matter for the council", "a matter for the police", "a matter for nobody at all")
    rows = [pair(n, f"Text {a} about {b}", labels[n % 3]) for n, (a, b) in enumerate(COUPLES, 1)]
    assert len(split(rows).exam) >= 5


@pytest.mark.skipif(not CASES.is_file(), reason="the reported cases are not on this computer")
def test_the_reported_five_wordings_of_each_case_stay_on_one_side() -> None:
    lines = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))
    rows = [pair(n, line["question"], line["answer"]) for n, line in enumerate(lines, 1)]
    sides = sides_of(split(rows), lambda example: lines[example.row - 1]["ticket"])
    assert len(sides) > 20 and all(len(found) == 1 for found in sides.values())


def test_a_repeated_id_ties_rows_together_without_being_told() -> None:
    lines = [{"order": f"AB-{n // 3:03}", "price": str(n % 9), "question": f"Where is {a} near {b}?",
              "answer": f"{a.title()} is {n} steps from {b}."} for n, (a, b) in enumerate(COUPLES)]  # fmt: skip
    rows = tuple(TableRow(n, dict(line)) for n, line in enumerate(lines, 1))
    table = Table(format="csv", columns=tuple(lines[0]), rows=rows, rows_read=len(rows))
    assert guess_mapping(table).group == "order"
    single = tuple(TableRow(n, {**line, "order": f"AB-{n:03}"}) for n, line in enumerate(lines, 1))
    assert guess_mapping(replace(table, rows=single)).group == ""


@pytest.mark.parametrize(
    ("group", "hint"), [("", "questions differ only by a number"), ("k1", "Rows that belong together")]
)
def test_where_everything_is_alike_the_reason_is_told(group: str, hint: str) -> None:
    rooms = [pair(number, f"What does room {number} cost?", f"{number} crowns.") for number in range(60)]
    with pytest.raises(StudioError, match="too alike to set an exam aside") as caught:
        split([room.model_copy(update={"group": group}) for room in rooms])
    assert hint in caught.value.hint


def test_an_exam_asks_many_things_before_it_asks_one_thing_in_many_wordings() -> None:
    asked = ["When do lessons begin again after the holidays", "How do I hire a cello from the school",
             "Where may I park on Saturdays", "What does a trial lesson cost"]  # fmt: skip
    openings = ["", "Hello, ", "Hi there, ", "Dear office, ", "Good morning, ", "Good day, "]
    often = [f"{opening}{question}{end}" for question in asked for opening in openings for end in ("?", "? Thanks!")]
    texts = [*often, *(f"Tell me about the {one} and the {other}." for one, other in COUPLES[:40])]
    examples = [pair(n, text, f"The answer to {text}") for n, text in enumerate(texts)]
    for seed in range(5):
        exam = split(examples, seed=seed).exam
        assert len(exam) == 9 and different(exam) >= 5
    assert different([example for example in examples if "park" in example.question]) == 1
