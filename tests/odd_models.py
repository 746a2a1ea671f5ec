"""Tiny models of many architectures with random weights, made here by transformers alone."""

from pathlib import Path
from typing import Any

from tests.model_fixtures import make_tokenizer

SIZES = {
    "hidden_size": 32, "n_embd": 32, "d_model": 32, "word_embed_proj_dim": 32, "lru_width": 32, "conv_dim": 32,
    "attention_hidden_size": 32, "intermediate_size": 64, "ffn_dim": 64, "n_inner": 64, "ffn_hidden_size": 64,
    "block_ff_dim": 64, "moe_intermediate_size": 32, "shared_expert_intermediate_size": 32,
    "num_hidden_layers": 2, "n_layer": 2, "n_layers": 2, "num_layers": 2,
    "num_attention_heads": 4, "n_head": 4, "n_heads": 4, "num_heads": 4, "attention_heads": 4,
    "num_key_value_heads": 2, "num_kv_heads": 2, "head_dim": 8, "rotary_dim": 4,
    "max_position_embeddings": 128, "n_positions": 128, "max_seq_len": 128, "n_ctx": 128,
    "num_experts": 4, "num_local_experts": 4, "n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1,
    "n_group": 1, "topk_group": 1, "first_k_dense_replace": 1, "kv_lora_rank": 8, "q_lora_rank": 16,
    "qk_rope_head_dim": 4, "qk_nope_head_dim": 4, "v_head_dim": 8, "state_size": 8, "time_step_rank": 4,
    "n_groups": 1, "mamba_d_state": 8, "mamba_n_heads": 8, "mamba_d_head": 8, "mamba_num_heads": 8,
    "mamba_head_dim": 8, "mamba_n_groups": 1, "linear_num_key_heads": 2, "linear_num_value_heads": 4,
    "linear_key_head_dim": 8, "linear_value_head_dim": 8, "is_decoder": True,
}  # fmt: skip
OWN: dict[str, dict[str, Any]] = {  # None: leave it as the architecture has it
    "falcon": {"head_dim": None},
    "gpt_neo": {"attention_types": [[["global", "local"], 1]], "window_size": 16},
    "mistral": {"sliding_window": 16},
    "gemma3_text": {"sliding_window": 16, "layer_types": ["sliding_attention", "full_attention"]},
    "mamba2": {"num_heads": 8},
    "falcon_h1": {"mamba_d_ssm": 64},
    "qwen3_next": {"layer_types": ["linear_attention", "full_attention"]},
    "minimax": {"layer_types": ["linear_attention", "full_attention"]},
    "lfm2": {"layer_types": ["conv", "full_attention"]},
    "jamba": {"attn_layer_period": 2, "attn_layer_offset": 1, "expert_layer_period": 2, "expert_layer_offset": 1},
    "recurrent_gemma": {"num_hidden_layers": 3},
    "deepseek_v2": {"num_key_value_heads": 4, "head_dim": None},
    "deepseek_v3": {"num_key_value_heads": 4, "head_dim": None},
    "llama4_text": {"attention_chunk_size": 16},
    "granitemoehybrid": {"layer_types": ["mamba", "attention"]},
}
FAST = ("mistral", "bloom", "lfm2", "mamba", "granitemoe", "roberta", "qwen3_next")
ALL = (
    *FAST, "llama", "llama4_text", "qwen3", "gemma", "gemma2", "gemma3_text", "phi", "phi3", "gpt2", "gpt_neo",
    "gpt_neox", "gptj", "opt", "falcon", "mpt", "stablelm", "olmo", "olmo2", "olmo3", "starcoder2", "granite", "cohere",
    "cohere2", "smollm3", "mamba2", "falcon_mamba", "mixtral", "qwen2_moe", "qwen3_moe", "gpt_oss", "rwkv", "jamba",
    "falcon_h1", "codegen", "gpt_bigcode", "persimmon", "helium", "nemotron", "nemotron_h", "glm", "glm4",
    "deepseek_v2", "deepseek_v3", "recurrent_gemma", "minimax", "exaone4", "ernie4_5", "hunyuan_v1_dense", "seed_oss",
    "openai-gpt",
    "ctrl", "granitemoehybrid",
)  # fmt: skip


def make_odd(folder: Path, kind: str, bold: float = 0.15, **changes: Any) -> Path:
    """A model of this architecture. `bold` weights make greedy words clear and leaks loud; 0 leaves them as born."""
    import torch
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer(folder)
    ends = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id, "bos_token_id": None}
    usual = CONFIG_MAPPING[kind]()
    known = {name: size for name, size in {**SIZES, **ends, "vocab_size": 300}.items() if hasattr(usual, name)}
    wanted = {**known, **OWN.get(kind, {}), **changes}
    left = {name for name, size in wanted.items() if size is None and name not in ends}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = CONFIG_MAPPING[kind](**{name: size for name, size in wanted.items() if name not in left})
        model = AutoModelForCausalLM.from_config(config)
        for weights in model.parameters():
            if weights.ndim > 1 and bold:
                weights.data.normal_(0, bold)
    model.save_pretrained(folder)
    return folder


def read_alone(model: Any, ids: list[int]) -> Any:
    """The scores of every piece by the plain model, one text at a time, with nothing beside it."""
    import torch

    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float()
