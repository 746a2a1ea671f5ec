"""A page of the studio without a browser: it loads, presses and listens over real HTTP, as Gradio's own script does."""

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

LONGEST = 120.0  # seconds until an act counts as not answered
DEEPEST = 12  # acts that follow from one another


class WentWrong(Exception):
    """What a person would have seen as an error."""


@dataclass
class HttpPage:
    """One open page. Components are found by kind and properties, listeners by the component and the event."""

    client: httpx.AsyncClient
    session: str = field(default_factory=lambda: secrets.token_hex(5))
    parts: dict[int, dict[str, Any]] = field(default_factory=dict)
    listeners: dict[int, dict[str, Any]] = field(default_factory=dict)
    _answers: dict[str, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)
    _early: dict[str, dict[str, Any]] = field(default_factory=dict)
    _known: str = "0"  # the number of the last message that came: the server keeps those after it
    _reading: "asyncio.Task[None] | None" = None

    async def load(self, query: str = "") -> None:
        """The document, what it is made of, and all that follows from its being loaded."""
        expect(await self.client.get(f"/{query}"))
        told = expect(await self.client.get("/config")).json()
        self._take(told)
        expect(await self.client.get(f"/gradio_api/heartbeat/{self.session}"))
        for id in [one["id"] for one in told["dependencies"] if any(to[1] == "load" for to in one["targets"])]:
            await self._fire(id, query=query)

    def find(self, kind: str, **wanted: str) -> int:
        """The newest component of this kind with these properties. WentWrong when there is none."""
        for id in sorted(self.parts, reverse=True):
            part = self.parts[id]
            if part["type"] == kind and all(part["props"].get(name) == value for name, value in wanted.items()):
                return id
        raise WentWrong(f"there is no {kind} {wanted}")

    def value(self, part: int) -> Any:
        """What it shows."""
        return self.parts[part]["props"].get("value")

    async def act(self, part: int, event: str, value: Any = None) -> float:
        """Something happens to a component; seconds until the page knows all that follows from it."""
        if value is not None:
            self.parts[part]["props"]["value"] = value
        began = time.monotonic()
        heard = self._heard(part, event)
        if not heard:
            raise WentWrong(f"nothing hears {event} of {self.parts[part]['props'].get('label')}")
        for id in heard:
            await self._fire(id)
        return time.monotonic() - began

    async def leave(self) -> None:
        """The page is closed."""
        if self._reading is not None:
            self._reading.cancel()
        await self.client.delete("/gradio_api/queue/data", params={"session_hash": self.session})

    # Within

    def _heard(self, part: int, event: str) -> list[int]:
        return [id for id, one in self.listeners.items() if [part, event] in one["targets"] and one["backend_fn"]]

    def _take(self, made: dict[str, Any]) -> None:
        """Components and listeners of the page, or of what was mounted in it: those take the place of earlier ones."""
        mounted = made.get("render_id")
        for known in (self.parts, self.listeners):
            for id in [id for id, one in known.items() if mounted is not None and one.get("rendered_in") == mounted]:
                del known[id]
        self.parts |= {one["id"]: one for one in made["components"]}
        self.listeners |= {one["id"]: one for one in made["dependencies"]}

    async def _fire(self, id: int, depth: int = 0, query: str = "") -> None:
        listener = self.listeners.get(id)
        if listener is None or not listener["backend_fn"] or depth > DEEPEST:
            return
        known = [self.parts.get(one, {"type": "state"}) for one in listener["inputs"]]
        data = [None if one["type"] == "state" else one["props"].get("value") for one in known]
        body = {"data": data, "event_data": None, "fn_index": id, "session_hash": self.session,
                "trigger_id": listener["targets"][0][0] if listener["targets"] else None}  # fmt: skip
        headers = {"x-request-key": secrets.token_hex(16), "last-event-id": self._known}
        joined = expect(await self.client.post(f"/gradio_api/queue/join{query}", json=body, headers=headers))
        told = await self._answer_to(joined.json()["event_id"])
        if not told["success"]:
            raise WentWrong(json.dumps(told)[:300])
        output = told["output"]
        self._show(listener["outputs"], output.get("data") or [])
        if output.get("render_config"):
            self._take(output["render_config"])
        for changed in output.get("changed_state_ids") or []:
            for follows in self._heard(changed, "change"):
                await self._fire(follows, depth + 1)

    def _show(self, outputs: Sequence[int], data: Sequence[Any]) -> None:
        for id, given in zip(outputs, data, strict=False):
            props = self.parts[id]["props"] if id in self.parts else {}
            if isinstance(given, dict) and given.get("__type__") == "update":
                props |= {name: value for name, value in given.items() if name != "__type__"}
            else:
                props["value"] = given
            if "said" in (props.get("elem_classes") or ()) and "problem" in str(props.get("value")):
                raise WentWrong(str(props["value"])[:300])

    async def _answer_to(self, event: str) -> dict[str, Any]:
        if event in self._early:
            return self._early.pop(event)
        waiting = self._answers[event] = asyncio.get_running_loop().create_future()
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        try:
            async with asyncio.timeout(LONGEST):
                return await waiting
        except TimeoutError:
            raise WentWrong("no answer") from None
        finally:
            self._answers.pop(event, None)

    async def _read(self) -> None:
        """One stream while something is waited for, as a browser has it."""
        place = {"session_hash": self.session}
        while self._answers:
            known = {"last-event-id": self._known}
            async with self.client.stream("GET", "/gradio_api/queue/data", params=place, headers=known) as stream:
                async for line in expect(stream).aiter_lines():
                    self._known = line[4:] if line.startswith("id: ") else self._known
                    told = json.loads(line[6:]) if line.startswith("data: ") else {"msg": ""}
                    if told["msg"] == "close_stream":
                        break
                    if told["msg"] == "process_completed":
                        if (waiting := self._answers.get(told["event_id"])) is not None:
                            waiting.set_result(told)
                        else:
                            self._early[told["event_id"]] = told


def expect(answer: httpx.Response) -> httpx.Response:
    """As it came, unless it is an error."""
    if answer.status_code >= 400:
        raise WentWrong(f"{answer.status_code} {answer.request.method} {answer.request.url.path}")
    return answer
