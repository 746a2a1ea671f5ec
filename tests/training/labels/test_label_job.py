"""A label model is taught in the same run folder, with the same curve, saved points, stops and resume."""

from collections.abc import Callable

import pytest
import torch

from studio.errors import RunFailed
from studio.models.encoders import LABELS_FILE
from studio.schemas.example import pair
from studio.schemas.run import Status
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import losses, read_json

PrepareLabels = Callable[..., RunFolder]


def never() -> bool:
    return False


def after(steps: int) -> Callable[[], bool]:
    looks = iter(range(1, 1_000_000))
    return lambda: next(looks) >= steps


def test_a_label_model_learns_and_leaves_its_version_with_its_labels(prepare_labels: PrepareLabels) -> None:
    folder = prepare_labels()
    outcome = run_training(folder.path, never)
    assert outcome.status is folder.state.status is Status.DONE and outcome.rows_learned == 96
    curve = losses(folder)
    assert list(curve) == list(range(1, 61)) and curve[60] < curve[1] / 2
    assert {"config.json", "model.safetensors", "tokenizer.json", LABELS_FILE} <= {
        p.name for p in folder.adapter.iterdir()
    }
    assert sorted(read_json(folder.adapter / LABELS_FILE)["labels"]) == ["delivery", "price", "repair"]


def test_the_curve_has_the_keys_of_any_run(prepare_labels: PrepareLabels) -> None:
    folder = prepare_labels(max_steps=2)
    run_training(folder.path, never)
    line = next(line for line in folder.metrics() if "loss" in line)
    assert set(line) == {"step", "epoch", "loss", "learning_rate", "grad_norm", "tokens_per_second", "tokens",
                         "elapsed_seconds", "memory_bytes"}  # fmt: skip


@pytest.mark.parametrize("method", ["full", "lora", "last_layers"])
def test_a_run_that_was_stopped_goes_on_to_the_same_numbers(prepare_labels: PrepareLabels, method: str) -> None:
    whole, parted = prepare_labels(method=method, max_steps=12), prepare_labels(method=method, max_steps=12)
    run_training(whole.path, never)
    torch.rand(7)  # another process would not stand where this one does
    assert run_training(parted.path, after(5)).status is Status.STOPPED
    assert run_training(parted.path, never).status is Status.DONE
    assert losses(parted) == pytest.approx(losses(whole), rel=1e-5)


def test_a_run_ends_early_once_the_practice_check_gets_no_better(prepare_labels: PrepareLabels) -> None:
    folder = prepare_labels(learning_rate=0.05, max_steps=200, eval_steps=5, early_stopping_patience=2)
    outcome = run_training(folder.path, never)
    assert outcome.steps < 200 and "Ended early" in outcome.reason


def test_examples_with_one_label_are_refused_in_a_sentence(prepare_labels: PrepareLabels) -> None:
    folder = prepare_labels(train=[pair(number, f"text {number}", "same") for number in range(1, 9)])
    with pytest.raises(RunFailed, match="same label, “same”"):
        run_training(folder.path, never)


def test_a_label_that_no_row_teaches_is_left_out_of_the_practice_check(prepare_labels: PrepareLabels) -> None:
    folder = prepare_labels(max_steps=2, validation=[pair(500, "mend the hat", "repair"), pair(501, "hat", "unheard")])
    outcome = run_training(folder.path, never)
    assert outcome.fallbacks == ("labels_untaught",)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_several_labels_a_row_are_learnt_as_such(prepare_labels: PrepareLabels, method: str) -> None:
    rows = [
        pair(n, text, label)
        for n, (text, label) in enumerate(
            [
                ("mend the red hat", "repair; clothes"),
                ("what does the belt cost", "price"),
                ("where is my coat", "clothes"),
            ]
            * 8,
            1,
        )
    ]
    folder = prepare_labels(train=rows, validation=rows[:3], label_separator=";", method=method, max_steps=40)
    run_training(folder.path, never)
    assert sorted(read_json(folder.adapter / LABELS_FILE)["labels"]) == ["clothes", "price", "repair"]
    assert losses(folder)[40] < losses(folder)[1]


def test_the_live_questions_get_a_label_at_every_saved_point_and_change_no_number(
    prepare_labels: PrepareLabels,
) -> None:
    asked, alone = prepare_labels(max_steps=8, eval_steps=4), prepare_labels(max_steps=8, eval_steps=4)
    write_json(asked.path / "questions.json", ["mend the red hat"])
    for folder in (asked, alone):
        run_training(folder.path, never)
    lines = asked.answers()
    assert [(line["contestant"], line["step"]) for line in lines] == [("base", 0), ("tuned", 4), ("tuned", 8)]
    assert lines[0]["note"] and all(line["answer"].endswith("% sure)") for line in lines[1:])
    assert losses(asked) == losses(alone)
