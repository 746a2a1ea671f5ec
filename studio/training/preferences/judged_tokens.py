"""Judgements become rows of tokens: what was asked and each reply. Each one that is cut or lost is counted."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from studio.models.chat_template import ChatTemplate
from studio.schemas.example import Example
from studio.schemas.loop.preference import Judgement, PreferencePair, ThumbedReply
from studio.training.tokenization import TokenizedExample, make_rows


@dataclass(frozen=True)
class Completion:
    """A reply after what was asked: `ids[start:]` is the reply's."""

    ids: list[int]
    start: int


@dataclass(frozen=True)
class PairRow:
    """The better and the worse reply to the same question."""

    chosen: Completion
    rejected: Completion

    @property
    def ids(self) -> list[int]:
        """The longer of the two: as long as the batch must be for it."""
        return max(self.chosen.ids, self.rejected.ids, key=len)

    @property
    def completions(self) -> tuple[Completion, ...]:
        """All that is scored."""
        return self.chosen, self.rejected


@dataclass(frozen=True)
class ThumbRow:
    """A reply with its thumb, and the reply to another question that stands in its place for the divergence (KTO)."""

    reply: Completion
    good: bool
    other: Completion

    @property
    def ids(self) -> list[int]:
        """The longer of the two."""
        return max(self.reply.ids, self.other.ids, key=len)

    @property
    def completions(self) -> tuple[Completion, ...]:
        """All that is scored."""
        return self.reply, self.other


JudgedRow = PairRow | ThumbRow


@dataclass(frozen=True)
class JudgedTokens:
    """The rows in the order of the judgements. Cut: a reply ends beyond the length. Left out: a question that fills it,
    letters that the tokenizer cannot write, or two replies that begin alike as far as they are read."""

    rows: list[JudgedRow]
    cut: int = 0
    left_out: int = 0


def tokenized(template: ChatTemplate, judgements: Sequence[Judgement], max_length: int) -> list[list[TokenizedExample]]:
    """For each judgement its replies as the model reads them; fewer than it has where one cannot be read."""
    examples: list[Example] = []
    owners: list[int] = []
    for number, judgement in enumerate(judgements):
        for reply in judgement.replies:
            examples.append(unlearned_before(judgement.example(reply, len(examples) + 1)))
            owners.append(number)
    found: list[list[TokenizedExample]] = [[] for _ in judgements]
    for row in make_rows(template, examples, max_length).rows:
        found[owners[int(row.example[1:]) - 1]].append(row)
    return found


def unlearned_before(example: Example) -> Example:
    """The last reply alone is learned; earlier ones were only read."""
    *before, last = example.messages
    return example.model_copy(
        update={"messages": (*(turn.model_copy(update={"learn": False}) for turn in before), last)}
    )


def pair_rows(template: ChatTemplate, pairs: Sequence[PreferencePair], max_length: int) -> JudgedTokens:
    """Both replies of each pair."""
    rows: list[JudgedRow] = []
    cut = 0
    for found in tokenized(template, pairs, max_length):
        if len(found) < 2 or found[0].ids == found[1].ids:
            continue
        cut += any(row.whole > len(row.ids) for row in found)
        rows.append(PairRow(*(Completion(row.ids, row.start) for row in found)))
    return JudgedTokens(rows, cut, len(pairs) - len(rows))


def thumb_rows(template: ChatTemplate, thumbs: Sequence[ThumbedReply], max_length: int, seed: int) -> JudgedTokens:
    """The replies, shuffled once by the seed: KTO reads them in this order in every pass. Beside each stands the reply
    of the next row after its own question."""
    kept = [(thumb, found[0]) for thumb, found in
            zip(thumbs, tokenized(template, thumbs, max_length), strict=True) if found]  # fmt: skip
    random.Random(seed).shuffle(kept)
    rows: list[JudgedRow] = []
    for place, (thumb, row) in enumerate(kept):
        next_row = kept[(place + 1) % len(kept)][1]
        other = [*row.ids[: row.start], *next_row.ids[next_row.start :]][:max_length]
        rows.append(ThumbRow(Completion(row.ids, row.start), thumb.good, Completion(other, row.start)))
    return JudgedTokens(rows, sum(row.whole > len(row.ids) for _, row in kept), len(thumbs) - len(rows))
