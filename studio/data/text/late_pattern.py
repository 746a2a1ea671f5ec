"""Patterns that are compiled with their first use.

Long lists of words take tens of milliseconds each to compile, and most starts of the studio read no letter. A copy of
the process that is made before the first use compiles for itself, no later than when all was compiled at the start.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, cast


class LatePattern:
    """Stands where a compiled pattern would, and keeps what was once asked of that one as its own."""

    def __init__(self, pattern: str, flags: re.RegexFlag) -> None:
        self._given = pattern, flags
        self.pattern = pattern

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself."""
        return re.compile(*self._given)

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self.compiled, name)
        setattr(self, name, asked)  # found without this method from now on
        return asked

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, re.RegexFlag]]:
        return late, self._given


def late(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """As `re.compile`, but that a mistake in the pattern is found only when it is used."""
    return cast(re.Pattern[str], LatePattern(pattern, flags))
