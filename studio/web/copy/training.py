"""The sentences of the Teach tab."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from studio.copy.accounts import names_somebody
from studio.copy.catalog import Phrases, say
from studio.copy.quantities import size
from studio.evaluation.learning_verdict import (
    LearningState,
    LearningVerdict,
    judge_learning,
    kept_last,
    not_better,
    points,
)
from studio.schemas.recipe import Recipe
from studio.schemas.run import ChosenVersion, Status
from studio.services.runs.data_scaling_runs import DataScalingSeries
from studio.services.runs.run_service import RunView
from studio.storage.recipe_text import KnobDifference
from studio.storage.run_folder import RunFolder
from studio.web.copy.common import beginning, model_name, run_title, short, status_words
from studio.web.copy.run_times import renewed, time_left, took_in_words


def plan_in_short(recipe: Recipe) -> str:
    """What a plan does, on the page that starts it."""
    model, times = model_name(recipe.base_model), recipe.num_train_epochs
    if recipe.max_steps > 0:
        return say("training.plan_steps", model=model, steps=recipe.max_steps)
    if times == int(times):
        return say("training.plan_times", model=model, times=int(times))
    return say("training.plan_parts", model=model, times=times)


def run_headline(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> tuple[str, str, str, str]:
    """How a run is going: headline, a sentence or two, and the label with its tone.

    Only what learns has a label: “Finished” needs no “done” beside it.
    """
    state = run.state
    title, label, tone = status_words(state.status)
    label = label if state.status is Status.RUNNING else ""
    if state.status is Status.QUEUED and run.spec.elsewhere:
        return (
            say("training.waiting_for", clusters=CLUSTERS[run.spec.elsewhere]),
            say("training.elsewhere"),
            label,
            tone,
        )
    if state.status is Status.QUEUED and run.cluster:
        return title, say("training.cluster_waits", lead=run.cluster), label, tone
    if state.status is Status.QUEUED and state.reason:
        return title, f"{state.reason} {state.hint}".strip(), label, "warn"
    if state.status is Status.QUEUED:
        lead = say("training.starts_moment")
        if run.ahead:
            lead = say("training.before_one_starts_by", ahead=run.ahead, when=about_when(run.starts))
        return title, say("training.you_can_close_page", lead=lead), label, tone
    if run.is_stopping:
        return say("training.stopping"), say("training.stopping_lead"), "", tone
    if state.status is Status.RUNNING and not steps_done(run, metrics)[0]:
        return say("training.getting_ready"), " ".join(filter(None, (run.cluster, say("training.close")))), label, tone
    found = judge_learning(metrics, state.total_steps, teaches_on=run.spec.teaches_on)
    kept = RunFolder(run.folder).kept_last if state.status.is_over else None
    worse = None if kept else not_better(metrics, teaches_on=run.spec.teaches_on)
    if state.status is Status.RUNNING:
        left = time_left(run, metrics)
        rest = say("training.left", left=left[0].upper(), left_2=left[1:]) if left else ""
        whole = renewed(run, metrics)
        close = "" if found.state is LearningState.EARLY else say("training.close")
        said = " ".join(filter(None, (run.cluster, found.text, found.next_step, rest, whole, close)))
        return say(f"going.{found.state.name}"), said, label, LIGHTS[found.state.light]
    if worse and state.status in (Status.DONE, Status.STOPPED):
        told = found.in_the_past if found.state in WILD else ""
        said = " ".join(filter(None, (state.reason, told, *map(str, worse), took_in_words(run))))
        return say("training.not_better", title=title), said, label, tone
    if state.status is Status.DONE and kept:
        parts = (state.reason, str(kept_last(kept)), say("over.KEPT_LAST"), took_in_words(run))
        return title, " ".join(filter(None, parts)), label, tone
    if state.status is Status.DONE:
        best = say("training.best_version_from_step", best_step=state.best_step) if state.best_step else ""
        said = " ".join(
            filter(
                None, (found.in_the_past, state.reason, best, say(f"over.{ended(found, metrics)}"), took_in_words(run))
            )
        )
        return title, said, label, tone
    said = f"{state.reason} {state.hint}".strip() or say("training.ended_before_last_step")
    return title, " ".join(filter(None, (said, took_in_words(run)))), label, tone


def ended(found: LearningVerdict, metrics: Sequence[Mapping[str, Any]]) -> str:
    """Which word on what to do next follows: where the boldness ran down, the end is flat by itself."""
    if found.state is not LearningState.LEVELLED or found.since_step is None:
        return found.state.name
    rates = points(metrics, "learning_rate")
    then = next((rate for step, rate in rates if step >= found.since_step), 0.0)
    return "FADED" if rates and then < max(rate for _, rate in rates) / 2 else found.state.name


def about_when(starts: datetime | None) -> str:
    """` at about 14:25`, with its day when that is another one; nothing where it cannot be told."""
    if starts is None:
        return ""
    at = starts.astimezone()
    at += timedelta(minutes=-at.minute % 5)
    day = "" if at.date() == datetime.now().astimezone().date() else f"{at:%a %d %b}, "
    return say("training.at_about", when=f"{day}{at:%H:%M}")


def steps_done(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many steps are behind it, of how many; the second is 0 until that is known."""
    last = metrics[-1] if metrics else {}
    return int(last.get("step") or run.state.step), run.state.total_steps or int(last.get("total_steps") or 0)


