"""Columns are guessed by names, filling and lengths, in any language; every row becomes an example or a drop."""

import json
from pathlib import Path

import pytest

from studio.data.columns.column_mapping import (
    guess_mapping,
    make_examples,
    parse_mapping,
    propose_mapping,
    sure_mapping,
)
from studio.data.columns.example_builder import example_of
from studio.data.columns.file_notes import notes_of
from studio.data.readers.read_file import read_table
from studio.data.table import Table, TableRow
from studio.errors import StudioError
from studio.schemas.example import Example, Message


def csv_table(folder: Path, text: str) -> Table:
    (folder / "t.csv").write_text(text, encoding="utf-8")
    return read_table(folder / "t.csv", name="t.csv")


@pytest.mark.parametrize("bad", [False, "False"])
def test_answers_that_are_marked_as_bad_are_left_out(tmp_path: Path, bad: object) -> None:
    """Preference data without pairs (TRL's unpaired preference): `label` false marks what is not wanted."""
    rows = [{"prompt": f"Is pier {n} open?", "completion": f"Pier {n} is.", "label": True} for n in range(3)]
    table = json_table(tmp_path, *rows, {"prompt": "Is pier 9 open?", "completion": "Go away.", "label": bad})
    examples, drops = make_examples(table, sure_mapping(table))
    assert [example.answer for example in examples] == ["Pier 0 is.", "Pier 1 is.", "Pier 2 is."]
    assert [(drop.row, drop.reason) for drop in drops] == [(4, "bad_answer")]


@pytest.mark.parametrize(("who", "one", "other"), [("role", "customer", "agent"), ("Speaker", "Guest", "Bot")])
def test_a_table_of_turns_is_asked_about_and_its_roles_are_no_answers(
    tmp_path: Path, who: str, one: str, other: str
) -> None:
    lines = "".join(f"{n},{one},Is pier {n} open?\n{n},{other},Pier {n} is open.\n" for n in range(12))
    table = csv_table(tmp_path, f"chat,{who},text\n{lines}")
    assert "one turn of a conversation" in propose_mapping(table).doubt
    with pytest.raises(StudioError, match="one turn"):
        sure_mapping(table)


@pytest.mark.parametrize(("one", "other"), [("response_a", "response_b"), ("Answer 1", "Answer 2")])
def test_two_answers_side_by_side_are_asked_about(tmp_path: Path, one: str, other: str) -> None:
    lines = "".join(f"Is pier {n} open?,Pier {n} is open.,No idea about {n}.,{'AB'[n % 2]}\n" for n in range(12))
    table = csv_table(tmp_path, f"question,{one},{other},better\n{lines}")
    assert "could both be the answers" in propose_mapping(table).doubt


def test_a_column_of_senders_with_names_stays_a_column(tmp_path: Path) -> None:
    lines = "".join(f"Is pier {n} open?,Pier {n} is open.,Ana {n}\n" for n in range(12))
    assert propose_mapping(csv_table(tmp_path, f"question,answer,author\n{lines}")).doubt == ""


def test_a_label_that_is_no_mark_takes_nothing_out(tmp_path: Path) -> None:
    rows = [{"prompt": f"Is pier {n} open?", "completion": f"Pier {n} is.", "label": word}
            for n, word in enumerate(["false", "maybe", "true"])]  # fmt: skip
    table = json_table(tmp_path, *rows)
    assert len(make_examples(table, sure_mapping(table))[0]) == 3


@pytest.mark.parametrize(("row", "said"), [
    ({"id": "b1", "custom_id": "r1", "response": {"body": {"choices": []}}, "error": None}, "answers without their"),
    ({"custom_id": "r1", "method": "POST", "url": "/v1/chat/completions",
      "body": {"messages": [{"role": "user", "content": "Is pier 4 open?"}]}}, "questions without answers"),
])  # fmt: skip
def test_the_files_of_a_batch_are_named(tmp_path: Path, row: dict[str, object], said: str) -> None:
    table = json_table(tmp_path, *[row] * 3)
    assert said in propose_mapping(table).doubt
    with pytest.raises(StudioError, match="batch of requests"):
        sure_mapping(table)


