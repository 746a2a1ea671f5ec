"""Contestants: several contestants, one copy of the weights, the same answers as each alone."""

import shutil
import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError, UnusableModel, WrongSetting
from studio.inference.multi_adapter import load_multi_adapter
from studio.models.chat_template import load_chat_template
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Message
from tests.tiny_models import FAMILIES, load_plain, make_adapter, make_model

MATERIAL = Path(__file__).parents[2] / ".." / "shared" / "material" / "models"
STRANGERS = ("stories260K-llama", "stories3M-llama", "tinyllm-chat-626K-opt", "belllabs-qa-120K-gpt2",
             "hf_native/tiny-gpt2-fullvocab-random")  # fmt: skip
SHORT = ReplySettings(max_new_tokens=24)


def asked(*texts):
    return [Message(role=("user", "assistant")[n % 2], content=text) for n, text in enumerate(texts)]


def never():
    return False


def answers(loaded, chats, settings=SHORT, stop=never):
    """The texts that were shown, and the Replies by contestant."""
    if isinstance(settings, ReplySettings):
        settings = dict.fromkeys(chats, settings)
    going, shown = loaded.answer(chats, settings, stop), []
    while True:
        try:
            shown.append(next(going))
        except StopIteration as end:
            return shown, {reply.contestant: reply for reply in end.value}


@pytest.fixture(scope="module", params=FAMILIES)
def three(request, tmp_path_factory):
    """A base with a LoRA and a DoRA beside it."""
    home = tmp_path_factory.mktemp(request.param)
    base = make_model(home / "base", request.param)
    adapters = {"tuned": make_adapter(base, home / "a"), "run:2": make_adapter(base, home / "b", seed=2, use_dora=True)}
    return base, load_multi_adapter(base, adapters)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    home = tmp_path_factory.mktemp("llama")
    base = make_model(home / "base", "llama", context=1024)
    return base, make_adapter(base, home / "a")


@pytest.fixture(scope="module")
def loaded(llama):
    return load_multi_adapter(llama[0], {"tuned": llama[1]})


def test_all_contestants_answer_together_as_each_alone(three):
    _, loaded = three
    assert loaded.together and loaded.contestants == ("base", "tuned", "run:2")
    chats = {"run:2": asked("Hello"), "base": asked("Where is my order?"), "tuned": asked("Hi", "Yes?", "Grüße")}
    shown, together = answers(loaded, chats)
    assert tuple(together) == tuple(chats)
    for name, chat in chats.items():
        alone = answers(loaded, {name: chat})[1][name]
        assert (together[name].text, together[name].tokens) == (alone.text, alone.tokens)
        assert together[name].text.startswith(shown[0][name])
    assert shown[-1] == {name: reply.text for name, reply in together.items()}


def test_the_base_contestant_writes_what_the_plain_model_writes(three):
    folder, loaded = three
    prompt = load_chat_template(folder).prompt_ids(asked("Hello"))
    new_ids = load_plain(folder).generate(torch.tensor([prompt]), max_new_tokens=24, do_sample=False)[0, len(prompt) :]
    expected = load_chat_template(folder).tokenizer.decode(new_ids, skip_special_tokens=True)
    replies = answers(loaded, {"base": asked("Hello"), "tuned": asked("Hello")})[1]
    assert replies["base"].text == expected.rstrip("\ufffd").strip()


def test_the_exam_answers_in_the_order_given_and_as_the_chat_does(three):
    _, loaded = three
    questions = ["Hello", "Where is my order, please? I wait.", "Hi", "Grüße", "Hello"] * 8
    replies = loaded.answer_all("tuned", [asked(q) for q in questions], SHORT, never)
    expected = {q: answers(loaded, {"tuned": asked(q)})[1]["tuned"].text for q in set(questions)}
    assert [reply.text for reply in replies] == [expected[q] for q in questions]
    assert all(reply.fingerprint == loaded.fingerprint("tuned") and reply.seconds > 0 for reply in replies)


def test_settings_are_each_contestants_own(loaded):
    warm = {"base": ReplySettings(temperature=1.0, seed=1, max_new_tokens=9), "tuned": SHORT}
    chats = {"base": asked("Hello"), "tuned": asked("Hello")}
    one, two = answers(loaded, chats, warm)[1], answers(loaded, chats, warm)[1]
    assert one["base"].text == two["base"].text and one["base"].tokens == 9
    assert one["base"].text == answers(loaded, {"base": chats["base"]}, warm)[1]["base"].text
    assert one["tuned"].text == answers(loaded, {"tuned": chats["tuned"]})[1]["tuned"].text


def test_a_cut_answer_says_so(loaded):
    reply = answers(loaded, {"base": asked("Hello")}, ReplySettings(max_new_tokens=3))[1]["base"]
    assert reply.stopped_by_itself or reply.note == "cut at 3 pieces"


def test_stop_ends_both_and_keeps_what_was_written(loaded):
    asked_for = iter([False] * 4)
    chats = {"base": asked("Hello"), "tuned": asked("Hello")}
    _, replies = answers(loaded, chats, stop=lambda: next(asked_for, True))
    assert {reply.note for reply in replies.values()} == {"stopped"}
    assert {reply.tokens for reply in replies.values()} == {5}


