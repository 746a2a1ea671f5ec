"""Tables of preferences in the layouts that people have: each row is one judgement, or is left out with its reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.data.preferences.judgement_rows import JudgedRows, handed_in, read_judgements
from studio.errors import StudioError
from studio.schemas.example import Message
from studio.schemas.loop.preference import PreferencePair, ThumbedReply

ASKED = (Message(role="user", content="May I return the coat?"),)


def read(folder: Path, rows: list[dict[str, Any]] | str, name: str = "prefer.jsonl") -> JudgedRows:
    text = rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
    (folder / name).write_text(text, encoding="utf-8")
    found = read_judgements(folder / name, name)
    assert found.rows_in == len(found.kept) + len(found.drops), "every row is accounted for"
    return found


def said(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


LAYOUTS: dict[str, dict[str, Any]] = {
    "strings": {"prompt": "May I return the coat?", "chosen": "Yes.", "rejected": "No idea."},
    "messages": {
        "prompt": [said("user", "May I return the coat?")],
        "chosen": [said("assistant", "Yes.")],
        "rejected": [said("assistant", "No idea.")],
    },
    "whole conversations": {
        "chosen": [said("user", "May I return the coat?"), said("assistant", "Yes.")],
        "rejected": [said("user", "May I return the coat?"), said("assistant", "No idea.")],
    },
    "both": {
        "prompt": "May I return the coat?",
        "chosen": [said("user", "May I return the coat?"), said("assistant", "Yes.")],
        "rejected": [said("user", "May I return the coat?"), said("assistant", "No idea.")],
    },
    "marked text": {
        "chosen": "\n\nHuman: May I return the coat?\n\nAssistant: Yes.",
        "rejected": "\n\nHuman: May I return the coat?\n\nAssistant: No idea.",
    },
    "ShareGPT": {
        "conversations": [{"from": "human", "value": "May I return the coat?"}],
        "chosen": {"from": "gpt", "value": "Yes."},
        "rejected": {"from": "gpt", "value": "No idea."},
    },
    "OpenAI": {
        "input": {"messages": [said("user", "May I return the coat?")]},
        "preferred_output": [said("assistant", "Yes.")],
        "non_preferred_output": [said("assistant", "No idea.")],
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_pair_is_read_in_every_layout(layout: str, tmp_path: Path) -> None:
    assert read(tmp_path, [LAYOUTS[layout]] * 2).pairs == [
        PreferencePair(turns=ASKED, chosen="Yes.", rejected="No idea.")
    ] * 2  # fmt: skip


def test_a_conversation_keeps_its_turns_up_to_the_question_and_a_system_column_comes_first(tmp_path: Path) -> None:
    before = [said("user", "Hello"), said("assistant", "Good day."), said("user", "May I return it?")]
    (pair,) = read(tmp_path, [{"system": "Be short.", "prompt": before, "chosen": "Yes.", "rejected": "No."}]).pairs
    assert [turn.role for turn in pair.turns] == ["system", "user", "assistant", "user"]
    assert pair.question == "May I return it?"


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "May I return the coat?", "completion": "Yes.", "label": True},
        {"prompt": [said("user", "May I return the coat?")], "completion": [said("assistant", "Yes.")], "label": True},
        {"messages": [said("user", "May I return the coat?"), said("assistant", "Yes.")], "label": 1},
        {"question": "May I return the coat?", "reply": "Yes.", "thumb": "👍"},
        {"question": "May I return the coat?", "answer": "Yes.", "good": "yes"},
    ],
)
def test_a_thumb_is_read_in_every_layout(row: dict[str, Any], tmp_path: Path) -> None:
    assert read(tmp_path, [row] * 2).thumbs == [ThumbedReply(turns=ASKED, reply="Yes.", good=True)] * 2


def test_a_spreadsheet_of_thumbs_says_down_as_well(tmp_path: Path) -> None:
    found = read(tmp_path, "Question,Answer,Good\nMay I?,Yes.,up\nMay I?,No idea.,down\n", "thumbs.csv")
    assert [thumb.good for thumb in found.thumbs] == [True, False] and "its thumb, up or down" in found.notes[-1]


def test_each_row_that_cannot_teach_is_left_out_with_its_reason(tmp_path: Path) -> None:
    usual = {"prompt": "May I return it?", "chosen": "Yes.", "rejected": "No."}
    rows = [
        usual,
        {**usual, "chosen": "No."},
        {**usual, "rejected": " … "},
        {**usual, "prompt": ""},
        {
            "prompt": "",
            "chosen": [said("user", "a b"), said("assistant", "Yes.")],
            "rejected": [said("user", "c d"), said("assistant", "No.")],
        },
    ]
    found = read(tmp_path, rows)
    reasons = {drop.row: drop.reason for drop in found.drops}
    assert reasons == {2: "same_replies", 3: "empty_reply", 4: "no_question", 5: "different_questions"}
    assert found.said[0] == "5 rows read, 1 used."
    assert "Left out: row 2 (both replies are the same)." in found.said


def test_a_table_without_judgements_is_refused_with_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as refused:
        read(tmp_path, [{"question": "May I?", "answer": "Yes."}] * 3)
    assert "whether it was better or good" in refused.value.message and "“chosen”" in str(refused.value.hint)


def test_what_votes_and_corrections_gave_is_read_by_the_same_rules() -> None:
    pair = PreferencePair(turns=ASKED, chosen="Yes.", rejected="No.", origin="vote")
    found = handed_in([pair, pair.model_copy(update={"chosen": "No."})])
    assert found.pairs == [pair] and [drop.reason for drop in found.drops] == ["same_replies"]
