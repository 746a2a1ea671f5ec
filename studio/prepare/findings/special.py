"""Marks of chat layouts inside the text: the model would take them for the end of a turn."""

import re

from studio.prepare.findings.check import Check, of_texts
from studio.prepare.findings.making import count_of, finding
from studio.prepare.texts import Texts
from studio.records.finding import Finding

MARKS = re.compile(
    r"<\|[a-zA-Z0-9_▁]{1,40}\|>|<｜[^｜<>]{1,40}｜>|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_(?:turn|utterance)>|<bos>|<eos>|<pad>|<unk>"
    r"|\[(?:CLS|SEP|PAD|MASK|UNK|BOS|EOS)\]|<\|(?:begin|end)▁of▁sentence\|>|</?think>|<\[SYSTEM\]>|\[(?:/)?SYSTEM_PROMPT\]|<0x[0-9A-F]{2}>"
)


def repaired(text: str) -> str:
    """The text without the marks."""
    if not MARKS.search(text):
        return text
    return re.sub(r"[ \t]{2,}", " ", MARKS.sub("", text)).strip()


def find_special(texts: Texts) -> list[Finding]:
    """Rows with the first mark."""
    notes: dict[int, str] = {}
    for place in texts.holding(("<", "[")):
        for message in texts.examples[place].messages:
            if ("<" in message.content or "[" in message.content) and (match := MARKS.search(message.content)):
                notes[place] = match.group()
                break
    number, first = count_of(len(notes), "row holds", "rows hold"), next(iter(notes.values()), "")
    sentence = f"{number} marks of a chat layout, such as {first}."
    return finding("special_tokens", "serious", texts, notes, sentence, "Take the marks out.", notes=notes)


SPECIAL_TOKENS = Check(
    kind="special_tokens", scope="row", detect=of_texts(find_special), repair=repaired, order=30, by_rule=True
)
