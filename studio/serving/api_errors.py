"""Refusals in the form that OpenAI's clients read: `{"error": {message, type, param, code}}`."""

from collections.abc import Mapping
from typing import Any

from studio.copy.catalog import say

TYPES = {401: "authentication_error", 403: "permission_error", 404: "invalid_request_error",
         429: "rate_limit_error"}  # fmt: skip


class ApiError(Exception):
    """A request that is refused, with the HTTP status and OpenAI's code for it."""

    def __init__(
        self, status: int, code: str, message: str, *, param: str | None = None, kind: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status, self.code, self.message, self.param = status, code, message, param
        self.kind = kind or TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """As JSON. A client shows the message; a bare string in its place would be lost."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


def invalid(param: str, message: str, code: str = "invalid_value") -> ApiError:
    """A field that cannot be used, by name."""
    return ApiError(400, code, message, param=param)


def busy(seconds: int, message: str) -> ApiError:
    """Too much at once: clients wait as long as Retry-After says, and ask again."""
    return ApiError(429, "busy", message, headers={"Retry-After": str(seconds)})


def out_of_budget(seconds: int, message: str) -> ApiError:
    """Nothing changes before midnight, so that a client need not try again by itself."""
    headers = {"Retry-After": str(seconds), "x-should-retry": "false"}
    return ApiError(429, "insufficient_quota", message, kind="insufficient_quota", headers=headers)


def too_long(tokens: int, context: int) -> ApiError:
    """A prompt that the model cannot read, with both figures."""
    message = say("serving.too_long", tokens=tokens, context=context)
    return ApiError(400, "context_length_exceeded", message, param="messages")


def stopped_midway(message: str) -> ApiError:
    """The answer had begun and cannot go on."""
    return ApiError(500, "stopped", message)
