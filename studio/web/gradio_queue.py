"""Gradio's queue looks a thousand times a second whether there is something to do; here it sleeps until there is.

What it does with an event is Gradio's own (`gradio.queueing.Queue.process_events`); only the loop that waits for events
is replaced, and the one that looks for `gr.Progress`, which no page of ours uses.

A part that a new mounting has just replaced may still send its event: Gradio removes the listeners of a `gr.render`
when it is rendered anew, while the page shows the old parts for another moment, and would answer with a 500. Such an
event is carried out by a listener that does nothing. One that never was there stays a fault.
"""

import asyncio
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from studio.web.view import scope_of

MOST_QUEUES = 8  # each holds the parts of a mounting, also of one that is gone
BLOCKED_SECONDS = 0.02  # between two looks while an event waits for its turn
IN_TURN = "in turn"  # as `concurrency_id`, with a limit of 1: one after the other for each page by itself


def sleep_until_pushed(queue: Any) -> None:
    """Before the queue is started: a press is carried out at once, and an idle page costs nothing."""
    pushed, push = asyncio.Event(), queue.push

    @wraps(push)
    async def push_and_wake(*given: Any, **named: Any) -> Any:
        answer = await push(*given, **named)
        give_own_turns(queue, answer[1])
        pushed.set()
        return answer

    async def start_processing() -> None:
        try:
            while not queue.stopped:
                pushed.clear()
                forget_empty_queues(queue)
                while len(queue):
                    if not await start_next(queue):
                        await asyncio.sleep(BLOCKED_SECONDS)
                await pushed.wait()
        finally:
            queue.stopped = True
            queue._cancel_asyncio_tasks()

    async def start_progress_updates() -> None:
        """None come."""

    queue.push = push_and_wake
    queue.start_processing = start_processing
    queue.start_progress_updates = start_progress_updates


def give_own_turns(queue: Any, event_id: Any) -> None:
    """Right after it was pushed, an event of `IN_TURN` goes into a queue of its page: Gradio knows one limit for
    everybody, and what a hundred people press would wait for each other's."""
    event = queue.event_ids_to_events.get(event_id) if isinstance(event_id, str) else None
    if event is None or event.concurrency_id != IN_TURN:
        return
    known = queue.event_queue_per_concurrency_id
    shared = known[IN_TURN]
    shared.queue.remove(event)
    event.concurrency_id = f"{IN_TURN} {event.session_hash}"
    if event.concurrency_id not in known:
        known[event.concurrency_id] = type(shared)(event.concurrency_id, 1)
    known[event.concurrency_id].queue.append(event)


def forget_empty_queues(queue: Any) -> None:
    """Gradio makes one for each listener that was ever pressed, also of parts that are gone, and looks through all of
    them for each event. One that is needed again is made again when the next event comes for it."""
    known = queue.event_queue_per_concurrency_id
    if len(known) > MOST_QUEUES:
        for name in [name for name, one in known.items() if not one.queue and not one.current_concurrency]:
            del known[name]


async def start_next(queue: Any) -> bool:
    """Begin the next event that may be carried out now, as Gradio's own loop does; False when all must wait."""
    from gradio.utils import set_task_name

    if None not in queue.active_jobs:
        return False
    async with queue.delete_lock:
        batch_of_events = queue.get_events()
    if not batch_of_events:
        return False
    events, batch, concurrency_id = batch_of_events
    queue.active_jobs[queue.active_jobs.index(None)] = events
    mine, began, fn = queue.event_queue_per_concurrency_id[concurrency_id], time.time(), events[0].fn
    mine.current_concurrency += 1
    mine.start_times_per_fn[fn].add(began)
    for event in events:
        if event._id in queue.event_analytics:
            queue.event_analytics[event._id]["status"] = "processing"
    task = asyncio.create_task(queue.process_events(events, batch, began, fn))
    set_task_name(task, events[0].session_hash, fn._id, events[0]._id, batch)  # by which Gradio finds what to cancel
    queue._asyncio_tasks.add(task)
    task.add_done_callback(queue._asyncio_tasks.discard)
    if queue.live_updates:
        queue.broadcast_estimations(concurrency_id)
    return True


def add_idle_listener() -> int:
    """Inside the page's own blocks: a listener that does nothing, by its number."""
    listener = gr.State().change(lambda: None, api_visibility="private", show_progress="hidden")
    return int(listener["id"])


def answer_removed_listeners(page: gr.Blocks, idle: int) -> None:
    """Before the queue is started: what names a listener that was removed is given to the idle one.

    Listeners are numbered one after the other for each session (`gradio.blocks.BlocksConfig.fns` and `fn_id`).
    """
    queue: Any = page._queue
    push = queue.push

    @wraps(push)
    async def push_if_there(body: Any, *given: Any, **named: Any) -> Any:
        if is_removed(page, body.session_hash, body.fn_index):
            body = given_to(idle, body)
        try:
            return await push(body, *given, **named)
        except KeyError:  # a mounting goes on in a thread of its own, and may take it away just now
            if not is_removed(page, body.session_hash, body.fn_index):
                raise
            return await push(given_to(idle, body), *given, **named)

    queue.push = push_if_there


def mount_once(page: gr.Blocks, idle: int, mounted: gr.State, place_of: Callable[[Any], object]) -> None:
    """Before the queue is started: no place is mounted that stands in the page already; `place_of` tells it by the
    states of a session. `mounted` holds what stands there, and the number of its mounting.

    A request to mount is late on a bad line, and then mounts what has come since; the one for that comes after it. By
    a second mounting a press on the first would reach nobody, and what was typed there would be gone.
    """
    queue: Any = page._queue
    push, mounting = queue.push, next(number for number, fn in page.fns.items() if fn.renderable)

    @wraps(push)
    async def push_once(body: Any, *given: Any, **named: Any) -> Any:
        if body.fn_index == mounting and body.session_hash:
            states = page.state_holder[body.session_hash]
            place = place_of(states)
            there, number = states[mounted._id]
            if there == place:
                body = given_to(idle, body)
            else:
                states[mounted._id] = (place, number + 1)
        return await push(body, *given, **named)

    queue.push = push_once


def given_to(idle: int, body: Any) -> Any:
    """The same event for the idle listener."""
    return body.model_copy(update={"fn_index": idle, "data": [], "event_data": None, "trigger_id": None})


def is_removed(page: Any, session_hash: str | None, listener: int | None) -> bool:
    """Whether this session had the listener and has it no more."""
    if not session_hash or listener is None or session_hash not in page.state_holder:
        return False
    config = page.state_holder[session_hash].blocks_config
    return listener not in config.fns and 0 <= listener < config.fn_id


def request_number() -> int:
    """The page numbers what it asks for, in the order in which it asked (`assets/transport.js`), which is not the
    order in which a bad line brings it here. 0 when nobody asked, or when the page gave no number."""
    request = LocalContext.request.get(None)
    return 0 if request is None else int(scope_of(request).get("request_number", 0))


def is_by_the_page(tab: str) -> bool:
    """Whether our page asked for this tab without anybody having pressed it last (`assets/transport.js`): Gradio's tabs
    tell of each change, also of one that nobody made."""
    request = LocalContext.request.get(None)
    return request is not None and request_number() > 0 and scope_of(request).get("tab_pressed") != tab
