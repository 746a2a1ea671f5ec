"""`POST /v1/feedback`: what an application's people say of a reply that it got here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from studio.copy.catalog import say
from studio.schemas.loop.feedback import LONGEST_REASON, LONGEST_TEXT, Feedback, Judgement
from studio.services.feedback.feedback_service import DecidedAlready, FeedbackService
from studio.services.serving.api_keys import ApiKey
from studio.serving.api_errors import ApiError, invalid
from studio.serving.reply_memory import ReplyMemory

CREATED, SAME_AGAIN = 201, 200


class FeedbackBody(BaseModel):
    """`user`: who says it, as the application calls them; `choice`: which of several answers to one request."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    reply_id: Annotated[str, Field(min_length=1, max_length=200)]
    judgement: Judgement
    correction: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = None
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""
    user: Annotated[str, Field(max_length=60)] = ""
    choice: Annotated[int, Field(ge=0, le=7)] = 0


@dataclass(frozen=True)
class FeedbackTaker:
    """Keeps what is said in the project of the version that answered."""

    replies: ReplyMemory
    feedback: FeedbackService
    project_of: Callable[[str], str]  # by run

    def take(self, key: ApiKey, body: FeedbackBody) -> tuple[Feedback, int]:
        """What is kept, and the status that says whether it is new. The same words again are the same feedback, other
        words replace them until the inbox has decided. ApiError otherwise."""
        reply = self.replies.find(body.reply_id, key.name)
        if reply is None:
            raise ApiError(404, "reply_not_found", say("serving.no_such_reply"), param="reply_id")
        if body.choice >= len(reply.texts):
            raise invalid("choice", say("serving.no_such_choice", count=len(reply.texts)))
        project, name = self.project_of(reply.version), f"server:{body.reply_id}:{body.choice}"
        before = self.feedback.find(project, name)
        try:
            kept = self.feedback.add(
                project, by=author_of(key, body.user), key=name, origin="server", turns=reply.turns,
                reply=reply.texts[body.choice], version=reply.version, fingerprint=reply.fingerprint,
                judgement=body.judgement, correction=body.correction, reason=body.reason,
            )  # fmt: skip
        except DecidedAlready as decided:
            raise ApiError(409, "decided_already", str(decided), param="reply_id") from None
        return kept, SAME_AGAIN if before == kept else CREATED


def author_of(key: ApiKey, user: str) -> str:
    """Who says it; nobody can speak in the name of a person who signs in here."""
    named = " ".join("".join(letter for letter in user if letter.isprintable()).split())
    return say("serving.user_of_application", user=named, name=key.name) if named else key.name


def feedback_body(kept: Feedback) -> dict[str, Any]:
    """The answer: no words, which the application has."""
    return {"id": kept.id, "object": "feedback", "created": int(kept.at.timestamp()), "judgement": kept.judgement,
            "has_correction": kept.correction is not None}  # fmt: skip
