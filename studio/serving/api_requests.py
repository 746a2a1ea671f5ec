"""What an application may ask for, field by field. What is not supported is refused by its name, never ignored."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.copy.catalog import say
from studio.schemas.chat import GenerationRequest, ReplySettings
from studio.schemas.example import Message
from studio.serving.api_errors import ApiError, invalid

DEFAULT_TOKENS = 1024  # an answer's longest, where the application does not say
MOST_TOKENS = 32_768
MOST_AT_ONCE = 8  # answers to one request
MOST_STOPS = 4
MOST_TEXTS = 256  # that are classified in one request
LONGEST_TEXT = 400_000  # letters
LONGEST_PERSON = 200
# What other servers know and this one does not, with the value that asks for nothing.
WITHOUT_EFFECT: Mapping[str, tuple[Any, ...]] = {
    "frequency_penalty": (0,), "presence_penalty": (0,), "logit_bias": ({},), "tools": ([],), "tool_choice": ("none",),
    "response_format": ({"type": "text"},), "service_tier": ("auto", "default"), "store": (False,),
    "modalities": (["text"],), "best_of": (1,), "echo": (False,), "suffix": ("",), "functions": ([],),
    "function_call": ("none",), "parallel_tool_calls": (), "reasoning_effort": ("none",), "audio": (),
    "prediction": (), "metadata": ({},), "prompt_cache_key": (), "verbosity": (),
    "web_search_options": (), "repetition_penalty": (1,), "top_k": (-1, 0), "min_p": (0,), "min_tokens": (0,),
}  # fmt: skip

B = TypeVar("B", bound=BaseModel)
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
StopString = Annotated[str, Field(min_length=1, max_length=200)]


class Body(BaseModel):
    """A request's fields: a number is a number, and none is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    model: Annotated[str, Field(min_length=1, max_length=200)]


class TextPart(BaseModel):
    """A part of a message; pictures and sounds are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    type: Literal["text"]
    text: Text


class ChatMessage(BaseModel):
    """One turn of a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    role: Literal["system", "developer", "user", "assistant"]
    content: Text | Annotated[list[TextPart], Field(min_length=1, max_length=64)]

    @property
    def message(self) -> Message:
        """As the studio's chats know it."""
        text = self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)
        role: Any = "system" if self.role == "developer" else self.role
        return Message(role=role, content=text)


class StreamOptions(BaseModel):
    """What a stream tells besides the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    include_usage: bool = False
    include_obfuscation: Literal[False] = False


class GenerationBody(Body):
    """What both ways of asking for an answer have in common."""

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    n: int | None = Field(None, ge=1, le=MOST_AT_ONCE)
    stop: StopString | Annotated[list[StopString], Field(max_length=MOST_STOPS)] | None = None
    seed: int | None = Field(None, ge=-(2**63), lt=2**63)
    max_tokens: int | None = Field(None, ge=1, le=MOST_TOKENS)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    user: Annotated[str, Field(max_length=LONGEST_PERSON)] | None = (
        None  # who asks, for the watch; the answer is the same
    )
    safety_identifier: Annotated[str, Field(max_length=LONGEST_PERSON)] | None = None

    @property
    def person(self) -> str:
        """Who asks, in the client's own word; empty where it says nothing."""
        return self.safety_identifier or self.user or ""

    @property
    def stops(self) -> tuple[str, ...]:
        """As a list, whatever it was."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    @property
    def count(self) -> int:
        """How many answers are wanted."""
        return self.n or 1

    @property
    def with_usage(self) -> bool:
        """Whether a stream ends with the count of its tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def settings(self, room: int | None) -> list[ReplySettings]:
        """For each answer: the likeliest words as in the exam unless a temperature is given; a seed of its own."""
        seed = secrets.randbits(62) if self.seed is None else self.seed
        return [
            ReplySettings(temperature=self.temperature or 0.0, top_p=self.top_p or 1.0, seed=seed + place,
                          max_new_tokens=room or DEFAULT_TOKENS)
            for place in range(self.count)
        ]  # fmt: skip


