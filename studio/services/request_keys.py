"""One press, one act: the same press sent again finds what the first one did, and never runs beside it."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.decisions import DecisionLog

P = ParamSpec("P")


class RequestKeys:
    """Lets requests with different keys go on beside each other, and those with the same key one after the other."""

    def __init__(self) -> None:
        self._going: set[str] = set()
        self._free = threading.Condition()

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Waits while a request with this key is being carried out. Without a key nothing waits."""
        if not key:
            yield
            return
        with self._free:
            while key in self._going:
                self._free.wait()
            self._going.add(key)
        try:
            yield
        finally:
            with self._free:
                self._going.discard(key)
                self._free.notify_all()


class Decides(Protocol):
    """Whoever changes examples by decisions."""

    @property
    def deciding(self) -> DecisionLog:
        """Writes decisions down."""


D = TypeVar("D", bound=Decides)


def once_a_request(verb: Callable[Concatenate[D, str, str, P], DatasetView],
                   ) -> Callable[Concatenate[D, str, str, P], DatasetView]:  # fmt: skip
    """A verb on a project's dataset that takes `request_key`: carried out before, it gives back how things stand."""

    @wraps(verb)
    def act(self: D, project: str, dataset: str, /, *args: P.args, **kwargs: P.kwargs) -> DatasetView:
        done = self.deciding.done_before(project, dataset, str(kwargs.get("request_key", "")))
        return done if done is not None else verb(self, project, dataset, *args, **kwargs)

    return act


def once_a_revision(verb: Callable[Concatenate[D, str, str, P], DatasetView],
                    ) -> Callable[Concatenate[D, str, str, P], DatasetView]:  # fmt: skip
    """As `once_a_request`. Without a key of its own, the same act by the same person on the same drawn page (`seen`) is
    the same press: a triple click is one act."""
    keyed = once_a_request(verb)

    @wraps(verb)
    def act(self: D, project: str, dataset: str, /, *args: P.args, **kwargs: P.kwargs) -> DatasetView:
        if kwargs.get("seen") and not kwargs.get("request_key"):
            kwargs["request_key"] = key_of(verb.__name__, (dataset, *args), kwargs)
        return keyed(self, project, dataset, *args, **kwargs)

    return act


def key_of(verb: str, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
    """What stands for an act on a drawn page: its verb, its person and all that it was given."""
    given = repr((verb, args, sorted(kwargs.items())))
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()[:24]
