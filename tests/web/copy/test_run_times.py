"""What is said of a run's time: by the steps that were measured while it goes on, beside the plan when it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.recipe import Recipe
from studio.schemas.run import Activity, RunResult, RunSpec, RunStatus, Status
from studio.services.runs.run_service import RunView
from studio.storage.run_folder import RunFolder
from studio.web.copy.run_times import renewed, time_left, took_in_words
from studio.web.copy.training import about_when, run_headline, step_line

NOW = datetime(2026, 11, 26, tzinfo=UTC)
STEPS = 100


def run(planned: float | None, outcome: RunResult | None = None, status: Status = Status.RUNNING) -> RunView:
    spec = RunSpec(id="r", project="p", created=NOW, by="ana", recipe=Recipe(base_model="starter"), dataset="d",
                   dataset_sha256="", model_folder="", planned_seconds=planned)  # fmt: skip
    return RunView(spec, RunStatus(status=status, at=NOW, total_steps=STEPS), 0, outcome, Path("none"))


def paced(*seconds: float) -> list[dict[str, Any]]:
    """A line for each step, that took so long."""
    return [{"step": 0, "eval_loss": 3.0, "elapsed_seconds": 2.0}] + [
        {"step": step, "loss": 2.0, "elapsed_seconds": 2.0 + sum(seconds[:step])} for step in range(1, len(seconds) + 1)
    ]


def over(took: float, **more: Any) -> RunView:
    return run(240.0, RunResult(status=Status.DONE, steps=STEPS, elapsed_seconds=took, **more), Status.DONE)


def words(planned: float, metrics: Sequence[dict[str, Any]]) -> str:
    return renewed(run(planned), metrics)


def test_what_is_left_follows_the_newest_steps_and_not_the_mean_of_all() -> None:
    assert time_left(run(60), paced(*[1.0] * 50)) == "about 50 seconds"
    assert time_left(run(60), paced(*[1.0] * 50, *[4.0] * 20)) == "about 2 minutes"
    assert time_left(run(60), paced(*[4.0] * 50, *[1.0] * 20)) == "about 30 seconds"
    assert not time_left(run(60), paced(1.0, 1.0)), "too early to tell"


def test_a_run_that_takes_clearly_longer_than_planned_says_so_while_it_goes_on() -> None:
    said = words(240, paced(*[4.0] * 30))
    assert said == "It takes longer than planned: about 7 minutes in all instead of about 4 minutes."
    assert "less than planned: about 2 minutes in all" in words(240, paced(*[1.0] * 30))
    assert not words(240, paced(*[2.4] * 30)), "as planned: nothing to say"
    assert said in run_headline(run(240), paced(*[4.0] * 30))[1]


def test_a_plan_that_was_measured_on_a_busy_computer_says_so_where_the_run_is_quicker() -> None:
    def told_then(free: float, planned: RunView) -> RunView:
        return replace(planned, spec=planned.spec.model_copy(update={"planned_free": free}))

    reason = "The plan was told beside something else that kept this computer busy then."
    assert renewed(told_then(0.3, run(240)), paced(*[1.0] * 30)).endswith(reason)
    assert reason not in renewed(told_then(0.9, run(240)), paced(*[1.0] * 30))
    assert reason not in renewed(told_then(0.3, run(240)), paced(*[4.0] * 30)), "that is no reason for more time"
    assert took_in_words(told_then(0.3, over(100))) == f"Planned: about 4 minutes. It took 1 min 40 s. {reason}"


def test_after_the_run_both_are_said_and_why_it_was_more() -> None:
    assert took_in_words(over(245)) == "Planned: about 4 minutes. It took 4 min 5 s."
    busy = took_in_words(over(370, free=0.4))
    assert busy == "Planned: about 4 minutes. It took 6 min 10 s. The computer was busy with something else as well."
    answered = took_in_words(over(370, answering_seconds=90))
    assert answered.endswith("It took 6 min 10 s. Answering your questions took 1 min 30 s of that.")
    assert busy in run_headline(over(370, free=0.4), paced(*[3.7] * 100))[1]


def test_a_run_that_ended_early_is_not_measured_by_the_plan_of_all_its_steps() -> None:
    early = run(240.0, RunResult(status=Status.DONE, steps=40, elapsed_seconds=100), Status.DONE)
    assert took_in_words(early) == "Planned for all steps: about 4 minutes. It took 1 min 40 s, since it ended early."
    late = took_in_words(run(240.0, RunResult(status=Status.DONE, steps=40, elapsed_seconds=400), Status.DONE))
    assert late.endswith("It took 6 min 40 s, and ended before the last one."), "that is no reason for more time"


def test_a_run_of_an_older_studio_has_no_plan_and_says_nothing_of_it() -> None:
    assert not took_in_words(run(None, RunResult(status=Status.DONE, steps=STEPS, elapsed_seconds=100), Status.DONE))
    assert not renewed(run(None), paced(*[4.0] * 30))


def test_a_run_that_waits_says_about_when_it_begins() -> None:
    today = datetime.now().astimezone().replace(hour=14, minute=23)
    assert about_when(today) == " at about 14:25"
    assert about_when(today + timedelta(days=2)).endswith(", 14:25")
    assert about_when(None) == ""
    waits = replace(run(60.0, status=Status.QUEUED), ahead=2, starts=today)
    assert "2 runs before this one. It starts by itself at about 14:25; you can close this page." in run_headline(
        waits, []
    )


@pytest.mark.parametrize("teaches_on", [True, False])
@pytest.mark.parametrize("status", [Status.DONE, Status.STOPPED])
def test_a_run_that_made_nothing_better_says_so_first_and_praises_nothing(status: Status, teaches_on: bool) -> None:
    plain = run(240.0, RunResult(status=status, steps=STEPS, elapsed_seconds=245, best_step=10), status)
    going_on = replace(plain, spec=plain.spec.model_copy(update={"teaches_on": teaches_on}))
    worse = [{"step": 0, "eval_loss": 3.85}, *({"step": n, "loss": 2.0} for n in range(1, 51)),
             {"step": 10, "eval_loss": 3.89}, {"step": 50, "eval_loss": 4.08}]  # fmt: skip
    title, said, _, _ = run_headline(going_on, worse)
    assert title.endswith(": this run did not make it better") and "is kept" not in said
    assert ("the version that it went on from" in said) is teaches_on and (
        "the starting model" in said
    ) is not teaches_on
    assert "with more examples" in said and "It took 4 min 5 s" in said
    better = [*worse, {"step": 60, "eval_loss": 3.5}]
    assert "did not make it better" not in run_headline(going_on, better)[0]


def test_beside_the_bar_stands_what_goes_on_between_and_after_the_steps() -> None:
    def line(activity: Activity | None, steps: int) -> str:
        shown = run(60)
        doing = replace(shown, state=shown.state.model_copy(update={"activity": activity}))
        return step_line(doing, paced(*[1.0] * steps))

    assert line(None, 50) == "Step 50 of 100. About 50 seconds left."
    assert line(Activity.CHECKING, 50) == "Step 50 of 100. Now the practice check. About 50 seconds left."
    assert line(Activity.ASKING, 0) == "Getting ready: step 0 of 100. Now it answers your questions."
    after = {activity: line(activity, 100) for activity in Activity}
    assert len(set(after.values())) == len(Activity)
    assert all(said.startswith("Step 100 of 100. All steps are done. Now ") for said in after.values()), after


@pytest.mark.parametrize(("last", "hardly"), [(0.0, False), (1e-3, True)])
def test_the_flat_end_of_a_boldness_that_ran_down_says_nothing_about_more_times(last: float, hardly: bool) -> None:
    """Any curve is flat where the boldness has come to nothing: a quick try's, too, which more times would better."""
    metrics: list[dict[str, Any]] = [{"step": 0, "eval_loss": 3.0}]
    for step in range(1, STEPS + 1):
        rate = 1e-3 + (last - 1e-3) * step / STEPS
        metrics.append({"step": step, "loss": 1.0 + 2.0 * 0.9**step, "learning_rate": rate, "elapsed_seconds": 2.0})
        if step % 10 == 0:
            metrics.append({"step": step, "eval_loss": 2.0 - 0.1 * min(step, 60) / 10 if step < 100 else 1.4})
    headline = run_headline(run(None, RunResult(status=Status.DONE, steps=STEPS), Status.DONE), metrics)
    assert ("More times would hardly help" in headline[1]) == hardly
    assert "got hardly better since step 60" in headline[1], "what was seen is said in both"


def test_until_a_step_is_taken_it_gets_ready_and_nothing_else_is_said(tmp_path: Path) -> None:
    ready = replace(run(240), folder=tmp_path)
    assert run_headline(ready, [])[0] == "Getting ready"
    assert "Getting ready" in step_line(ready, [])


def test_from_the_press_on_stop_it_says_so_and_no_time_that_is_left(tmp_path: Path) -> None:
    going_on, metrics = replace(run(240), folder=tmp_path), paced(*[4.0] * 30)
    assert "left" in step_line(going_on, metrics)
    RunFolder(tmp_path).ask_to_stop()
    title, said, label, _ = run_headline(going_on, metrics)
    assert title == "It is stopping" and "best saved point becomes your version" in said and not label
    assert "left" not in step_line(going_on, metrics)
