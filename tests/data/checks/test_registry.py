"""The list of checks alone knows the kinds: everything else is derived from it, and nothing is left out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.copy.catalog import speaking
from studio.data.checks.check import Check, of_texts
from studio.data.checks.examination import examine
from studio.data.checks.finding_builder import finding
from studio.data.checks.fixes import after, effect_of, fix_all, propose
from studio.data.checks.registry import CHECKS, by_rule, check_of, choices_for, fixable
from studio.data.history.event_log import EventReplay
from studio.data.history.incremental_update import IncrementalUpdate
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair
from studio.schemas.finding import OTHER_REASONS, Decision, Finding
from studio.schemas.model import Length
from studio.schemas.sentence import Sentence
from studio.web.copy import decisions, examples

STABLE = [  # stored findings and decisions, scripts and schedulers bear these names
    "empty_answer", "empty_question", "exact_duplicate", "near_duplicate", "conflicting_answers", "private_details",
    "secret", "too_long", "too_short", "garbled_text", "markup", "mixed_language", "placeholder",
    "repeated_boilerplate", "imbalance", "leakage", "special_tokens", "refusal_heavy", "swapped_columns", "too_few",
]  # fmt: skip
KINDS = [check.kind for check in CHECKS]


def find_shouting(texts: ExampleTexts) -> list[Finding]:
    places = [place for place, said in enumerate(texts.answers) if "!!" in said]
    told = Sentence.of("finding.shouting.sentence", count=len(places))
    return finding("shouting", "look", texts, places, told, "finding.shouting.fix")


@pytest.fixture(autouse=True)
def words_of_the_toy() -> Iterator[None]:
    more = {"finding.shouting.sentence": "{count:#answer shouts|answers shout}.", "finding.shouting.fix": "Calm them."}
    with speaking(more=more):
        yield


def calmed(text: str) -> str:
    return re.sub("!{2,}", "!", text)


TOY = Check(kind="shouting", scope="row", detect=of_texts(find_shouting), repair=calmed, order=1, by_rule=True)
WITH_TOY = (*CHECKS, TOY)
ROWS = [pair(1, "Is it open?", "Yes!!! Come in."), pair(2, "Is it shut?", "No, it is not.")]


def shouting(rows: list[Example]) -> Finding | None:
    return next((one for one in examine(rows, checks=WITH_TOY) if one.kind == "shouting"), None)


def test_each_kind_stands_there_once_and_old_names_stay() -> None:
    assert len(set(KINDS)) == len(KINDS)
    assert set(STABLE) <= set(KINDS)
    assert not set(OTHER_REASONS) & set(KINDS)


def test_no_two_fixes_share_a_place() -> None:
    places = [check.order for check in fixable()]
    assert places == sorted(set(places))


@pytest.mark.parametrize("check", CHECKS, ids=KINDS)
def test_each_kind_has_its_words_on_the_page(check: Check) -> None:
    assert check.kind in examples.REASONS
    if check.is_fixable:
        assert check.kind in examples.BUTTONS


@pytest.mark.parametrize("reason", OTHER_REASONS)
def test_each_other_reason_has_its_words(reason: str) -> None:
    assert reason in examples.REASONS


def test_no_words_are_kept_for_kinds_that_are_not_there() -> None:
    known = {*KINDS, *OTHER_REASONS}
    assert {*examples.REASONS, *examples.BUTTONS, *decisions.OPEN} <= known
    assert all(choice in choices_for(kind) for kind, choice in (key.split(".") for key in decisions.CHOICES))


def test_findings_are_made_in_the_order_of_the_list_within_a_severity() -> None:
    found = examine([pair(1, "Why?", "N/A"), pair(2, "", "<b>So</b> caf\u00c3\u00a9"), pair(3, "How?", "")])
    by_severity = {one.severity: [f.kind for f in found if f.severity == one.severity] for one in found}
    for kinds in by_severity.values():
        assert kinds == sorted(kinds, key=KINDS.index)


def test_a_check_with_two_fixes_or_none_with_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="two fixes"):
        Check(kind="x_y", scope="row", detect=of_texts(find_shouting), repair=calmed, effect=lambda *_: ({}, {}))
    with pytest.raises(ValueError, match="place"):
        Check(kind="x_y", scope="row", detect=of_texts(find_shouting), repair=calmed)
    with pytest.raises(ValueError, match="place"):
        Check(kind="x_y", scope="row", detect=of_texts(find_shouting), order=4)


def test_a_kind_is_written_in_no_second_list() -> None:
    """Below the page's words nobody lists kinds again; a single one is named where it is dealt with by itself."""
    root = Path(__file__).resolve().parents[3] / "studio"
    below = [path for folder in ("data", "services", "schemas", "cli") for path in (root / folder).rglob("*.py")]
    for path in [one for one in below if "checks" not in one.relative_to(root).parts]:
        named = {kind for kind in STABLE if f'"{kind}"' in path.read_text("utf-8")}
        assert len(named) <= 2, f"{path.name} lists {sorted(named)}"


