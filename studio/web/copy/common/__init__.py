"""Words that several tabs share. Interface words only: teach, starting model, practice check, exam, pieces of words."""

from collections.abc import Mapping

from studio.schemas.run import Status
from studio.services.runs.run_service import RunView

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


def short(text: str, longest: int) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def run_name(run: RunView) -> str:
    """A run in a list: when and how it stands, then what it learned from and how well."""
    label = STATUS[run.state.status][1]
    second = model_name(run.spec.recipe.base_model)
    if run.outcome is not None and run.outcome.eval_loss is not None:
        second += f" · mistakes score {run.outcome.eval_loss:.2f}"
    return f"{run_title(run)} · {label}\n{second}"


def run_title(run: RunView) -> str:
    """What she called a run, or when it was started."""
    return run.name or f"{run.spec.created.astimezone():%d %b, %H:%M}"


def run_line(run: RunView) -> str:
    """The same on one line."""
    return run_name(run).replace("\n", " · ")


NO_EXAMPLES_YET = "Bring your examples first, on the Examples tab."
NO_PLAN_YET = "There is no plan yet. Open the Model tab: the plan is worked out there."
NOTHING_TAUGHT = "Nothing has been taught yet. When a run has saved its first version, you can ask both here."


def model_name(model: str) -> str:
    """A model's short name."""
    return "Practice model" if model == "starter" else model.rstrip("/").rsplit("/", 1)[-1]


LOADING = "Loading …"
CLOSE = "You can close this page."
TABS = ("Examples", "Model", "Teach", "Compare")


def promise(*, offline: bool) -> str:
    """The one line that answers the first question everybody has."""
    return f"Everything stays on this computer · internet {'off' if offline else 'only for models you choose'}"
