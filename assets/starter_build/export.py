"""Write the model folder that transformers loads: weights in bf16, tokenizer, template, generation settings."""

from __future__ import annotations

from pathlib import Path

import torch
from model import POSITIONS, model_config, new_model
from tokenizers import Tokenizer
from tokens import BEGIN, END, PAD, chat_tokenizer
from transformers import GenerationConfig
from transformers.utils.logging import disable_progress_bar


def write_folder(out: Path, tokenizer: Tokenizer, state: dict) -> None:
    """`state` is a checkpoint of train.py; the card is written by exam.py, which has the figures."""
    out.mkdir(parents=True, exist_ok=True)
    begin, end, pad = (tokenizer.token_to_id(token) for token in (BEGIN, END, PAD))
    model = new_model(model_config(begin, end, pad), seed=0)
    model.load_state_dict(state["model"])
    model = model.to(torch.bfloat16)
    model.generation_config = GenerationConfig(
        bos_token_id=begin, eos_token_id=end, pad_token_id=pad, do_sample=False, max_new_tokens=128
    )
    disable_progress_bar()
    model.save_pretrained(out)
    (out / "model.safetensors").chmod(0o644)
    chat_tokenizer(tokenizer, POSITIONS).save_pretrained(out)
