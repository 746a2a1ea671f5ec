"""A judge with real weights: its lean is about the replies, not about their places, and what is too long has none."""

import torch

from studio.evaluation.llm_judge import leans_of
from studio.inference.multi_adapter import load_multi_adapter
from studio.schemas.chat import Reply
from studio.schemas.example import Example, Message
from studio.services.chats.answering import AnswerSession
from studio.services.votes.second_opinion import papers, read_both_ways
from tests.tiny_models import make_adapter, make_model

TEXTS = {
    "tuned": ("In the hall.", "Twice.", "Once."),
    "base": ("I do not know.", "Twice.", "It cuts " + "again " * 900),
}


def said(name):
    return [Reply(contestant=name, text=text, tokens=3, seconds=0.1, fingerprint=name) for text in TEXTS[name]]


def test_leans_are_those_of_each_paper_alone_and_change_sign_with_the_sides(tmp_path):
    folder = make_model(tmp_path / "base", "llama", context=512)
    adapter = make_adapter(folder, tmp_path / "judge")
    asked = [Example(id=f"a{n}", messages=(Message(role="user", content=f"Where is number {n}?"),)) for n in range(3)]
    loaded = load_multi_adapter(folder, {"run:judge": adapter}, dtype=torch.float32)
    found = {}
    for name in ("base", "run:judge"):
        asking = AnswerSession(loaded, tmp_path / "readings.jsonl", lambda *_: None, lambda: False)
        found[name] = read_both_ways(asking, name, asked, said("tuned"), said("base"))
        first, same, long = found[name]
        alone = [
            tuple(loaded.losses(name, [paper])[0][0] for paper in papers(asked[0].question, "", *sides))
            for sides in ((TEXTS["tuned"][0], TEXTS["base"][0]), (TEXTS["base"][0], TEXTS["tuned"][0]))
        ]
        assert torch.allclose(torch.tensor(first), torch.tensor(leans_of(*alone)), atol=1e-3)
        assert same == (0.0, 0.0) and long is None
        turned = read_both_ways(asking, name, asked, said("base"), said("tuned"))[0]
        assert turned == (-first[1], -first[0])
    assert found["base"][0] != found["run:judge"][0]
    loaded.close()


def test_one_that_cannot_even_read_the_question_has_no_opinion(tmp_path):
    folder = make_model(tmp_path / "base", "llama", context=32)
    asked = [Example(id="a1", messages=(Message(role="user", content="Where?"),))]
    loaded = load_multi_adapter(folder, {}, dtype=torch.float32)
    asking = AnswerSession(loaded, tmp_path / "readings.jsonl", lambda *_: None, lambda: False)
    assert read_both_ways(asking, "base", asked, said("tuned")[:1], said("base")[:1]) == [None]
    loaded.close()