def step_line(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> str:
    """`Step 31 of 350. About 3 minutes left.`: beside the bar, from the first second on."""
    step, total = steps_done(run, metrics)
    if run.state.status is Status.QUEUED:
        return say("training.has_not_begun_yet")
    activity = run.state.activity if run.state.status is Status.RUNNING else None
    doing = f" {say(f'training.activity.{activity}')}" if activity else ""
    if run.state.status is Status.RUNNING and not step:
        ready = "training.getting_ready_step_0" if total else "training.getting_ready_model_being"
        return say(ready, total=total) + doing
    left = time_left(run, metrics) if run.state.status is Status.RUNNING and not run.is_stopping else ""
    rest = say("training.left_2", left=left[0].upper(), left_2=left[1:]) if left else ""
    last = f" {say('training.last_step_taken')}" if doing and step == total else ""
    return say("training.step", step=step) + (say("training.of", total=total) if total else ".") + last + doing + rest


def run_figures(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Where a run stands, in numbers with their units."""
    last = latest(metrics)
    total = run.state.total_steps
    step = int(last.get("step") or run.state.step)
    figures = [(f"{step:,}" + (say("training.of_2", total=total) if total else ""), say("training.steps_done"))]
    if (loss := last.get("loss")) is not None:
        figures.append((f"{float(loss):.2f}", say("training.mistakes_on_examples_loss")))
    if (check := last.get("eval_loss")) is not None:
        figures.append((f"{float(check):.2f}", say("training.mistakes_practice_check_validation")))
    if (right := last.get("eval_reward_accuracy")) is not None:
        figures.append((f"{float(right):.0%}", say("training.prefers_better_now")))
    if (ahead := last.get("eval_reward_margin")) is not None and last.get("step"):
        figures.append((f"{float(ahead):+.2f}", say("training.better_ahead_by")))
    if (norm := last.get("grad_norm")) is not None:
        figures.append((f"{float(norm):.2g}", say("training.size_last_change_gradient")))
    if (speed := last.get("tokens_per_second")) is not None:
        figures.append((f"{float(speed):,.0f}", say("training.pieces_words_tokens_second")))
    if (rate := last.get("learning_rate")) is not None:
        figures.append((f"{float(rate):.6f}".rstrip("0").rstrip(".") or "0", say("training.how_boldly_learns_now")))
    if (memory := last.get("memory_bytes")) is not None:
        figures.append((size(int(memory)), say("training.memory_used")))
    if run.state.status is Status.RUNNING and (left := time_left(run, metrics)):
        figures.append((left.removeprefix("about "), say("training.left_about")))
    return figures


def latest(metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The newest value of every measure."""
    found: dict[str, Any] = {}
    for line in metrics:
        found.update({name: value for name, value in line.items() if value is not None})
    return found


def table_of_metrics(metrics: Sequence[Mapping[str, Any]], rows: int = 12) -> list[tuple[str, ...]]:
    """The curves as a short table: the practice checks, or evenly chosen steps before the first."""
    checks = [line for line in metrics if line.get("eval_loss") is not None]
    chosen = checks or [line for line in metrics if line.get("loss") is not None]
    every = max(1, -(-len(chosen) // rows))
    seen = {line["step"]: line for line in metrics if line.get("loss") is not None}

    def number(value: Any) -> str:
        return "–" if value is None else f"{float(value):.3f}"

    picked = chosen[::every] if not chosen or chosen[-1] in chosen[::every] else [*chosen[::every], chosen[-1]]
    own = [(line, seen.get(line["step"], {})) for line in picked]
    return [
        (f"{line['step']:,}", number(one.get("loss")), number(line.get("eval_loss")), number(one.get("grad_norm")))
        for line, one in own
    ]


def answer_table(
    questions: Sequence[str], answers: Sequence[Mapping[str, Any]], newest: int = 3, *, over: bool = False,
    kept: int | None = None, teaches_on: bool = False,
) -> tuple[list[str], list[list[str]]]:  # fmt: skip
    """Headers and rows: each question with the answer that the run began with, and those of the newest saved versions.

    One of those columns is the `kept` version's: what it answered itself, or where nothing was asked then, what was
    answered last before it.
    """
    told = {(str(a["question"]), int(a.get("step") or 0)): answer_line(a) for a in answers}
    tuned = [a for a in answers if a["contestant"] == "tuned"]
    last = max((int(a.get("step") or 0) for a in tuned), default=0)  # also when nothing was asked there
    steps = sorted({last, *(int(a.get("step") or 0) for a in tuned if str(a["answer"]).strip())} - {0})
    own = max((step for step in steps if step <= (kept or 0)), default=None)
    shown = steps[-newest:]
    if own is not None and own not in shown:
        shown = [own, *shown[1:]]

    def header(step: int) -> str:
        if step != own:
            return say("training.after_step", step=step)
        key = "training.after_kept" if step == kept else "training.after_before_kept"
        return say(key if over else f"{key}_so_far", step=step, kept=kept)

    first = say("training.version_before" if teaches_on else "training.starting_model")
    headers = [say("training.question"), first, *map(header, shown)]

    def cell(question: str, step: int) -> str:
        return told.get((question, step), say("training.not_answered") if over else "…")

    return headers, [[short(question, 200), cell(question, 0), *(cell(question, s) for s in shown)]
                     for question in questions]  # fmt: skip


def answer_line(answer: Mapping[str, Any]) -> str:
    """What was answered, with why it was cut; where there are no words, why."""
    said, note = beginning(str(answer["answer"]).rstrip(), 400), str(answer.get("note") or "")
    return (f"{said} ({note})" if note else said) if said.strip() else note or say("training.said_nothing")


def version_name(step: int, best: int | None, chosen: ChosenVersion | None, *, by_answers: bool = False) -> str:
    """A saved version in the list; `by_answers`: that the best one is so by its answers, not by its mistakes."""
    marks = [say(f"training.{'nearest' if by_answers else 'best'}_practice_check")] if step == best else []
    if chosen and chosen.step == step:
        marks.append(say("training.kept_by" if names_somebody(chosen.by) else "training.kept", by=chosen.by))
    return say("training.version_step", step=step) + (f" ({', '.join(marks)})" if marks else "")


def more_examples_so_far(series: DataScalingSeries) -> str:
    """How far the three runs are, and what they say."""
    done = sum(run.state.status.is_over for run in series.runs)
    if not series.is_over:
        return say("training.runs_over_you_can", done=done, runs=len(series.runs))
    return series.sentence or say("training.none_runs_came_far")


def what_differs(runs: Sequence[RunView], differences: Sequence[KnobDifference]) -> tuple[list[str], list[list[str]]]:
    """Headers and rows: what is not the same in these runs, and what each of them came to."""
    rows = [[row.title, *(short(value, 120) for value in row.values)] for row in differences]
    outcomes = [run.outcome for run in runs]

    def best(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    rows.append([say("training.mistakes_practice_check_at"), *(best(o.eval_loss if o else None) for o in outcomes)])
    rows.append([say("training.steps_done_2"), *(f"{run.state.step:,}" for run in runs)])
    return [say("training.what_differs"), *map(run_title, runs)], rows


def best_of(runs: Sequence[RunView], *, same_check: bool = True) -> str:
    """Which run made the fewest mistakes, with its proviso; none where they did not sit the same practice check."""
    if not same_check:
        return say("training.other_checks")
    scored = [(run.outcome.eval_loss, run) for run in runs if run.outcome and run.outcome.eval_loss is not None]
    if len(scored) < 2:
        return say("training.at_least_two_them")
    scored.sort(key=lambda pair: pair[0])
    (first, one), (second, _) = scored[:2]
    if first > 0.98 * second:
        return say("training.best_two_within_2")
    return say("training.made_fewest_mistakes_practice", run_title=run_title(one))


def metric_headers() -> list[str]:
    """Of the table of the curves."""
    return [
        say("training.step_2"),
        say("training.mistakes_on_examples_loss_2"),
        say("training.mistakes_practice_check_validation_loss"),
        say("training.size_change_gradient_norm"),
    ]


WILD = (LearningState.UNSTABLE, LearningState.OUT_OF_CONTROL)  # said even where nothing came of the run
LIGHTS = {"good": "good", "wait": "", "warn": "warn", "bad": "bad"}
CLUSTERS = Phrases("training.clusters")
