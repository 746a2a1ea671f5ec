"""What Gradio asks of its parts again and again while a page is put together, answered once."""

import importlib.util
import inspect
import sys
from collections.abc import Iterator

from gradio.blocks import Block


def remember_signatures() -> None:
    """Keep each component's signature where `inspect` looks first (PEP 362).

    For every component of every copy of the page's description Gradio works it out anew: a third of the time that
    putting our page together takes.
    """
    for component in set(kinds_of(Block)):
        maker = inspect.getattr_static(component, "__init__")
        while inspect.isfunction(maker) and "__signature__" not in vars(maker):
            plain = vars(maker).get("__wrapped__")
            maker.__signature__ = inspect.signature(maker)  # type: ignore[attr-defined]
            maker = plain


def remember_absent(names: tuple[str, ...] = ("matplotlib", "polars")) -> None:
    """Gradio tries to import these before and after every event, and looks through every folder of the path for what
    is not installed. None in `sys.modules` is Python's own word for a module that is not there."""
    for name in names:
        if name not in sys.modules and importlib.util.find_spec(name) is None:
            sys.modules[name] = None  # type: ignore[assignment]


def kinds_of(component: type[Block]) -> Iterator[type[Block]]:
    """The class and all that were made from it."""
    yield component
    for kind in component.__subclasses__():
        yield from kinds_of(kind)
