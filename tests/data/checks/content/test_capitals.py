"""Answers in capital letters are told, and written in sentence case when a person says so."""

import pytest

from studio.data.checks.content.capitals import in_sentence_case, is_shouted
from studio.data.checks.examination import examine
from studio.data.checks.finding_preview import preview_of
from studio.data.checks.fixes import after, effect_of, fix_all, propose
from studio.data.checks.registry import by_rule
from studio.schemas.example import Example, Message, pair
from studio.schemas.finding import Finding

SHOUTED = "PLEASE BRING YOUR TICKET. IT IS CHECKED AT THE GATE."
CALM = "Please bring your ticket. It is checked at the gate."
ROWS = [pair(1, "IS MY TICKET CHECKED AT THE GATE?", SHOUTED), pair(2, "Is it far?", "No, it is two streets away.")]


def found(*examples: Example) -> Finding | None:
    return next((one for one in examine(list(examples)) if one.kind == "capitals"), None)


def test_an_answer_in_capitals_is_worth_a_look_and_a_question_is_not() -> None:
    seen = found(*ROWS, pair(3, "IS THE TICKET OFFICE OPEN TODAY?", "Yes, it is open until six o'clock."))
    assert seen is not None and (seen.rows, seen.severity) == ((1,), "look")
    assert seen.sentence == "1 answer is written in capital letters."
    assert seen.fix == "Write them in sentence case."


@pytest.mark.parametrize(
    ("text", "shouted"),
    [
        ("A" * 19, False),
        ("A" * 20, True),
        ("A" * 16 + "b" * 4, True),
        ("A" * 79 + "b" * 21, False),
        ("ПОЖАЛУЙСТА, ВОЗЬМИТЕ БИЛЕТ", True),
        ("請帶上您的票，在門口檢查，謝謝您的理解與配合，祝您旅途愉快", False),
        ("يرجى إحضار التذكرة معك إلى البوابة", False),
        ("[EMAIL_1] [ADDRESS_2] [BIRTHDATE_3]", False),
        ("HTTPS://EXAMPLE.ORG/OPENING-HOURS", False),
        ("", False),
    ],
)
def test_twenty_letters_and_four_fifths_of_them(text: str, shouted: bool) -> None:
    assert is_shouted(text) is shouted
    assert (found(pair(1, "What?", text), ROWS[1]) is not None) is shouted


@pytest.mark.parametrize(
    ("text", "calm"),
    [
        (SHOUTED, CALM),
        ("1. BRING YOUR TICKET\n2. SHOW IT AT THE GATE!", "1. Bring your ticket\n2. Show it at the gate!"),
        ("WRITE TO [EMAIL_1] OR CALL B12-XY, AND I'LL HELP.", "Write to [EMAIL_1] or call B12-XY, and I'll help."),
        ("ПОЖАЛУЙСТА, ВОЗЬМИТЕ БИЛЕТ. ВХОД ТАМ.", "Пожалуйста, возьмите билет. Вход там."),
        ("TUTTI I BIGLIETTI SONO CONTROLLATI", "Tutti i biglietti sono controllati"),
        ("The GATE of the HARBOUR is OPEN.", "The GATE of the HARBOUR is OPEN."),
    ],
)
def test_sentence_case_keeps_codes_and_stand_ins(text: str, calm: str) -> None:
    assert in_sentence_case(text) == calm
    assert in_sentence_case(calm) == calm


def test_the_fix_rewrites_answers_alone_in_every_turn_and_leaves_no_finding() -> None:
    turns = (("user", "HOW DO I GET TO THE HARBOUR?"), ("assistant", SHOUTED), ("user", "Ok."), ("assistant", "Bye."))
    talk = ROWS[1].model_copy(update={"messages": tuple(Message(role=r, content=c) for r, c in turns)})  # type: ignore[arg-type]
    rows = [ROWS[0], talk]
    seen = found(*rows)
    assert seen is not None and seen.rows == (1, 2)
    _, edits, sentence = propose(seen, rows)
    assert sentence == "2 rows changed (capital letters)."
    assert [one.content for one in edits["r1"]] == [ROWS[0].question, CALM]
    assert [one.content for one in edits["r2"]] == [turns[0][1], CALM, "Ok.", "Bye."]
    assert found(*after(rows, effect_of("capitals", rows))) is None


def test_it_is_shown_before_and_after_and_no_rule_does_it() -> None:
    seen = found(*ROWS)
    assert seen is not None
    preview = preview_of(seen, {example.row: example for example in ROWS})
    assert preview is not None and (preview.before, preview.after) == (SHOUTED, CALM)
    assert "capitals" not in by_rule() and fix_all(ROWS) == []
