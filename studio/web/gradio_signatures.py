"""What Gradio asks of its parts again and again while a page is put together, answered once."""

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from types import CodeType, SimpleNamespace
from typing import Any

from gradio import component_meta, utils
from gradio.blocks import Block


def remember_all() -> None:
    """Before the page is made: a third of the time that it takes to make a tab was looking these up."""
    remember_signatures()
    remember_absent()
    remember_hints()
    remember_arguments()
    remember_server_functions()
    leave_out_api()


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


def remember_hints() -> None:
    """What the annotations of our handlers mean, and which of them Gradio fills in itself. It evaluates them eight
    times for each listener that is made, and again at each event.

    By the code of a handler: a mounting makes its listeners anew of the same methods."""
    evaluate, is_special = utils.get_type_hints, utils.is_special_typed_parameter
    if evaluate.__module__ == __name__:
        return  # of an earlier page of this process
    known: dict[CodeType, dict[str, Any]] = {}
    special: dict[Any, bool] = {}

    def get_type_hints(handler: Any) -> dict[str, Any]:
        function = innermost(handler)
        if not inspect.isfunction(function) or not function.__module__.startswith("studio."):
            return dict(evaluate(handler))
        if function.__code__ not in known:
            known[function.__code__] = evaluate(handler)
        return known[function.__code__]

    def is_special_typed_parameter(name: str, hints: dict[str, Any]) -> bool:
        hint = hints.get(name)
        if not isinstance(hint, type):
            return bool(is_special(name, hints))
        if hint not in special:
            special[hint] = bool(is_special(name, hints))
        return special[hint]

    utils.get_type_hints, utils.is_special_typed_parameter = get_type_hints, is_special_typed_parameter


def remember_arguments() -> None:
    """The names of a constructor's arguments, for which Gradio asks whenever one of its parts is made, for each class
    that the part comes from."""
    known: dict[Any, inspect.FullArgSpec] = {}

    def getfullargspec(maker: Any) -> inspect.FullArgSpec:
        if maker not in known:
            known[maker] = inspect.getfullargspec(maker)
        return known[maker]

    component_meta.inspect = SimpleNamespace(getfullargspec=getfullargspec, getfile=inspect.getfile)


def remember_server_functions() -> None:
    """Which of its methods a page may call directly: for each part that is made Gradio looks through all that the part
    has, four times. A class of parts tells of those alone, once; nothing else asks what it has."""
    known: dict[type, list[str]] = {}

    def server_functions(component: type) -> list[str]:
        if component not in known:
            names = {name for kind in component.__mro__ for name in vars(kind)}
            known[component] = [name for name in sorted(names)
                                if getattr(getattr(component, name, None), "_is_server_fn", False)]  # fmt: skip
        return known[component]

    component_meta.ComponentMeta.__dir__ = server_functions


def leave_out_api() -> None:
    """What Gradio's page of its interface for programs would say of each part: that page is closed here, and half the
    description of a tab was this."""
    for component in set(kinds_of(Block)):
        if "skip_api" in vars(component):
            component.skip_api = True


def innermost(handler: Any) -> Any:
    """The function around which a handler was wrapped."""
    while (inner := getattr(handler, "__wrapped__", getattr(handler, "__func__", None))) is not None:
        handler = inner
    return handler


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
