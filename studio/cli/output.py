"""What a command prints: a result or an error, as text or as one JSON object."""

import json
import sys
from collections.abc import Callable
from typing import Any

from studio.errors import StudioError


def complain(error: StudioError, as_json: bool) -> None:
    """One sentence and a hint, as text or as JSON."""
    if as_json:
        print(json.dumps({"error": {"message": error.message, "hint": error.hint, "where": error.where}}))
    place = f" ({error.where})" if error.where and error.where not in error.message else ""
    print(f"{error.message}{place}\n{error.hint}".rstrip(), file=sys.stderr)


def print_result(answer: dict[str, Any], as_json: bool, to_text: Callable[[dict[str, Any]], str]) -> None:
    """The result, for a program or for a person."""
    print(json.dumps(answer, ensure_ascii=False, default=str) if as_json else to_text(answer))
