"""Mail that came along whole: who signs it, what it quotes. Shown as one block, and cut by a person's word alone."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.mail_blocks import quoted_of, signature_of, without_quoted, without_signature
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

LEAST_ROWS = 3
SHOWN, IN_SENTENCE = 600, 60  # letters
CHOICES = ("take_out", "answers", "questions", "keep")
OWN_FIRST = ("answers", "questions", "take_out", "keep")  # what signs a question is somebody else's
ROLES = {
    "": ("user", "assistant"),
    "take_out": ("user", "assistant"),
    "answers": ("assistant",),
    "questions": ("user",),
}


def blocks_in(texts: ExampleTexts, block_of: Callable[[str], str]) -> dict[int, str]:
    """The block of each row that has one, of its last turn that has one: the answer's, before the question's."""
    blocks: dict[int, str] = {}
    for place in texts.holding(("\n",)):
        unsigned = texts.answers[place] if block_of is signature_of and not texts.signed[place][1] else None
        for message in reversed(texts.examples[place].messages):
            text = message.content
            if "\n" in text and message.role != "system" and text != unsigned and (block := block_of(text)):
                blocks[place] = block[:SHOWN]
                break
    return blocks


def by_turn(texts: ExampleTexts, places: Iterable[int], block_of: Callable[[str], str]) -> dict[str, tuple[int, ...]]:
    """The rows of each choice that would change one of their turns: of those whose answers hold a block, and of those
    whose questions do."""
    rows: dict[str, list[int]] = {}
    for place in places:
        turns = [(one.role, one.content) for one in texts.examples[place].messages if "\n" in one.content]
        for choice in ("answers", "questions"):
            if any(role in ROLES[choice] and block_of(text) for role, text in turns):
                rows.setdefault(choice, []).append(texts.rows[place])
    return {choice: tuple(of) for choice, of in rows.items()}


def find_signatures(texts: ExampleTexts) -> list[Finding]:
    """A sign-off is the writer's own voice, and a name and a number may be private: only a person can say."""
    notes = blocks_in(texts, signature_of)
    if len(notes) < LEAST_ROWS:
        return []
    parts = by_turn(texts, notes, signature_of)
    most = {choice: most_frequent(texts, notes, ROLES[choice]) for choice in parts}
    first = most.get("answers") or most["questions"]  # what is cut by the first choice is shown
    sentences = [Sentence.of("finding.mails.signature", count=len(notes), first=first)]
    answers, questions = (len(parts.get(choice, ())) for choice in ("answers", "questions"))
    if answers and questions:
        sentences.append(Sentence.of("finding.mails.signature_in_both", answers=answers, questions=questions,
                                     question=most["questions"]))  # fmt: skip
    else:
        side = "answers" if answers else "questions"
        sentences.append(Sentence.of(f"finding.mails.signature_in_{side}", count=answers or questions))
    seen = finding("mail_signature", "look", texts, notes, sentences, "finding.mails.signature_fix", notes=notes)
    return [one.model_copy(update={"parts": parts}) for one in seen]


def most_frequent(texts: ExampleTexts, places: Iterable[int], roles: Collection[str]) -> str:
    """The signature that most of these turns have, as much of it as a sentence holds."""
    turns = (one for place in places for one in texts.examples[place].messages if one.role in roles)
    blocks = Counter(block for one in turns if "\n" in one.content and (block := signature_of(one.content)))
    return cut(blocks.most_common(1)[0][0])


def find_quoted(texts: ExampleTexts) -> list[Finding]:
    """Mail that is quoted below an answer teaches to quote."""
    notes = blocks_in(texts, quoted_of)
    if len(notes) < LEAST_ROWS:
        return []
    sentences = Sentence.of("finding.mails.quoted", count=len(notes), first=first_of(notes))
    seen = finding("quoted_mail", "look", texts, notes, sentences, "finding.mails.quoted_fix", notes=notes)
    return [one.model_copy(update={"parts": by_turn(texts, notes, quoted_of)}) for one in seen]


def first_of(notes: dict[int, str]) -> str:
    """The first lines of the first block, as many as a sentence holds."""
    return cut(next(iter(notes.values())))


def cut(text: str) -> str:
    """As many lines of a block as a sentence holds."""
    if len(text) <= IN_SENTENCE:
        return text
    head, stroke, _ = text[:IN_SENTENCE].rpartition(" / ")
    return f"{head} / …" if stroke else f"{text[:IN_SENTENCE].rstrip()}…"


def taking_out(repair: Callable[[str], str]) -> Callable[[ExampleTexts, str, Rules], tuple[Drops, Edits]]:
    """The effect that takes the blocks out of the turns that the choice names."""

    def effect(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
        roles = ROLES.get(choice, ())
        edits: Edits = {}
        for place in texts.holding(("\n",)):
            example = texts.examples[place]
            messages = tuple(
                changed(message, repair(message.content)) if message.role in roles else message
                for message in example.messages
            )
            if messages != example.messages:
                edits[example.id] = messages
        return {}, edits

    return effect


QUOTED_MAIL = Check(
    kind="quoted_mail", scope="whole", detect=of_texts(find_quoted), effect=taking_out(without_quoted), order=34,
    choices=CHOICES,
)  # fmt: skip
MAIL_SIGNATURE = Check(
    kind="mail_signature", scope="whole", detect=of_texts(find_signatures), effect=taking_out(without_signature),
    order=36, choices=OWN_FIRST,
)  # fmt: skip