def json_table(folder: Path, *rows: object) -> Table:
    (folder / "t.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return read_table(folder / "t.jsonl", name="t.jsonl")


def only(table: Table) -> Example:
    examples, drops = make_examples(table, guess_mapping(table))
    assert not drops
    return examples[0]


@pytest.mark.parametrize(
    ("head", "question", "answer"),
    [
        ("id,question,answer", "question", "answer"),
        ("Answer,Question", "Question", "Answer"),
        ("Frage,Antwort", "Frage", "Antwort"),
        ("Kundenfrage (neu),Unsere Antwort", "Kundenfrage (neu)", "Unsere Antwort"),
        ("pregunta,respuesta", "pregunta", "respuesta"),
        ("вопрос,ответ", "вопрос", "ответ"),
        ("质问,问题,答案", "问题", "答案"),
        ("text,category", "text", "category"),
        ("userInput,botResponse", "userInput", "botResponse"),
        ("prompt,completion", "prompt", "completion"),
        ("input,output", "input", "output"),
        ("spalte_1,spalte_2", "spalte_1", "spalte_2"),
    ],
)
def test_headings_in_many_words(tmp_path: Path, head: str, question: str, answer: str) -> None:
    cells = {question: "How long does it take?", answer: "It takes three days."}
    line = ",".join(cells.get(name, "17") for name in head.split(","))
    found = guess_mapping(csv_table(tmp_path, f"{head}\n{line}\n{line}\n"))
    assert (found.question, found.answer) == (question, answer)


def test_no_two_columns_that_fit_are_an_error_with_the_columns(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="No column looks like the") as caught:
        guess_mapping(csv_table(tmp_path, "width,height\n1,2\n3,4\n"))
    assert "“width”, “height”" in caught.value.hint


def test_the_command_line_names_columns_in_two_ways(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "a,b,c\nx y,z w,k l\n")
    for texts in (["question=c", "answer=a"], ["question=c,answer=a"]):
        assert parse_mapping(texts, table).question == "c"
    with pytest.raises(StudioError, match="There is no column “d”"):
        parse_mapping(["question=d"], table)


def test_openai_messages_keep_roles_and_weights(tmp_path: Path) -> None:
    turns = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        {"role": "assistant", "content": "No.", "weight": 0},
        {"role": "user", "content": "Again?"},
        {"role": "assistant", "content": "Yes."},
    ]
    messages = only(json_table(tmp_path, {"messages": turns})).messages
    assert [message.role for message in messages] == ["system", "user", "assistant", "user", "assistant"]
    assert [message.learn for message in messages] == [True, True, False, True, True]


def test_sharegpt_alpaca_and_preferences(tmp_path: Path) -> None:
    shared = {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}
    alpaca = {"instruction": "a", "input": "x", "output": "b", "history": [["p", "q"]]}
    rated = {"prompt": "a", "chosen": "b", "rejected": "c"}
    assert (only(json_table(tmp_path, shared)).question, only(json_table(tmp_path, shared)).answer) == ("a", "b")
    assert [m.content for m in only(json_table(tmp_path, alpaca)).messages] == ["p", "q", "a\n\nx", "b"]
    assert only(json_table(tmp_path, rated)).answer == "b"
    assert "not taught" in guess_mapping(json_table(tmp_path, rated)).sentence


def test_wrappers_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"version": 1, "questions": [{"question": "a?", "answer": "b"}]}')
    table = read_table(tmp_path / "t.json", name="t.json")
    assert guess_mapping(table).schema_name == "wrapper"
    assert only(table).answer == "b"


def test_texts_with_marked_speakers_are_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("<|user|>Hello!<|bot|>Hi there.<|end|>\n")
    assert only(read_table(tmp_path / "t.txt", name="t.txt")).messages == (
        Message(role="user", content="Hello!"),
        Message(role="assistant", content="Hi there."),
    )


def test_bare_texts_teach_a_style_and_the_mapping_says_so(tmp_path: Path) -> None:
    table = json_table(tmp_path, {"text": "Once upon a time."}, {"text": "The end of it."})
    assert guess_mapping(table).sentence == "The file holds texts without questions: they teach a style, not answers."


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "holds a picture"),
        ({"messages": [{"role": "user", "content": "<audio>"}], "audios": ["a.mp3"]}, "belongs to a sound"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [1]}]}, "only tool calls"),
        ({"messages": [{"role": "narrator", "content": "a"}]}, "unknown role “narrator”"),
    ],
)
def test_rows_that_are_no_text_are_dropped_with_a_reason(tmp_path: Path, row: object, detail: str) -> None:
    good = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    table = json_table(tmp_path, good, row)
    examples, drops = make_examples(table, guess_mapping(table))
    assert (len(examples), drops[0].row) == (1, 2)
    assert detail in drops[0].detail


def test_the_files_own_parts_and_groups_are_kept(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "question,answer,split,customer_id\na b?,c,train,k1\nd e?,f,test,k2\n")
    examples, _ = make_examples(table, guess_mapping(table))
    assert [(example.part, example.group) for example in examples] == [("train", "k1"), ("exam", "k2")]


