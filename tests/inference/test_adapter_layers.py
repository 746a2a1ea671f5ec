"""Adapters change their own rows as PEFT would, and nobody else's."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.errors import UnusableModel
from studio.inference.adapter_layers import AdaptedModel, FullReplacement
from studio.inference.adapter_loading import read_changes
from studio.inference.multi_adapter import load_multi_adapter
from studio.storage.checkpoints import seal
from tests.tiny_models import FAMILIES, load_plain, load_with_peft, make_adapter, make_model

KINDS = {
    "lora": {},
    "rslora": {"use_rslora": True},
    "dora": {"use_dora": True},
    "patterns": {"rank_pattern": {"q_proj": 2, "c_attn": 2}, "alpha_pattern": {"q_proj": 3, "c_attn": 3}},
    "whole_head": {"modules_to_save": ["lm_head"]},
    "few_parts": {"target_modules": ["q_proj", "c_attn"]},
}
IDS = torch.randint(5, 300, (2, 9), generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module", params=FAMILIES)
def base(request, tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("base"), request.param)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("llama"), "llama")


def adapted_with(folder, **adapters):
    adapted = AdaptedModel(load_plain(folder))
    for name, adapter in adapters.items():
        adapted.add(name, read_changes(adapter, adapted))
    return adapted


@torch.inference_mode()
def logits(adapted, names, ids=IDS):
    adapted.rows.assign(names)
    return adapted.model(ids).logits


@torch.inference_mode()
def plain_logits(model, ids=IDS):
    return model(ids).logits


@pytest.mark.parametrize("kind", KINDS)
def test_an_adapter_gives_what_peft_gives(base, tmp_path, kind):
    adapter = make_adapter(base, tmp_path / "a", **KINDS[kind])
    expected = plain_logits(load_with_peft(base, adapter))
    found = logits(adapted_with(base, tuned=adapter), ["tuned", "tuned"])
    assert torch.allclose(found, expected, atol=1e-5), float((found - expected).abs().max())
    assert not torch.allclose(found, plain_logits(load_plain(base)), atol=1e-2)


@pytest.mark.parametrize("kind", ["lora", "dora"])
def test_in_a_mixed_batch_each_row_is_its_own_and_base_rows_are_exact(base, tmp_path, kind):
    one = make_adapter(base, tmp_path / "one", **KINDS[kind])
    two = make_adapter(base, tmp_path / "two", seed=2)
    ids = IDS[:1].expand(3, -1)
    mixed = logits(adapted_with(base, one=one, two=two), ["base", "one", "two"], ids)
    assert torch.equal(mixed[0], plain_logits(load_plain(base), ids)[0])
    for place, adapter in ((1, one), (2, two)):
        alone = plain_logits(load_with_peft(base, adapter), ids)
        assert torch.allclose(mixed[place], alone[0], atol=1e-5)


@pytest.mark.parametrize("kind", ["lora", "rslora", "patterns", "dora", "few_parts"])
def test_where_each_row_reads_one_token_it_is_its_own_as_well(base, tmp_path, kind):
    one = make_adapter(base, tmp_path / "one", **KINDS[kind])
    two = make_adapter(base, tmp_path / "two", seed=2)
    ids, names = IDS[:1, :5].T, ["base", "one", "one", "two", "two"]
    adapted = adapted_with(base, one=one, two=two)
    mixed = logits(adapted, names, ids)
    assert any(part._stack is not None for part in adapted.patched.values()) == (kind != "dora")
    assert torch.equal(mixed[0], plain_logits(load_plain(base), ids)[0])
    for places, adapter in (([1, 2], one), ([3, 4], two)):
        alone = plain_logits(load_with_peft(base, adapter), ids)
        assert torch.allclose(mixed[places], alone[places], atol=1e-5)
    others = logits(adapted, ["two", "two", "base", "one", "base"], ids)
    assert torch.equal(others[2], plain_logits(load_plain(base), ids)[2]), "the same stack, other rows"
    assert torch.allclose(others[3], plain_logits(load_with_peft(base, one), ids)[3], atol=1e-5)


def test_an_adapter_beyond_all_numbers_spoils_no_row_but_its_own(llama, tmp_path):
    good, bad = make_adapter(llama, tmp_path / "good"), make_adapter(llama, tmp_path / "bad", seed=2)
    weights = load_file(bad / "adapter_model.safetensors")
    huge = {key: tensor.sign() * 3e38 if "lora_A" in key else tensor for key, tensor in weights.items()}
    save_file(huge, bad / "adapter_model.safetensors", metadata={"format": "pt"})
    adapted, ids = adapted_with(llama, good=good, bad=bad), IDS[:1, :3].T
    mixed = logits(adapted, ["bad", "base", "good"], ids)
    assert adapted.patched["model.layers.0.self_attn.q_proj"]._stack is not None and not mixed[0].isfinite().any()
    assert torch.equal(mixed[1], plain_logits(load_plain(llama), ids)[1])
    assert torch.allclose(mixed[2], plain_logits(load_with_peft(llama, good), ids)[2], atol=1e-5)


def test_an_adapter_on_the_table_of_words_gives_what_peft_gives(tmp_path):
    base = make_model(tmp_path / "base", "opt")
    adapter = make_adapter(base, tmp_path / "a", target_modules=["embed_tokens", "q_proj"])
    expected = plain_logits(load_with_peft(base, adapter))
    assert torch.allclose(logits(adapted_with(base, tuned=adapter), ["tuned"] * 2), expected, atol=1e-5)


def changed_copy(base, folder, only=""):
    """The base with (some of) its tensors taught as a whole."""
    shutil.copytree(base, folder)
    tensors = load_file(folder / "model.safetensors")
    torch.manual_seed(4)
    moved = {k: v + torch.randn_like(v) * 0.05 if only in k else v for k, v in tensors.items()}
    save_file(moved, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.mark.parametrize("only", ["", "layers.1", "embed_tokens"])
def test_a_fully_taught_model_shares_the_weights_that_it_did_not_change(llama, tmp_path, only):
    taught = changed_copy(llama, tmp_path / "taught", only)
    adapted = adapted_with(llama, tuned=taught)
    mixed = logits(adapted, ["base", "tuned"], IDS[:1].expand(2, -1))
    assert torch.equal(mixed[0], plain_logits(load_plain(llama), IDS[:1].expand(2, -1))[0])
    assert torch.allclose(mixed[1], plain_logits(load_plain(taught), IDS[:1])[0], atol=1e-5)
    assert torch.allclose(logits(adapted, ["tuned", "tuned"]), plain_logits(load_plain(taught)), atol=1e-5)
    assert all(only in part for part in adapted.patched if part != "lm_head")


def test_a_fully_taught_opt_and_gpt2_answer_their_own_rows(base, tmp_path):
    taught = changed_copy(base, tmp_path / "taught")
    adapted = adapted_with(base, tuned=taught)
    positions = torch.arange(9).expand(2, -1)
    adapted.rows.assign(["base", "tuned"])
    with torch.inference_mode():
        mixed = adapted.model(IDS[:1].expand(2, -1), position_ids=positions).logits
    assert torch.allclose(mixed[0], plain_logits(load_plain(base), IDS[:1])[0], atol=1e-5)
    assert torch.allclose(mixed[1], plain_logits(load_plain(taught), IDS[:1])[0], atol=1e-5)


def test_an_unchanged_copy_changes_nothing(llama, tmp_path):
    shutil.copytree(llama, tmp_path / "copy")
    adapted = AdaptedModel(load_plain(llama))
    assert read_changes(tmp_path / "copy", adapted) == {}


def test_the_weights_are_there_once(llama, tmp_path):
    adapter = make_adapter(llama, tmp_path / "a")
    plain = sum(p.numel() for p in load_plain(llama).parameters())
    adapted = adapted_with(llama, tuned=adapter)
    assert sum(p.numel() for p in adapted.model.parameters()) == plain
    assert all(not isinstance(p.changes["tuned"], FullReplacement) for p in adapted.patched.values())


REFUSED = {
    "seq_cls": ({"task_type": "SEQ_CLS"}, "not for writing answers"),
    "other_kind": ({"peft_type": "IA3"}, "Only LoRA"),
    "auto_mapping": ({"auto_mapping": {"base_model_class": "X"}}, "auto_mapping"),
    "pissa": ({"init_lora_weights": "pissa"}, "init_lora_weights"),
    "bias": ({"bias": "all"}, "bias"),
    "alpha_is_text": ({"lora_alpha": "8"}, "lora_alpha"),
    "rank_is_zero": ({"r": 0}, "“r”"),
    "other_rank": ({"r": 5}, "rank"),
    "pattern": ({"alpha_pattern": {"(a+)+$": 3}}, "patterns"),
    "claims_dora": ({"use_dora": True}, "do not fit its configuration"),
}


@pytest.fixture(scope="module")
def good(llama, tmp_path_factory):
    return make_adapter(llama, tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("case", REFUSED)
def test_an_adapter_that_means_something_else_is_refused_in_a_sentence(llama, good, tmp_path, case):
    changes, words = REFUSED[case]
    folder = shutil.copytree(good, tmp_path / "a")
    config = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps(config | changes))
    with pytest.raises(UnusableModel, match=words):
        read_changes(folder, AdaptedModel(load_plain(llama)))


def test_a_pattern_in_target_modules_is_never_run(llama, good, tmp_path):
    folder = shutil.copytree(good, tmp_path / "a")
    config = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps(config | {"target_modules": "(((a+)+)+)+$"}))
    assert read_changes(folder, AdaptedModel(load_plain(llama)))


def spoil(folder, how):
    weights = folder / "adapter_model.safetensors"
    if how == "placeholder":
        weights.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    elif how == "absent":
        weights.unlink()
        (folder / "adapter_model.bin").write_bytes(b"\x80\x04.")
    elif how == "config":
        (folder / "adapter_config.json").write_text("{")
    else:
        tensors = load_file(weights)
        key = next(iter(tensors))
        tensors[key] = {
            "nan": lambda t: t * float("nan"), "shape": lambda t: t[:, :-1].contiguous(), "whole": lambda t: t.long(),
        }[how](tensors[key])  # fmt: skip
        save_file(tensors, weights)


@pytest.mark.parametrize(
    ("how", "words"),
    [("placeholder", "placeholder"), ("absent", "no weights as safetensors"), ("config", "damaged"),
     ("nan", "not a number"), ("whole", "not a number"), ("shape", "another size")],
)  # fmt: skip
def test_a_damaged_adapter_is_refused_in_a_sentence(llama, good, tmp_path, how, words):
    folder = shutil.copytree(good, tmp_path / "a")
    spoil(folder, how)
    with pytest.raises(UnusableModel, match=words):
        read_changes(folder, AdaptedModel(load_plain(llama)))


def test_an_adapter_for_another_model_is_refused(good, tmp_path):
    other = make_model(tmp_path / "gpt2", "gpt2")
    with pytest.raises(UnusableModel, match="another model"):
        read_changes(good, AdaptedModel(load_plain(other)))


def test_a_folder_without_anything_is_refused(llama, tmp_path):
    with pytest.raises(UnusableModel, match="neither"):
        read_changes(tmp_path, AdaptedModel(load_plain(llama)))


def sealed(good, folder):
    shutil.copytree(good, folder)
    seal(folder, {"format": 1, "step": 3})
    return folder


def test_a_version_whose_weights_are_not_those_that_were_sealed_is_refused(llama, good, tmp_path):
    folder = sealed(good, tmp_path / "a")
    assert read_changes(folder, AdaptedModel(load_plain(llama)))
    other = (make_adapter(llama, tmp_path / "b", seed=9) / "adapter_model.safetensors").read_bytes()
    weights = folder / "adapter_model.safetensors"
    whole = weights.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-8] + bytes(8), other):
        weights.write_bytes(damaged)
        with pytest.raises(UnusableModel, match=r"not the one that was saved: “adapter_model\.safetensors”"):
            read_changes(folder, AdaptedModel(load_plain(llama)))
    weights.unlink()
    with pytest.raises(UnusableModel, match="not the one that was saved"):
        read_changes(folder, AdaptedModel(load_plain(llama)))


def test_an_adapter_of_which_half_is_missing_is_refused(llama, good, tmp_path):
    folder = shutil.copytree(good, tmp_path / "a")
    tensors = load_file(folder / "adapter_model.safetensors")
    half = {key: tensor for key, tensor in tensors.items() if ".layers.0." in key}
    assert 0 < len(half) < len(tensors)
    save_file(half, folder / "adapter_model.safetensors")
    with pytest.raises(UnusableModel, match=r"is not whole: it changes .* parts of the model, and .* are missing"):
        read_changes(folder, AdaptedModel(load_plain(llama)))


CASES = next(
    (found for up in Path(__file__).resolve().parents
     if (found := up / "shared/material/cases/30-adapter-that-does-nothing").is_dir()),
    Path("absent"),
)  # fmt: skip
STARTER = Path(__file__).resolve().parents[2] / "assets" / "starter"


@pytest.mark.skipif(not CASES.is_dir(), reason="the reported cases are not on this computer")
def test_the_reported_adapters_are_refused_or_called_like_the_starting_model():
    with pytest.raises(UnusableModel, match="is not whole: it changes 16 parts of the model, and 8 are missing"):
        load_multi_adapter(STARTER, {"tuned": CASES / "d-half-of-the-layers"})
    loaded = load_multi_adapter(STARTER, {"tuned": CASES / "b-all-zero"})
    assert any(said.startswith("This version answers exactly like the starting model") for said in loaded.self_test())
    loaded.close()
