"""The sentences of the cards about versions, origin and forgetting on the Examples tab."""

from collections.abc import Sequence

from studio.copy.accounts import names_somebody
from studio.copy.catalog import say
from studio.schemas.dataset import DatasetMetadata
from studio.services.datasets.versions import Version, VersionComparison
from studio.services.privacy.forgetting import ForgettablePlace
from studio.web.copy.examples import REASONS

STATED = ("origin", "licence", "consent")


def title(version: Version) -> str:
    """A version in a list to pick from."""
    name = f" “{version.card.kept}”" if version.card.kept else ""
    return say("versions.version", number=version.number, name=name, last=version.last.astimezone())


def line(version: Version) -> tuple[str, str]:
    """A version in the table: which and whose, then what changed and who learned from it."""
    card = version.card
    done = [
        say("versions.left_out", n=n, reasons=REASONS.get(reason, reason)) for reason, n in card.dropped.items() if n
    ]
    done += [say("versions.changed", n=n, reasons=REASONS.get(kind, "by hand")) for kind, n in card.changed.items()]
    if card.rows_added:
        done.append(say("versions.added", rows_added=card.rows_added))
    runs = say("versions.learned_from", learned=len(version.learned)) if version.learned else ""
    own = say("versions.made", decided=version.decided)
    rows = say("count.row", number=card.rows_kept + card.rows_added)
    whose = " · ".join((title(version), *filter(names_somebody, (card.by,)), rows))
    return whose, runs + own + (say("versions.all", done=", ".join(done)) if done else "")


def stated(card: DatasetMetadata) -> str:
    """Whether anything is still to be said."""
    names = {
        "origin": say("versions.where_they_come_from"),
        "licence": say("versions.what_allows_their_use"),
        "consent": say("versions.who_agreed"),
    }
    return (
        say("versions.not_said_yet", names=", ".join(names[name] for name in card.unstated))
        if card.unstated
        else say("versions.all_three_said")
    )


def difference(found: VersionComparison, before: str, after: str) -> list[str]:
    """What differs, in sentences."""
    said = [
        say("versions.only_from", only_before=len(found.only_before), before=before),
        say("versions.only", only_after=len(found.only_after), after=after),
        say("versions.with_other_words", rewritten=len(found.rewritten)),
    ]
    if not found.same_upload:
        said.append(say("versions.they_come_from_different"))
    for one in found.decided[-MOST:]:
        by = f" {one.by}" if names_somebody(one.by) else ""
        said.append(f"{one.at.astimezone():%d %b, %H:%M}{by}: {one.sentence}")
    said += [say("versions.taken_back", sentence=d.sentence) for d in found.taken_back[-MOST:]]
    return said


MOST = 12


def places(found: Sequence[ForgettablePlace]) -> list[str]:
    """Every place that holds it, with what happens there."""
    counts: dict[tuple[str, bool], int] = {}
    for place in found:
        counts[(place.what, place.deletes)] = counts.get((place.what, place.deletes), 0) + 1
    return [
        what + (say("versions.files", number=number) if number > 1 else "")
        + ": " + (say("versions.deleted") if deletes else say("versions.words_go"))
        for (what, deletes), number in counts.items()
    ]  # fmt: skip
