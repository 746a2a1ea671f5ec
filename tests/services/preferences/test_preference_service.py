"""Judgements of a file, or of the project, become a run that goes on from a version, and the report says what came."""

from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.evaluation.report_text import report_text
from studio.schemas.recipe import Recipe
from studio.services.preferences.preference_service import ENOUGH
from studio.services.runs.next_runs import same_recipe
from studio.services.studio import Studio
from studio.storage.run_folder import RunFolder


@pytest.fixture
def project(studio: Studio, runs: list[str]) -> str:
    return studio.runs.view(runs[0]).spec.project


def table(folder: Path, count: int, *, thumbs: bool = False) -> Path:
    rows = ["prompt,completion,label" if thumbs else "prompt,chosen,rejected"]
    for n in range(count):
        rows.append(
            f"Do you keep number {n}?,Yes {n}.,{n % 3 != 0}" if thumbs else f"Do you keep number {n}?,Yes.,No {n}."
        )
    path = folder / "judged.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_file_of_pairs_becomes_a_run_that_goes_on_from_the_newest_version(
    studio: Studio, project: str, runs: list[str], tmp_path: Path
) -> None:
    preferences = studio.preferences
    plan = preferences.plan(project, preferences.read(project, table(tmp_path, 50)))
    assert plan.kind == "preferences" and "It learns from 50 pairs of a better and a worse reply." in plan.notes
    run = preferences.teach(project, plan, by="ana")
    spec, folder = run.spec, RunFolder(run.folder)
    assert spec.recipe.learn_from == "preferences" and spec.teaches_on and spec.parent == plan.parent
    assert folder.start.is_dir() and [len(folder.judgements(part)) for part in ("train", "validation", "exam")] == [
        35, 5, 10,
    ]  # fmt: skip
    assert len(folder.train) > 0, "the taught rows stay beside it, for the report"


def test_teaching_plainly_learns_the_better_replies_and_keeps_the_same_ones_aside(
    studio: Studio, project: str, tmp_path: Path
) -> None:
    preferences = studio.preferences
    rows = preferences.read(project, table(tmp_path, 50))
    run = preferences.teach(project, preferences.plan(project, rows), by="ana")
    plain = preferences.teach(project, preferences.plan(project, rows, plainly=True), by="ana")
    assert plain.spec.recipe.learn_from == "answers" and plain.spec.series == run.spec.series
    one, other = RunFolder(run.folder), RunFolder(plain.folder)
    assert one.judgements("exam") == other.judgements("exam")
    better = [row for row in other.train if row.answer == "Yes."]
    assert len(better) == 35 and len(other.train) == 35 + 12, "and a quarter of taught rows, as beside the pairs"
    assert {row.id for row in other.train} - {row.id for row in better} <= {row.id for row in one.train}
    more = studio.next_runs.seeds(plain.id, by="ana")
    assert [RunFolder(run.folder).train == other.train for run in more] == [True, True], "the same rows for each seed"


def test_what_was_taught_is_learned_again_beside_judgements_and_that_is_said(
    studio: Studio, project: str, tmp_path: Path
) -> None:
    preferences = studio.preferences
    rows = preferences.read(project, table(tmp_path, 50))
    plan = preferences.plan(project, rows)
    assert plan.recipe.replay_share == 0.25
    assert any("learns again what it was taught: 25%" in note for note in plan.notes)
    none = preferences.plan(project, rows, words=[("replay_share", "0")])
    assert any("Nothing that it was taught is learned again" in note for note in none.notes)
    run = preferences.teach(project, plan, by="ana")
    assert studio.next_runs.recipe(run.id, "mix_general").replay_share == 0.45, "against forgetting: more taught rows"


def test_a_run_of_answers_with_taught_rows_beside_nothing_is_refused(studio: Studio, project: str) -> None:
    with pytest.raises(StudioError, match="beside judgements only"):
        studio.runs.launch(project, studio.examples.newest(project), Recipe(replay_share=0.2), by="ana")


def test_thumbs_need_both_directions_and_are_counted(studio: Studio, project: str, tmp_path: Path) -> None:
    preferences = studio.preferences
    plan = preferences.plan(project, preferences.read(project, table(tmp_path, 60, thumbs=True)))
    assert plan.kind == "thumbs" and "40 answers called good and 20 called bad" in plan.notes[-1]
    (tmp_path / "up.csv").write_text(
        "prompt,completion,label\n" + "".join(f"May I take {n}?,Yes {n}.,true\n" for n in range(30))
    )
    with pytest.raises(StudioError, match="point the same way"):
        preferences.plan(project, preferences.read(project, tmp_path / "up.csv"))


