"""Answers in the shapes of OpenAI's API: whole, and chunk by chunk. Facts in, JSON out."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.schemas.chat import Reply, TokenLogprob
from studio.serving.scheduling.scheduler import Progress

HALF = "\ufffd"  # a token that is no whole character has no text of its own


@dataclass(frozen=True)
class Usage:
    """Tokens read and written, the prompt counted once."""

    prompt: int
    written: int

    @property
    def total(self) -> int:
        """Both."""
        return self.prompt + self.written

    @property
    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {"prompt_tokens": self.prompt, "completion_tokens": self.written, "total_tokens": self.total}


@dataclass
class ResponseShape:
    """One response: what all its chunks have in common."""

    is_chat: bool
    model: str
    fingerprint: str
    routed: dict[str, Any] | None = None  # why `auto` chose this version
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    created: int = field(default_factory=lambda: int(time.time()))
    _sent: dict[int, str] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)  # letters of earlier logprobs, by answer

    @property
    def reply_id(self) -> str:
        """By which the client can speak of it later."""
        return f"{'chatcmpl' if self.is_chat else 'cmpl'}-{self.id}"

    def whole(self, answers: Sequence[Progress], usage: Usage) -> dict[str, Any]:
        """The response of a request without a stream."""
        choices = []
        for answer in sorted(answers, key=lambda one: one.place):
            said: dict[str, Any] = (
                {"message": {"role": "assistant", "content": answer.text, "refusal": None}}
                if self.is_chat
                else {"text": answer.text}
            )
            choices.append({"index": answer.place, **said, "logprobs": self._logprobs(answer),
                            "finish_reason": answer.finish_reason})  # fmt: skip
        return {**self._head("chat.completion" if self.is_chat else "text_completion"), "choices": choices,
                "usage": usage.body}  # fmt: skip

    def chunk(self, progress: Progress) -> dict[str, Any]:
        """What is new of one answer. Its first chunk says who speaks, its last one why it ends."""
        sent = self._sent.get(progress.place)
        text = progress.text[len(sent or "") :]
        self._sent[progress.place] = progress.text
        said: dict[str, Any] = {"text": text}
        if self.is_chat:
            said = {"delta": ({"role": "assistant"} if sent is None else {}) | ({"content": text} if text else {})}
        choice = {"index": progress.place, **said, "logprobs": self._logprobs(progress),
                  "finish_reason": progress.finish_reason}  # fmt: skip
        return {**self._head(self._chunk_kind), "choices": [choice]}

    def usage_chunk(self, usage: Usage) -> dict[str, Any]:
        """The last chunk, without any answer."""
        return {**self._head(self._chunk_kind), "choices": [], "usage": usage.body}

    @property
    def _chunk_kind(self) -> str:
        return "chat.completion.chunk" if self.is_chat else "text_completion"

    def _head(self, kind: str) -> dict[str, Any]:
        head = {"id": self.reply_id, "object": kind, "created": self.created,
                "model": self.model, "system_fingerprint": self.fingerprint}  # fmt: skip
        return head | ({"routed": self.routed} if self.routed else {})

    def _logprobs(self, progress: Progress) -> dict[str, Any] | None:
        if not progress.logprobs:
            return None
        if self.is_chat:
            return {"content": [chat_logprob(one) for one in progress.logprobs], "refusal": None}
        offsets, place = [], self._places.get(progress.place, 0)
        for one in progress.logprobs:
            offsets.append(place)
            place += len(one.token)
        self._places[progress.place] = place
        told = progress.logprobs
        return {"tokens": [one.token for one in told], "token_logprobs": [one.logprob for one in told],
                "top_logprobs": [dict(one.top) for one in told], "text_offset": offsets}  # fmt: skip


def chat_logprob(one: TokenLogprob) -> dict[str, Any]:
    """A token with the likeliest ones at its place."""
    return {"token": one.token, "logprob": one.logprob, "bytes": bytes_of(one.token),
            "top_logprobs": [{"token": token, "logprob": value, "bytes": bytes_of(token)}
                             for token, value in one.top]}  # fmt: skip


def bytes_of(token: str) -> list[int] | None:
    """In UTF-8; None where the token is only a part of a character."""
    return None if HALF in token else list(token.encode())


def models_body(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`/v1/models`."""
    return {"object": "list", "data": list(entries)}


def classify_body(model: str, replies: Sequence[Reply], tokens: int) -> dict[str, Any]:
    """`/v1/classify`: the label of each text, how sure it is, and the likeliest labels."""
    data = [
        {"index": place, "label": reply.text, "certainty": reply.certainty,
         "labels": [{"label": one.label, "certainty": one.certainty} for one in reply.labels]}
        for place, reply in enumerate(replies)
    ]  # fmt: skip
    fingerprint = replies[0].fingerprint if replies else ""
    return {"id": f"classify-{secrets.token_hex(12)}", "object": "list", "created": int(time.time()), "model": model,
            "system_fingerprint": fingerprint, "data": data,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}  # fmt: skip
