"""Examples keep their row for ever; the hash says whether their words changed."""

from studio.schemas.example import Example, Message, pair


def test_the_id_is_the_row_and_the_hash_is_the_words() -> None:
    one, other = pair(17, "Open on Monday?", "Yes."), pair(18, "Open on Monday?", "Yes.")
    assert one.id == "r17" and one.row == 17
    assert one.content_hash == other.content_hash
    assert one.with_pair("Open on Monday?", "No.").content_hash != one.content_hash


def test_question_and_answer_are_the_last_of_a_conversation() -> None:
    chat = Example(id="r1", messages=(
        Message(role="user", content="Hi"), Message(role="assistant", content="Hello"),
        Message(role="user", content="Price?"), Message(role="assistant", content="4 shells"),
    ))  # fmt: skip
    assert (chat.question, chat.answer) == ("Price?", "4 shells")
    assert [m.content for m in chat.with_pair("Cost?", "5").messages] == ["Hi", "Hello", "Cost?", "5"]


def test_a_lone_surrogate_from_a_broken_file_can_still_be_hashed() -> None:
    assert len(pair(1, "\ud800", "x").content_hash) == 64