class ChatBody(GenerationBody):
    """`POST /v1/chat/completions`."""

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1000)]
    max_completion_tokens: int | None = Field(None, ge=1, le=MOST_TOKENS)
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)

    @property
    def question(self) -> str:
        """What the newest turn asks."""
        return self.messages[-1].message.content

    @property
    def first_question(self) -> str:
        """With what the conversation began."""
        return next(one.message.content for one in self.messages if one.role == "user")

    def requests(self, contestant: str, opening: list[Message]) -> list[GenerationRequest]:
        """One for each answer; `opening`: what is said in front of a conversation that brings no instructions."""
        messages = [one.message for one in self.messages]
        if messages[0].role != "system":
            messages = [*opening, *messages]
        room = self.max_completion_tokens if self.max_tokens is None else self.max_tokens
        return [
            GenerationRequest(contestant=contestant, messages=tuple(messages), settings=settings, stop=self.stops,
                              top_logprobs=(self.top_logprobs or 0) if self.logprobs else None)
            for settings in self.settings(room)
        ]  # fmt: skip


class CompletionBody(GenerationBody):
    """`POST /v1/completions`: a bare text that is gone on with."""

    prompt: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    logprobs: int | None = Field(None, ge=0, le=5)

    def requests(self, contestant: str) -> list[GenerationRequest]:
        """One for each answer."""
        return [
            GenerationRequest(contestant=contestant, text=self.prompt, settings=settings, stop=self.stops,
                              top_logprobs=self.logprobs)
            for settings in self.settings(self.max_tokens or 16)  # OpenAI's own default here
        ]  # fmt: skip


class ClassifyBody(Body):
    """`POST /v1/classify`: a label for each text."""

    input: Text | Annotated[list[Text], Field(min_length=1, max_length=MOST_TEXTS)]

    @property
    def texts(self) -> list[str]:
        """As a list, whatever it was."""
        return [self.input] if isinstance(self.input, str) else self.input


def parsed(kind: type[B], given: object) -> B:
    """The request, or an ApiError that names the field."""
    if not isinstance(given, dict):
        raise ApiError(400, "invalid_json", say("serving.no_object"))
    fields = dict(given)
    for name in given:
        if name in kind.model_fields or name not in WITHOUT_EFFECT:
            continue
        if fields[name] is not None and not any(same(fields[name], harmless) for harmless in WITHOUT_EFFECT[name]):
            raise invalid(name, say("serving.unsupported", name=name), "unsupported_parameter")
        del fields[name]
    try:
        found = kind.model_validate(fields)
    except ValidationError as error:
        raise refusal_of(error) from None
    must_go_together(found)
    return found


def must_go_together(body: BaseModel) -> None:
    """ApiError for fields that say two things, or that have no meaning without another."""
    if isinstance(body, ChatBody):
        both = {body.max_tokens, body.max_completion_tokens} - {None}
        if len(both) > 1:
            raise invalid("max_tokens", say("serving.two_limits"))
        if body.top_logprobs is not None and not body.logprobs:
            raise invalid("top_logprobs", say("serving.needs", name="top_logprobs", needed="logprobs"))
        if any(message.role in ("system", "developer") for message in body.messages[1:]):
            raise invalid("messages", say("serving.system_first"))
        if body.messages[-1].role != "user":
            raise invalid("messages", say("serving.user_last"))
    if isinstance(body, GenerationBody) and body.stream_options is not None and not body.stream:
        raise invalid("stream_options", say("serving.needs", name="stream_options", needed="stream"))


def same(given: object, harmless: object) -> bool:
    """Equal, and not only so because True is 1."""
    return given == harmless and isinstance(given, bool) == isinstance(harmless, bool)


def refusal_of(error: ValidationError) -> ApiError:
    """The first thing that is wrong, with the path to it."""
    first = error.errors(include_url=False, include_input=False)[0]
    steps = [step for step in first["loc"] if isinstance(step, int) or step.isidentifier()]
    steps = [step for step in steps if step not in ("str", "TextPart", "constrained")]
    param = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    if first["type"] == "extra_forbidden":
        return invalid(param, say("serving.unknown_field", name=param), "unknown_parameter")
    if first["type"] == "missing":
        return invalid(param, say("serving.missing_field", name=param), "missing_required_parameter")
    return invalid(param, say("serving.wrong_field", name=param, why=first["msg"]))
