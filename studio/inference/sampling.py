"""How a contestant picks its next word: greedy, or by chance from a random generator of its own."""

import math

import torch

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.schemas.chat import ReplySettings


def check(settings: ReplySettings) -> ReplySettings:
    """The same settings when they can work; WrongSetting names the field otherwise."""
    if not (math.isfinite(settings.temperature) and 0 <= settings.temperature <= 100):
        raise WrongSetting(
            say("sampling.temperature_cannot_be_used"), hint=say("sampling.use_number_from_0"), where="temperature"
        )
    if not 0 < settings.top_p <= 1:
        raise WrongSetting(say("sampling.top_p_cannot_be"), hint=say("sampling.use_number_above_0"), where="top_p")
    if settings.max_new_tokens < 1:
        raise WrongSetting(
            say("sampling.longest_answer_cannot_be"), hint=say("sampling.use_1_or_more"), where="max_new_tokens"
        )
    return settings


class Sampler:
    """Draws for one row only: what the other rows do never moves its dice, and it never moves the global ones."""

    def __init__(self, settings: ReplySettings) -> None:
        self.temperature, self.top_p = settings.temperature, settings.top_p
        self._dice = torch.Generator().manual_seed(settings.seed % 2**63)

    @property
    def is_greedy(self) -> bool:
        """Whether it always takes the likeliest."""
        return self.temperature == 0

    def pick(self, logits: torch.Tensor) -> int:
        """The next token of this row: one draw from the smallest set of tokens that holds `top_p` of the chances."""
        if self.is_greedy:
            return int(logits.argmax())
        scores = logits.detach().to("cpu", torch.float64)
        chances = torch.softmax((scores - scores.max()) / self.temperature, dim=-1)
        chances, order = chances.sort(descending=True, stable=True)
        reached = chances.cumsum(0)
        held = int((reached - chances < self.top_p).sum())
        draw = torch.rand(1, generator=self._dice, dtype=torch.float64) * reached[held - 1]
        place = min(int(torch.searchsorted(reached[:held], draw, right=True)), held - 1)
        return int(order[place])


def pick_all(logits: torch.Tensor, samplers: list[Sampler]) -> list[int]:
    """The next token of every row of a batch; the greedy ones in a single pass."""
    likeliest = logits.argmax(dim=-1).tolist()
    return [best if s.is_greedy else s.pick(row) for best, s, row in zip(likeliest, samplers, logits, strict=True)]
