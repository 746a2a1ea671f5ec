"""What the prompted rival reads: instructions and the nearest solved examples, as many as its model has room for."""

import math
from collections.abc import Sequence
from pathlib import Path

from studio.data.duplicates.retrieval import NearestExamples
from studio.schemas.example import Example, Message
from studio.schemas.run import RunSpec
from studio.services.chats.answering import SHOWN_EXAMPLES, prompted_chat
from studio.services.engine import Engine
from studio.services.evaluation.report_builder import clean

MARKS = 8  # tokens that a chat layout adds to a turn, roomy
SHORTEST, LONGEST = 48, 1024  # room for an answer, in tokens
USUAL = 0.95  # of the answers are no longer than this


def prompted_chats(
    engine: Engine, spec: RunSpec, asked: Sequence[Example], nearest: NearestExamples, reply: int
) -> tuple[list[list[Message]], int]:
    """The chats with as many solved examples as leave `reply` tokens free, and how many had to do with fewer."""
    model = Path(spec.model_folder)
    room = engine.inspect(model).context - reply
    chats = [prompted_chat(spec.recipe.instructions, example, nearest) for example in asked]
    squeezed: set[int] = set()
    for shown in reversed(range(SHOWN_EXAMPLES)):
        texts = ["\n".join(message.content for message in chat) for chat in chats]
        needs = [
            count + MARKS * len(chat)
            for count, chat in zip(engine.count_tokens(model, clean(texts)), chats, strict=True)
        ]
        for place in (place for place, need in enumerate(needs) if need > room):
            squeezed.add(place)
            chats[place] = prompted_chat(spec.recipe.instructions, asked[place], nearest, shown)
    return chats, len(squeezed)


def answer_room(engine: Engine, model_folder: Path, answers: Sequence[str], part: float = 1.0) -> int:
    """A quarter more tokens than the longest known answer needs, or the longest of this part of them: who goes on after
    that does not stop by itself."""
    lengths = sorted(engine.count_tokens(model_folder, clean(answers))) or [0]
    longest = lengths[max(0, math.ceil(part * len(lengths)) - 1)]
    return min(LONGEST, max(SHORTEST, longest + longest // 4))
