"""The listeners of a mounted tab: handlers say by name what changes, and every act repaints the visible page once."""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.web.errors import silence, told
from studio.web.gradio_queue import request_number
from studio.web.mounting import Frame, Place, Updates
from studio.web.view import View


class Listeners:
    """The listeners of one mounted tab. Whatever changes the view repaints the whole visible page in the same answer:
    header, tab and notice tell one state."""

    def __init__(self, frame: Frame, notice: gr.Markdown) -> None:
        self.frame, self.notice = frame, notice
        self._parts: list[Block] = []
        self._states: list[gr.State] = []
        self._refresh: Callable[..., Updates] = lambda view: {}

    def repaints(self, parts: Iterable[Block], refresh: Callable[..., Updates],
                 states: Iterable[gr.State] = ()) -> None:  # fmt: skip
        """What is repainted after each change, and how. To be told before the first `changes`.

        `refresh` gets the new View, and after it the values of `states`: what the tab shows besides.
        """
        self._parts, self._refresh, self._states = list(parts), refresh, list(states)

    def on(self, event: Callable[..., Any], handler: Callable[..., Any], inputs: Sequence[Block] = (),
           outputs: Sequence[Block] = (), *, by_itself: bool = False, **options: Any) -> Any:  # fmt: skip
        """Call `handler` at an event; it returns `Updates` of `outputs`, or None.

        What the page does `by_itself`, pushed by the server, takes nothing away that a person was told."""
        leading = [self.frame.asked] if self.frame.place in outputs else []
        after = self.counted if leading else lambda result, states: result or {}
        heard = plainly(handler, self.notice, after, len(leading), silent=not by_itself)
        return event(heard, [*inputs, *leading], [*outputs, *leading, self.notice], **quiet(options))

    def leads(self, event: Callable[..., Any], lead: Callable[..., Updates], inputs: Sequence[Block] = (),
              **options: Any) -> Any:  # fmt: skip
        """What only leads elsewhere: `lead` gets the Place, then the values of `inputs`, and returns `Frame.go`.

        The page asks for a tab once more when it was led there, and a bad line may hold any such request up: one that
        was made before the newest that led anywhere would put her back to where she was before, and does nothing."""
        frame = self.frame

        def newest(place: Place, asked: int, *values: Any) -> Updates:
            number = request_number()
            return {} if 0 < number < asked else {frame.asked: max(asked, number), **lead(place, *values)}

        heard = plainly(newest, self.notice, lambda result, states: result)
        outputs = [frame.place, frame.chosen, frame.asked, self.notice]
        return event(heard, [frame.place, frame.asked, *inputs], outputs, **quiet(options))

    def changes(self, event: Callable[..., Any], handler: Callable[..., Any], inputs: Sequence[Block] = (),
                outputs: Sequence[Block] = (), *, by_itself: bool = False, stores: bool = True,
                **options: Any) -> Any:  # fmt: skip
        """The same for an act: `handler` returns the new View, or updates in which `frame.view` may stand.

        What only reads again (not `stores`) repaints by its view and keeps none: an act that goes on meanwhile may
        have changed it, and whoever answers last would win."""
        frame = self.frame
        page = (frame.view, frame.place, frame.chosen, frame.asked, *frame.header, *self._parts)
        repainted = [part for part in page if part not in outputs]
        states = [*self._states, frame.asked]
        make = self.repainted if stores else self.read_again

        def after(result: Any, values: Sequence[Any]) -> Updates:
            return self.counted(make(result, values[:-1]), values[-1:])

        heard = plainly(handler, self.notice, after, len(states), silent=not by_itself)
        return event(heard, [*inputs, *states], [*outputs, *repainted, self.notice], **quiet(options))

    def counted(self, updates: Any, states: Sequence[Any]) -> Updates:
        """With the request's number when they lead to another place: none that was made before it leads away again."""
        if not updates or self.frame.place not in updates:
            return updates or {}
        return {**updates, self.frame.asked: max(request_number(), *states)}

    def repainted(self, result: Any, states: Sequence[Any] = ()) -> Updates:
        """A handler's result with everything that follows from its new view."""
        updates: Updates = {self.frame.view: result} if isinstance(result, View) else result or {}
        view = updates.get(self.frame.view)
        if not isinstance(view, View):
            return updates
        states = [updates.get(state, value) for state, value in zip(self._states, states, strict=True)]
        return {**self.frame.header_of(view), **self._refresh(view, *states), **updates}

    def read_again(self, result: Any, states: Sequence[Any] = ()) -> Updates:
        """As `repainted`, without the view itself."""
        return {part: update for part, update in self.repainted(result, states).items() if part is not self.frame.view}


