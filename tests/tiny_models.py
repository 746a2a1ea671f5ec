"""Tiny random models with a real tokenizer, and adapters on them, made where a test needs them."""

import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM as Auto
from transformers import GPT2Config, LlamaConfig, OPTConfig, PreTrainedTokenizerFast

TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] }}"
    "{% if m['role'] == 'assistant' %}{{ '<|end|>' }}{% endif %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
WORDS = "The tailor measures twice and cuts once. Where is my order? Grüße aus Köln, 日本語, naïve 🙂 café."
FAMILIES = ("llama", "gpt2", "opt")


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level pieces: whatever can be typed can be written, half characters included."""
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
        special_tokens=["<pad>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"],
    )  # fmt: skip
    inner.train_from_iterator([WORDS] * 4, trainer)
    marks = {"pad_token": "<pad>", "eos_token": "<|end|>"}
    return PreTrainedTokenizerFast(tokenizer_object=inner, chat_template=TEMPLATE, **marks)


def make_model(folder: Path, family: str, context: int = 128, width: int = 48) -> Path:
    """A model folder of this family with random weights, bold enough that greedy words are clear."""
    tokenizer = make_tokenizer()
    size = len(tokenizer)
    ends = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id, "bos_token_id": None}
    config = {
        "llama": lambda: LlamaConfig(
            vocab_size=size, hidden_size=width, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=context, tie_word_embeddings=True, **ends),
        "gpt2": lambda: GPT2Config(vocab_size=size, n_embd=48, n_layer=2, n_head=4, n_positions=context, **ends),
        "opt": lambda: OPTConfig(
            vocab_size=size, hidden_size=48, ffn_dim=96, num_hidden_layers=2, num_attention_heads=4,
            word_embed_proj_dim=48, max_position_embeddings=context, **ends),
    }[family]()  # fmt: skip
    torch.manual_seed(7)
    model = Auto.from_config(config)
    for parameter in model.parameters():
        if parameter.ndim > 1:
            parameter.data.normal_(0, 0.15)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def load_plain(folder: Path) -> torch.nn.Module:
    """The model as anyone would load it."""
    return Auto.from_pretrained(folder, dtype=torch.float32).eval()


def make_adapter(model_folder: Path, folder: Path, seed: int = 1, **options: object) -> Path:
    """A LoRA adapter made by PEFT whose second half is not zero."""
    torch.manual_seed(seed)
    settings = {"r": 4, "lora_alpha": 8, "target_modules": "all-linear", "init_lora_weights": False, **options}
    base = load_plain(model_folder)
    settings["fan_in_fan_out"] = base.config.model_type == "gpt2"  # Conv1D, which PEFT wants to be told
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="peft")
        adapted = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **settings))
        for name, parameter in adapted.named_parameters():
            if "lora_magnitude_vector" in name:
                parameter.data.mul_(torch.rand_like(parameter) + 0.5)
            elif "modules_to_save" in name:
                parameter.data.add_(torch.randn_like(parameter) * 0.1)
        adapted.save_pretrained(folder)
    return folder


def load_with_peft(model_folder: Path, adapter: Path) -> torch.nn.Module:
    """The model with the adapter as PEFT would load it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="peft")
        return PeftModel.from_pretrained(load_plain(model_folder), adapter).eval()
