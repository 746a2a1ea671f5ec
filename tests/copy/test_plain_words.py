"""The words of the tabs are plain: a technical term stands in brackets behind one, or behind the switch."""

import re
import tomllib
from pathlib import Path

import pytest

from studio.copy.catalog import flat

ENGLISH = Path(__file__).resolve().parents[2] / "studio" / "copy" / "en"
# What the Model, Teach, Compare and Report tabs and the printed report say
SHOWN = (
    "report", "report_page", "guards", "judge", "causes", "learning", "fallbacks", "names", "knobs", "conversation",
    "web/report", "web/compare", "web/votes", "web/model", "web/progress", "web/training", "web/second_opinion",
    "web/common", "web/page", "web/layout", "services/evaluation", "services/votes", "services/runs", "services/chats",
    "evaluation/metrics", "web/take_home",
)  # fmt: skip
TERMS = re.compile(
    r"\b(chrf|rouge(-l)?|f1|perplexit\w+|nats|kappa|holm|bleu|fine-?tun\w*|tokens?|tokenizers?|epochs?|checkpoints?|"
    r"adapters?|encoders?|embeddings?|hyper\w*|gradients?|logits?|lora|qlora|rank|seeds?|validation|overfit\w*|"
    r"hallucinat\w*|inference|few-shot|probes?|guards?|loss|learning rate|batch(es)?|batch size|optimizer|dropout|"
    r"temperature|top-p|greedy|hub id|revision|sha-256|fingerprints?|weights|baseline|regression|panes?)\b",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"\([^()]*\)")
TECHNICIANS = (
    "technical.",  # what stands in brackets behind the plain word, in tables
    "knob.method.", "knob.lora_alpha.help", "knob.lora_dropout.help", "knob.target_modules.help",
    "knob.loraplus_lr_ratio.help", "knob.trained_layers.", "knob.optim.help",  # of the advanced settings
    "fallback.",  # what stands in a note of a run
    "html.weights", "html.fingerprint", "vote_screen.weights",  # behind the switch
    "report.exam_sha256", "scripts_panel.",
    "security.",  # the end of an address
)  # fmt: skip


def sentences() -> list[tuple[str, str]]:
    return [
        (key, text)
        for name in SHOWN
        for key, text in flat("", tomllib.loads((ENGLISH / f"{name}.toml").read_text(encoding="utf-8")))
        if not key.startswith(TECHNICIANS)
    ]


def plain(text: str) -> str:
    """Without what stands in brackets, and without the names of facts."""
    return BRACKETS.sub("", re.sub(r"\{[^{}]*\}", "", text))


def test_no_technical_term_stands_without_its_plain_word() -> None:
    found = {key: [one.group(0) for one in TERMS.finditer(plain(text))] for key, text in sentences()}
    assert not {key: terms for key, terms in found.items() if terms}


@pytest.mark.parametrize(("text", "seen"), [("Mistakes (loss)", 0), ("The loss fell.", 1), ("{loss} mistakes", 0)])
def test_a_term_in_brackets_behind_a_plain_word_is_allowed(text: str, seen: int) -> None:
    assert len(TERMS.findall(plain(text))) == seen
