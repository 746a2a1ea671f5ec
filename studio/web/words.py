"""The sentences of the page. Interface words only: teach, starting model, practice check, exam, pieces of words."""

from collections.abc import Mapping, Sequence
from typing import Any

from studio.desk.runs import RunView
from studio.records.dataset import Card
from studio.records.example import Example
from studio.records.finding import Finding
from studio.records.model import Forecast, ModelEntry
from studio.records.run import Status

FOR = "Teaching is for voice, format and routine decisions: how you greet, what an answer looks like, which label fits."
NOT_FOR = "It is not for facts that change, such as prices or opening hours: those want a search."
STEPS = (
    ("1", "Examples", "Bring a table of good answers. See what is wrong with it, and mend it."),
    ("2", "Model", "Pick what to start from. See how long it takes before it starts."),
    ("3", "Teach", "Press one button. You can close the page meanwhile."),
    ("4", "Compare", "Ask both, side by side, and judge for yourself."),
)
REASONS: Mapping[str, str] = {
    "empty_answer": "no answer", "empty_question": "no question", "exact_duplicate": "exact copies",
    "near_duplicate": "near copies", "conflicting_answers": "contradicting answers",
    "private_details": "private details", "secret": "passwords or keys", "too_long": "too long",
    "too_short": "too short", "garbled_text": "garbled letters", "markup": "left-over markup",
    "mixed_language": "another language", "placeholder": "placeholders instead of answers",
    "repeated_boilerplate": "repeated stock text", "imbalance": "one-sided", "leakage": "too like the exam",
    "special_tokens": "control marks", "refusal_heavy": "refusals", "swapped_columns": "swapped columns",
    "too_few": "too few", "unreadable_row": "could not be read", "blank_row": "blank",
    "repeated_header": "the header once more", "not_text": "no text", "exam_overlap": "the same as an exam question",
    "removed_by_person": "taken out by you",
}  # fmt: skip
BUTTONS: Mapping[str, str] = {
    "empty_answer": "Take them out", "empty_question": "Take them out", "exact_duplicate": "Keep one of each",
    "near_duplicate": "Keep one of each", "private_details": "Hide them all", "secret": "Hide them all",
    "garbled_text": "Repair them", "markup": "Remove the markup", "special_tokens": "Remove the marks",
    "repeated_boilerplate": "Remove the stock text", "placeholder": "Take them out",
}  # fmt: skip
SEVERITIES: Mapping[str, str] = {
    "stop": "must be mended", "serious": "important", "look": "worth a look", "note": "good to know",
}  # fmt: skip
PRESETS = (
    ("Quick try\nSees each example less often. Good for a first look.", "quick"),
    ("Balanced\nOur pick: enough for most tables.", "balanced"),
    ("Thorough\nTakes longer and learns your voice more closely.", "thorough"),
)
STATUS: Mapping[Status, tuple[str, str, str]] = {
    Status.QUEUED: ("Waiting for its turn", "waiting", ""),
    Status.RUNNING: ("Learning", "learning", "good"),
    Status.DONE: ("Finished", "done", "good"),
    Status.STOPPED: ("Stopped", "stopped", "warn"),
    Status.FAILED: ("It could not go on", "failed", "bad"),
    Status.INTERRUPTED: ("Interrupted", "interrupted", "warn"),
}


def count(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def spelled(number: int) -> str:
    """Small numbers as words, as one would say them."""
    names = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return names[number] if number < len(names) else f"{number:,}"


def duration(seconds: float | None) -> str:
    """`about 40 seconds`, `about 6 minutes`, `about 2 hours`; what is not known is said so."""
    if seconds is None:
        return "not known yet"
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} seconds"
    if seconds < 5400:
        return f"about {count(round(seconds / 60), 'minute')}"
    return f"about {seconds / 3600:.1f} hours"


def size(amount: int) -> str:
    """Bytes as a person says them."""
    return f"{amount / 1e9:.1f} GB" if amount >= 1e8 else f"{max(1, round(amount / 1e6))} MB"


