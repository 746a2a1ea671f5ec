"""The sentences of the Teach tab."""

from collections.abc import Mapping, Sequence
from typing import Any

from studio.evaluation.learning_verdict import LearningState, judge_learning
from studio.schemas.run import ChosenVersion, Status
from studio.services.runs.data_scaling_runs import DataScalingSeries
from studio.services.runs.run_service import RunView
from studio.storage.recipe_text import KnobDifference
from studio.web.copy.common import STATUS, count, duration, run_title, short, size

GOING: Mapping[LearningState, str] = {
    LearningState.EARLY: "It has begun", LearningState.LEARNING: "Going well",
    LearningState.LEVELLED: "It has learnt most of it", LearningState.NOT_YET: "Not learning yet",
    LearningState.BY_HEART: "Learning by heart", LearningState.UNSTABLE: "Unsteady",
    LearningState.OUT_OF_CONTROL: "Out of control",
}  # fmt: skip
OVER: Mapping[LearningState, str] = {
    LearningState.EARLY: "Now ask both on the Compare tab.",
    LearningState.LEARNING: "It was still learning: more times through the examples may help. Now ask both.",
    LearningState.LEVELLED: "More times would hardly help. Now ask both on the Compare tab.",
    LearningState.NOT_YET: "Teach again more boldly or more times, or with a bigger starting model.",
    LearningState.BY_HEART: "The best version is kept. More examples or fewer times help. Now ask both.",
    LearningState.UNSTABLE: "Teach again less boldly, and compare.",
    LearningState.OUT_OF_CONTROL: "Teach again much less boldly.",
}  # fmt: skip
CLOSE = "You can close this page."


