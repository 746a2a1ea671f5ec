"""What a mail asks, without what changes from sender to sender: the greeting, the sign-off and mail that it quotes."""

import re

from studio.data.text.greetings import GREETING, MAY_GREET, PARTING, is_greeting
from studio.data.text.late_pattern import late
from studio.data.text.mail_blocks import HINTS, is_contact, matched, named_block, sign_off, without_quoted
from studio.data.text.normalize import facts, words

FEWEST_WORDS, FEWEST_BESIDE_QUOTED = 3, 8  # with fewer words left, what was set aside may be the question
MOST_NAME_LINES = 4
MOST_THANKS = 80  # letters of a line
THANKED = late(
    r"(?:many |with )?(?:thanks|thank you)(?: (?:very|so) much)? for (?:your|the|getting|writing|contacting|reaching)\b"
    r"|(?:vielen|besten|herzlichen) dank für (?:ihre|deine|eure|die|das)|danke für|merci (?:de|pour)|gracias por"
    r"|grazie per|obrigad[oa] (?:por|pel[oa])|(?:hartelijk )?(?:dank|bedankt) voor",
    re.IGNORECASE,
)
ADDED = late(r"(?:(?i:p\.? ?s|p\.? ?p\.? ?s)\.?\s*[:,–—-]|P\.? ?(?:P\.? ?)?S\.? )\s*\S")
REPLIES = ("answer", "reply", "replied", "response", "heard", "antwort", "gehört")
AGAIN = ("already", "last ", "yet", "so far", "again", "before", "still", "ago", "twice", "bereits", "schon", "noch")
REMINDER = late(
    r"(?:(?<=[.!?])\s+|^)(?=[^.!?\n]{0,120}\b(?:answer|reply|replied|response|heard|antwort|gehört)\b)"
    r"(?=[^.!?\n]{0,120}\b(?:already|last (?:week|month|time)|yet|so far|again|before|still|ago|twice|bereits|schon"
    r"|noch)\b)(?![^.!?\n]{0,120}\b(?:about|whether|if|regarding|concerning|to (?:my|the)|on|ob|zu[rm]?|auf"
    r"|wegen)\b)(?:I|we|this|still|no|my|but|you|ich|wir|bisher|leider)\b[^.!?\n]{0,140}[.!]?\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
TAIL = 160  # letters at the end of a mail in one line
CLOSING = late(
    r"(?:(?:many |with )?thanks|thank you|thx|cheers|(?:kind|best|warm) (?:regards|wishes)|regards"
    r"|(?:many |best |warm )?greetings|best|yours|sincerely"
    r"|(?:vielen|besten|herzlichen) dank|danke|(?:mit )?(?:freundlichen|vielen|besten|lieben) grüßen|merci|cordialement"
    r"|gracias|saludos|grazie|obrigad[oa]|bedankt)\b",
    re.IGNORECASE,
)
LAST_WORDS = late(rf"(?<=[.!?])\s+{CLOSING.pattern}[^.?!\n]{{0,80}}[.!]?\s*\Z", re.IGNORECASE)
MAY_CLOSE = late(
    r"[.!?]\s+(?:[mM]any|[wW]ith|[tT]h|[cC]heers|[kK]ind|[bB]est|[wW]arm|[rR]egards|[gG]reet|[yY]ours|[sS]inc|[vV]ielen"
    r"|[hH]erz|[dD]anke|[mM]it|[fF]reu|[lL]ieb|[mM]erci|[cC]ord|[gG]ra|[sS]alu|[oO]br|[bB]ed)"
)  # a first look
NAME_LINE = late(r"[A-ZÀ-ÞŁŚŻ\[(+\d]\S{0,40}(?:[ \t]+[A-ZÀ-ÞŁŚŻ\[(+\d]\S{0,40}){0,4}\Z")


def mail_body(text: str) -> str:
    """The text without greeting, sign-off and quoted mail; as it was where too few words would be left."""
    body = text
    if "\n" in text and any(hint in text for hint in HINTS):
        bare = without_quoted(text)
        body = bare if bare != text and len(words(bare)) >= FEWEST_BESIDE_QUOTED else text
    if MAY_GREET.search(body):
        body = GREETING.sub("", body)
    body = unreminded(body)
    if "\n" in body:
        body = unreminded(_unsigned(body))
    start = max(0, len(body) - TAIL)
    if MAY_CLOSE.search(body, start) and (closed := LAST_WORDS.search(body, start)):
        body = body[: closed.start()]
    is_enough = len(body) == len(text) or len(body.split(None, FEWEST_WORDS)) >= FEWEST_WORDS
    return body if is_enough or len(words(body)) >= FEWEST_WORDS else text


def unreminded(text: str) -> str:
    """Without a last sentence that says only that the same was written before: the question is no other one by it."""
    tail = text[-TAIL:].lower()
    if not any(word in tail for word in REPLIES) or not any(word in tail for word in AGAIN):
        return text
    found = REMINDER.search(text, max(0, len(text) - TAIL))
    return text[: found.start()] if found else text


def answer_body(text: str) -> str:
    """What an answer says, whoever is greeted and thanked and whoever signs it, without a bare postscript;
    as it was where too few words would be left.

    Only a signature that begins with the words of one is cut: an address at the end may be the answer.
    """
    body = without_extras(text)
    greeted = GREETING.match(body)
    body = body[greeted.end() :] if greeted else body
    found, lines = named_block(body), body.split("\n")
    if found is not None and matched(lines[found[0]].strip()) is not None:
        body = "\n".join([*lines[: found[0]], *lines[found[1] :]])
    return body if len(words(body)) >= FEWEST_WORDS else text


def without_extras(text: str) -> str:
    """The text without a first line that thanks for the mail, and without a postscript at its end: with either it says
    what it says without. A postscript with a number or a denial stays, for it may be what the answer says."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    said = [place for place, line in enumerate(lines) if line.strip()]
    after = next((place for place in said[1:][-MOST_NAME_LINES:] if ADDED.match(lines[place].strip())), len(lines))
    if facts(words("\n".join(lines[after:]))) != ((), 0):
        after = len(lines)
    first = next((place for place in said[:2] if not is_greeting(lines[place])), -1)
    if first < 0 or not only_thanks(lines[first].strip()):
        first = -1
    left = [line for place, line in enumerate(lines[:after]) if place != first]
    return "\n".join(left) if any(line.strip() for line in left) else text


def only_thanks(line: str) -> bool:
    """Whether a whole line thanks for the mail and says nothing else: no second sentence, no number, no denial."""
    is_thanks = len(line) <= MOST_THANKS and THANKED.match(line) is not None
    return is_thanks and PARTING.search(line[:-1]) is None and facts(words(line)) == ((), 0)


def _unsigned(text: str) -> str:
    """Without the lines that sign it, and without thanks that stand last."""
    found = sign_off(text)
    lines = text.split("\n")
    if found is not None:
        lines = [*lines[: found[0]], *lines[found[1] :]]
    last = [place for place, line in enumerate(lines) if line.strip()]
    for many, place in enumerate(reversed(last[1:])):
        line = lines[place].strip()
        if CLOSING.match(line) and len(line.split()) <= FEWEST_BESIDE_QUOTED and not line.endswith("?"):
            return "\n".join(lines[:place])
        if many >= MOST_NAME_LINES or not (is_contact(line) or NAME_LINE.match(line)):
            break
    return "\n".join(lines)