def examples_headline(card: Card, findings: Sequence[Finding], kept: int) -> tuple[str, str]:
    """The first thing to read about a table, and the sentence under it."""
    open_ = [finding for finding in findings if finding.severity != "note"]
    todo = (
        f"and {spelled(len(open_))} {'thing' if len(open_) == 1 else 'things'} to look at"
        if open_
        else "ready to teach"
    )
    sheet = f", sheet “{card.source.sheet}”" if card.source.sheet else ""
    lead = f"From {card.source.name}{sheet}. Nothing changes until you say so, and every change can be undone."
    return f"{count(kept, 'example')}, {todo}", lead


def account(card: Card, kept: int) -> str:
    """Every row of the upload, accounted for: in = kept + dropped by reason."""
    dropped = {reason: number for reason, number in card.dropped.items() if number}
    added = f", and {count(card.rows_added, 'row')} added by you" if card.rows_added else ""
    if not dropped:
        return f"{count(card.rows_in, 'row')} in the file, all {kept - card.rows_added:,} kept{added}."
    reasons = ", ".join(f"{number:,} {REASONS.get(reason, reason)}" for reason, number in dropped.items())
    gone = sum(dropped.values())
    return f"{card.rows_in:,} rows in the file = {card.rows_in - gone:,} kept + {gone:,} left out ({reasons}){added}."


def parts(learn: int, practice: int, exam: int) -> str:
    """How the rows are shared out."""
    return f"{learn:,} to learn from · {practice:,} for the practice check · {exam:,} for the exam"


def glimpse(finding: Finding, examples: Mapping[int, Example]) -> str:
    """One example of a finding, so that she sees what is meant."""
    for row in finding.rows:
        example = examples.get(row)
        if example is None:
            continue
        said = finding.notes.get(row, "")
        if finding.kind == "conflicting_answers":
            return f"“{short(example.question, 110)}”"
        if finding.kind in ("empty_answer", "empty_question"):
            return f"Row {row:,}: “{short(example.question + example.answer, 110)}”"
        return f"Row {row:,}: {said}" if said else f"Row {row:,}: “{short(example.answer, 110)}”"
    return ""


def short(text: str, longest: int) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def model_choice(entry: ModelEntry) -> str:
    """A starting model as the lines of its card."""
    fits = f"{'✓' if entry.fits else '✗'} {entry.reason or 'Fits this computer now.'}"
    return "\n".join(line for line in (entry.title, entry.licence, entry.note, fits) if line)


def plan_figures(forecast: Forecast) -> list[tuple[str, str]]:
    """The plan in large numbers."""
    seen = f"{forecast.times_seen:.1f}".rstrip("0").rstrip(".")
    return [
        (f"{seen}×", "each example is seen"),
        (f"{forecast.steps:,}", "steps"),
        (duration(forecast.seconds).removeprefix("about "), "about how long it takes"),
        (size(forecast.needs_bytes), f"memory needed, {size(forecast.free_bytes)} free"),
        (f"{forecast.rows_cut:,}", "rows cut at the end"),
        (f"{forecast.rows_left_out:,}", "rows left out"),
    ]


def plan_sentences(forecast: Forecast, *, starter: bool) -> list[str]:
    """What the numbers do not say."""
    said = [
        f"It learns {forecast.learned_tokens:,} pieces of words (the answers) and reads {forecast.read_tokens:,} "
        f"in all; the longest example has {forecast.longest:,}."
    ]
    if forecast.rows_cut:
        said.append(
            f"{count(forecast.rows_cut, 'row')} would lose their ending: the model would not learn how to finish."
        )
    if forecast.rows_left_out:
        said.append(f"{count(forecast.rows_left_out, 'row')} cannot be used with this model and are left out.")
    if forecast.disk_bytes:
        said.append(f"On disk it takes {size(forecast.disk_bytes)}.")
    if starter:
        said.append(
            "The built-in practice model is for learning the tool: it is quick and knows little. "
            "Real work wants a bigger model."
        )
    return [*said, *forecast.notes]


def run_name(run: RunView) -> str:
    """A run in a list: when and how it stands, then what it learned from and how well."""
    label = STATUS[run.state.status][1]
    second = model_name(run.ticket.recipe.base_model)
    if run.outcome is not None and run.outcome.eval_loss is not None:
        second += f" · mistakes score {run.outcome.eval_loss:.2f}"
    return f"{run.ticket.created.astimezone():%d %b, %H:%M} · {label}\n{second}"


