"""Marks of chat layouts inside the text: the model would take them for the end of a turn."""

from studio.prepare.findings.check import Check, of_texts
from studio.prepare.findings.making import finding
from studio.prepare.layouts import first_mark, undressed
from studio.prepare.texts import Texts
from studio.records.finding import Finding
from studio.records.sentence import Sentence

SIGNS = ("<", "[", "##")

repaired = undressed


def find_special(texts: Texts) -> list[Finding]:
    """Rows with the first mark."""
    notes: dict[int, str] = {}
    for place in texts.holding(SIGNS):
        for message in texts.examples[place].messages:
            if mark := first_mark(message.content):
                notes[place] = mark
                break
    told = Sentence.of("finding.special.sentence", count=len(notes), first=next(iter(notes.values()), ""))
    return finding("special_tokens", "serious", texts, notes, told, "finding.special.fix", notes=notes)


SPECIAL_TOKENS = Check(
    kind="special_tokens", scope="row", detect=of_texts(find_special), repair=repaired, order=30, by_rule=True
)
