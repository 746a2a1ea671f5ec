"""The sentences of the Teach tab."""

from collections.abc import Mapping, Sequence
from typing import Any

from studio.desk.runs import RunView
from studio.records.run import Status
from studio.web.words import STATUS, count, duration


def run_headline(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> tuple[str, str, str, str]:
    """How a run is going: headline, a sentence or two, and the label with its tone."""
    state = run.state
    title, label, tone = STATUS[state.status]
    if state.status is Status.QUEUED:
        lead = (
            f"{count(run.ahead, 'run')} before this one. It starts by itself" if run.ahead else "It starts in a moment"
        )
        return title, f"{lead}; you can close this page.", label, tone
    if state.status is Status.RUNNING:
        going, said = trend(metrics)
        left = time_left(run, metrics)
        rest = f" {left[0].upper()}{left[1:]} left." if left else ""
        return going, f"{said}{rest} You can close this page.", label, tone
    if state.status is Status.DONE:
        best = f"The best version is from step {state.best_step:,}. " if state.best_step else ""
        return title, f"{trend(metrics, over=True)[1]} {best}Now ask both on the Compare tab.", label, tone
    said = f"{state.reason} {state.hint}".strip() or "It ended before its last step; the best version so far is kept."
    return title, said, label, tone


def trend(metrics: Sequence[Mapping[str, Any]], *, over: bool = False) -> tuple[str, str]:
    """What the curves say, for those who do not read curves: in two or three words, and in a sentence."""
    checks = [float(line["eval_loss"]) for line in metrics if line.get("eval_loss") is not None]
    if len(checks) >= 2:
        best, last = min(checks), checks[-1]
        if over and best < checks[0] * 0.97:
            return "Finished", f"Mistakes in the practice check fell from {checks[0]:.2f} to {best:.2f}."
        if last > best * 1.1 and min(checks[-2:]) > best * 1.03:
            said = "Mistakes in the practice check rise again. The best version so far is kept."
            return "Learning by heart", said
        if last < checks[0] * 0.97:
            return "Going well", f"Mistakes in the practice check fell from {checks[0]:.2f} to {last:.2f}."
        return "Not learning yet", "Mistakes in the practice check stay about the same."
    losses = [float(line["loss"]) for line in metrics if line.get("loss") is not None]
    if len(losses) >= 2:
        return "Learning", f"Mistakes on the examples went from {losses[0]:.2f} to {losses[-1]:.2f}."
    return "It has begun", "The first steps are always the slowest."


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
        figures.append((f"{float(loss):.2f}", "mistakes on the examples"))
    if (check := last.get("eval_loss")) is not None:
        figures.append((f"{float(check):.2f}", "mistakes in the practice check"))
    if (speed := last.get("tokens_per_second")) is not None:
        figures.append((f"{float(speed):,.0f}", "pieces of words a second"))
    if (rate := last.get("learning_rate")) is not None:
        figures.append((f"{float(rate):.6f}".rstrip("0").rstrip(".") or "0", "how boldly it learns now"))
    if run.state.status is Status.RUNNING and (left := time_left(run, metrics)):
        figures.append((left.removeprefix("about "), "left, about"))
    return figures


def latest(metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The newest value of every measure."""
    found: dict[str, Any] = {}
    for line in metrics:
        found.update({name: value for name, value in line.items() if value is not None})
    return found


def table_of_metrics(metrics: Sequence[Mapping[str, Any]], rows: int = 12) -> list[tuple[str, str, str]]:
    """The curves as a short table: the practice checks, or evenly chosen steps before the first."""
    checks = [line for line in metrics if line.get("eval_loss") is not None]
    chosen = checks or [line for line in metrics if line.get("loss") is not None]
    every = max(1, -(-len(chosen) // rows))
    losses = {line["step"]: line["loss"] for line in metrics if line.get("loss") is not None}

    def number(value: Any) -> str:
        return "–" if value is None else f"{float(value):.3f}"

    picked = chosen[::every] if not chosen or chosen[-1] in chosen[::every] else [*chosen[::every], chosen[-1]]
    return [(f"{line['step']:,}", number(losses.get(line["step"])), number(line.get("eval_loss"))) for line in picked]


READY = "Everything is ready. Press the button; you can close this page while it learns."
METRIC_HEADERS = ("Step", "Mistakes on the examples", "Mistakes in the practice check")
METRIC_CAPTION = "Lower is better."
