"""The decoding loop: what it writes, when it ends, and what it shows on the way."""

from dataclasses import dataclass
from typing import Any

import pytest
import torch

from studio.inference.adapter_layers import BatchOwners
from studio.inference.decoding import HALF, DecodingBatch, GenerationState, GrowingText, PrefixCache, decode, overlap
from studio.schemas.chat import ReplySettings
from tests.tiny_models import FAMILIES, load_plain, make_model, make_tokenizer


@dataclass
class Plain:
    """The least that decoding asks of a layout."""

    tokenizer: Any
    stop_ids: tuple[int, ...] = ()
    stop_strings: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer()


@pytest.fixture(scope="module", params=FAMILIES)
def model(request, tmp_path_factory):
    return load_plain(make_model(tmp_path_factory.mktemp("base"), request.param))


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    return load_plain(make_model(tmp_path_factory.mktemp("llama"), "llama"))


def never():
    return False


def row(ids, chat_template, tokens=20, context=128, **settings):
    return GenerationState("base", list(ids), ReplySettings(max_new_tokens=tokens, **settings), chat_template, context)


def write(model, *rows, stop=never, **options):
    for _ in decode(DecodingBatch(model, BatchOwners(), list(rows)), stop, **options):
        pass
    return [r.new_ids for r in rows]


@torch.inference_mode()
def one_by_one(model, ids, count):
    """Greedy writing the slow way: the whole text read again for every token, nothing padded, nothing kept."""
    ids = list(ids)
    for _ in range(count):
        ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return ids[-count:]


PROMPTS = ([7, 80, 9, 14, 30, 41], [5, 60], [200, 201, 202, 203, 204, 205, 206, 207, 208, 17, 99], [11])


def test_rows_of_other_lengths_write_what_each_writes_alone(model, tokenizer):
    chat_template = Plain(tokenizer)
    together = write(model, *(row(ids, chat_template) for ids in PROMPTS))
    assert together == [one_by_one(model, ids, 20) for ids in PROMPTS]


def test_rows_that_end_early_leave_and_the_others_go_on_unmoved(model, tokenizer):
    chat_template = Plain(tokenizer)
    rows = [row(ids, chat_template, tokens=count) for ids, count in zip(PROMPTS, (3, 20, 1, 9), strict=True)]
    expected = [one_by_one(model, ids, len_) for ids, len_ in zip(PROMPTS, (3, 20, 1, 9), strict=True)]
    assert write(model, *rows) == expected
    assert rows[0].note == "cut at 3 pieces"


def test_a_stop_token_ends_the_answer_and_is_not_shown(llama, tokenizer):
    expected = one_by_one(llama, PROMPTS[0], 20)
    ending = next(token for n, token in enumerate(expected) if n > 2 and token not in expected[:n])
    short = row(PROMPTS[0], Plain(tokenizer, stop_ids=(ending,)))
    assert write(llama, short) == [expected[: expected.index(ending)]]
    assert (short.stopped_by_itself, short.note) == (True, "")


def test_a_stop_string_ends_the_answer_before_it(llama, tokenizer):
    text = tokenizer.decode(one_by_one(llama, PROMPTS[1], 20))
    mark = text[8:11]
    short = row(PROMPTS[1], Plain(tokenizer, stop_strings=(mark,)))
    write(llama, short)
    assert short.text == text[: text.index(mark)].strip()
    assert short.stopped_by_itself


def test_writing_ends_where_the_models_reading_ends(model, tokenizer):
    full = row(range(5, 125), Plain(tokenizer), tokens=50)
    beside = row([5, 6], Plain(tokenizer), tokens=30)
    new_ids, other = write(model, full, beside)
    assert len(new_ids) == 8 and "128 pieces" in full.note and not full.stopped_by_itself
    assert other == one_by_one(model, [5, 6], 30)


def test_a_conversation_that_is_too_long_says_so_and_writes_nothing(tokenizer):
    over = row(range(5, 133), Plain(tokenizer))
    assert over.is_over and "128" in over.note


def test_a_question_that_cannot_be_written_says_so(tokenizer):
    empty = row([], Plain(tokenizer))
    assert empty.is_over and "no pieces of words for the question" in empty.note


def test_stop_is_asked_after_every_step(llama, tokenizer):
    asked = iter([False, False, True])
    stopped = row(PROMPTS[0], Plain(tokenizer))
    (new_ids,) = write(llama, stopped, stop=lambda: next(asked))
    assert len(new_ids) == 3 and stopped.note == "stopped" and not stopped.stopped_by_itself


