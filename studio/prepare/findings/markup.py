"""HTML that came along from a web page or a mail: tags and entities, not the text between them."""

import html
import re

from studio.prepare.findings.check import Check, of_texts
from studio.prepare.findings.making import count_of, finding
from studio.prepare.texts import Texts
from studio.records.finding import Finding

NAMES = (
    "a|abbr|article|aside|b|blockquote|body|br|button|center|cite|code|dd|del|div|dl|dt|em|figure|font|footer|form|h[1-6]|head"
    "|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|ol|option|p|pre|s|script|section|select|small"
    "|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video|o:p"
)
TAG = re.compile(
    rf"</?(?:{NAMES})(?:\s[^<>]{{0,2000}})?/?>|<!--[^<>]{{0,2000}}-->|<!DOCTYPE[^<>]{{0,200}}>", re.IGNORECASE
)
ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
BREAKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|hr)\b[^<>]{0,200}>", re.IGNORECASE)
DROPPED = re.compile(r"<(script|style)\b[^<>]{0,2000}>[^<]{0,100000}</\1\s*>", re.IGNORECASE)
CODE = re.compile(r"```|<!DOCTYPE|<html|\bhtml\b|\bHTML\b|\bXML\b|\btags?\b|</?code", re.IGNORECASE)


def repaired(text: str) -> str:
    """The words without tags; line breaks where the tags made them; entities as letters. Code is left alone."""
    if not has_markup(text):
        return text
    clean = DROPPED.sub("", text)
    clean = re.sub(r"<li\b[^<>]{0,200}>", "- ", clean, flags=re.IGNORECASE)
    clean = BREAKS.sub("\n", clean)
    clean = TAG.sub("", clean)
    clean = html.unescape(clean).replace("\u00a0", " ")
    clean = re.sub(r"[ \t]+\n", "\n", clean)
    return re.sub(r"\n{3,}", "\n\n", clean).strip()


def has_markup(text: str) -> bool:
    """Tags or entities in a text that is not about code."""
    if "<" not in text and "&" not in text:
        return False
    if not (TAG.search(text) or is_entity(text)):
        return False
    return not CODE.search(text)


def is_entity(text: str) -> bool:
    """An entity that stands for a letter, unlike the & of an address line."""
    return any(html.unescape(match.group()) != match.group() for match in ENTITY.finditer(text))


def find_markup(texts: Texts) -> list[Finding]:
    """Rows with the first tag or entity."""
    notes: dict[int, str] = {}
    for place in texts.holding(("<", "&")):
        for message in texts.examples[place].messages:
            if has_markup(message.content):
                match = TAG.search(message.content) or ENTITY.search(message.content)
                notes[place] = match.group()[:40] if match else ""
                break
    sentence = (
        f"{count_of(len(notes), 'row holds', 'rows hold')} web page code such as {next(iter(notes.values()), '')}."
    )
    return finding("markup", "look", texts, notes, sentence, "Take the code out, keep the words.", notes=notes)


MARKUP = Check(kind="markup", scope="row", detect=of_texts(find_markup), repair=repaired, order=20, by_rule=True)
