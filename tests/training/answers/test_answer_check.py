"""Where the last saved point is not the best one in the practice check, the answers of both decide which is kept."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from studio.evaluation.learning_verdict import kept_last
from studio.models.chat_template import load_chat_template
from studio.schemas.example import Example, pair
from studio.schemas.fallback import Fallback
from studio.schemas.run import AnswerComparison, ChosenVersion, Status
from studio.services.evaluation.report_builder import chosen_point
from studio.storage.run_folder import RunFolder
from studio.training.answers import answer_check
from studio.training.answers.answer_check import AnswerCheck, is_for_memory
from studio.training.answers.trained_model_answers import TrainedModelAnswers
from studio.training.job import TrainingJob, load_model, with_version
from studio.training.train import run_training
from tests.training.test_train import never, outcome_of

Prepare = Callable[..., RunFolder]
THINGS = ("coat", "hat", "red scarf", "pair of gloves", "belt")
EARLY, LATE = 8, 40


def rows(first: int, number: int, end: Callable[[int], str]) -> list[Example]:
    """Questions about five things, whose answers differ in their end alone."""
    return [
        pair(at, f"how do I mend the {THINGS[at % 5]}?", f"we mend it {end(at)}") for at in range(first, first + number)
    ]


TAUGHT = rows(1, 20, lambda at: "for you")
STRANGE = rows(101, 12, lambda at: "zqxj kvwq jqzx"[at % 3 :])


@pytest.fixture
def folder(prepare: Prepare) -> RunFolder:
    """A run with saved points after 8, 16, 24, 32 and 40 steps; in its practice check stands what no example told."""
    made = prepare(train=TAUGHT, validation=STRANGE, max_steps=LATE, eval_steps=EARLY, learning_rate=2e-2,
                   save_total_limit=10)  # fmt: skip
    run_training(made.path, never)
    return made


class LastPoint:
    """What the check sees of a trainer: the model as it is after the last step, and what the practice check said."""

    def __init__(self, folder: RunFolder, tiny: Path, best: int) -> None:
        import torch

        self.model = with_version(load_model(tiny, folder.spec.recipe), folder.checkpoints / f"checkpoint-{LATE}")
        self.plan = SimpleNamespace(dtype=torch.float32, layout=load_chat_template(tiny))
        self.progress = SimpleNamespace(step_lock=nullcontext, clock=SimpleNamespace(elapsed=1.0),
                                        now_does=lambda activity: None)  # fmt: skip
        self.autocast = nullcontext
        self.state = SimpleNamespace(best_global_step=best, best_metric=1.0, global_step=LATE, log_history=[
            {"step": best, "eval_loss": 1.0}, {"step": LATE, "eval_loss": 2.0}])  # fmt: skip


def compare(
    folder: RunFolder, tiny: Path, asked: list[Example], should_stop: Callable[[], bool] = never
) -> AnswerComparison | None:
    """The early point, said to be the best, beside the last one."""
    answers = TrainedModelAnswers(folder, LastPoint(folder, tiny, EARLY), load_chat_template(tiny), 128)
    return AnswerCheck(answers, asked, should_stop).compare(EARLY, folder.checkpoints / f"checkpoint-{EARLY}", LATE)


def test_a_run_whose_answers_stay_alike_keeps_the_point_with_fewer_mistakes(folder: RunFolder) -> None:
    outcome = outcome_of(folder)
    compared = outcome.compared
    assert outcome.status is Status.DONE and compared is not None and outcome.kept_last is None
    assert (compared.last_step, compared.questions) == (LATE, len(STRANGE))
    assert compared.best == pytest.approx(compared.last) and outcome.best_step == compared.best_step < LATE
    assert outcome.answering_seconds >= compared.seconds > 0
    assert chosen_point(folder)["why"] == "the best practice check"


def test_nearer_answers_are_told_from_alike_ones(folder: RunFolder, tiny: Path) -> None:
    compared = compare(folder, tiny, TAUGHT)
    assert compared is not None and compared.questions == len(TAUGHT)
    assert compared.last > 90 > 60 > compared.best, "what it was taught it says after forty steps and not after eight"
    assert compared.keeps_last and compared.low > 10
    assert "points of 100 nearer to your answers" in str(kept_last(compared)) and "luck" not in str(kept_last(compared))
    by_luck = compared.model_copy(update={"low": -0.4})
    assert by_luck.keeps_last and "which could be luck" in str(kept_last(by_luck))
    shown = compared.model_copy(update={"best": 41.24, "last": 47.86})
    assert "6.7 points of 100 nearer to your answers (47.9 against 41.2)" in str(kept_last(shown)), "not 6.6"
    assert not compared.model_copy(update={"last": compared.best + 0.4}).keeps_last, "alike: the mistakes decide"


def test_the_last_point_becomes_the_version_where_its_answers_are_nearer(folder: RunFolder, tiny: Path) -> None:
    job, trainer = TrainingJob(folder, never, nullcontext), LastPoint(folder, tiny, EARLY)
    (folder.path / "validation.jsonl").write_text("".join(row.model_dump_json() + "\n" for row in TAUGHT))
    compared = job.compare_answers(trainer)
    assert compared is not None and compared.keeps_last
    assert (trainer.state.best_global_step, trainer.state.best_metric) == (LATE, 2.0)


def test_a_point_that_a_person_chose_is_not_asked_about(folder: RunFolder, tiny: Path) -> None:
    trainer: Any = LastPoint(folder, tiny, EARLY)
    folder.choose(ChosenVersion(step=16, by="ana", at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert TrainingJob(folder, never, nullcontext).compare_answers(trainer) is None
    assert trainer.state.best_global_step == EARLY


def test_too_few_questions_compare_nothing_and_too_little_time_says_so(
    folder: RunFolder, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compare(folder, tiny, TAUGHT[:9]) is None and not folder.fallbacks
    monkeypatch.setattr(answer_check, "SECONDS", -1.0)
    monkeypatch.setattr(answer_check, "SHARE", 0.0)
    assert compare(folder, tiny, TAUGHT) is None
    assert folder.fallbacks == [Fallback.ANSWERS_NOT_COMPARED]


def test_a_stop_ends_the_asking_and_keeps_the_best(folder: RunFolder, tiny: Path) -> None:
    assert compare(folder, tiny, TAUGHT, lambda: True) is None and not folder.fallbacks


def test_only_too_little_memory_is_no_fault() -> None:
    said = ("CUDA out of memory", "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")
    assert all(is_for_memory(RuntimeError(words)) for words in said)
    assert not is_for_memory(RuntimeError("The size of tensor a must match the size of tensor b"))


def test_nothing_is_said_of_it_once_a_person_chose_another_point(folder: RunFolder, tiny: Path) -> None:
    compared = compare(folder, tiny, TAUGHT)
    outcome = outcome_of(folder).model_copy(update={"compared": compared})
    (folder.path / "outcome.json").write_text(outcome.model_dump_json(), encoding="utf-8")
    assert folder.kept_last == compared
    folder.choose(ChosenVersion(step=16, by="ana", at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert folder.kept_last is None and outcome.kept_last == compared
