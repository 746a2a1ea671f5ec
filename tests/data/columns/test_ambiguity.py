"""A guess of columns that is not clear asks: which two columns could be meant, or what they hold instead."""

from pathlib import Path

import pytest

from studio.data.columns.column_mapping import parse_mapping, propose_mapping, sure_mapping
from studio.data.readers.read_file import read_table
from studio.data.table import Table
from studio.errors import StudioError


def table(folder: Path, head: str, *lines: str) -> Table:
    (folder / "upload").write_text("\n".join([head, *lines]), encoding="utf-8")
    return read_table(folder / "upload", name="t.csv")


@pytest.mark.parametrize(
    ("head", "lines", "doubt"),
    [
        ("text,label,label_text", ["The bus was late.,0,bad", "We loved the bus.,1,good"],
         "“label_text” and “label” could both be the answers."),
        ("text,category,intent", ["Where is my bag?,bag,lost", "Pay by card?,money,pay", "Where is it?,bag,find"],
         "“category” and “intent” could both be the answers."),
        ("question,answer,response",
         ["Who has it?,Ana has the key.,Ask Ana about it.", "When?,At ten or so.,Ten it is."],
         "“answer” and “response” could both be the answers."),
        ("Frage,Antwort,Antwort", ["Wer?,Ana hat ihn noch.,Ben hat ihn nun.", "Wann?,Um zehn Uhr.,Um elf Uhr."],
         "“Antwort” and “Antwort (2)” could both be the answers."),
        ("user,reply", ["U08ZZA1,Yes we do so.", "U08ZZA2,No we do not."], "“user” holds ids, not questions."),
        ("query,reply", ["ORD-1234,It was sent today.", "ORD-1250,It is on its way."],
         "“query” holds ids, not questions."),
        ("ticket,message,agent", ["T-1,Where is my bag?,Kim", "T-2,Can I pay by card?,Lee", "T-3,Is it open?,Kim"],
         "“agent” looks like who answered, not what was answered."),
        ("Issue key,Summary,Description", ["B-1,Bag lost,Where is my bag?", "B-2,Card,Can I pay by card?"],
         "“Summary” looks like the titles of tickets, not like answers."),
        ("description,subject", ["Where is my bag?,Bag", "Can I pay by card?,Card payment"],
         "“description” and “subject” both sound like questions, and no column like answers."),
        ("question,result", ["What about the order?,ORD-1234", "Where is the other?,ORD-1250"],
         "“result” holds ids, not answers."),
        ("input,target", ["Where is the order now?,0b9cd3a1-76d1-4c0f-9f3e-7c1d5e2a9b10",
                          "And where the other?,1b9cd3a1-76d1-4c0f-9f3e-7c1d5e2a9b11"], ""),
        ("request,label", ['When did it come?,"[{""start"": 0}]"', 'And the other one?,"[{""start"": 4}]"'],
         "“label” holds lists or objects, not answers."),
        ("issue,resolution", ["The lamp is broken.,12 May 2025", "The door is stuck.,3 June 2025"],
         "“resolution” holds dates, not answers."),
        ("one,two", ["red lamp,blue door", "green sofa,brown chair"],
         "No heading says which column holds the questions"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_said(tmp_path: Path, head: str, lines: list[str], doubt: str) -> None:
    found = table(tmp_path, head, *lines)
    assert propose_mapping(found).doubt.startswith(doubt) and bool(propose_mapping(found).doubt) == bool(doubt)
    if doubt:
        with pytest.raises(StudioError) as caught:
            sure_mapping(found)
        assert caught.value.where == "map" and "--map" in caught.value.hint


@pytest.mark.parametrize(
    ("head", "lines"),
    [
        ("question,answer,label", ["Who has it?,Ana has the key.,good", "When is it?,At ten or so.,bad"]),
        ("id,question,answer,agent", ["1,Who has it?,Ana has the key.,Ben", "2,When is it?,At ten or so.,Eva"]),
        ("text,label", ["The bus was late.,0", "We loved the bus.,1"]),
        ("question,answer", ["When was it?,12 May 2025", "Which one?,ORD-1234"]),
        ("question,answer,answer_id", ["When was it?,In May or June.,A1", "Which one?,The big one.,A2"]),
        ("one,two", ["Who has the key?,Ana has it.", "Who else?,Nobody."]),
        ("prompt,completion", ["red,blue", "green,brown"]),
    ],
)  # fmt: skip
def test_what_is_clear_is_not_asked(tmp_path: Path, head: str, lines: list[str]) -> None:
    assert propose_mapping(table(tmp_path, head, *lines)).doubt == ""


def test_rows_that_somebody_refused_are_asked_about_until_both_columns_are_named(tmp_path: Path) -> None:
    lines = ["Who has it?,Ana has the key.,approved", "When is it?,No idea at all.,discarded"]
    found = table(tmp_path, "question,answer,check", *lines)
    assert propose_mapping(found).doubt.startswith("“check” says “discarded” or the like of 1 row: leave it out")
    assert parse_mapping(["question=question,answer=answer"], found).doubt == ""
    fine = table(tmp_path, "question,answer,check", lines[0], "When is it?,At ten.,by hand")
    assert propose_mapping(fine).doubt == ""


def test_a_subject_line_beside_the_mail_itself_is_asked_about(tmp_path: Path) -> None:
    mails = ["Key,Who has the key of the shed?,Ana has it.", "Bus,When does the last bus leave?,It leaves at ten."]
    found = propose_mapping(table(tmp_path, "Subject,Body,Answer", *mails))
    assert found.doubt == "“Subject” and “Body” could both be the questions."


def test_the_words_are_proposed_rather_than_their_code(tmp_path: Path) -> None:
    found = table(tmp_path, "text,label,label_text", "The bus was late.,0,bad", "We loved the bus.,1,good")
    assert propose_mapping(found).answer == "label_text"
    assert parse_mapping(["question=text,answer=label"], found).doubt == ""


def test_the_hint_names_the_words_for_the_command_line(tmp_path: Path) -> None:
    found = table(tmp_path, "Text one,label,label_text", "The bus was late.,0,bad", "We loved the bus.,1,good")
    with pytest.raises(StudioError) as caught:
        sure_mapping(found)
    assert "--map 'question=Text one' --map answer=label_text" in caught.value.hint
