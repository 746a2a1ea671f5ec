"""Where a mail is signed, and what it quotes: whole blocks or none."""

import random

import pytest

from studio.data.text.mail_blocks import quoted_of, sign_off, signature_of, without_quoted, without_signature

BODY = "Dear Ms Tarn,\nyour boat is ready on Friday."


@pytest.mark.parametrize("block", [
    "Kind regards,\nOlga Brandt\nHarbour Office\nTel. 555 0117",
    "With best wishes\nOlga",
    "Yours sincerely,\n\nOlga Brandt",
    "Mit freundlichen Grüßen\ni. A. Olga Brandt\nHafenamt\nwww.hafen.example",
    "Cordialement,\nOlga Brandt",
    "С уважением,\nОльга",
    "Kind regards, the harbour office",
    "Thanks,\nOlga",
    "Many greetings\nTim",
    "Many thanks for writing.\nTom Okafor\nHallam Tool Hire",
    "Best regards\nBashir A.", "Kind regards,\nBashir A.\nSent from my iPhone", "Thanks a lot!\nTom Okafor",
    "Many thanks and see you soon\nTom Okafor",
    "Sent from my phone",
    "Von meinem iPhone gesendet",
    "Tom\nGet Outlook for iOS<https://aka.ms/o0ukef>",
    "Greetings\nTim",
    "Warmest greetings from the harbour",
    "Warmly,\nOlga",
    "--\nOlga Brandt\nHarbour Office",
    "Olga Brandt\nHarbour Office\nTel. 555 0117",
    "Kind regards,\nOlga\nTel. 555 0117\nThis mail is for the person named above alone; please delete it.",
])  # fmt: skip
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_signature_is_one_block(block: str, gap: str) -> None:
    text = BODY + gap + block
    assert signature_of(text) == " / ".join(line for line in block.split("\n") if line)
    assert without_signature(text) == BODY


@pytest.mark.parametrize("text", [
    "Kind regards,\nOlga",  # nothing else would be left
    "One line. Kind regards, Olga",
    "We sell:\n- ropes\n- nails\nThanks for asking.",
    "Thank you for your mail.\nWe open at nine on Saturdays, and the yard is at the back.",
    "Thanks,\nplease send the form to the harbour office.",
    "You reach us so:\nHarbour Office\nTel. 555 0117",  # the answer itself
    "Greetings\nTim is away on Friday, so come on Monday.",
    "A gift, and a kind one.\nSent from the heavens above.",
    "Where was it sent from?\nSent from my mother to me. It came on Friday.",
    "First coil it.\nThen hang it up.",
    "Best\nof all the ropes is the blue one, which lasts for ten years and more in salt water and in sun.",
])  # fmt: skip
def test_what_only_looks_like_a_signature_stays(text: str) -> None:
    assert without_signature(text) == text


def test_a_sign_off_without_a_name_is_no_signature_and_still_known() -> None:
    text = f"{BODY}\nKind regards,"
    assert signature_of(text) == "" and sign_off(text) == (2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ms Otte,\n\nThank you for your mail.\nsee attachment\nKind regards\nHeike Sommer\nTel. 02581 44550",
        "Dear Sir or Madam,\nThanks a lot!\nKind regards\nNils Sommer",
        "Hello,\n\nBest wishes\nTom",
    ],
)
def test_what_signs_stays_where_a_greeting_alone_would_be_left(text: str) -> None:
    """A whole answer had been cut away, and stood in the exam as "Dear Ms Otte,"."""
    assert signature_of(text) == "" and without_signature(text) == text


def test_a_postscript_stays() -> None:
    text = f"{BODY}\nKind regards,\nOlga\nP.S. Bring the key."
    assert without_signature(text) == f"{BODY}\nP.S. Bring the key."


@pytest.mark.parametrize("quoted", [
    "On Mon, 3 Mar 2025 at 10:11, Ana Tarn <ana@sea.example> wrote:\n> When is it ready?\n>\n> Ana",
    "Am 03.03.2025 um 10:11 schrieb Ana Tarn:\n> Wann ist es fertig?",
    "Le 3 mars 2025 à 10:11, Ana Tarn a écrit :\n> Quand ?",
    "-----Original Message-----\nFrom: Ana Tarn\nWhen is it ready?",
    "-------- Weitergeleitete Nachricht --------\nWann ist es fertig?",
    "________________________________\nVon: Ana Tarn\nGesendet: Montag\nAn: Hafenamt\nBetreff: Boot\n\nWann?",
    "From: Ana Tarn\nSent: Monday\nTo: Harbour Office\nSubject: Boat\n\nWhen?",
    "> When is it ready?\n> And what does it cost?",
])  # fmt: skip
def test_quoted_mail_goes_as_a_whole(quoted: str) -> None:
    assert without_quoted(f"{BODY}\n\n{quoted}") == BODY
    assert quoted_of(f"{BODY}\n\n{quoted}").startswith(quoted.split("\n")[0])


def test_answers_between_quoted_lines_stay() -> None:
    assert without_quoted("> When?\n> Today?\nOn Friday.\n\n> How much?\n> In all?\nTen crowns.") == (
        "On Friday.\n\nTen crowns."
    )


def test_the_signature_above_quoted_mail_is_found() -> None:
    text = f"{BODY}\nKind regards,\nOlga\n\nOn 3 Mar 2025, Ana wrote:\n> When?\n> Ana"
    assert signature_of(text) == "Kind regards, / Olga"
    assert without_signature(without_quoted(text)) == BODY


@pytest.mark.parametrize("text", [
    "> Only a quotation.\n> Of two lines.",
    "The poet says:\n> one line",
    "Am Montag schrieb er:\nHallo",
    "```\n> ls\n> pwd\n```",
    "Type this:\n>>> 1 + 1\n>>> 2 + 2",
    "From: the harbour\nwe sail at noon.",
])  # fmt: skip
def test_what_only_looks_like_quoted_mail_stays(text: str) -> None:
    assert without_quoted(text) == text


PIECES = [
    "Kind regards,", "Olga Brandt", "Tel. 555 0117", "> quoted", ">", "On 3 Mar 2025, Ana wrote:", "Thanks", "", "--",
    "A whole sentence stands here.", "From: Ana", "Sent: Monday", "To: us", "P.S. Yes", "Mit freundlichen Grüßen",
    "-----Original Message-----", "Is it?", "- item", "Dear Ana,", "   ", "Tel.: +49 30 1234567", "Best",
]  # fmt: skip


@pytest.mark.parametrize("repair", [without_signature, without_quoted])
def test_repairing_twice_is_repairing_once_and_nothing_is_emptied(repair) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(4)
    for _ in range(4_000):
        text = "\n".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 12)))
        once = repair(text)
        assert repair(once) == once, text
        assert bool(once.strip()) == bool(text.strip()), text
        assert set(once.split("\n")) <= set(text.split("\n")) | {""}, text


def test_long_texts_are_read_in_a_moment() -> None:
    for piece in (
        "Regards\nAna\n", "> a\n> b\nc\n", "> a\nb\n", "From: x\n", "-" * 70 + "\n", "On 3 wrote\n", "a " * 80 + ":\n",
    ):  # fmt: skip
        without_signature(piece * 20_000)
        without_quoted(piece * 20_000)