def test_chance_depends_on_the_rows_own_seed_only(llama, tokenizer):
    chat_template = Plain(tokenizer)
    warm = {"temperature": 1.0, "seed": 3}
    alone = write(llama, row(PROMPTS[0], chat_template, **warm))[0]
    before = torch.get_rng_state()
    beside = write(
        llama, row(PROMPTS[0], chat_template, **warm), row(PROMPTS[2], chat_template, temperature=2.0, seed=8)
    )[0]
    assert alone == beside != write(llama, row(PROMPTS[0], chat_template, temperature=1.0, seed=4))[0]
    assert torch.equal(before, torch.get_rng_state())


def test_the_next_turn_reads_only_what_is_new_and_writes_the_same(model, tokenizer):
    chat_template, prefix_cache = Plain(tokenizer), {}

    def remember(ended, memory):
        prefix_cache[len(ended.ids)] = memory

    first = [row(PROMPTS[0], chat_template, tokens=7), row(PROMPTS[2], chat_template, tokens=12)]
    new_ids = write(model, *first, on_end=remember)
    then = [[*r.ids, *said, 44, 45, 46] for r, said in zip(first, new_ids, strict=True)]
    second = [row(ids, chat_template) for ids in then]
    second[0].prefix_cache, second[1].prefix_cache = prefix_cache[len(PROMPTS[0])], prefix_cache[len(PROMPTS[2])]
    assert [r.prefix_cache.shared(r.ids) for r in second] == [len(PROMPTS[0]) + 6, len(PROMPTS[2]) + 11]
    new = row(PROMPTS[3], chat_template)
    assert write(model, *second, new) == [one_by_one(model, ids, 20) for ids in [*then, PROMPTS[3]]]
    third = [row([*then[1], *second[1].new_ids, 50], chat_template)]
    assert write(model, *third) == [one_by_one(model, third[0].ids, 20)]


def test_a_memory_is_shared_up_to_the_first_difference_and_never_whole():
    prefix_cache = PrefixCache([1, 2, 3, 4], [])
    assert [prefix_cache.shared(ids) for ids in ([1, 2, 9], [1, 2, 3, 4, 5], [1, 2, 3, 4], [9], [1, 2])] == [
        2,
        4,
        3,
        0,
        1,
    ]


@pytest.mark.parametrize("text", ["Grüße 🙂 日本語", "naïve café — “quoted”", "plain"])
def test_half_a_character_is_never_shown(tokenizer, text):
    growing = GrowingText(Plain(tokenizer))
    seen = []
    for token in tokenizer(text)["input_ids"]:
        growing.add(token)
        seen.append(growing.shown)
    assert seen[-1] == text
    assert all(text.startswith(part) for part in seen)


def test_bytes_that_never_become_a_character_do_not_hold_up_what_follows(tokenizer):
    growing = GrowingText(Plain(tokenizer))
    for token in [*tokenizer("é")["input_ids"][:1], *tokenizer("ok")["input_ids"]]:
        growing.add(token)
    assert growing.shown.endswith("ok")


def test_a_whole_character_is_shown_though_its_token_begins_the_next_one(tokenizer):
    texts = {token: tokenizer.decode([token]) for token in tokenizer.get_vocab().values()}
    token, text = next((token, text) for token, text in texts.items() if len(text) > 1 and text.find(HALF) > 0)
    growing = GrowingText(Plain(tokenizer))
    growing.add(token)
    assert growing.shown == text.rstrip(HALF)
    growing.add(tokenizer("x")["input_ids"][0])
    assert growing.shown == f"{text}x", "and it is not shown twice"


@pytest.mark.parametrize("mark", ["<|bye|>", "\nQ:", "##"])
def test_the_beginning_of_a_stop_mark_is_held_back(tokenizer, mark):
    growing = GrowingText(Plain(tokenizer, stop_strings=(mark,)))
    seen = []
    for token in tokenizer(f"A # < \nanswer{mark}and more")["input_ids"]:
        growing.add(token)
        seen.append(growing.shown)
        if growing.stopped:
            break
    assert growing.whole == "A # < \nanswer"
    assert all(growing.whole.startswith(part) for part in seen)


def test_overlap_is_the_longest_beginning_of_the_mark():
    assert [overlap(text, "aab") for text in ("x", "xa", "xaa", "xaab", "")] == [0, 1, 2, 0, 0]
