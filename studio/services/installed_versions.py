"""Which versions of libraries a run or an export was made with."""

import importlib.metadata


def versions_of(*names: str) -> dict[str, str]:
    """By name; what is not installed is left out. No library is imported for it."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
