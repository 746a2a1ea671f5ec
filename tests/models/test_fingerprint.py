"""A fingerprint follows the bytes, not the label."""

import torch

from studio.models.chat_template import load_chat_template
from studio.models.fingerprint import base_digest, fingerprint, tensors_digest
from tests.tiny_models import make_model


def test_one_changed_number_changes_the_mark():
    tensor = {"a": torch.zeros(3)}
    before = tensors_digest(tensor)
    tensor["a"].data[1] = 1e-7
    assert tensors_digest(tensor) != before


def test_names_shapes_and_number_formats_count_too():
    marks = {
        tensors_digest(t)
        for t in ({}, {"a": torch.zeros(4)}, {"b": torch.zeros(4)}, {"a": torch.zeros(2, 2)},
                  {"a": torch.zeros(8, dtype=torch.bfloat16)})
    }  # fmt: skip
    assert len(marks) == 5


def test_the_mark_holds_base_adapter_and_layout(tmp_path):
    folder = make_model(tmp_path / "m", "gpt2")
    chat_template, base = load_chat_template(folder), base_digest(folder)
    marks = {
        fingerprint(base, {}, chat_template),
        fingerprint("other", {}, chat_template),
        fingerprint(base, {"a": torch.ones(1)}, chat_template),
        fingerprint(base, {}, chat_template.with_instructions("Be brief.")),
    }
    assert len(marks) == 4
    assert all(len(mark) == 12 and int(mark, 16) >= 0 for mark in marks)
    assert fingerprint(base, {}, chat_template) == fingerprint(base_digest(folder), {}, load_chat_template(folder))
    (folder / "config.json").write_text((folder / "config.json").read_text() + " ")
    assert base_digest(folder) != base
