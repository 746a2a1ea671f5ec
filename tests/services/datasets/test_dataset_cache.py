"""What is quick must equal what is read anew: views in memory beside the log on disk."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.services.datasets.dataset_cache import DatasetCache
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.token_lengths import TokenLengths
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.files import append_line, read_lines
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

WORDS = ("What does the kettle cost?", "Who mends the lamp?", "Write to ana@example.org.", "", "It is cheap.")
DIRTY = table(24) + "Where is it?,\nWho mends the lamp?,The smith.\nWho mends the lamp?,Nobody at all does that.\n"
MOVE = st.one_of(
    st.tuples(st.just("edit"), st.integers(1, 27), st.sampled_from(WORDS), st.sampled_from(WORDS)),
    st.tuples(st.just("add"), st.sampled_from(WORDS), st.sampled_from(WORDS)),
    st.tuples(st.just("remove"), st.lists(st.integers(1, 27), min_size=1, max_size=3)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("fix"), st.integers(0, 5)),
    st.tuples(st.just("dismiss"), st.integers(0, 5)),
    st.tuples(st.just("settle"), st.sampled_from(["left", "right", "both", "written"])),
)


def fresh(studio: Studio, *, exact_up_to: int = 2_000) -> DatasetService:
    """Another service over the same home, with nothing in memory. At 0 every examination is put off, for an hour."""
    lengths = TokenLengths(studio.engine, Path("starter"))
    cache = DatasetCache(studio.home, lengths, exact_up_to=exact_up_to, quiet_seconds=3600)
    return DatasetService(studio.home, studio.ledger, studio.clock, lengths, cache)


@pytest.fixture
def quick(studio: Studio) -> Iterator[DatasetService]:
    """A service that puts off whatever it can."""
    made = fresh(studio, exact_up_to=0)
    yield made
    made.close()


def begin(service: DatasetService, folder: Path, text: str = DIRTY) -> tuple[str, str]:
    path = folder / "tickets.csv"
    path.write_text(text, encoding="utf-8")
    view = service.upload(path, path.name, by="ana")
    return view.project, view.id


def move(service: DatasetService, project: str, dataset: str, step: tuple) -> None:
    """One click; what the service refuses changes nothing."""
    view = service.view(project, dataset)
    name, rest = step[0], step[1:]
    try:
        if name == "edit":
            service.edit(project, dataset, f"r{rest[0]}", by="ana", question=rest[1], answer=rest[2])
        elif name == "add":
            service.add(project, dataset, by="ana", question=rest[0], answer=rest[1])
        elif name == "remove":
            service.remove(project, dataset, [f"r{row}" for row in rest[0]], by="ana")
        elif name == "undo":
            service.undo(project, dataset, by="ana")
        elif name in ("fix", "dismiss") and view.findings:
            kind = view.findings[rest[0] % len(view.findings)].kind
            getattr(service, name)(project, dataset, kind, by="ana")
        elif name == "settle":
            groups = [group for one in view.findings if one.kind == "conflicting_answers" for group in one.groups]
            if groups:
                service.settle(project, dataset, groups[0], by="ana", keep=rest[0], answer="That one.")
    except StudioError:
        pass


@pytest.mark.timeout(580)  # the long profile draws 400 of them
@settings(suppress_health_check=list(HealthCheck))
@given(steps=st.lists(MOVE, max_size=8))
def test_after_any_decisions_the_quick_view_equals_the_one_read_anew(steps: list[tuple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Settings(home=Path(folder) / "home", offline=True), FakeEngine())
        service = fresh(studio, exact_up_to=0)
        project, dataset = begin(service, Path(folder))
        for step in steps:
            move(service, project, dataset, step)
        now, anew = service.view(project, dataset), fresh(studio).view(project, dataset)
        assert (now.examples, now.drops, now.decisions, now.mark) == (
            anew.examples, anew.drops, anew.decisions, anew.mark,
        )  # fmt: skip
        assert now.card.model_copy(update={"sha256": anew.card.sha256}) == anew.card
        examined = service.view(project, dataset, exact=True)
        assert (examined.card, examined.findings) == (anew.card, anew.findings)
        service.close()
        card = json.loads((studio.home.dataset_folder(project, dataset) / "card.json").read_text())
        assert card["sha256"] == anew.card.sha256 and card["decisions"] == int(anew.mark.partition("-")[0])
        studio.close()


def test_a_put_off_examination_still_tells_of_the_row_just_touched(quick: DatasetService, tmp_path: Path) -> None:
    project, dataset = begin(quick, tmp_path)
    before = {one.kind: one for one in quick.view(project, dataset).findings}
    after = quick.edit(project, dataset, "r2", by="ana", question="Where do I write?", answer="To bo@example.org.")
    assert not after.exact
    found = {one.kind: one for one in after.findings}
    assert found["private_details"].rows == (2,) and "private_details" not in before
    gone = quick.remove(project, dataset, ["r25"], by="ana")
    assert "empty_answer" in before and "empty_answer" not in {one.kind for one in gone.findings}


def test_a_settled_question_is_gone_before_the_next_examination(quick: DatasetService, tmp_path: Path) -> None:
    project, dataset = begin(quick, tmp_path)
    quick.cache._settle(quick.cache.at(project, dataset))  # as the timer would
    conflict = next(one for one in quick.view(project, dataset).findings if one.kind == "conflicting_answers")
    left = quick.settle(project, dataset, conflict.groups[0], by="ana", keep="left")
    assert not left.exact and "conflicting_answers" not in {one.kind for one in left.findings}
    back = quick.undo(project, dataset, by="ana")
    assert [one.groups for one in back.findings if one.kind == "conflicting_answers"] == [conflict.groups]


def test_a_row_that_becomes_a_copy_finds_its_twin_by_the_index(studio: Studio, tmp_path: Path) -> None:
    lengths = TokenLengths(studio.engine, Path("starter"))
    cache = DatasetCache(studio.home, lengths, exact_up_to=0, quiet_seconds=3600)
    service = DatasetService(studio.home, studio.ledger, studio.clock, lengths, cache)
    project, dataset = begin(service, tmp_path)
    cache._settle(cache.at(project, dataset))  # as the timer would
    twin = service.view(project, dataset).examples[7]
    view = service.edit(project, dataset, "r3", by="ana", question=twin.question, answer=twin.answer)
    assert not view.exact
    assert next(one.groups for one in view.findings if one.kind == "exact_duplicate") == ((3, 8),)
    service.close()


def test_the_derived_files_follow_when_it_is_quiet(studio: Studio, tmp_path: Path) -> None:
    lengths = TokenLengths(studio.engine, Path("starter"))
    cache = DatasetCache(studio.home, lengths, exact_up_to=0, quiet_seconds=0.01)
    service = DatasetService(studio.home, studio.ledger, studio.clock, lengths, cache)
    project, dataset = begin(service, tmp_path)
    service.edit(project, dataset, "r2", by="ana", question="New?", answer="Yes.")
    with cache.lock:
        timer = cache._timers[project, dataset]
    timer.join(timeout=20)
    assert service.view(project, dataset).exact
    lines = list(read_lines(studio.home.dataset_folder(project, dataset) / "examples.jsonl"))
    assert lines[1]["messages"][0]["content"] == "New?"
    service.close()


def test_an_export_never_holds_older_rows(quick: DatasetService, tmp_path: Path) -> None:
    project, dataset = begin(quick, tmp_path)
    quick.edit(project, dataset, "r2", by="ana", question="New?", answer="Brand new words.")
    assert "Brand new words." in quick.export(project, dataset, "csv").read_text(encoding="utf-8")
    assert not quick.view(project, dataset).exact, "rows are saved as they stand, without examining all of them first"


def test_a_report_tells_of_all_rows_as_they_are(quick: DatasetService, tmp_path: Path) -> None:
    project, dataset = begin(quick, tmp_path)
    quick.edit(project, dataset, "r2", by="ana", question="Who writes?", answer="Ask ana.berg@example.com, please.")
    assert not quick.view(project, dataset).exact
    quick.export(project, dataset, "report")
    assert quick.view(project, dataset).exact


def test_what_another_process_decided_is_seen(studio: Studio, quick: DatasetService, tmp_path: Path) -> None:
    project, dataset = begin(quick, tmp_path)
    quick.view(project, dataset)
    other = fresh(studio)
    other.remove(project, dataset, ["r4"], by="ben")
    assert "r4" not in {example.id for example in quick.view(project, dataset).examples}
    other.close()


def test_a_torn_line_at_the_end_of_the_log_is_no_decision(
    studio: Studio, quick: DatasetService, tmp_path: Path
) -> None:
    project, dataset = begin(quick, tmp_path)
    quick.remove(project, dataset, ["r4"], by="ana")
    with (studio.home.dataset_folder(project, dataset) / "decisions.jsonl").open("ab") as stream:
        stream.write(b'{"id":"half')
    view = quick.remove(project, dataset, ["r5"], by="ana")
    assert [one.drops for one in view.decisions] == [{"r4": "removed_by_person"}, {"r5": "removed_by_person"}]
    assert fresh(studio).view(project, dataset).mark == view.mark


def test_derived_files_older_than_the_log_are_no_truth(studio: Studio, quick: DatasetService, tmp_path: Path) -> None:
    project, dataset = begin(quick, tmp_path)
    folder = studio.home.dataset_folder(project, dataset)
    line = {"id": "d1", "at": "2026-01-02T00:00:00Z", "by": "ben", "action": "remove",
            "drops": {"r1": "removed_by_person"}}  # fmt: skip
    append_line(folder / "decisions.jsonl", line, sync=True)  # a kill came before anything else was written
    view = fresh(studio).view(project, dataset)
    assert view.card.dropped == {"removed_by_person": 1} and len(view.examples) == 26
    assert json.loads((folder / "card.json").read_text())["rows_kept"] == 26


def test_a_copied_project_is_edited_by_itself(studio: Studio, tmp_path: Path) -> None:
    project, dataset = begin(studio.examples, tmp_path)
    original = studio.home.project_folder(project)
    shutil.copytree(original, original.parent / "copy")
    before = studio.examples.view(project, dataset, exact=True)
    shown = studio.examples.view("copy", dataset)
    after = studio.examples.edit(
        "copy", dataset, "r1", by="ana", question="What is this?", answer="A copy.", seen=shown.mark
    )
    assert (shown.project, after.project) == ("copy", "copy")
    assert after.examples[0].answer == "A copy."
    assert studio.examples.view(project, dataset).examples == before.examples
    assert not (original / "datasets" / dataset / "decisions.jsonl").exists()


@pytest.mark.parametrize("rows_room, kept", [(1_000, 5), (27 * 3, 3), (1, 2)])
def test_many_small_datasets_stay_at_hand_and_few_large_ones(
    studio: Studio, tmp_path: Path, rows_room: int, kept: int
) -> None:
    lengths = TokenLengths(studio.engine, Path("starter"))
    cache = DatasetCache(studio.home, lengths, room=2, small_room=5, rows_room=rows_room)
    service = DatasetService(studio.home, studio.ledger, studio.clock, lengths, cache)
    made = [begin(service, tmp_path) for _ in range(7)]
    assert all(len(service.view(*one).examples) > 20 for one in made)
    assert list(cache._open) == made[-kept:], "those that were looked at last"
    service.close()
