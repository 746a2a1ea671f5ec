"""Words that several tabs share. Interface words only: teach, starting model, practice check, exam, pieces of words."""

from collections import Counter
from collections.abc import Mapping, Sequence

from studio.copy.catalog import Phrases, say
from studio.schemas.project import Project
from studio.schemas.run import Status
from studio.services.runs.run_service import RunView

TONES: Mapping[Status, str] = {
    Status.QUEUED: "", Status.RUNNING: "good", Status.DONE: "good", Status.STOPPED: "warn", Status.FAILED: "bad",
    Status.INTERRUPTED: "warn",
}  # fmt: skip


def status_words(status: Status) -> tuple[str, str, str]:
    """Of a run: the headline, the word in a list, and the tone of both."""
    return say(f"status.{status.value}.title"), say(f"status.{status.value}.label"), TONES[status]


def count(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def spelled(number: int) -> str:
    """Small numbers as words, as one would say them."""
    names = Phrases("spelled")
    return names.get(str(number), f"{number:,}")


def short(text: str, longest: int) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def beginning(text: str, longest: int) -> str:
    """The beginning of a text as it is written, line by line."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def told_apart(named: Sequence[tuple[str, Project]]) -> list[tuple[str, str]]:
    """Projects for a list, by name and id. Those of one name, as an older home may have, bear the
    moment at which they were made."""
    times = Counter(name for name, _ in named)
    dated = [(say("common.made_on", title=name, at=one.created.astimezone()) if times[name] > 1 else name, one.id)
             for name, one in named]  # fmt: skip
    alike = Counter(name for name, _ in dated)  # made within one minute, or a year apart
    return [(f"{name} · {id}" if alike[name] > 1 else name, id) for name, id in dated]


def run_name(run: RunView) -> str:
    """A run in a list: when and how it stands, then what it learned from and how well."""
    label = status_words(run.state.status)[1]
    second = model_name(run.spec.recipe.base_model)
    if run.outcome is not None and run.outcome.eval_loss is not None:
        second += say("common.mistakes_score", eval_loss=run.outcome.eval_loss)
    return f"{run_title(run)} · {label}\n{second}"


def run_title(run: RunView) -> str:
    """What she called a run, or when it was started."""
    return run.name or f"{run.spec.created.astimezone():%d %b, %H:%M}"


def run_line(run: RunView) -> str:
    """The same on one line."""
    return run_name(run).replace("\n", " · ")


def model_name(model: str) -> str:
    """A model's short name."""
    return say("common.practice_model") if model == "starter" else model.rstrip("/").rsplit("/", 1)[-1]


LOADING = "Loading …"

TABS = Phrases("tabs")  # by their ids


def promise(*, offline: bool, shared: bool = False) -> str:
    """The one line that answers the first question everybody has. `shared`: she may sit before another computer."""
    where = "shared" if shared else "computer"
    return say(f"common.everything_stays_on_{where}", offline="off" if offline else say("common.only_for_models_you"))
