"""The starter model's shape: a plain Llama, small enough to learn on one processor core within an hour and a half."""

from __future__ import annotations

import torch
from transformers import LlamaConfig, LlamaForCausalLM

VOCABULARY_SIZE = 4096
POSITIONS = 1024


def model_config(bos: int, eos: int, pad: int) -> LlamaConfig:
    """One fixed shape: 7.5M parameters; more would see too few tokens in the time one core has."""
    return LlamaConfig(
        vocab_size=VOCABULARY_SIZE,
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=8,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=POSITIONS,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        tie_word_embeddings=True,
        attention_bias=False,
        bos_token_id=bos,
        eos_token_id=eos,
        pad_token_id=pad,
        initializer_range=0.03,
    )


def new_model(config: LlamaConfig, seed: int) -> LlamaForCausalLM:
    """A fresh model; output projections start small so that eight layers add up calmly."""
    torch.manual_seed(seed)
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                parameter.mul_((2 * config.num_hidden_layers) ** -0.5)
    return model
