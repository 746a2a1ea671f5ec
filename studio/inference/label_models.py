"""Label models that were taught: they answer with a label and how sure they are, and write nothing."""

import hashlib
import math
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification

from studio.copy.catalog import say
from studio.errors import NotFound, UnusableModel
from studio.evaluation.metrics.label_metrics import places_in
from studio.inference.adapter_loading import CONFIG, WEIGHTS, must_be_as_sealed
from studio.inference.fair_lock import FairLock
from studio.models.encoders import LABELS_FILE, LabelLayout, load_label_layout, text_to_read, without_report
from studio.models.fingerprint import base_digest, tensors_digest
from studio.models.model_files import look_at
from studio.schemas.chat import LabelCertainty, Reply, ReplySettings
from studio.schemas.example import Message
from studio.schemas.fallback import Fallback

AT_ONCE = 32  # texts that are read together
SHOWN = 5  # labels of a reply
HALF = 0.5  # of several labels those that are more likely than not are given
Stop = Callable[[], bool]


def load_label_models(
    model_folder: Path, versions: Mapping[str, Path], *, lock: FairLock | None = None
) -> "LabelModels":
    """The encoder with the head of each version (contestant name -> folder). UnusableModel for a folder that is none.

    `lock` is the engine's, so that a run beside it goes on between batches.
    """
    if not versions:
        raise UnusableModel(say("labels.cannot_write"), hint=say("labels.cannot_write_next"), where=model_folder.name)
    look_at(model_folder)
    base = base_digest(model_folder)
    return LabelModels(
        {name: load_classifier(model_folder, folder, base) for name, folder in versions.items()}, lock or FairLock()
    )


@dataclass(frozen=True)
class Classifier:
    """One version: its model, its labels, and the mark of both."""

    model: Any
    layout: LabelLayout
    fingerprint: str

    def scores(self, texts: Sequence[str]) -> torch.Tensor:
        """Logits of each text, (texts, labels); texts of like length are read together."""
        encoded = [ids for ids, _ in self.layout.encode(texts)]
        found = torch.zeros(len(texts), len(self.layout.labels))
        order = sorted(range(len(texts)), key=lambda place: len(encoded[place]))
        for first in range(0, len(order), AT_ONCE):
            places = order[first : first + AT_ONCE]
            rows = [torch.tensor(encoded[place]) for place in places]
            ids = torch.nn.utils.rnn.pad_sequence(rows, True, self.layout.tokenizer.pad_token_id)
            mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in rows], True)
            device = self.model.device
            with torch.inference_mode():
                logits = self.model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
            found[places] = logits.float().cpu()
        return found

    def certainties(self, scores: torch.Tensor) -> torch.Tensor:
        """Of each label, 0 to 1: they sum to one, unless a text may have several."""
        return scores.sigmoid() if self.layout.several else scores.softmax(-1)

    def reply(self, contestant: str, certainties: Sequence[float], seconds: float) -> Reply:
        """The likeliest label, or all that are more likely than not; certain is how likely all of it is right."""
        labels = self.layout.labels
        ranked = sorted(range(len(labels)), key=lambda place: -certainties[place])
        given = [place for place in ranked if self.layout.several and certainties[place] > HALF] or ranked[:1]
        if self.layout.several:
            certainty = math.prod(share if place in given else 1 - share for place, share in enumerate(certainties))
        else:
            certainty = certainties[given[0]]
        shown = ranked[: max(SHOWN, len(given))]
        return Reply(
            contestant=contestant,
            text=self.layout.joined(labels[place] for place in given),
            tokens=0,
            seconds=seconds,
            fingerprint=self.fingerprint,
            certainty=round(certainty, 6),
            labels=tuple(
                LabelCertainty(label=labels[place], certainty=round(certainties[place], 6)) for place in shown
            ),
        )


