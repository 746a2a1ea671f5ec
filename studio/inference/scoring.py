"""How sure a contestant is of words that somebody else wrote: they are read token by token, and nothing is written."""

from collections.abc import Iterator, Sequence

import torch
from torch import nn

from studio.inference.adapter_layers import BatchOwners
from studio.models.chat_template import ChatTemplate, EncodedConversation
from studio.models.forward_arguments import ForwardArguments
from studio.schemas.example import Message

MOST_LOGITS = 1 << 27  # numbers of one batch's output: half a gigabyte
MOST_ROWS = 32
Lost = tuple[float, int]  # summed loss in nats over the answer's tokens, and how many they are


def to_read(chat_template: ChatTemplate, conversations: Sequence[Sequence[Message]]) -> list[EncodedConversation]:
    """The answer at the end of each conversation is judged; of a message that stands alone, all but the first token."""
    plain = [place for place, turns in enumerate(conversations) if len(turns) == 1]
    texts = dict(zip(plain, chat_template.tokens([conversations[place][0].content for place in plain]), strict=True))
    chats = iter(chat_template.encode_all([turns for turns in conversations if len(turns) > 1]))
    return [
        EncodedConversation(texts[place], 1) if place in texts else next(chats) for place in range(len(conversations))
    ]


def negative_log_likelihoods(
    model: nn.Module, rows: BatchOwners, name: str, read: Sequence[EncodedConversation], context: int
) -> list[Lost]:
    """Summed negative log-likelihood (nats) and tokens of each, in the order given; without what lies beyond `context`.

    Rows are padded on the right, where a model that reads forwards never looks: no mask is needed, on any architecture.
    """
    found: list[Lost] = [(0.0, 0)] * len(read)
    vocabulary = int(getattr(model.config.get_text_config(), "vocab_size", 1 << 16))  # type: ignore[operator, union-attr]
    for places in batches([min(len(one.ids), context) for one in read], MOST_LOGITS // vocabulary):
        cut = [EncodedConversation(read[place].ids[:context], max(1, read[place].start)) for place in places]
        judged = [place for place, one in enumerate(cut) if one.start < len(one.ids)]
        if judged:
            for place, lost in zip(judged, forward(model, rows, name, [cut[k] for k in judged]), strict=True):
                found[places[place]] = lost
    return found


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Places of rows of like length, the longest first, whose padded tokens are at most so many."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and (len(batch) >= MOST_ROWS or (len(batch) + 1) * lengths[batch[0]] > most):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


@torch.inference_mode()
def forward(model: nn.Module, rows: BatchOwners, name: str, read: Sequence[EncodedConversation]) -> list[Lost]:
    """One forward pass over a few rows: logits (B, T - first, V) from the earliest judged position on."""
    device = next(model.parameters()).device
    longest, first = max(len(one.ids) for one in read), min(one.start for one in read) - 1
    input_ids = torch.tensor([one.ids + [0] * (longest - len(one.ids)) for one in read], device=device)
    asked = {"input_ids": input_ids, "use_cache": False}
    takes = ForwardArguments(model)
    short = "logits_to_keep" in takes.names
    if short:
        asked["logits_to_keep"] = torch.arange(first, longest, device=device)
    with rows.lock:
        rows.assign([name] * len(read))
        logits = model(**takes.only(asked)).logits
    logits = logits if short else logits[:, first:]
    losses = []
    for place, one in enumerate(read):
        answer_logits = logits[place, one.start - 1 - first : len(one.ids) - 1 - first].float()
        loss = nn.functional.cross_entropy(answer_logits, input_ids[place, one.start : len(one.ids)], reduction="sum")
        losses.append((float(loss), len(one.ids) - one.start))
    return losses
