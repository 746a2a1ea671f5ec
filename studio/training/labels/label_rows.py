"""Examples become texts with labels: which labels there are, and which rows cannot be learned from and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.copy.catalog import say
from studio.data.checks.content.empty import is_empty
from studio.data.text.answer_equality import rule_of
from studio.errors import WrongSetting
from studio.evaluation.metrics.label_metrics import labels_of, parts_of, places_in
from studio.models.encoders import LabelLayout, text_to_read
from studio.schemas.example import Example

MOST_LABELS = 1000
SHOWN = 40  # letters of a label that is named in a sentence


@dataclass(frozen=True)
class LabelRow:
    """One text and its labels, by their places among the layout's. `whole`: tokens before cutting."""

    example: str
    ids: list[int]
    labels: tuple[int, ...]
    whole: int


@dataclass(frozen=True)
class LabelRows:
    """The rows of a run in the order of its examples, and by example id what could not be used whole.

    A row is cut when its text is longer than is read. It is left out when it has no text (`unread`), no label
    (`empty`), or a label that no row teaches (`untaught`, of the validation part alone).
    """

    rows: list[LabelRow] = field(default_factory=list)
    cut: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    untaught: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """All of these, each once."""
        return tuple(dict.fromkeys((*self.unread, *self.empty, *self.untaught)))


def taught_labels(examples: Sequence[Example], separator: str) -> tuple[str, ...]:
    """Every label as the examples write it, most frequent first. WrongSetting for too few or too many of them."""
    parts = [part for example in examples for part in parts_of(example.answer, separator)]
    labels = labels_of(parts, rule_of(parts))
    if len(labels) < 2:
        said = say("labels.one_label", label=labels[0][:SHOWN]) if labels else say("labels.no_label")
        raise WrongSetting(said, hint=say("labels.two_needed"), where="task")
    if len(labels) > MOST_LABELS:
        raise WrongSetting(say("labels.too_many", labels=len(labels)), hint=say("labels.too_many_next"), where="task")
    return labels


def make_label_rows(layout: LabelLayout, examples: Sequence[Example]) -> LabelRows:
    """The examples as a label model reads them; what was said before the answer is the text."""
    rule = rule_of(layout.labels)
    texts = [text_of(example) for example in examples]
    rows: list[LabelRow] = []
    lost: dict[str, list[str]] = {"unread": [], "empty": [], "untaught": []}
    cut: list[str] = []
    for example, text, (ids, whole) in zip(examples, texts, layout.encode(texts), strict=True):
        labels = places_in(example.answer, layout.labels, layout.separator, rule)
        reason = reason_of(text, labels)
        if reason or not labels:
            lost[reason].append(example.id)
            continue
        cut += [example.id] if whole > len(ids) else []
        rows.append(LabelRow(example.id, ids, labels, whole))
    return LabelRows(rows, tuple(cut), *(tuple(lost[name]) for name in ("unread", "empty", "untaught")))


def reason_of(text: str, labels: Sequence[int] | None) -> str:
    """Why a row cannot be learned from; empty when it can."""
    if is_empty(text):
        return "unread"
    if labels is None:
        return "untaught"
    return "" if labels else "empty"


def text_of(example: Example) -> str:
    """What was said before the last answer."""
    answers = [place for place, message in enumerate(example.messages) if message.role == "assistant"]
    return text_to_read(example.messages[: answers[-1] if answers else len(example.messages)])