class LabelModels:
    """Keeps the promises of a loaded model that writes, for contestants that only choose. Settings change nothing."""

    together = True
    fallbacks: tuple[Fallback, ...] = ()

    def __init__(self, classifiers: Mapping[str, Classifier], lock: FairLock) -> None:
        self._classifiers, self._lock = dict(classifiers), lock
        self.contestants = tuple(classifiers)

    def fingerprint(self, contestant: str) -> str:
        """Twelve hex digits over the weights as they were loaded, and the labels."""
        return self._of(contestant).fingerprint

    def answer(
        self, chats: Mapping[str, Sequence[Message]], settings: Mapping[str, ReplySettings], stop: Stop
    ) -> Generator[dict[str, str], None, tuple[Reply, ...]]:
        """All at once; the generator returns the Replies."""
        replies = [self.answer_all(name, [chat], ReplySettings(), stop)[0] for name, chat in chats.items()]
        yield {reply.contestant: reply.text for reply in replies}
        return tuple(replies)

    def answer_all(
        self, contestant: str, chats: Sequence[Sequence[Message]], settings: ReplySettings, stop: Stop
    ) -> list[Reply]:
        """A label for each text, in the order given."""
        classifier, began = self._of(contestant), time.perf_counter()
        certainties = classifier.certainties(self._scores(classifier, chats)).tolist()
        seconds = (time.perf_counter() - began) / max(len(chats), 1)
        return [classifier.reply(contestant, shares, seconds) for shares in certainties]

    def losses(self, contestant: str, conversations: Sequence[Sequence[Message]]) -> list[tuple[float, int]]:
        """How much the label that ends each conversation surprises it, in nats; 0 pieces: a label it does not know."""
        classifier = self._of(contestant)
        scores = self._scores(classifier, [turns[:-1] for turns in conversations])
        taken = [places_in(turns[-1].content, classifier.layout.labels, classifier.layout.separator)
                 for turns in conversations]  # fmt: skip
        if not classifier.layout.several:
            lost = -scores.log_softmax(-1)
            return [(float(lost[line, places[0]]), 1) if places else (0.0, 0) for line, places in enumerate(taken)]
        wanted = torch.zeros_like(scores)
        for line, places in enumerate(taken):
            wanted[line, list(places or ())] = 1.0
        lost = torch.nn.functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none").sum(-1)
        return [(float(lost[line]), scores.shape[1]) if places else (0.0, 0) for line, places in enumerate(taken)]

    def self_test(self) -> list[str]:
        """Sentences about versions that choose exactly alike: nothing was learned between them."""
        chats = [[Message(role="user", content=text)] for text in ("Hello", "What is this?")]
        scores = {name: self._scores(one, chats) for name, one in self._classifiers.items()}
        return [
            say("labels.alike", one=name, other=other)
            for place, name in enumerate(scores) for other in list(scores)[:place]
            if torch.equal(scores[name], scores[other])
        ]  # fmt: skip

    def close(self) -> None:
        """Free the memory."""
        with self._lock:
            self._classifiers.clear()
            self.contestants = ()

    def _of(self, contestant: str) -> Classifier:
        if contestant not in self._classifiers:
            raise NotFound(
                say("labels.not_loaded", name=contestant[:60]), hint=say("labels.loaded", names=self.contestants)
            )
        return self._classifiers[contestant]

    def _scores(self, classifier: Classifier, chats: Sequence[Sequence[Message]]) -> torch.Tensor:
        with self._lock:
            return classifier.scores([text_to_read(chat) for chat in chats])


def load_classifier(model_folder: Path, version: Path, base: str) -> Classifier:
    """A version from safetensors only; UnusableModel says why a folder is none."""
    if not (version / LABELS_FILE).is_file():
        raise UnusableModel(say("labels.no_labels_file"), where=version.parent.name)
    must_be_as_sealed(version)
    layout = load_label_layout(model_folder, version)
    adapter = (version / CONFIG).is_file()
    if adapter and not (version / WEIGHTS).is_file():
        raise UnusableModel(say("labels.no_weights"), where=version.parent.name)
    with without_report():
        try:
            model: Any = AutoModelForSequenceClassification.from_pretrained(
                str(model_folder if adapter else version), num_labels=len(layout.labels), dtype=torch.float32,
                trust_remote_code=False, use_safetensors=True, local_files_only=True,
                ignore_mismatched_sizes=adapter,
            )  # fmt: skip
            if adapter:
                from peft import PeftModel

                model = PeftModel.from_pretrained(model, str(version), is_trainable=False)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            said = str(error).partition("\n")[0][:200]
            raise UnusableModel(say("labels.cannot_open"), said, version.parent.name) from None
    model = model.eval().requires_grad_(False).to("cuda" if torch.cuda.is_available() else "cpu")
    words = "\n".join((base, tensors_digest(dict(model.named_parameters())), *layout.labels, layout.separator))
    return Classifier(model, layout, hashlib.sha256(words.encode()).hexdigest()[:12])
