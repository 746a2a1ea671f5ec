"""What the tested version answers in the studio, in float32: what the files are compared with.

Imported late: this module imports the heavy libraries.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import torch

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.inference.label_models import load_classifier
from studio.inference.multi_adapter import load_multi_adapter
from studio.models.chat_template import ChatTemplate, EncodedConversation, load_chat_template
from studio.models.encoders import LabelLayout, text_to_read
from studio.models.fingerprint import base_digest
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example, Message

VERSION = "tuned"


@dataclass(frozen=True)
class ReferenceAnswer:
    """One question with what was read and answered. `room`: so many tokens could be written; `scores`: of labels."""

    messages: tuple[Message, ...]
    prompt: list[int]
    room: int = 0
    ids: tuple[int, ...] = ()
    text: str = ""
    expert: str = ""
    scores: tuple[float, ...] = ()


@dataclass(frozen=True)
class Reference:
    """All answers, and the expert's answers with how much they surprise the version (nats, tokens)."""

    layout: ChatTemplate | LabelLayout
    fingerprint: str
    answers: tuple[ReferenceAnswer, ...]
    texts: tuple[EncodedConversation, ...] = ()
    losses: tuple[tuple[float, int], ...] = ()
    context: int = 0


def device() -> str:
    """Where both sides calculate."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def asked(example: Example) -> tuple[Message, ...]:
    """Everything before the expert's last answer."""
    places = [place for place, turn in enumerate(example.messages) if turn.role == "assistant"]
    return example.messages[: places[-1]] if places else example.messages


def reference_of(
    model_folder: Path, version: Path, exam: Sequence[Example], room: int, tell: Callable[[int], None],
    stop: Callable[[], bool],
) -> Reference:  # fmt: skip
    """Ask the version every question, one by one. Each answer has `room` tokens, or what the model can still read."""
    layout = load_chat_template(model_folder, version)
    with closing(load_multi_adapter(model_folder, {VERSION: version}, dtype=torch.float32)) as loaded:
        found = []
        for place, example in enumerate(exam):
            if stop():
                raise StudioError(say("export.stopped"), hint=say("export.stopped_next"))
            row = loaded.answer_alone(VERSION, asked(example), ReplySettings(max_new_tokens=room))
            free = min(room, row.context - len(row.ids))
            if free > 0:
                found.append(
                    ReferenceAnswer(asked(example), row.ids, free, tuple(row.new_ids), row.text, example.answer)
                )
            tell(place + 1)
        conversations = [example.messages for example in exam if example.answer.strip()]
        read = zip(layout.encode_all(conversations), loaded.losses(VERSION, conversations), strict=True)
        kept = [(text, lost) for text, lost in read if lost[1] == len(text.ids) - text.start and lost[1]]
        return Reference(
            layout, loaded.fingerprint(VERSION), tuple(found), tuple(text for text, _ in kept),
            tuple(lost for _, lost in kept), loaded.context,
        )  # fmt: skip


def label_reference_of(model_folder: Path, version: Path, exam: Sequence[Example]) -> Reference:
    """The scores of all labels for every text."""
    classifier = load_classifier(model_folder, version, base_digest(model_folder))
    messages = [asked(example) for example in exam]
    texts = [text_to_read(turns) for turns in messages]
    scores = classifier.scores(texts).tolist()
    prompts = [ids for ids, _ in classifier.layout.encode(texts)]
    answers = [
        ReferenceAnswer(turns, prompt, text=text, scores=tuple(row))
        for turns, prompt, text, row in zip(messages, prompts, texts, scores, strict=True)
    ]
    return Reference(classifier.layout, classifier.fingerprint, tuple(answers), context=classifier.layout.max_length)
