"""A chat saved from a phone is named in one sentence, in every country's notation; never date and rest of line."""

import json
from pathlib import Path

import pytest

from studio.data.columns.column_mapping import parse_mapping, propose_mapping, sure_mapping
from studio.data.readers.read_file import read_table
from studio.data.table import Table
from studio.errors import StudioError, UnreadableFile

STAMPS = [
    "[12.03.24, 14:05:22] {}: {}",
    "\u200e[12.03.24, 14:05:22] \u200e{}: {}",
    "12/03/2024, 14:05 - {}: {}",
    "3/12/24, 2:05\u202fPM - {}: {}",
    "3/12/24, 2:05 p. m. - {}: {}",
    "[3/12/24, 2:05:22\u202fPM] {}: {}",
    "2024-03-12, 14:05 - {}: {}",
    "2024-03-12 14:05:22 {}: {}",
    "[2024-03-12 14:05] {}: {}",
    "12.3.2024 klo 14.05 - {}: {}",
    "2024年3月12日 14:05 - {}: {}",
    "[2024/3/12 下午2:05:22] {}: {}",
    "2024. 3. 12. 오후 2:05, {} : {}",
    "12-03-2024 14:05 - {}: {}",
    "12. 3. 2024 14:05 - {}: {}",
    "{}, [12.03.24 14:05]: {}",
    "١٢/٠٣/٢٠٢٤، ٢:٠٥ م - {}: {}",
    "[12 Mar 2024 at 14:05] {}: {}",
]
TALK = [
    ("Ana", "Is the hall free? 👍🏽"),
    ("The Desk", "From four on,\nor after six."),
    ("Ana", "Thanks: see you, at 17:00"),
]


def table(folder: Path, text: str, name: str) -> Table:
    (folder / "upload").write_text(text, encoding="utf-8")
    return read_table(folder / "upload", name=name)


@pytest.mark.parametrize("stamp", STAMPS)
@pytest.mark.parametrize("name", ["chat.txt", "chat.csv"])
def test_a_chat_from_a_phone_is_named(tmp_path: Path, stamp: str, name: str) -> None:
    with pytest.raises(UnreadableFile, match="This looks like a messenger export") as caught:
        table(tmp_path, "\n".join(stamp.format(*turn) for turn in TALK * 3), name)
    assert "table with two columns" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "date,question,answer\n2024-03-12,When?,At 14:05: sharp.\n2024-03-13,Where?,Here.\n",
        "question,answer\n12.03.24 14:05: what was it?,A call.\nWhen?,At ten.\nHow?,So.\nAnd?,No.\n",
        "2024-03-12 14:05,Where is it?,Over there: see.\n2024-03-12 14:06,Who has it?,Ana: she does.\n",
    ],
)  # fmt: skip
def test_a_table_with_dates_is_no_chat(tmp_path: Path, text: str) -> None:
    assert len(table(tmp_path, text, "t.csv").rows) >= 2


@pytest.mark.parametrize(
    "head",
    ["date,time,sender,message", "Datum;Uhrzeit;Absender;Nachricht", "timestamp,from,text", "id,Date,Author,Body"],
)
def test_a_chat_as_a_table_is_asked_about(tmp_path: Path, head: str) -> None:
    sign = ";" if ";" in head else ","
    said = {"message", "Nachricht", "text", "Body"}
    line = sign.join("We come at four." if name in said else name[:1].upper() + "na" for name in head.split(sign))
    found = table(tmp_path, f"{head}\n{line}\n{line}\n", "t.csv")
    assert propose_mapping(found).doubt.startswith("This looks like a messenger export:")
    with pytest.raises(StudioError, match="messenger export"):
        sure_mapping(found)


def test_a_team_chat_is_asked_about_and_read_by_her_word(tmp_path: Path) -> None:
    first = {"type": "message", "user": "U07ZZ9", "text": "Who has the key?", "ts": "17.1"}
    other = {"type": "message", "user": "U07ZZ8", "text": "I do.", "ts": "17.2", "replies": [{"user": "U1"}]}
    lines = json.dumps([first, other])
    found = table(tmp_path, lines, "day.json")
    proposed = propose_mapping(found)
    assert "Slack export" in proposed.doubt and (proposed.question, proposed.answer) == ("", "")
    assert parse_mapping(["question=", "answer=text"], found).doubt == ""


@pytest.mark.parametrize("head", ["date,user,text,reply", "date,author,text,label", "time,name,message,response"])
def test_a_table_of_messages_with_answers_is_a_table(tmp_path: Path, head: str) -> None:
    found = table(
        tmp_path, f"{head}\n3 May,Ana,Where is the key?,On the hook.\n3 May,Ben,And the cat?,Outside.\n", "t.csv"
    )
    assert "export" not in propose_mapping(found).doubt
