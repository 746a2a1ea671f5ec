"""Whether this environment is the tested one: what is installed, held against the constraints that the tests ran with.

Versions are read from files when they are asked for; no library is imported for them.
"""

import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from studio.copy.catalog import say
from studio.services.engine import Engine
from studio.settings import Settings, shared_file

OURS = "tailor-studio"


@dataclass(frozen=True)
class VersionDifference:
    """One package that is not here as it was tested; `here` is empty when it is needed and not installed."""

    name: str
    tested: str
    here: str


def versions_tested(constraints: str) -> dict[str, str]:
    """Version by name, of the lines that mean this system and this Python."""
    lines = [line.strip() for line in constraints.splitlines()]
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in found
        if one.marker is None or one.marker.evaluate()
    }


def installed(name: str) -> str:
    """Its version without the local part, which names a build (`2.13.0+cpu`); empty when it is not here."""
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return ""


def needed(name: str, extras: Iterable[str] = ()) -> set[str]:
    """Names of everything that a package asks for on this system, and what that asks for; without itself."""
    waiting, seen = [(name, frozenset(extras))], set[tuple[str, frozenset[str]]]()
    while waiting:
        asking, chosen = waiting.pop()
        try:
            lines = importlib.metadata.requires(asking) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        lines = [line for line in lines if chosen or "extra ==" not in line]  # parsing them takes most of the time
        for one in map(Requirement, lines):
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *chosen)):
                found = (canonicalize_name(one.name), frozenset(one.extras))
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)
    return {str(one) for one, _ in seen} - {name}


def compared(tested: Mapping[str, str], wanted: Set[str]) -> tuple[VersionDifference, ...]:
    """What is installed in another version than was tested, or wanted and missing."""
    here = {name: installed(name) for name in tested}
    return tuple(
        VersionDifference(name, version, here[name])
        for name, version in tested.items()
        if here[name] != version and (here[name] or name in wanted)
    )


def differences(extras: Iterable[str] = ()) -> tuple[VersionDifference, ...]:
    """Where this environment is not the tested one; with these extras of ours, what they need is wanted, too."""
    tested = versions_tested(shared_file("constraints.txt").read_text(encoding="utf-8"))
    return compared(tested, needed(OURS, extras))


def differs(found: Sequence[VersionDifference]) -> str:
    """One sentence that names the first three; empty when nothing differs."""
    named = ", ".join(
        say("environment.tested", name=one.name, here=one.here or "missing", tested=one.tested) for one in found[:3]
    )
    more = say("environment.more", found=len(found) - 3) if len(found) > 3 else ""
    return say("environment.installed_versions_differ_from", named=named, more=more) if found else ""


def computer(engine: Engine, settings: Settings) -> tuple[dict[str, Any], tuple[VersionDifference, ...]]:
    """What `studio doctor` tells: this computer, its packages, and what of them was not tested."""
    import psutil

    from studio.services.runs.run_service import versions

    other = differences()
    answer = {
        "python": platform.python_version(),
        "torch": versions().get("torch", ""),
        "devices": engine.devices(),
        "memory_bytes": psutil.virtual_memory().total,
        "disk_free_bytes": shutil.disk_usage(settings.home).free,
        "home": str(settings.home),
        "offline": settings.offline,
        "versions": versions(),
        "differs": [asdict(one) for one in other],
        "weaker_here": [] if sys.platform.startswith("linux") else ["limits on file readers", "locks"],
    }
    return answer, other