def test_a_page_that_goes_away_holds_nobody_up(loaded):
    going = loaded.answer({"base": asked("Hello")}, {}, never)
    next(going)
    assert answers(loaded, {"base": asked("Hello")})[1]["base"].text


def test_two_pages_take_turns(loaded):
    expected = answers(loaded, {"base": asked("Hello"), "tuned": asked("Hello")})[1]
    found = []

    def ask(name):
        found.append((name, answers(loaded, {name: asked("Hello")})[1][name].text))

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("base", "tuned") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all(text == expected[name].text for name, text in found)


def test_a_chat_in_the_middle_of_another_disturbs_neither(loaded):
    chats = {"base": asked("Hello"), "tuned": asked("Hello")}
    expected = answers(loaded, chats)[1]
    going = loaded.answer(chats, dict.fromkeys(chats, SHORT), never)
    next(going)
    assert answers(loaded, {"tuned": asked("Hello")})[1]["tuned"].text == expected["tuned"].text
    assert list(going)[-1] == {name: reply.text for name, reply in expected.items()}


def test_an_exam_that_is_stopped_says_so_for_every_question(loaded):
    replies = loaded.answer_all("base", [asked("Hello")] * 40, SHORT, lambda: True)
    assert {(reply.text, reply.note) for reply in replies} == {("", "stopped")}


def test_closed_models_say_so(llama):
    loaded = load_multi_adapter(llama[0], {"tuned": llama[1]})
    loaded.close()
    with pytest.raises(NotFound):
        answers(loaded, {"base": asked("Hello")})


def test_a_long_chat_answers_the_same_with_and_without_its_memory(llama, loaded):
    chat = asked("Hello")
    for _ in range(4):
        replies = answers(loaded, {"base": chat, "tuned": chat})[1]
        fresh = load_multi_adapter(llama[0], {"tuned": llama[1]})
        assert {n: r.text for n, r in replies.items()} == {
            n: r.text for n, r in answers(fresh, {"base": chat, "tuned": chat})[1].items()
        }
        chat = [*chat, Message(role="assistant", content=replies["tuned"].text), *asked("And then?")]


def test_instructions_in_the_settings_are_said_to_the_model(loaded):
    said = answers(loaded, {"base": asked("Hello")}, SHORT.model_copy(update={"instructions": "Be brief"}))[1]["base"]
    chat = [Message(role="system", content="Be brief"), *asked("Hello")]
    assert said.text == answers(loaded, {"base": chat})[1]["base"].text
    assert said.text != answers(loaded, {"base": asked("Hello")})[1]["base"].text


def test_the_prompted_contestant_is_the_starting_model(loaded):
    replies = answers(loaded, {"prompted": asked("Hello"), "base": asked("Hello"), "tuned": asked("Hello")})[1]
    assert replies["prompted"].text == replies["base"].text != replies["tuned"].text
    assert replies["prompted"].fingerprint == replies["base"].fingerprint


def test_fingerprints_follow_the_weights_in_memory(llama):
    loaded = load_multi_adapter(llama[0], {"tuned": llama[1]})
    before = {name: loaded.fingerprint(name) for name in loaded.contestants}
    assert len(set(before.values())) == 2
    part = next(iter(loaded._adapted.patched.values()))
    part.changes["tuned"].lora_B.mul_(1.001)
    assert loaded.fingerprint("tuned") != before["tuned"]
    assert loaded.fingerprint("base") == before["base"]


def test_in_bfloat16_the_first_word_in_the_batch_is_each_ones_own(three, tmp_path):
    adapter = make_adapter(three[0], tmp_path / "a")
    loaded = load_multi_adapter(three[0], {"tuned": adapter}, dtype=torch.bfloat16)
    chats = [asked("Hello"), asked("Where is my order, please?")]
    mixed = loaded._first_logits(loaded.contestants, chats)
    alone = torch.cat([loaded._first_logits([name], [chat]) for name in loaded.contestants for chat in chats])
    assert float((mixed - alone).abs().max()) <= 0.02 * float(alone.max() - alone.min())


def test_a_large_version_is_hashed_again_only_after_it_changed(llama, monkeypatch):
    loaded = load_multi_adapter(llama[0], {"tuned": llama[1]})
    small = loaded.fingerprint("tuned")
    monkeypatch.setattr("studio.inference.multi_adapter.HASHED_BYTES", 0)
    assert loaded.fingerprint("tuned") == loaded.fingerprint("tuned") == small
    next(iter(loaded._adapted.patched.values())).changes["tuned"].lora_A.add_(0.01)
    assert loaded.fingerprint("tuned") != small


def test_weights_that_do_not_fit_are_refused_before_they_are_loaded(llama, monkeypatch):
    monkeypatch.setattr("studio.inference.multi_adapter.free_bytes", lambda: 1000)
    with pytest.raises(StudioError, match="GB of memory"):
        load_multi_adapter(llama[0], {})


def test_the_self_test_is_silent_when_all_is_well(three):
    assert three[1].self_test() == []


