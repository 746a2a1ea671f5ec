"""What the examination sees, kind by kind, and in which words."""

import pytest

from studio.data.checks.content.lengths import too_long
from studio.data.checks.examination import SEVERITIES, examine
from studio.schemas.example import Example, Message, pair
from studio.schemas.finding import Finding, Kind
from studio.schemas.model import Length

TOPICS = [
    "opening",
    "delivery",
    "parking",
    "refund",
    "warranty",
    "repair",
    "voucher",
    "catalogue",
    "payment",
    "newsletter",
    "size",
    "colour",
]
FILLER = [
    pair(
        100 + n,
        f"Please tell me about {topic} number {n} at your store?",
        f"About {topic} we say {n} times: {word} is fine.",
    )
    for n, (topic, word) in enumerate(
        (topic, word) for topic in TOPICS for word in ("calm", "bright", "early", "gentle", "sturdy")
    )
]


def found(kind: Kind, *examples: Example, **options: object) -> Finding | None:
    findings = examine([*examples, *FILLER], **options)  # type: ignore[arg-type]
    return next((finding for finding in findings if finding.kind == kind), None)


def rows(kind: Kind, *examples: Example) -> tuple[int, ...]:
    finding = found(kind, *examples)
    return tuple(row for row in finding.rows if row < 100) if finding else ()


@pytest.mark.parametrize(
    ("kind", "question", "answer"),
    [
        ("empty_answer", "What is due?", " \u200b "),
        ("empty_question", "", "Ten euros are due."),
        ("private_details", "Who?", "Write to ana.li@example.com today."),
        ("private_details", "Who?", "Call +49 30 1234567 before noon."),
        ("private_details", "Pay?", "The card 4111 1111 1111 1111 is fine."),
        ("private_details", "Pay?", "To DE89 3704 0044 0532 0130 00 please."),
        ("private_details", "Where?", "The machine 192.168.17.4 is down."),
        ("private_details", "Id?", "Her number is 078-05-1120 there."),
        ("secret", "Key?", "Use AKIAIOSFODNN7EXAMPLE for that."),
        ("secret", "Log in?", "The password is hunter2!x9 today."),
        ("garbled_text", "Where?", "In the cafÃ© in MÃ¼nchen."),
        ("garbled_text", "Lost?", "The caf\ufffd is closed."),
        ("markup", "How?", "<p>Press the <b>red</b> button.</p>"),
        ("markup", "Who?", "Meyer &amp; Sons sell it."),
        ("special_tokens", "Why?", "Because.<|im_end|>"),
        ("special_tokens", "Why?", "Because.</s>"),
        ("placeholder", "When?", "N/A"),
        ("placeholder", "When?", "See attached."),
        ("placeholder", "Name?", "I am {{name}}, your assistant."),
        (
            "mixed_language",
            "Was ist das?",
            "Das ist nicht die richtige Antwort auf Ihre Frage, und wir bitten um Geduld.",
        ),
    ],
)
def test_one_row_of_a_kind_is_found(kind: Kind, question: str, answer: str) -> None:
    extra = [pair(2, "Und wie geht das?", "Sie müssen das Formular mit der Post an uns senden, bitte nicht per Fax.")]
    assert 1 in rows(kind, pair(1, question, answer), *(extra if kind == "mixed_language" else []))


@pytest.mark.parametrize(
    "kind", ["private_details", "secret", "markup", "garbled_text", "special_tokens", "placeholder"]
)
def test_plain_rows_are_left_in_peace(kind: Kind) -> None:
    calm = [
        pair(1, "Is 5 < 7 and 7 > 5?", "Yes; x<y holds, AT&T says so."),
        pair(2, "Where is order 4500123456?", "Invoice INV-2024-00123 left on 2024-05-01 at 10:30."),
        pair(3, "Wie heißt das Café?", "Es heißt „Zur Mühle“ – schön, nicht?"),
        pair(4, "Forgot my password?", "Your password is required; reset it in the menu."),
        pair(5, "Which dose?", "Take 500 mg twice daily, version 1.2.3."),
        pair(6, "What is None?", "None means that there is nothing."),
    ]
    assert rows(kind, *calm) == ()


def test_exact_copies_keep_the_first() -> None:
    finding = found("exact_duplicate", pair(1, "a  b?", "c d"), pair(2, "a b?", "c d "), pair(3, "A b?", "c d"))
    assert finding is not None
    assert (finding.rows, finding.groups) == ((2,), ((1, 2),))
    assert finding.sentence == "1 row is an exact copy of an earlier row."


def test_near_copies_are_tied_and_rows_with_other_numbers_are_told_apart() -> None:
    long = "please bring the signed form with your passport to the front desk before the end of the month"
    near = [pair(1, "How do I apply?", long), pair(2, "How do I apply??", long.replace("month", "year"))]
    other = [pair(3, "How?", f"{long} 2024"), pair(4, "How?", f"{long} 2025")]
    finding = found("near_duplicate", *near, *other)
    assert finding is not None
    assert {(1, 2), (3, 4)} <= set(finding.groups) or (1, 2, 3, 4) in finding.groups
    assert "differs in a number" in finding.sentence


def test_two_questions_about_one_long_text_are_no_copies() -> None:
    text = " ".join(f"word{n}" for n in range(120))
    one, other = (
        pair(1, f"{text}\n\nWho came first of all?", "Norman"),
        pair(2, f"{text}\n\nWhen did it happen then?", "In May"),
    )
    assert rows("conflicting_answers", one, other) == ()