def run_headline(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> tuple[str, str, str, str]:
    """How a run is going: headline, a sentence or two, and the label with its tone.

    Only what learns has a label: “Finished” needs no “done” beside it.
    """
    state = run.state
    title, label, tone = STATUS[state.status]
    label = label if state.status is Status.RUNNING else ""
    if state.status is Status.QUEUED and run.spec.elsewhere:
        return f"Waiting for {CLUSTERS[run.spec.elsewhere]}", ELSEWHERE, label, tone
    if state.status is Status.QUEUED and state.reason:
        return title, f"{state.reason} {state.hint}".strip(), label, "warn"
    if state.status is Status.QUEUED:
        lead = (
            f"{count(run.ahead, 'run')} before this one. It starts by itself" if run.ahead else "It starts in a moment"
        )
        return title, f"{lead}; you can close this page.", label, tone
    found = judge_learning(metrics, state.total_steps)
    if state.status is Status.RUNNING:
        left = time_left(run, metrics)
        rest = f"{left[0].upper()}{left[1:]} left." if left else ""
        close = "" if found.state in (LearningState.EARLY, LearningState.LEARNING) else CLOSE
        said = " ".join(filter(None, (found.text, found.next_step, rest, close)))
        return GOING[found.state], said, label, LIGHTS[found.state.light]
    if state.status is Status.DONE:
        best = f"The best version is from step {state.best_step:,}." if state.best_step else ""
        said = " ".join(filter(None, (found.in_the_past, state.reason, best, OVER[found.state])))
        return title, said, label, tone
    said = f"{state.reason} {state.hint}".strip() or "It ended before its last step; the best version so far is kept."
    return title, said, label, tone


def steps_done(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many steps are behind it, of how many; the second is 0 until that is known."""
    last = metrics[-1] if metrics else {}
    return int(last.get("step") or run.state.step), run.state.total_steps or int(last.get("total_steps") or 0)


def step_line(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> str:
    """`Step 31 of 350. About 3 minutes left.`: beside the bar, from the first second on."""
    step, total = steps_done(run, metrics)
    if run.state.status is Status.QUEUED:
        return "It has not begun yet."
    if run.state.status is Status.RUNNING and not step:
        return f"Getting ready: step 0 of {total:,}." if total else "Getting ready: the model is being loaded."
    left = time_left(run, metrics) if run.state.status is Status.RUNNING else ""
    rest = f" {left[0].upper()}{left[1:]} left." if left else ""
    return f"Step {step:,}" + (f" of {total:,}." if total else ".") + rest


def time_left(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> str:
    """`about 3 minutes`, or nothing before it can be told."""
    last = metrics[-1] if metrics else {}
    step, passed = int(last.get("step") or 0), float(last.get("elapsed_seconds") or 0)
    total = run.state.total_steps or int(last.get("total_steps") or 0)
    if step < 3 or not total or not passed or step >= total:
        return ""
    return duration(passed / step * (total - step))


def run_figures(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Where a run stands, in numbers with their units."""
    last = latest(metrics)
    total = run.state.total_steps
    step = int(last.get("step") or run.state.step)
    figures = [(f"{step:,}" + (f" of {total:,}" if total else ""), "steps done")]
    if (loss := last.get("loss")) is not None:
        figures.append((f"{float(loss):.2f}", "mistakes on the examples (loss)"))
    if (check := last.get("eval_loss")) is not None:
        figures.append((f"{float(check):.2f}", "mistakes in the practice check (validation loss)"))
    if (norm := last.get("grad_norm")) is not None:
        figures.append((f"{float(norm):.2g}", "size of the last change (gradient norm)"))
    if (speed := last.get("tokens_per_second")) is not None:
        figures.append((f"{float(speed):,.0f}", "pieces of words (tokens) a second"))
    if (rate := last.get("learning_rate")) is not None:
        figures.append(
            (f"{float(rate):.6f}".rstrip("0").rstrip(".") or "0", "how boldly it learns now (learning rate)")
        )
    if (memory := last.get("memory_bytes")) is not None:
        figures.append((size(int(memory)), "memory used"))
    if run.state.status is Status.RUNNING and (left := time_left(run, metrics)):
        figures.append((left.removeprefix("about "), "left, about"))
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
    questions: Sequence[str], answers: Sequence[Mapping[str, Any]], newest: int = 3, *, over: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Headers and rows: each question with the starting model's answer, then those of the newest saved versions."""
    told = {(str(a["question"]), int(a.get("step") or 0)): answer_line(a) for a in answers}
    tuned = [a for a in answers if a["contestant"] == "tuned"]
    last = max((int(a.get("step") or 0) for a in tuned), default=0)  # also when nothing was asked there
    steps = sorted({last, *(int(a.get("step") or 0) for a in tuned if str(a["answer"]).strip())} - {0})[-newest:]
    headers = ["Question", "Starting model", *(f"After step {step:,}" for step in steps)]

    def cell(question: str, step: int) -> str:
        return told.get((question, step), NOT_ANSWERED if over else "…")

    return headers, [[short(question, 200), cell(question, 0), *(cell(question, s) for s in steps)]
                     for question in questions]  # fmt: skip


def answer_line(answer: Mapping[str, Any]) -> str:
    """What was answered, with why it was cut; where there are no words, why."""
    said, note = short(str(answer["answer"]).strip(), 400), str(answer.get("note") or "")
    return (f"{said} ({note})" if note else said) if said else note or SAID_NOTHING


def version_name(step: int, best: int | None, chosen: ChosenVersion | None) -> str:
    """A saved version in the list."""
    marks = ["best in the practice check"] if step == best else []
    marks += [f"kept by {chosen.by}"] if chosen and chosen.step == step else []
    return f"The version of step {step:,}" + (f" ({', '.join(marks)})" if marks else "")


def more_examples_so_far(series: DataScalingSeries) -> str:
    """How far the three runs are, and what they say."""
    done = sum(run.state.status.is_over for run in series.runs)
    if not series.is_over:
        return f"{done} of {len(series.runs)} runs are over. You can close this page."
    return series.sentence or "None of the runs came far enough to tell."


def what_differs(runs: Sequence[RunView], differences: Sequence[KnobDifference]) -> tuple[list[str], list[list[str]]]:
    """Headers and rows: what is not the same in these runs, and what each of them came to."""
    rows = [[row.title, *(short(value, 120) for value in row.values)] for row in differences]
    outcomes = [run.outcome for run in runs]

    def best(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    rows.append(["Mistakes in the practice check, at best", *(best(o.eval_loss if o else None) for o in outcomes)])
    rows.append(["Steps done", *(f"{run.state.step:,}" for run in runs)])
    return ["What differs", *map(run_title, runs)], rows


def best_of(runs: Sequence[RunView]) -> str:
    """Which run made the fewest mistakes, with its proviso."""
    scored = [(run.outcome.eval_loss, run) for run in runs if run.outcome and run.outcome.eval_loss is not None]
    if len(scored) < 2:
        return "At least two of them must have a practice check before one can be called better."
    scored.sort(key=lambda pair: pair[0])
    (first, one), (second, _) = scored[:2]
    if first > 0.98 * second:
        return "The best two are within 2 in 100 of each other: that can be luck. The exam can tell more."
    return f"“{run_title(one)}” made the fewest mistakes in the practice check. The exam tells whether that holds."


READY = "Everything is ready. Press the button; you can close this page while it learns."
METRIC_HEADERS = (
    "Step", "Mistakes on the examples (loss)", "Mistakes in the practice check (validation loss)",
    "Size of the change (gradient norm)",
)  # fmt: skip
LIGHTS = {"good": "good", "wait": "", "warn": "warn", "bad": "bad"}
CLUSTERS = {"slurm": "the cluster (Slurm)", "ray": "the cluster (Ray)"}
ELSEWHERE = (
    "It is written out for a cluster and starts when the script is handed in there. This computer leaves it alone."
)
QUESTIONS_LEAD = (
    "Up to five, your own or some of the practice check: you see their answers change while it learns. "
    "Questions of the exam are not offered: they must stay a surprise."
)
ANSWERS_LEAD = (
    "The starting model's answers, and those of the newest saved versions. Read them: words tell more than numbers."
)
KEEP_HELP = "The best in the practice check is kept unless you choose another. Your choice is written into the report."
NO_ANSWERS_YET = "The first answers come when the run has begun."
COMPARE_LEAD = "Choose two to four. Lower is better."
LEAVE_LEAD = "What you teach here can be taught without the studio, and on other computers."
SCRIPT_SAVED = "The archive holds this script and all that it reads: your examples, too. Treat it as you treat them."
CLUSTER_SAVED = "Hand it in on the cluster. The run is frozen in its folder and waits there; this page shows it, too."
MORE_LEAD = (
    "Teaches the plan on a quarter, a half and all of your examples, one after the other. "
    "It takes up to twice the time of the plan, and less where learning ends early."
)
SAID_NOTHING = "(no words)"
NOT_ANSWERED = "(not asked: the run ended before)"
NEVER_ASKED = "The run ended before anything was asked."
METRIC_CAPTION = "Lower is better."
