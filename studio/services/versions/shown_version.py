"""Which version is compared and taken home while nobody picked one: none that did worse by its own word."""

from collections.abc import Callable, Sequence

from studio.services.runs.run_service import RunView


def shown_version(
    runs: Sequence[RunView], run: str, did_worse: Callable[[str], bool], *, picked: str = "", served: str = ""
) -> RunView | None:
    """Of these runs, the newest first: `run` if it can answer, else the newest that can. Where that one did worse, the
    version that it comes from, the one that is served, or the one before, unless `picked` says that she wants it."""
    found = [one for one in runs if one.has_version]
    first = next((one for one in found if one.id == run), found[0] if found else None)
    if first is None or first.id == picked or not did_worse(first.id):
        return first
    known = {one.id: one for one in found}
    before = found[found.index(first) + 1 :]
    instead = [known[id] for id in (first.spec.parent, served) if id in known and id != first.id]
    return next((one for one in (*instead, *before) if not did_worse(one.id)), first)
