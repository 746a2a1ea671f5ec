"""The starting model is asked examples to learn from, never the exam's, and can be stopped."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.services.evaluation.difficulty import result_of
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def over(trial: BackgroundJob) -> BackgroundJob:
    assert trial.wait(20)
    return trial


def test_only_rows_to_learn_from_are_asked(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    parts = studio.examples.split(studio.examples.view(project, dataset))
    asked = {one.row for one in studio.difficulty.difficulty(project, dataset, "starter").tried}
    assert asked == {int(example.label) for example in parts.train}
    assert not asked & {int(example.label) for example in (*parts.exam, *parts.validation)}


def test_what_the_model_says_in_the_experts_words_is_known(studio: Studio, upload: Upload) -> None:
    lines = table().splitlines()
    said = "I am not sure about that. You asked: {} Please contact the seller for help."
    known = [lines[0], *(f"{q},{said.format(q)}" for q in (line.split(",")[0] for line in lines[1:]))]
    project, dataset = upload("\n".join(known))
    found = studio.difficulty.difficulty(project, dataset, "starter")
    assert found.same == found.asked and found.middle == 100.0


def test_no_more_than_asked_for_are_put_to_it_and_progress_is_told(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    told: list[tuple[int, int]] = []
    found = studio.difficulty.difficulty(
        project, dataset, "starter", most=20, on_progress=lambda done, total: told.append((done, total))
    )
    assert found.asked == 20 and told == [(0, 20), (16, 20), (20, 20)]


def test_stopped_early_it_tells_of_what_was_answered(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    done: list[int] = []
    found = studio.difficulty.difficulty(
        project, dataset, "starter", most=20, stop=lambda: bool(done) and done[-1] == 16,
        on_progress=lambda now, _: done.append(now),
    )  # fmt: skip
    assert (found.asked, found.stopped) == (16, True)
    with pytest.raises(StudioError, match="stopped before the first"):
        studio.difficulty.difficulty(project, dataset, "starter", stop=lambda: True)


def test_it_goes_on_in_the_background_and_is_found_again(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    trial = over(studio.difficulty.begin(project, dataset, "starter"))
    assert result_of(trial) is not None and studio.difficulty.of(project, dataset, "starter") is trial
    studio.examples.remove(project, dataset, ["r1"], by="ana")
    assert studio.difficulty.of(project, dataset, "starter") is None


def test_a_model_that_is_not_there_is_told_in_words(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    trial = over(studio.difficulty.begin(*upload(table()), "nobody/nothing"))
    assert trial.error is not None and "is not on this computer" in trial.error.message
