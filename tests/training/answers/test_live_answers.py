"""Live questions: answers change while it learns, and the run learns as if nobody had asked."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch

from studio.copy.catalog import say
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Message
from studio.schemas.fallback import Fallback
from studio.schemas.run import RunStatus, Status
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.train import carried, carry_out, end, run_training
from tests.model_fixtures import losses, read_json
from tests.training.test_train import after, never, same

Prepare = Callable[..., RunFolder]
QUESTIONS = ["how do I mend the coat?", "how do I return the red scarf, please, since it is too long for me?"]


def asking(folder: RunFolder, questions: list[str] | None = None) -> RunFolder:
    """The same run with live questions."""
    write_json(folder.path / "questions.json", QUESTIONS if questions is None else questions)
    return folder


@pytest.mark.parametrize("precision", ["float32", pytest.param("bfloat16", marks=pytest.mark.long)])
def test_a_run_that_is_asked_learns_bit_for_bit_as_one_that_is_not(prepare: Prepare, precision: str) -> None:
    knobs = {"lora_dropout": 0.1, "precision": precision}
    silent, asked = prepare(**knobs), asking(prepare(**knobs))
    before = torch.random.get_rng_state()
    run_training(silent.path, never)
    torch.random.set_rng_state(before)
    outcome = run_training(asked.path, never)
    assert losses(asked) == losses(silent)
    assert same(asked.adapter, silent.adapter)
    assert read_json(asked.path / "machine.json")["rows_laid_out"] == "end_to_end"
    assert outcome.answering_seconds > 0


def test_the_starting_model_answers_once_and_every_saved_point_again(prepare: Prepare) -> None:
    folder = asking(prepare(max_steps=6, eval_steps=2, save_total_limit=2))
    run_training(folder.path, never)
    lines = folder.answers()
    assert [(line["contestant"], line["step"]) for line in lines[::2]] == [
        ("base", 0), ("tuned", 2), ("tuned", 4), ("tuned", 6),
    ]  # fmt: skip
    assert [line["question"] for line in lines] == QUESTIONS * 4
    assert all({"question", "contestant", "step", "answer", "at"} <= line.keys() for line in lines)
    assert lines[0]["answer"] != lines[-2]["answer"], "it learned something"


def test_the_last_live_answer_is_the_one_that_the_version_gives_in_a_chat(prepare: Prepare, tiny: Path) -> None:
    from studio.inference.multi_adapter import load_multi_adapter

    folder = asking(prepare(max_steps=40, eval_steps=40, precision="float32", learning_rate=2e-2))
    run_training(folder.path, never)
    loaded = load_multi_adapter(tiny, {"tuned": folder.adapter})
    settings = ReplySettings(max_new_tokens=80)
    for contestant, step in (("base", 0), ("tuned", 40)):
        chats = [[Message(role="user", content=question)] for question in QUESTIONS]
        replies = loaded.answer_all(contestant, chats, settings, never)
        said = [line["answer"] for line in folder.answers() if line["step"] == step]
        assert said == [reply.text for reply in replies]


@pytest.mark.long
def test_a_resume_drops_answers_above_its_step_and_asks_the_starting_model_no_second_time(prepare: Prepare) -> None:
    folder = asking(prepare(max_steps=8, eval_steps=2))
    run_training(folder.path, after(5))
    (folder.checkpoints / "checkpoint-5" / "optimizer.pt").write_bytes(b"torn")
    run_training(folder.path, never)
    steps = [line["step"] for line in folder.answers()]
    assert steps == [step for step in (0, 2, 4, 6, 8) for _ in QUESTIONS]


def test_a_question_that_does_not_fit_is_said_and_the_run_goes_on(prepare: Prepare) -> None:
    folder = asking(prepare(max_steps=2), ["why " * 100])
    assert run_training(folder.path, never).status is Status.DONE
    assert {line["answer"] for line in folder.answers()} == {""}
    assert all("too long" in line["note"] for line in folder.answers())


def test_rows_side_by_side_are_asked_as_well(prepare: Prepare, tmp_path: Path) -> None:
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

    from tests.model_fixtures import make_tokenizer

    tokenizer = make_tokenizer(tmp_path / "m")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        GPTNeoXForCausalLM(GPTNeoXConfig(
            vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            max_position_embeddings=128, eos_token_id=1, bos_token_id=None, attn_implementation="eager",
        )).save_pretrained(tmp_path / "m")  # fmt: skip
    folder = asking(prepare(model=tmp_path / "m", max_steps=4))
    run_training(folder.path, never)
    assert len(folder.answers()) == 5 * len(QUESTIONS)


def test_a_model_without_a_memory_for_words_answers_all_the_same(prepare: Prepare, tmp_path: Path) -> None:
    from transformers import MambaConfig, MambaForCausalLM

    from tests.model_fixtures import make_tokenizer

    tokenizer = make_tokenizer(tmp_path / "m")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = MambaConfig(vocab_size=len(tokenizer), hidden_size=16, state_size=4, num_hidden_layers=2,
                             eos_token_id=1, bos_token_id=None, pad_token_id=0)  # fmt: skip
        MambaForCausalLM(config).save_pretrained(tmp_path / "m")
    folder = asking(prepare(model=tmp_path / "m", max_steps=2))
    assert run_training(folder.path, never).status is Status.DONE
    assert len(folder.answers()) == 3 * len(QUESTIONS)
    assert all(line["answer"] or "cut" in line["note"] for line in folder.answers())


def test_an_answer_that_takes_too_long_is_cut_and_says_so(prepare: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.training.answers import live_answers as questions

    monkeypatch.setattr(questions, "SECONDS_AT_ONCE", -1.0)
    folder = asking(prepare(max_steps=2))
    run_training(folder.path, never)
    assert {line["note"] for line in folder.answers()} == {say("live_answers.cut", seconds=-1.0)}
    assert folder.fallbacks == [Fallback.LIVE_CUT]


def test_once_answering_took_too_long_only_first_words_are_asked_for_but_at_the_last_point(
    prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.training.answers import live_answers as questions

    monkeypatch.setattr(questions, "FREE_SECONDS", 0.0)
    monkeypatch.setattr(questions, "SHARE", 0.0)
    monkeypatch.setattr(questions, "FIRST_WORDS", 2)
    folder = asking(prepare(max_steps=6, eval_steps=2))
    run_training(folder.path, never)
    shortened = [(line["step"], line.get("note") == say("live_answers.shortened")) for line in folder.answers()[2::2]]
    assert shortened == [(2, True), (4, True), (6, False)]
    assert all(line["answer"] for line in folder.answers() if line["step"] < 6), "no saved point is empty"
    assert Fallback.LIVE_SHORTENED in folder.fallbacks


class Watched(RunFolder):
    """A run folder that remembers what its status said that the run does, each time that this changed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.told: list[tuple[int, str]] = []

    def write_state(self, state: RunStatus) -> None:
        """As always, and noted."""
        super().write_state(state)
        steps = [line["step"] for line in self.metrics() if "loss" in line]
        told = steps[-1] if steps else 0, str(state.activity or state.status)
        if self.told[-1:] != [told]:
            self.told.append(told)


def test_what_a_run_does_between_and_after_its_steps_stands_in_its_status(prepare: Prepare) -> None:
    """After the last step comes a practice check, a saved point, answers and the version: seconds without a step."""
    folder = Watched(asking(prepare(max_steps=4, eval_steps=2)).path)
    with carried(folder):
        end(folder, carry_out(folder, never, nullcontext))
    between = ["checking", "saving", "asking"]
    assert folder.told == [
        (0, "running"), (0, "asking"), (0, "checking"), (0, "running"),
        *((2, one) for one in between), (2, "running"), *((4, one) for one in between), (4, "publishing"), (4, "done"),
    ]  # fmt: skip
    assert folder.state.activity is None, "a run that is over does nothing"