def test_few_judgements_are_said_to_be_few_and_too_few_are_refused(
    studio: Studio, project: str, tmp_path: Path
) -> None:
    preferences = studio.preferences
    plan = preferences.plan(project, preferences.read(project, table(tmp_path, 20)))
    assert any("Of 20 it learns from 12" in one and f"learned from {ENOUGH}." in one for one in plan.notes)
    with pytest.raises(StudioError, match="5 judgements are too few"):
        preferences.plan(project, preferences.read(project, table(tmp_path, 5)))


def test_what_was_corrected_in_the_project_is_learned_too(studio: Studio, project: str) -> None:
    from studio.schemas.example import Message

    for n in range(15):
        turns = (Message(role="user", content=f"What of number {n}?"),)
        one = studio.feedback.add(project, by="ana", key=str(n), origin="chat", turns=turns, reply="Whatever.",
                                  judgement="wrong", correction=f"It is {n}.")  # fmt: skip
        studio.feedback.accept(project, [one.id], by="ana")
    for n in range(2):
        turns = (Message(role="user", content=f"And what of letter {n}?"),)
        one = studio.feedback.add(project, by="ana", key=f"up{n}", origin="chat", turns=turns, reply=f"It is {n}.",
                                  judgement="up")  # fmt: skip
        studio.feedback.accept(project, [one.id], by="ana")
    plan = studio.preferences.plan(project, studio.preferences.given(project))
    assert plan.kind == "preferences" and len(plan.judgements) == 15
    assert plan.notes[0] == "17 judgements were given here, 17 can be used."
    assert any(one.startswith("2 answers were called good or bad, too, and are not learned here") for one in plan.notes)


def test_a_setting_is_changed_by_its_name_and_a_bad_one_is_refused(
    studio: Studio, project: str, tmp_path: Path
) -> None:
    rows = studio.preferences.read(project, table(tmp_path, 50))
    assert studio.preferences.plan(project, rows, words=[("beta", "0.3")]).recipe.beta == 0.3
    with pytest.raises(StudioError):
        studio.preferences.plan(project, rows, words=[("packing", "true")])


def test_the_report_says_whether_it_moved_the_right_way(studio: Studio, project: str, tmp_path: Path) -> None:
    preferences = studio.preferences
    rows = preferences.read(project, table(tmp_path, 50))
    run = preferences.teach(project, preferences.plan(project, rows), by="ana")
    studio.runs.carry_out(run.id)
    found = studio.evaluation.evaluate(run.id, by="ana", quick=True).preferences
    assert found is not None and found.count == 10 and found.plain == "untried" and "kept aside" in found.text
    plain = preferences.teach(project, preferences.plan(project, rows, parent=run.spec.parent, plainly=True), by="ana")
    studio.runs.carry_out(plain.id)
    again = studio.evaluation.evaluate(run.id, by="ana", quick=True).preferences
    assert again is not None and again.plain != "untried" and "plainly" in again.text
    told = report_text(studio.evaluation.report(run.id) or pytest.fail("no report"))
    assert "kept aside it moved the right way" in told, "the command line says it, too"


def test_a_run_of_preferences_without_any_is_refused(studio: Studio, project: str) -> None:
    dataset = studio.examples.newest(project)
    with pytest.raises(StudioError, match="no judgements"):
        studio.runs.launch(project, dataset, Recipe(learn_from="preferences"), by="ana")


def test_more_seeds_learn_from_the_same_judgements_and_other_judgements_are_another_recipe(
    studio: Studio, project: str, tmp_path: Path
) -> None:
    preferences = studio.preferences
    plan = preferences.plan(project, preferences.read(project, table(tmp_path, 50)))
    run = preferences.teach(project, plan, by="ana")
    more = studio.next_runs.seeds(run.id, by="ana")
    first = RunFolder(run.folder).frozen_judgements
    assert [RunFolder(one.folder).frozen_judgements == first for one in more] == [True, True]
    other = preferences.plan(project, preferences.read(project, table(tmp_path, 40)), parent=plan.parent)
    assert not same_recipe(run.spec, preferences.teach(project, other, by="ana").spec)
