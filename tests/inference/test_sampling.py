"""Each row has its own dice."""

import pytest
import torch

from studio.errors import WrongSetting
from studio.inference.sampling import Sampler, check, pick_all
from studio.schemas.chat import ReplySettings


def draws(settings, logits, count=40):
    sampler = Sampler(settings)
    return [sampler.pick(logits) for _ in range(count)]


@pytest.fixture
def logits():
    return torch.randn(50, generator=torch.Generator().manual_seed(3)) * 3


def test_temperature_zero_takes_the_likeliest(logits):
    assert set(draws(ReplySettings(temperature=0), logits)) == {int(logits.argmax())}


def test_the_same_seed_draws_the_same_words_and_another_seed_others(logits):
    warm = ReplySettings(temperature=1.0, seed=5)
    assert draws(warm, logits) == draws(warm, logits)
    assert draws(warm, logits) != draws(warm.model_copy(update={"seed": 6}), logits)


def test_top_p_keeps_the_smallest_set_that_holds_it():
    logits = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05]))
    assert set(draws(ReplySettings(temperature=1.0, top_p=0.5), logits, 200)) == {0}
    assert set(draws(ReplySettings(temperature=1.0, top_p=0.7), logits, 200)) == {0, 1}
    assert set(draws(ReplySettings(temperature=1.0), logits, 500)) == {0, 1, 2, 3}


def test_draws_follow_the_chances():
    chances = torch.tensor([0.6, 0.3, 0.1])
    found = torch.tensor(draws(ReplySettings(temperature=1.0), torch.log(chances), 4000))
    shares = torch.bincount(found, minlength=3) / 4000
    assert torch.allclose(shares, chances, atol=0.03)


def test_a_low_temperature_sharpens_and_very_high_numbers_do_no_harm(logits):
    assert set(draws(ReplySettings(temperature=1e-6), logits)) == {int(logits.argmax())}
    assert len(set(draws(ReplySettings(temperature=100), logits * 1e4))) >= 1


def test_the_global_dice_never_move(logits):
    before = torch.get_rng_state()
    draws(ReplySettings(temperature=1.0, seed=9), logits)
    assert torch.equal(before, torch.get_rng_state())


def test_a_batch_picks_what_each_row_would_pick_alone(logits):
    settings = [ReplySettings(), ReplySettings(temperature=1, seed=1), ReplySettings(temperature=2, top_p=0.9, seed=2)]
    together = pick_all(torch.stack([logits] * 3), [Sampler(s) for s in settings])
    assert together == [Sampler(s).pick(logits) for s in settings]


@pytest.mark.parametrize(
    ("field", "value"),
    [("temperature", -0.1), ("temperature", 101.0), ("top_p", 0.0), ("top_p", 1.1), ("max_new_tokens", 0)],
)
def test_a_setting_that_cannot_work_is_named(field, value):
    with pytest.raises(WrongSetting) as caught:
        check(ReplySettings(**{field: value}))
    assert caught.value.where == field