def test_empty_cells_stay_examples_for_the_examination(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "question,answer\na,\n,b\n")
    examples, drops = make_examples(table, guess_mapping(table))
    assert (len(examples), drops) == (2, [])


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("reply,id\nWe are open on Sundays.,1\nThe lift is broken.,2\n", "“reply” sounds like the answers"),
        ('story\n"[1, 2, 3]"\n"[4, 5, 6]"\n', "“story” holds lists or objects that a program wrote"),
        ("story\nWhere is the lift?\nWho has the key?\n", "“story” holds questions, and no column"),
        ("story\nred\ngreen\nblue\n", "they are no sentences"),
        ("note,stars\n" + "The lift was slow.,1\nWe came every day.,5\n" * 3, "“stars” could be the answers"),
    ],
)  # fmt: skip
def test_a_column_that_is_not_plainly_prose_is_asked_about(tmp_path: Path, text: str, doubt: str) -> None:
    table = csv_table(tmp_path, text)
    assert doubt in guess_mapping(table).doubt
    with pytest.raises(StudioError, match="--map question= --map answer=") as caught:
        sure_mapping(table)
    assert doubt in caught.value.message


def test_one_column_of_prose_is_taken_without_questions_unasked(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "id,story\n1,The lift was very slow.\n2,We came back every single day.\n")
    assert (sure_mapping(table).schema_name, sure_mapping(table).doubt) == ("text", "")


def test_answers_that_are_numbers_are_answers(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "Request,Result\n" + "".join(f"How many are {n} pairs?,{2 * n}\n" for n in range(9)))
    assert (sure_mapping(table).question, sure_mapping(table).answer) == ("Request", "Result")


def test_a_person_says_that_there_are_no_questions(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "label,story\nred,The lift.\n")
    said = parse_mapping(["question=,answer=story"], table)
    assert (said.schema_name, said.question, said.answer, said.doubt) == ("text", "", "story", "")


def test_a_named_column_leaves_every_other_role(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "question,context,answer\nWho has it?,The key lies with Ana.,Ana has it.\n")
    assert guess_mapping(table).context == "context"
    assert parse_mapping(["answer=context"], table).context == ""
    with pytest.raises(StudioError, match="“answer” holds the answers: it cannot be the context, too"):
        parse_mapping(["question=question,answer=answer,context=answer"], table)


def test_one_column_named_twice_is_texts_without_questions_unless_it_holds_both(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "label,story\nred,The lift.\n")
    said = parse_mapping(["question=story", "answer=story"], table)
    assert (said.schema_name, said.question, said.answer) == ("text", "", "story")
    assert notes_of(table, said) == (
        "“story” is named for questions and answers: its texts are taught without questions. "
        "They teach a style, not answers.",
    )
    talk = [{"role": "user", "content": "Open?"}, {"role": "assistant", "content": "Until 8."}]
    table = json_table(tmp_path, {"messages": talk}, {"messages": talk})
    assert parse_mapping(["question=messages", "answer=messages"], table) == guess_mapping(table)


def test_naming_both_columns_answers_every_doubt(tmp_path: Path) -> None:
    table = csv_table(tmp_path, "width,height\n1,2\n3,4\n")
    assert propose_mapping(table).doubt == "No column looks like the questions."
    assert parse_mapping(["question=width", "answer=height"], table).doubt == ""
    assert "No column looks like" in parse_mapping(["context=width"], table).doubt


def test_wordings_with_an_answer_each_are_rows_and_no_talk(tmp_path: Path) -> None:
    pairs = [{"question": f"Is it {word}?", "answer": f"It is {word}."} for word in ("open", "free", "near")]
    (tmp_path / "t.json").write_text(json.dumps({"questions": [{"intent": "room", "variations": pairs}] * 2}))
    assert len(read_table(tmp_path / "t.json", name="t.json").rows) == 6


def test_two_plain_texts_become_what_any_other_row_becomes() -> None:
    rows = [TableRow(1, {"question": "Is it open?", "answer": "Yes."}), TableRow(2, {"question": "", "answer": " "})]
    table = Table(format="csv", encoding="utf-8", columns=("question", "answer"), rows=rows, drops=[], rows_read=2)
    mapping = guess_mapping(table)
    made, _ = make_examples(table, mapping)
    assert made == [example_of(row, mapping, table.file_row(row.number)) for row in rows]
    assert [example.model_dump() for example in made] == [
        Example(**example.model_dump()).model_dump() for example in made
    ]