def run_line(run: RunView) -> str:
    """The same on one line."""
    return run_name(run).replace("\n", " · ")


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


TABLE_HINT = (
    "CSV, TSV, Excel, JSON, JSONL or Parquet, up to 200 MB. One row for each question and its answer. "
    "20 rows are the least; 100 and more are a good start."
)
SAMPLE_HINT = "Made up for this studio. It loads as if you had brought it, and shows the whole way in ten minutes."
CHOOSE_COLUMNS = "Choose which columns hold the questions and the answers"


def file_lead(name: str, rows: int, format: str, sentence: str) -> str:
    """What was found in a file."""
    return f"{name}: {count(rows, 'row')}, read as {format}. {sentence}".strip()


NO_FINDINGS = "No empty answers, no copies, no contradictions, no private details were found."


def table_title(first: int, here: int, total: int, kind: str, search: str) -> tuple[str, str]:
    """What the table shows, and that it can be changed."""
    if not total:
        return "No row fits", "Press “Show all rows” to see everything again."
    what = (
        "All examples" if not kind and not search else f"Rows with: {REASONS.get(kind, kind)}" if kind else "Found rows"
    )
    many = f"Rows {first + 1:,} to {first + here:,} of {total:,}. " if here < total else f"{count(total, 'row')}. "
    return what, many + "Double-click a cell to rewrite it; every change can be undone."


COLLEAGUE = (
    "The sheet opens in any spreadsheet program. Write fix, leave or remove in the column “decision”; "
    "for answers that differ, keep or both; or write a new answer."
)
PARTS_HINT = "The exam is kept aside: no run learns from it. Near copies always stay on one side."


MODEL_LEAD = "A bigger one writes better and learns slower. What fits this computer now is said on each card."
NO_EXAMPLES_YET = "Bring your examples first, on the Examples tab."
NO_PLAN_YET = "There is no plan yet. Open the Model tab: the plan is worked out there."
PLAN_COMES = "The plan is worked out when you open this tab."
READY = "Everything is ready. Press the button; you can close this page while it learns."
ADVANCED_HINT = "You need none of these. The words in brackets are the ones that technical people use."
SEE_HINT = "Your answer and its end mark, in colour, are learned. The rest is only read."
METRIC_HEADERS = ("Step", "Mistakes on the examples", "Mistakes in the practice check")
METRIC_CAPTION = "Lower is better."


def advanced_title(number: int) -> str:
    """The door to the other settings."""
    return f"Advanced ({number} settings)"


def other_choice(model: str) -> str:
    """A model that is not in the list, as lines of its card."""
    return f"{model.rstrip('/').rsplit('/', 1)[-1]}\n{model}"


SIDES = {"base": "Starting model", "tuned": "Your version"}
NOTHING_TAUGHT = "Nothing has been taught yet. When a run has saved its first version, you can ask both here."
COMPARE_LEAD = (
    "One question, both answer at the same time. The exam holds questions that neither has seen; "
    "each is asked on its own."
)
EMPTY_PANE = "The answer appears here."
SAME_INSTRUCTIONS = "The same as it was taught with."
OTHER_INSTRUCTIONS = "Other than what it was taught with: it may answer worse."
TOGETHER_NOT = "This kind of model answers in turn, not at the same time."


def exam_button(place: int, total: int) -> str:
    """Which exam question comes next."""
    return f"From the exam ({place + 1} of {total})" if total else "From the exam"


def model_name(model: str) -> str:
    """A model's short name."""
    return "Practice model" if model == "starter" else model.rstrip("/").rsplit("/", 1)[-1]


LOADING = "Loading …"
CUT_SHORT = "ended before it was finished"
SAID_NOTHING = "(no words)"
TABS = ("Examples", "Model", "Teach", "Compare")


def promise(*, offline: bool) -> str:
    """The one line that answers the first question everybody has."""
    return f"Everything stays on this computer · internet {'off' if offline else 'only for models you choose'}"
