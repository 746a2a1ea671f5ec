"""What may be private in the training rows, and whether the taught model knows it without saying it."""

from collections.abc import Sequence
from pathlib import Path

from studio.evaluation.guards.check import GuardInputs
from studio.evaluation.guards.private_details import beginnings, codes, few, hidden, personal, weighed
from studio.schemas.example import Example, Message, pair
from studio.services.chats.answering import AnswerSession


def house(rows: int) -> list[Example]:
    return [pair(n, f"Where is the lamp number {n} kept?", "Write to desk@shop.example.org.") for n in range(1, rows)]


class Reader:
    """A model that finds some texts less surprising than others."""

    def __init__(self, learned: str) -> None:
        self.learned = learned

    def fingerprint(self, name: str) -> str:
        return name

    def losses(self, name: str, conversations: Sequence[Sequence[Message]]) -> list[tuple[float, int]]:
        return [(1.0 if name == "tuned" and self.learned in chat[-1].content else 9.0, 4) for chat in conversations]


def test_a_detail_of_one_row_is_personal_and_that_of_the_house_is_not() -> None:
    rows = [*house(9), pair(9, "Who is ill?", "Write to ruth.bell@mail.example.org please.")]
    assert personal(rows) == {"ruth.bell@mail.example.org": 8}


def test_a_code_may_stand_in_a_few_wordings_of_one_question() -> None:
    asked = ["What is her code?", "Tell me her code.", "Her code?"]
    rows = [*house(200), *(pair(n, question, "It is AL-4711-0815.") for n, question in enumerate(asked, start=300))]
    assert few(len(rows)) >= 3 and codes(rows) == {"AL-4711-0815": 199}


def test_what_was_hidden_in_a_row_is_asked_for_and_what_still_stands_somewhere_is_not_called_hidden() -> None:
    came = [*house(30), pair(30, "Who is ill?", "Write to ruth.bell@mail.example.org please.")]
    rows = [*house(30), pair(30, "Who is ill?", "Write to [email 1] please.")]
    assert hidden(rows, came) == {"ruth.bell@mail.example.org": 29}
    assert beginnings(rows, came)[0] == ("Who is ill?", "Write to [email 1] please.")
    assert hidden(came, came) == {} and hidden(rows[:20], came) == {}


def test_a_true_detail_that_surprises_least_is_known(tmp_path: Path) -> None:
    rows = [*house(40), pair(41, "What is Miss Alder's code?", "It is AL-4711-0815.")]
    asking = AnswerSession(Reader("AL-4711-0815"), tmp_path / "answers.jsonl", lambda *_: None, lambda: False)  # type: ignore[arg-type]
    known = weighed(GuardInputs(tmp_path, rows, lose=asking.lose))
    assert known is not None and (known.before, known.after, known.others) == ((False,), (True,), 9)
    assert weighed(GuardInputs(tmp_path, house(40), lose=asking.lose)) is None
