"""A GGUF is made by a converter that stands in for llama.cpp's, and compared by transformers' own reader."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError, UnusableModel
from studio.inference.exports.gguf.conversion import check_known
from studio.inference.exports.gguf.gguf_export import GgufExport
from studio.models.chat_template import load_chat_template
from studio.schemas.example import Example
from studio.schemas.exports.export import GgufOrder
from studio.storage.run_folder import RunFolder
from tests.tiny_models import make_adapter

STAND_IN = textwrap.dedent("""
    # Llama models as llama.cpp's converter writes them, from a folder of safetensors
    import argparse, json, sys
    from pathlib import Path
    import gguf, numpy
    from safetensors.numpy import load_file
    from transformers import AutoTokenizer

    def main():
        parser = argparse.ArgumentParser()
        parser.add_argument("model", type=Path)
        parser.add_argument("--outfile", type=Path)
        parser.add_argument("--outtype", default="f16")
        parser.add_argument("--model-name", default="")
        parser.add_argument("--vocab-only", action="store_true")
        told = parser.parse_args()
        if (told.model / "auto_map.py").exists():
            sys.exit(9)
        config = json.loads((told.model / "config.json").read_text())
        if config["model_type"] != "llama":
            sys.exit(f"Model {config['architectures'][0]} is not supported")
        tokenizer = AutoTokenizer.from_pretrained(told.model)
        if SPOILED:
            raise NotImplementedError("BPE pre-tokenizer was not recognized - update get_vocab_base_pre()")
        heads, width = config["num_attention_heads"], config["hidden_size"]
        writer = gguf.GGUFWriter(told.outfile, "llama")
        writer.add_context_length(config["max_position_embeddings"])
        writer.add_embedding_length(width)
        writer.add_block_count(config["num_hidden_layers"])
        writer.add_feed_forward_length(config["intermediate_size"])
        writer.add_head_count(heads)
        writer.add_head_count_kv(config["num_key_value_heads"])
        writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
        writer.add_rope_freq_base(10_000.0)
        pieces = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
        writer.add_vocab_size(len(pieces))
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("default")
        writer.add_token_list(pieces)
        writer.add_token_types([1] * len(pieces))
        merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
        writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
        writer.add_eos_token_id(tokenizer.eos_token_id)
        writer.add_chat_template(tokenizer.chat_template)
        names = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
                 "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
                 "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
        weights = {} if told.vocab_only else load_file(told.model / "model.safetensors")
        for key, value in weights.items():
            part = key.removesuffix(".weight").removeprefix("model.")
            if part.startswith("layers."):
                _, layer, rest = part.split(".", 2)
                if rest.endswith(("q_proj", "k_proj")):
                    count = heads if rest.endswith("q_proj") else config["num_key_value_heads"]
                    value = value.reshape(count, 2, -1, width).swapaxes(1, 2).reshape(value.shape)
                name = f"blk.{layer}.{names[rest]}"
            else:
                name = {"embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output"}[part]
            if value.ndim == 1:
                writer.add_tensor(f"{name}.weight", value.astype("float32"))
            elif told.outtype == "q8_0":
                kind = gguf.GGMLQuantizationType.Q8_0
                writer.add_tensor(f"{name}.weight", gguf.quantize(value.astype("float32"), kind), raw_dtype=kind)
            else:
                writer.add_tensor(f"{name}.weight", value.astype("float16"))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
""")


def converter(folder: Path, *, spoiled: bool = False) -> Path:
    folder.mkdir()
    (folder / "convert_hf_to_gguf.py").write_text(f"SPOILED = {spoiled}\n{STAND_IN}")
    return folder


def order_of(folder: Path, kind: str = "f16") -> GgufOrder:
    return GgufOrder.model_validate({"converter": folder, "type": kind, "name": "tiny"})


def adapted(run: RunFolder) -> RunFolder:
    model = Path(run.spec.model_folder)
    make_adapter(model, run.adapter)
    load_chat_template(model).save(run.adapter)
    return run


@pytest.mark.slow
def test_the_file_is_opened_by_another_reader_and_its_difference_told(
    prepare: Callable[..., RunFolder], tmp_path: Path, examples: list[Example]
) -> None:
    run, out = adapted(prepare()), tmp_path / "out"
    out.mkdir()
    order = order_of(converter(tmp_path / "converter"))
    work = GgufExport(run.spec, run.adapter, "gguf", 24, lambda *_: None, lambda: False, order=order)
    version = work.write(out, examples[:4])
    assert version.verified, [check.text for check in version.checks]
    assert [path.name for path in out.iterdir()] == ["tiny-f16.gguf"] and version.gguf == "tiny-f16.gguf"
    assert len(version.replies) == 4 and "<|end|>" in version.stop_tokens
    assert "is as tested" not in version.checks[-1].text and version.checks[-1].difference is not None


@pytest.mark.parametrize(("spoiled", "said"), [(True, "how this model's tokenizer cuts a text"), (False, "")])
def test_what_the_converter_does_not_know_is_told_before_the_work(
    prepare: Callable[..., RunFolder], tmp_path: Path, examples: list[Example], spoiled: bool, said: str
) -> None:
    stages: list[str] = []
    run, out = adapted(prepare()), tmp_path / "out"
    out.mkdir()
    order = order_of(converter(tmp_path / "converter", spoiled=spoiled))
    if not spoiled:
        return check_known(order.converter, Path(run.spec.model_folder), lambda: False)
    work = GgufExport(
        run.spec, run.adapter, "gguf", 24, lambda what, *_: stages.append(what), lambda: False, order=order
    )
    with pytest.raises(UnusableModel, match=said):
        work.write(out, examples[:4])
    assert stages == ["The converter is asked whether it knows this model"]


def test_a_stop_ends_the_converter(prepare: Callable[..., RunFolder], tmp_path: Path) -> None:
    folder = converter(tmp_path / "converter")
    with pytest.raises(StudioError, match="stopped"):
        check_known(folder, Path(prepare().spec.model_folder), lambda: True)