def plainly(handler: Callable[..., Any], notice: gr.Markdown, after: Callable[[Any, Sequence[Any]], Updates],
            states: int = 0, *, silent: bool = True) -> Callable[..., Any]:  # fmt: skip
    """The handler, with the notice as one more of its updates: the error's words when it did not work, else empty, or
    as it was (not `silent`).

    The last `states` of its values are not for the handler but for `after`. A generator sends each of its updates; the
    notice is emptied by the first one. One without any sends that nothing changes: Gradio would empty every output.
    """

    def quiet_notice() -> dict[Block, Any]:
        return {notice: silence() if silent else gr.update()}  # Gradio takes no empty dictionary

    def parted(values: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return values[: len(values) - states], values[len(values) - states :]

    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def stream(*values: Any) -> Iterator[dict[Block, Any]]:
            own, others = parted(values)
            result = None
            try:
                for result in handler(*own):
                    yield {**quiet_notice(), **after(result, others)}
                if result is None:
                    yield quiet_notice()
            except Exception as error:
                yield {notice: told(error)}

        return with_more(stream, states)

    @functools.wraps(handler)
    def once(*values: Any) -> dict[Block, Any]:
        own, others = parted(values)
        try:
            return {**quiet_notice(), **after(handler(*own), others)}
        except Exception as error:
            return {notice: told(error)}

    return with_more(once, states)


def with_more(heard: Callable[..., Any], number: int) -> Callable[..., Any]:
    """The handler with so many more values in its signature, by which Gradio counts what it hands over.

    Gradio asks for the signature of a listener eight times when it is made and again at each event: it stands where
    `inspect` looks first (PEP 362), and is worked out once for all the mountings of a tab."""
    handler = heard.__wrapped__  # type: ignore[attr-defined]
    function = getattr(handler, "__func__", handler)
    if inspect.isfunction(function) and function.__closure__ is None:
        heard.__signature__ = signature_with(function, function is not handler, number)  # type: ignore[attr-defined]
    else:  # made for this mounting alone
        heard.__signature__ = longer(inspect.signature(handler), number)  # type: ignore[attr-defined]
    return heard


@functools.lru_cache(maxsize=1024)
def signature_with(function: Callable[..., Any], is_bound: bool, number: int) -> inspect.Signature:
    """Of a function, or of a method of which it is the function, with so many more values."""
    signature = inspect.signature(function)
    own = list(signature.parameters.values())[1:] if is_bound else list(signature.parameters.values())
    return longer(signature.replace(parameters=own), number)


def longer(signature: inspect.Signature, number: int) -> inspect.Signature:
    """With so many more values at its end."""
    known = list(signature.parameters.values())
    if not number or any(one.kind is one.VAR_POSITIONAL for one in known):
        return signature
    more = [inspect.Parameter(f"state_{n}", inspect.Parameter.POSITIONAL_ONLY) for n in range(number)]
    known = [one.replace(kind=one.POSITIONAL_ONLY) for one in known] + more
    return signature.replace(parameters=[one.replace(default=one.empty) for one in known])


def quiet(options: Mapping[str, Any]) -> dict[str, Any]:
    """Gradio's options of an event: private, and without its veil and its counter over the outputs."""
    return {"show_progress": "hidden", "show_progress_on": [], "api_visibility": "private", **options}
