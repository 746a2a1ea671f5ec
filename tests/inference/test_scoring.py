"""The mistakes score of given answers is what a plain model gives for each alone, in any batch, by any contestant."""

import pytest
import torch

from studio.inference.multi_adapter import load_multi_adapter
from studio.inference.scoring import batches
from studio.models.chat_template import load_chat_template
from studio.schemas.example import Message
from tests.tiny_models import FAMILIES, load_plain, make_adapter, make_model

CHATS = [
    [Message(role="user", content=f"Where is the lamp {'again ' * n}?"),
     Message(role="assistant", content=f"In the hall{', as before' * (4 - n)}.")]
    for n in range(4)
]  # fmt: skip


def alone(model, chat_template, chat):
    """One chat through the model as transformers loads it, one piece after another."""
    encoded = chat_template.encode(chat)
    with torch.inference_mode():
        said = model(torch.tensor([encoded.ids])).logits[0].float().log_softmax(-1)
    return -sum(float(said[place - 1, encoded.ids[place]]) for place in range(encoded.start, len(encoded.ids)))


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_batch_gives_what_each_gives_alone(tmp_path, family):
    folder = make_model(tmp_path / "base", family)
    adapter = make_adapter(folder, tmp_path / "tuned")
    loaded = load_multi_adapter(folder, {"tuned": adapter}, dtype=torch.float32)
    base, tuned = loaded.losses("base", CHATS), loaded.losses("tuned", CHATS)
    chat_template, plain = load_chat_template(folder), load_plain(folder)
    for chat, (lost, pieces) in zip(CHATS, base, strict=True):
        assert lost == pytest.approx(alone(plain, chat_template, chat), rel=1e-4)
        encoded = chat_template.encode(chat)
        assert pieces == len(encoded.ids) - encoded.start
    assert loaded.losses("prompted", CHATS) == base
    assert all(abs(one[0] - two[0]) > 1e-4 for one, two in zip(base, tuned, strict=True))
    assert loaded.losses("tuned", [CHATS[2]])[0] == pytest.approx(tuned[2], rel=1e-4)


def test_a_lone_message_is_a_text_and_what_is_out_of_reach_is_not_judged(tmp_path):
    folder = make_model(tmp_path / "base", "llama")
    loaded = load_multi_adapter(folder, {}, dtype=torch.float32)
    text = [Message(role="assistant", content="The lamp is in the hall.")]
    ids = load_chat_template(folder).tokens([text[0].content])[0]
    assert loaded.losses("base", [text])[0][1] == len(ids) - 1
    long = [Message(role="user", content="again " * 5000), Message(role="assistant", content="Yes.")]
    assert loaded.losses("base", [long, text])[0] == (0.0, 0)


def test_batches_hold_rows_of_like_length_and_no_more_than_fit():
    assert list(batches([3, 9, 8, 2], 18)) == [[1, 2], [0, 3]]
    assert list(batches([50], 10)) == [[0]]
