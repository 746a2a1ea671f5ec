"""What wrote a reply: a short mark over the weights as they lie in memory and the chat template, never over a label."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch

from studio.models.chat_template import ChatTemplate
from studio.storage.files import sha256_of


def base_digest(folder: Path) -> str:
    """SHA-256 over the names and hashes of the files that make the starting model what it is."""
    files = sorted({*folder.glob("*.safetensors"), *folder.glob("*config.json"), *folder.glob("tokenizer*")})
    return hashlib.sha256("".join(f"{path.name} {sha256_of(path)}\n" for path in files).encode()).hexdigest()


def tensors_digest(tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over names, shapes, number formats and bytes, as they lie in memory now."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().contiguous()
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).cpu().numpy().data)
    return digest.hexdigest()


def template_digest(chat_template: ChatTemplate) -> str:
    """SHA-256 over all that shapes what the model reads and where it stops."""
    names = ("template", "template_kwargs", "stop_ids", "stop_strings", "folds", "instructions")
    shape = tuple(getattr(chat_template, name) for name in names)
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()


def fingerprint(base: str, tensors: Mapping[str, torch.Tensor], chat_template: ChatTemplate) -> str:
    """Twelve hex digits over the base's files, this contestant's own tensors and its chat template."""
    return hashlib.sha256(f"{base}\n{tensors_digest(tensors)}\n{template_digest(chat_template)}".encode()).hexdigest()[
        :12
    ]
