"""Rows are made once: the second run reads them, and never wrong ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.models.chat_template import load_chat_template
from studio.schemas.example import Example, Message, pair
from studio.storage.run_folder import RunFolder
from studio.training.token_cache import kept_rows, key_of
from studio.training.tokenization import make_rows
from studio.training.train import run_training
from tests.model_fixtures import losses

Prepare = Callable[..., RunFolder]


def chats(examples: list[Example]) -> list[Example]:
    two = Example(id="r90", messages=(*pair(1, "a", "one").messages, *pair(1, "b", "two").messages))
    return [*examples, two, pair(91, "why " * 90, "so"), pair(92, "why", "so " * 90), pair(93, "half \ud83d", "so")]


def test_what_is_read_is_what_was_made(tmp_path: Path, tiny: Path, examples: list[Example]) -> None:
    chat_template, given = load_chat_template(tiny), chats(examples)
    made = kept_rows(tmp_path, chat_template, "m", given, 64)
    assert made == make_rows(chat_template, given, 64)
    assert made.cut and made.left_out and made.unwritable
    assert len(list(tmp_path.glob("rows-*.npz"))) == 1
    assert kept_rows(tmp_path, chat_template, "m", given, 64) == made


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_file_is_made_again(tmp_path: Path, tiny: Path, examples: list[Example], damage: str) -> None:
    chat_template = load_chat_template(tiny)
    made = kept_rows(tmp_path, chat_template, "m", examples, 64)
    (file,) = tmp_path.glob("rows-*.npz")
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]
    file.write_bytes({"cut": whole[:-200], "flipped": flipped, "empty": b""}[damage])
    assert kept_rows(tmp_path, chat_template, "m", examples, 64) == made
    assert file.read_bytes() == whole


def test_whatever_changes_the_tokens_changes_the_name(tiny: Path, examples: list[Example]) -> None:
    chat_template = load_chat_template(tiny)
    unlearned = Example(
        id="r1", messages=(examples[0].messages[0], Message(role="assistant", content="x", learn=False))
    )
    keys = [
        key_of(chat_template, "m", examples, 64),
        key_of(chat_template, "n", examples, 64),
        key_of(chat_template, "m", examples, 65),
        key_of(chat_template.with_instructions("be kind"), "m", examples, 64),
        key_of(chat_template, "m", examples[::-1], 64),
        key_of(chat_template, "m", [unlearned, *examples[1:]], 64),
        key_of(chat_template, "m", [examples[0].with_pair("other", "so"), *examples[1:]], 64),
    ]
    assert len(set(keys)) == len(keys)


def test_the_next_run_beside_it_reads_the_tokens_of_the_first(prepare: Prepare) -> None:
    first, second = prepare(max_steps=3), prepare(max_steps=3)
    run_training(first.path, lambda: False)
    run_training(second.path, lambda: False)
    assert list(first.path.glob("rows-*.npz")) and not list(second.path.glob("rows-*.npz"))
    assert losses(first) == losses(second)