def test_the_self_test_reports_an_adapter_that_changes_nothing(llama, tmp_path):
    idle = make_adapter(llama[0], tmp_path / "idle", init_lora_weights=True)
    (found,) = load_multi_adapter(llama[0], {"tuned": idle}).self_test()
    assert found == say("multi_adapter.alike") and "exactly like the starting model" in found


def test_the_self_test_reports_a_contestant_that_answers_as_another(llama, monkeypatch):
    loaded = load_multi_adapter(llama[0], {"tuned": llama[1]})
    first = loaded._first_logits
    monkeypatch.setattr(loaded, "_first_logits", lambda names, chats: first(names[::-1], chats))
    assert any("do not trust" in sentence for sentence in loaded.self_test())


def test_a_fully_taught_model_is_a_contestant_too(llama, tmp_path):
    taught = shutil.copytree(llama[0], tmp_path / "taught")
    tensors = load_file(taught / "model.safetensors")
    save_file({k: v * 1.1 for k, v in tensors.items()}, taught / "model.safetensors", metadata={"format": "pt"})
    loaded = load_multi_adapter(llama[0], {"tuned": llama[1], "run:full": taught})
    assert loaded.together
    replies = answers(loaded, dict.fromkeys(loaded.contestants, asked("Hello")))[1]
    assert replies["run:full"].text == answers(load_multi_adapter(taught, {}), {"base": asked("Hello")})[1]["base"].text


def test_an_architecture_that_mixes_rows_answers_in_turn(llama, monkeypatch):
    loaded = load_multi_adapter(llama[0], {"tuned": llama[1]})
    chats = {"base": asked("Hello"), "tuned": asked("Hello, how is it?")}
    together = answers(loaded, chats)[1]
    loaded.together = False
    _, in_turn = answers(loaded, chats)
    assert {n: r.text for n, r in in_turn.items()} == {n: r.text for n, r in together.items()}
    questions = [asked(q) for q in ("Hello", "Hello, how is it?", "Hi", "Hello")]
    replies = loaded.answer_all("tuned", questions, SHORT, never)
    assert replies[1].text == in_turn["tuned"].text and replies[0].text == replies[3].text


def test_nobody_moves_the_global_dice(loaded):
    before = torch.get_rng_state()
    answers(loaded, {"base": asked("Hi"), "tuned": asked("Hi")}, ReplySettings(temperature=1.0, max_new_tokens=5))
    assert torch.equal(before, torch.get_rng_state())


def test_what_cannot_be_asked_is_refused_with_a_sentence(loaded):
    with pytest.raises(NotFound, match="not loaded"):
        answers(loaded, {"run:9": asked("Hello")})
    with pytest.raises(WrongSetting):
        answers(loaded, {"base": asked("Hello")}, ReplySettings(top_p=0))


def test_a_folder_without_weights_is_refused(llama, tmp_path):
    with pytest.raises(UnusableModel, match="empty"):
        load_multi_adapter(tmp_path, {})
    copy = shutil.copytree(llama[0], tmp_path / "copy")
    (copy / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(UnusableModel, match="placeholder"):
        load_multi_adapter(copy, {})


def test_missing_weights_are_never_made_up(llama, tmp_path):
    copy = shutil.copytree(llama[0], tmp_path / "copy")
    tensors = load_file(copy / "model.safetensors")
    tensors.pop("model.layers.1.mlp.up_proj.weight")
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(UnusableModel, match="A part of this model is missing"):
        load_multi_adapter(copy, {})


@pytest.mark.material
@pytest.mark.parametrize(
    "name", [STRANGERS[0], *(pytest.param(name, marks=pytest.mark.long) for name in STRANGERS[1:])]
)
def test_on_strangers_models_both_contestants_write_what_each_writes_alone(tmp_path, name):
    if not (MATERIAL / name).is_dir():
        pytest.skip("no ../shared/material beside this checkout")
    adapter = make_adapter(MATERIAL / name, tmp_path / "a")
    loaded = load_multi_adapter(MATERIAL / name, {"tuned": adapter}, dtype=torch.float32)
    assert loaded.together and loaded.self_test() == []
    longer = ReplySettings(max_new_tokens=60)
    for question in ("Who invented the transistor?", "Once upon a time there was a tailor", "Hi"):
        replies = answers(loaded, dict.fromkeys(loaded.contestants, asked(question)), longer)[1]
        for contestant, reply in replies.items():
            alone = loaded.answer_all(contestant, [asked(question)], longer, never)[0]
            assert (reply.text, reply.tokens) == (alone.text, alone.tokens)


@pytest.mark.material
@pytest.mark.parametrize("name", ["gpt2-customer-support-lora", "gpt2-seqcls-lora", "gptneo125m-movies-lora"])
def test_strangers_adapters_for_other_models_are_refused(llama, name):
    if not (MATERIAL / "adapters" / name).is_dir():
        pytest.skip("no ../shared/material beside this checkout")
    with pytest.raises(UnusableModel):
        load_multi_adapter(llama[0], {"tuned": MATERIAL / "adapters" / name})