# A new kind needs one Check, and is then known everywhere


def test_a_new_check_is_seen_by_the_examination_and_its_finding_can_be_stored() -> None:
    seen = shouting(ROWS)
    assert seen is not None and seen.rows == (1,)
    assert (seen.sentence, seen.fix) == ("1 answer shouts.", "Calm them.")
    assert Finding.model_validate_json(seen.model_dump_json()) == seen


def test_a_new_check_is_fixed_by_rule_and_by_name() -> None:
    assert by_rule(WITH_TOY)[0] == "shouting" and check_of("shouting", WITH_TOY) is TOY
    assert [effect.kind for effect in fix_all(ROWS, checks=WITH_TOY)] == ["shouting"]
    seen = shouting(ROWS)
    assert seen is not None
    _, edits, sentence = propose(seen, ROWS, checks=WITH_TOY)
    assert edits["r1"][-1].content == "Yes! Come in." and sentence == "1 row changed (shouting)."
    assert shouting(after(ROWS, effect_of("shouting", ROWS, checks=WITH_TOY))) is None


def test_a_new_check_is_brought_up_to_date_after_a_change_and_taken_back_by_undo() -> None:
    done = EventReplay(ROWS)
    effect = effect_of("shouting", ROWS, checks=WITH_TOY)
    fix = Decision.model_validate(
        {"id": "1", "at": "2026-11-26T10:00:00Z", "by": "ana", "action": "fix", "kind": "shouting",
         "sentence": effect.sentence, "drops": effect.drops, "edits": effect.edits}
    )  # fmt: skip
    seen = shouting(ROWS)
    assert seen is not None
    findings = brought_up(done, [seen], done.apply(fix))
    assert findings == [] and done.changed() == {"shouting": 1}
    undo = fix.model_copy(update={"id": "2", "action": "undo", "undoes": "1", "drops": {}, "edits": {}})
    findings = brought_up(done, findings, done.apply(undo))
    assert [(one.kind, one.rows) for one in findings] == [("shouting", (1,))]


def brought_up(done: EventReplay, before: list[Finding], touched: set[str]) -> list[Finding]:
    retouch = IncrementalUpdate(done.current, done.places, {}, checks=WITH_TOY)
    return retouch.findings(before, touched, lambda _: [], lambda rows: [Length(0, 0)] * len(rows), 512)


@pytest.mark.parametrize("mended", ["Yes, in shed 1.", "Come at noon."])
def test_the_sentence_after_a_change_is_that_of_a_full_examination(mended: str) -> None:
    """The number, its grammar and the example in it: not the old sentence with another number."""
    rows = [pair(1, "Where is it?", "N/A"), pair(2, "Who has it?", "I am {{name}}."), pair(3, "When?", "tbd"),
            pair(4, "Is it <b>old</b>?", "It is."), pair(5, "Why?", "So <i>it</i> is.")]  # fmt: skip
    before, done = examine(rows), EventReplay(rows)
    edit = Decision.model_validate(
        {"id": "1", "at": "2026-11-26T10:00:00Z", "by": "ana", "action": "edit", "edits": {
            "r1": rows[0].with_pair(rows[0].question, mended).messages,
            "r4": rows[3].with_pair("Is it old?", "It is.").messages,
        }}
    )  # fmt: skip
    after_it = brought_up(done, before, done.apply(edit))
    told = {one.kind: one.sentence for one in examine(list(done.current.values()), checks=WITH_TOY)}
    for one in after_it:
        if one.kind in ("placeholder", "markup"):
            assert one.sentence == told[one.kind]


def test_a_kind_of_a_later_version_is_kept_as_it_was_seen() -> None:
    seen = shouting(ROWS)
    assert seen is not None
    done = EventReplay(ROWS)
    kept = IncrementalUpdate(done.current, done.places, {}).findings(
        [seen], {"r2"}, lambda _: [], lambda rows: [Length(0, 0)], 512
    )
    assert [one.kind for one in kept] == ["shouting"]
