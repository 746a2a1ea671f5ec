"""Marks of chat templates inside the text: the model would take them for the end of a turn."""

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.formats.chat_markup import first_mark, undressed
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

SIGNS = ("<", "[", "##")

repaired = undressed


def find_special(texts: ExampleTexts) -> list[Finding]:
    """Rows with the first mark."""
    notes: dict[int, str] = {}
    for place in texts.holding(SIGNS):
        for message in texts.examples[place].messages:
            if mark := first_mark(message.content):
                notes[place] = mark
                break
    sentences = Sentence.of("finding.special.sentence", count=len(notes), first=next(iter(notes.values()), ""))
    return finding("special_tokens", "serious", texts, notes, sentences, "finding.special.fix", notes=notes)


SPECIAL_TOKENS = Check(
    kind="special_tokens",
    scope="row",
    detect=of_texts(find_special),
    repair=repaired,
    suspects=lambda texts: texts.holding(SIGNS),
    order=30,
    by_rule=True,
)
