"""Codes that came along from a web page, a mail or a messenger: tags and entities, not the text between them."""

import html
import re
from collections.abc import Iterator

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

NAMES = (
    "a|abbr|article|aside|b|blockquote|body|br|button|center|cite|code|dd|del|div|dl|dt|em|figure|font|footer|form|h[1-6]|head"
    "|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|ol|option|p|pre|s|script|section|select|small"
    "|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video|o:p"
)
TAG = late(rf"</?(?:{NAMES})(?:\s[^<>]{{0,2000}})?/?>|<!--[^<>]{{0,2000}}-->|<!DOCTYPE[^<>]{{0,200}}>", re.IGNORECASE)
ENTITY = late(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
BREAKS = late(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|hr)\b[^<>]{0,200}>", re.IGNORECASE)
DROPPED = late(r"<(script|style)\b[^<>]{0,2000}>[^<]{0,100000}</\1\s*>", re.IGNORECASE)
LINK = late(r"<(?:https?://|mailto:)[^<>|\s]{1,2000}\|([^<>|]{1,300})>")  # as Slack writes them
MENTION = late(r"<([@#!])(?:[A-Za-z][\w^]{1,30}\|@?)?([^<>|\s]{2,80})>")
EMOJI = late(r"(?<!\S):[a-z][a-z0-9_+-]{1,40}:(?:(?=[\s.,!?])|$)[ \t]?")
SIGNS = ("<", "&", ":")  # each repair begins at one of them
CODE = late(r"```|<!DOCTYPE|<html|\bhtml\b|\bHTML\b|\bXML\b|\btags?\b|</?code", re.IGNORECASE)


def repaired(text: str) -> str:
    """The words without tags; line breaks where the tags made them; entities as letters. Code is left alone."""
    if not has_markup(text):
        return text
    clean = DROPPED.sub("", text)
    clean = re.sub(r"<li\b[^<>]{0,200}>", "- ", clean, flags=re.IGNORECASE)
    clean = BREAKS.sub("\n", clean)
    clean = TAG.sub("", clean)
    clean = MENTION.sub(mention, LINK.sub(r"\1", clean))
    clean = EMOJI.sub("", clean)
    clean = html.unescape(clean).replace("\u00a0", " ")
    clean = re.sub(r"[ \t]+\n", "\n", clean)
    return re.sub(r"\n{3,}", "\n\n", clean).strip()


def has_markup(text: str) -> bool:
    """Tags or entities in a text that is not about code."""
    return bool(first_piece(text)) and not CODE.search(text)


def first_piece(text: str) -> str:
    """The first tag, entity or code of a messenger; nothing for a clean text."""
    if "<" in text:
        for pattern in (TAG, LINK, MENTION):
            if match := pattern.search(text):
                return match.group()
    if "&" in text and (entity := next(entities(text), "")):
        return entity
    match = EMOJI.search(text) if text.count(":") > 1 else None
    return match.group().strip() if match else ""


def mention(match: re.Match[str]) -> str:
    """`<#C0A|general>` as #general, `<!here>` and `<@U0A>` as @here and @U0A."""
    return ("#" if match[1] == "#" else "@") + match[2]


def entities(text: str) -> Iterator[str]:
    """Those that stand for a letter, unlike the & of an address line."""
    return (match.group() for match in ENTITY.finditer(text) if html.unescape(match.group()) != match.group())


def find_markup(texts: ExampleTexts) -> list[Finding]:
    """Rows with the first tag or entity."""
    notes: dict[int, str] = {}
    for place in texts.holding(("<", "&", ": ", ":\n", ":\x1e", ":\x1f")):
        for message in texts.examples[place].messages:
            if has_markup(message.content):
                notes[place] = first_piece(message.content)[:40]
                break
    sentences = Sentence.of("finding.markup.sentence", count=len(notes), first=next(iter(notes.values()), ""))
    return finding("markup", "look", texts, notes, sentences, "finding.markup.fix", notes=notes)


MARKUP = Check(
    kind="markup",
    scope="row",
    detect=of_texts(find_markup),
    repair=repaired,
    suspects=lambda texts: texts.holding(SIGNS),
    order=20,
    by_rule=True,
)
