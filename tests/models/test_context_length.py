"""One rule for how many tokens a model reads, whoever asks: inspection, training, chat and exam."""

import json
from pathlib import Path

import pytest
import transformers

from studio.models.context_length import UNSTATED, context_length, context_length_of_folder, context_length_of_json


@pytest.mark.parametrize(
    ("config", "tokens"),
    [
        (transformers.LlamaConfig(max_position_embeddings=512), 512),
        (transformers.GPT2Config(n_positions=256), 256),
        (transformers.MptConfig(max_seq_len=1_024), 1_024),
        (transformers.BloomConfig(seq_length=333), 333),
        (transformers.MambaConfig(), UNSTATED),
        (transformers.Gemma3Config(text_config={"max_position_embeddings": 640}), 640),
    ],
)
def test_every_way_of_saying_it_is_read_alike(
    config: transformers.PretrainedConfig, tokens: int, tmp_path: Path
) -> None:
    config.save_pretrained(tmp_path)
    written = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert context_length(config) == context_length_of_folder(tmp_path) == tokens
    assert context_length_of_json(written) in (tokens, UNSTATED), "what is a default may not be written"


def test_nobody_else_has_a_rule_of_her_own() -> None:
    """Training, inspection and chat once each had one, and a model without a stated limit was cut in one of them."""
    studio = Path(__file__).resolve().parents[2] / "studio"
    rules = [path.name for path in studio.rglob("*.py") if '"n_positions"' in path.read_text(encoding="utf-8")]
    assert rules == ["context_length.py"]