def test_the_same_question_with_another_number_in_the_answer_is_a_conflict() -> None:
    asked = "How long may I return an item after I bought it?"
    finding = found(
        "conflicting_answers", pair(1, asked, "You have 30 days."), pair(2, asked.lower(), "You have 14 days.")
    )
    assert finding is not None
    assert finding.groups == ((1, 2),)
    assert finding.sentence == "1 question has answers that differ."
    assert finding.fix == ""


@pytest.mark.parametrize(("one", "other"), [("-12", "12"), ("C#", "C++"), ("👍", "👎"), ("10²", "102"), ("?", "!")])
def test_answers_that_differ_in_a_sign_alone_are_a_conflict(one: str, other: str) -> None:
    asked = "Which of them is written on the old board?"
    assert rows("conflicting_answers", pair(1, asked, one), pair(2, asked, other)) == (1, 2)
    assert rows("conflicting_answers", pair(1, asked, "−12 °C"), pair(2, asked, "-12°C")) == ()


def test_questions_that_differ_in_a_sign_are_no_conflict() -> None:
    assert rows("conflicting_answers", pair(1, "Who teaches C#?", "Odda"), pair(2, "Who teaches C++?", "Ben")) == ()


def test_questions_that_differ_in_a_number_are_no_conflict() -> None:
    rooms = [pair(n, f"What does room {n} cost for one night here?", f"It costs {n}0 euros.") for n in (1, 2)]
    assert rows("conflicting_answers", *rooms) == ()


def test_stock_lines_are_found_in_first_and_last_lines() -> None:
    answers = [
        pair(n, f"Question {n} about it?", f"Thank you for writing.\nAnswer {n} is this.\nKind regards, your team")
        for n in range(1, 9)
    ]
    assert rows("repeated_boilerplate", *answers) == tuple(range(1, 9))


def test_the_models_own_pieces_decide_what_is_too_long() -> None:
    lengths = [Length(30, 600), Length(512, 530)] + [Length(4, 10)] * (len(FILLER) - 2)
    finding = examine(FILLER, token_counts=lengths, max_length=512)[0]
    assert (finding.kind, finding.rows) == ("too_long", (100, 101))
    assert finding.notes == {
        100: "600 pieces; the end of its answer is cut", 101: "530 pieces; its whole answer is lost",
    }  # fmt: skip
    assert finding.sentence.startswith("The whole answer of 1 row is lost: its question alone fills the 512 pieces")
    assert "The end of 1 answer is cut, and with it the sign to stop." in finding.sentence


def test_a_sentence_of_lengths_follows_a_change() -> None:
    states = {1: "lost", 7: "cut"}
    said = " ".join(map(str, too_long(states, 2, 1024)))
    assert said.startswith(
        "The whole answer of 1 row is lost: its question alone fills the 1,024 pieces that are read."
    )
    assert "The end of 1 answer is cut" in said and all(len(part.split()) <= 20 for part in said.split(". "))
    assert "whole answer" not in " ".join(map(str, too_long({7: states[7]}, 1, 1024)))


def test_too_few_stops_under_twenty_and_warns_under_fifty() -> None:
    few = {finding.kind: finding for finding in examine(FILLER[:12])}["too_few"]
    some = {finding.kind: finding for finding in examine(FILLER[:30])}["too_few"]
    assert (few.severity, few.sentence) == ("stop", "12 examples are too few: at least 20 are needed.")
    assert (some.severity, some.sentence) == (
        "look",
        "30 examples teach little; 500 to 2,000 good ones teach a voice and a format.",
    )


def test_swapped_columns_are_told() -> None:
    swapped = [Example(id=one.id, messages=pair(1, one.answer, one.question).messages) for one in FILLER]
    assert any(finding.kind == "swapped_columns" for finding in examine(swapped))


def test_refusals_and_imbalance_are_shares() -> None:
    refusing = [pair(n, f"May I have thing {n}?", "I'm sorry, but I can't help with that.") for n in range(1, 40)]
    labels = [pair(n, f"My text {n} is this one", "spam" if n < 45 else "ham") for n in range(1, 51)]
    assert "refusal_heavy" in {finding.kind for finding in examine([*refusing, *FILLER])}
    assert "imbalance" in {finding.kind for finding in examine(labels)}


def test_leakage_between_the_files_own_parts() -> None:
    taught = pair(1, "When does the shop open on Saturday?", "At nine.").model_copy(update={"part": "train"})
    exam = pair(2, "When does the shop open on Saturdays?", "At nine.").model_copy(update={"part": "exam"})
    assert rows("leakage", taught, exam) == (2,)


def test_a_conversation_without_a_question_is_named_unless_all_are_bare_texts() -> None:
    bare = Example(id="r1", messages=(Message(role="assistant", content="Hello."),))
    assert rows("empty_question", bare) == (1,)
    assert "empty_question" not in {finding.kind for finding in examine([bare])}


def test_false_alarms_can_be_dismissed() -> None:
    one, other = pair(1, "a", "mail x@example.com"), pair(2, "b", "mail y@example.com")
    finding = found("private_details", one, other, dismissed={"private_details": {"r1"}})
    assert finding is not None
    assert (finding.rows, finding.count) == ((2,), 1)


def test_the_worst_comes_first_and_sentences_are_short() -> None:
    findings = examine(
        [pair(1, "", ""), pair(2, "key", "AKIAIOSFODNN7EXAMPLE"), pair(3, "a", "x@example.com"), *FILLER]
    )
    order = [SEVERITIES.index(finding.severity) for finding in findings]
    assert order == sorted(order)
    assert all(len(part.split()) <= 20 for finding in findings for part in finding.sentence.split(". "))
