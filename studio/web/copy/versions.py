"""The sentences of the cards about versions, origin and forgetting on the Examples tab."""

from collections.abc import Sequence

from studio.schemas.dataset import DatasetMetadata
from studio.services.datasets.versions import Version, VersionComparison
from studio.services.privacy.forgetting import ForgettablePlace
from studio.web.copy.common import count
from studio.web.copy.examples import REASONS

VERSIONS = "Versions"
LEAD = (
    "A version that a run learned from stays as it was: your next change makes a new one. "
    "You can look back at each, and go back to each; nothing is lost by it."
)
KEEP = "Keep it as it is now under this name"
RIGHTS = "Where these examples come from"
RIGHTS_LEAD = "In your own words. It stands in the data report and beside every report of a run."
ORIGIN = ("Where they come from", "Who wrote them, when, and for what. For example: our help desk’s mail of 2025.")
LICENCE = ("What allows you to use them", "A licence, a contract, or that they are your own words.")
CONSENT = ("Who agreed", "The people in them, or whoever speaks for them; or why nobody has to be asked.")
FORGET = "Forget for good"
FORGET_LEAD = (
    "Cleaning takes words out of the examples, but the uploaded file, older versions, runs and chats still hold them. "
    "Here they go from all of these. Your newest rows and the account of every row stay. It cannot be undone."
)
FORGET_TEXT = (
    "One text",
    "For example an e-mail address. Empty: the uploaded file, with all that was taken out of it.",
)
SHOW_PLACES = "Show where it is"
NOTHING_HOLDS = "Nothing holds it any more."
LEARNED = (
    "A version of the model that has learned these words may still say them: teach again, and delete the old run. "
    "Files that you saved elsewhere are not reached from here."
)


def title(version: Version) -> str:
    """A version in a list to pick from."""
    name = f" “{version.card.kept}”" if version.card.kept else ""
    return f"Version {version.number}{name}, {version.last.astimezone():%d %b, %H:%M}"


def line(version: Version) -> tuple[str, str]:
    """A version in the table: which and whose, then what changed and who learned from it."""
    card = version.card
    done = [f"{n:,} left out ({REASONS.get(reason, reason)})" for reason, n in card.dropped.items() if n]
    done += [f"{n:,} changed ({REASONS.get(kind, 'by hand')})" for kind, n in card.changed.items()]
    if card.rows_added:
        done.append(f"{card.rows_added:,} added")
    runs = f"{count(len(version.learned), 'run')} learned from it. " if version.learned else ""
    own = f"{count(version.decided, 'decision')} made in it. "
    whose = f"{title(version)} · {card.by} · {count(card.rows_kept + card.rows_added, 'row')}"
    return whose, runs + own + (f"In all: {', '.join(done)}." if done else "")


def stated(card: DatasetMetadata) -> str:
    """Whether anything is still to be said."""
    names = {"origin": "where they come from", "licence": "what allows their use", "consent": "who agreed"}
    return (
        f"Not said yet: {', '.join(names[name] for name in card.unstated)}." if card.unstated else "All three are said."
    )


def difference(found: VersionComparison, before: str, after: str) -> list[str]:
    """What differs, in sentences."""
    said = [
        f"{count(len(found.only_before), 'row')} only in “From” ({before}).",
        f"{count(len(found.only_after), 'row')} only in “To” ({after}).",
        f"{count(len(found.rewritten), 'row')} with other words.",
    ]
    if not found.same_upload:
        said.append("They come from different tables, or other columns, so rows were told apart by their words.")
    said += [f"{d.at.astimezone():%d %b, %H:%M} {d.by}: {d.sentence}" for d in found.decided[-MOST:]]
    said += [f"Taken back: {d.sentence}" for d in found.taken_back[-MOST:]]
    return said


MOST = 12


def places(found: Sequence[ForgettablePlace]) -> list[str]:
    """Every place that holds it, with what happens there."""
    counts: dict[tuple[str, bool], int] = {}
    for place in found:
        counts[(place.what, place.deletes)] = counts.get((place.what, place.deletes), 0) + 1
    return [
        f"{what}{f' ({number:,} files)' if number > 1 else ''}: {'deleted' if deletes else 'the words go'}"
        for (what, deletes), number in counts.items()
    ]
