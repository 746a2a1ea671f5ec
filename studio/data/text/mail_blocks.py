"""Where in a mail the signature stands, and where mail that it answers is quoted: whole blocks, never half of one."""

import re
from collections.abc import Sequence

from studio.data.text.greetings import is_greeting
from studio.data.text.late_pattern import late

DASHES = ("--", "__")
SHORT_LINE, MOST_LINES, MOST_WORDS = 70, 14, 6
REGARDS = (
    r"(?:with )?(?:my |our )?(?:very )?(?:(?:kind|best|warm|warmest|kindest|friendly) )+(?:regards|wishes)|regards"
    r"|(?:with )?(?:(?:many|kind|best|warm|warmest|friendly|sunny) )?greetings|warmly"
    r"|yours(?: (?:sincerely|faithfully|truly))?|sincerely(?: yours)?|respectfully|with thanks"
    r"|(?:mit )?(?:vielen?|freundlichen?|besten?|herzlichen?|lieben?|schönen?|sonnigen?) gr[üu](?:ß|ss)(?:en?)?"
    r"|mfg|lg|vg|hochachtungsvoll|gruß|grüße|(?:bien )?cordialement|bien à (?:vous|toi)"
    r"|(?:sincères|meilleures|mes) salutations|salutations distinguées"
    r"|(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|cordialmente|atenciosamente"
    r"|(?:com os )?melhores cumprimentos|(?:cordiali|distinti) saluti|met (?:vriendelijke|hartelijke) groet(?:en)?"
    r"|(?:hartelijke )?groet(?:en|jes)|z (?:poważaniem|pozdrowieniami)|pozdrawiam"
    r"|med (?:vänliga?|venlig) (?:hälsning(?:ar)?|hilsen)|mvh|с уважением|з повагою|此致|敬具"
)
THANKS = (
    r"best|all the best|take care|cheers|(?:(?:many )?thanks|thank you)"
    r"(?: (?:again|in advance|for (?:writing|your (?:mail|e-?mail|message|letter|enquiry|inquiry|interest))"
    r"|a lot|so much|very much))?"
    r"(?: and see you(?: all)?(?: soon| then| there)?)?"
    r"|(?:vielen|besten|herzlichen) dank|merci(?: d['’]avance)?|gracias|grazie|obrigad[oa]|bedankt"
)
FIRST_WORDS = frozenset((  # with one of them every sign-off begins: a first look that costs little
    "with", "my", "our", "very", "kind", "best", "warm", "warmest", "kindest", "friendly", "regards", "greetings",
    "sunny", "warmly", "yours", "sincerely", "respectfully",
    "mit", "viele", "vielen", "freundliche", "freundlichen", "beste", "besten",
    "herzliche", "herzlichen", "liebe", "lieben", "schöne", "schönen", "sonnige", "sonnigen", "mfg", "lg", "vg",
    "hochachtungsvoll", "gruß", "gruss", "grüße", "grüsse", "bien", "cordialement", "sincères", "meilleures", "mes",
    "salutations", "un", "cordial", "saludo", "saludos", "atentamente", "cordialmente", "atenciosamente", "com",
    "melhores", "cordiali", "distinti", "met", "hartelijke", "groeten", "groetjes", "z", "pozdrawiam", "med", "mvh",
    "с", "з", "此致", "敬具", "all", "take", "cheers", "many", "thanks", "thank", "merci", "gracias", "grazie",
    "obrigado", "obrigada", "bedankt",
))  # fmt: skip
NAMED = r"(?-i:(?:\[NAME_\d{1,6}\]|[^\W\d_a-zß-ÿ]\w{1,20})(?: [^\W\d_a-zß-ÿ]\w{0,20}\.?){0,2})"  # “Thanks, Hetty Lowe”
SIGN_OFF = late(
    rf"(?:(?:{REGARDS})(?P<rest>\s*[,.!–—-]+\s*\S.{{0,50}}|\s+(?:from|von|aus|de|da)\s.{{1,50}})?|(?:{THANKS})(?P<thanks>,\s{{1,3}}{NAMED})?)[\s,.!–—-]*\Z",
    re.IGNORECASE,
)
CONTACT = late(
    r"\b(?:tel|telefon|phone|fax|mobil|mobile|e-?mail|web)\b\s*[.:]|\b[\w.+-]{1,64}@[\w-]{1,64}\.\w|\bwww\.|https?://"
    r"|\+?\d[\d ()/.-]{6,40}\d|\[(?:PHONE|EMAIL|URL)_\d",
    re.IGNORECASE,
)
MAY_REACH = late(r"[\d@]|www\.|https?:|_\d")  # a first look
SENTENCE = late(r"(?<!\binc)(?<!\bltd)(?<!\bco)(?<!\bcorp)(?<!e\.v)(?<!\bjr)(?<!\bdr)(?<!\s[^\W\d_])\.\Z"
                r"|[?!:;]\Z", re.IGNORECASE)  # fmt: skip
DEVICE = late(  # what a telephone writes under a mail
    r"(?:get outlook for\b.{0,60}|(?:sent from (?:my|outlook|yahoo|mail|samsung)\b"
    r"|(?:von|gesendet (?:von|mit)) (?:meinem?r?|der)\b|envoyé (?:de|depuis) (?:mon|ma)\b"
    r"|enviado (?:desde|de|do) (?:mi|meu)\b|inviato (?:dal|da) (?:mio )?\w|(?:verzonden|verstuurd) vana?f? mijn\b"
    r"|wysłan[eo] z (?:mojego )?\w)[^.?!]{0,50}[.!]?)\Z",
    re.IGNORECASE,
)
DEVICES = ("Sent", "sent", "Get Out", "Von m", "Gesend", "Envoy", "Enviad", "Inviat", "Verz", "Verst", "Wys")
POSTSCRIPT = late(r"p\.?\s?p?\.?s\b", re.IGNORECASE)
WROTE = late(
    r"(?=.{0,200}[\d@])(?:On|Am|Le|El|Il|Op|Em|Den|Dnia)\b.{4,160}\b(?:wrote|schrieb\b.{0,80}|a écrit|escribió"
    r"|ha scritto|schreef\b.{0,80}|escreveu|skrev\b.{0,80}|napisał\(?a?\)?)\s?:\s*\Z"
)
ORIGINAL = late(
    r"[-–_]{2,40}\s?(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht"
    r"|message d['’]origine|message transféré|mensaje original|messaggio originale|mensagem original"
    r"|oorspronkelijk bericht)\s?[-–_]{2,40}\s*\Z",
    re.IGNORECASE,
)
FROM = late(r"\*?(?:From|Von|De|Da|Van|Från|Fra|Od)\s?:\*?\s*\S")
HINTS = (">", ":\n", "--", "––", "__", "From:", "Von:", "De:", "De :", "Da:", "Van:", "Från:", "Fra:", "Od:")
HEADER = late(
    r"\*?(?:sent|to|cc|date|subject|gesendet|an|datum|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto"
    r"|verzonden|aan|onderwerp|skickat|till|ämne|wysłano|do|temat)\s?:\*?\s*\S",
    re.IGNORECASE,
)


def parted(text: str) -> tuple[str, str]:
    """What is said, and what signs it."""
    found = sign_off(text)
    if found is None:
        return text, ""
    lines = text.split("\n")
    return "\n".join(lines[: found[0]]), "\n".join(lines[found[0] :])


def without_signature(text: str) -> str:
    """The text without its signature; unchanged when it has none, or when nothing else would be left."""
    found = signature(text)
    if found is None:
        return text
    lines = text.split("\n")
    return "\n".join([*lines[: found[0]], *lines[found[1] :]]).rstrip()


def signature_of(text: str) -> str:
    """The lines of the signature, with a stroke between them; nothing when there is none."""
    found = signature(text)
    return " / ".join(filter(None, map(str.strip, text.split("\n")[slice(*found)]))) if found else ""


def signature(text: str) -> tuple[int, int] | None:
    """The first and the last line (not included) of the block that signs a text; None where another stands before it.

    It begins with a sign-off that somebody's name follows, with a mark of two dashes, or with short lines of which one
    says how to reach somebody. It goes to the end, or to a postscript or quoted mail. Where a greeting alone would be
    left, what signs is all that is said (“Thank you for your mail. / As attached / Kind regards”): there is none.
    """
    found = named_block(text)
    if found is None:
        return None
    lines = text.split("\n")
    left = [line for line in (*lines[: found[0]], *lines[found[1] :]) if line.strip()]
    if all(is_greeting(line) for line in left):
        return None
    before = "\n".join(lines[: found[0]]).rstrip()
    return found if named_block(before) is None else None


def named_block(text: str) -> tuple[int, int] | None:
    """The sign-off, when it is one for sure and names somebody."""
    found = sign_off(text)
    if found is None:
        return None
    lines = text.split("\n")
    first = lines[found[0]].strip()
    rest = [place for place in range(*found) if lines[place].strip()]
    match = matched(first)
    if (
        match is None
        and first not in DASHES
        and not is_device(first)
        and not any(is_contact(lines[place]) for place in rest)
    ):
        return None
    return (
        found
        if len(rest) > 1 or is_device(first) or (match is not None and (match["rest"] or match["thanks"]))
        else None
    )


def sign_off(text: str) -> tuple[int, int] | None:
    """As `signature`, but also where nobody's name follows, or in words that are not known: no rule cuts into it."""
    if "\n" not in text:
        return None
    lines = text.split("\n")
    end = len(lines)
    if any(hint in text for hint in HINTS):
        quote = next(iter(quotes(lines)), None)
        end = quote[0] if quote is not None and quote[1] == end else end
    tail = [place for place in range(max(0, end - 3 * MOST_LINES), end) if lines[place].strip()][-MOST_LINES:]
    end = next((place for place in tail[1:] if POSTSCRIPT.match(lines[place].strip())), end)
    tail = [place for place in tail if place < end]
    start = next((place for at, place in enumerate(tail) if begins(lines, tail[at:])), None)
    if start is None:
        start = contact_block(lines, tail)
    if start is None and tail and is_device(lines[tail[-1]].strip()):
        start = tail[-1]
    if start is None:
        start = next((place for at, place in enumerate(tail) if may_begin(lines, tail[at:])), None)
    if start is None or not any(line.strip() for line in lines[:start]):
        return None
    return start, end


def begins(lines: Sequence[str], rest: Sequence[int]) -> bool:
    """Whether these lines sign: a sign-off or dashes first, no sentence as far as a way to reach somebody."""
    first = lines[rest[0]].strip()
    if first in DASHES and len(rest) > 1:
        return True
    return len(first) <= SHORT_LINE and matched(first) is not None and are_names(lines, rest[1:])


def is_device(line: str) -> bool:
    """Whether the line tells from which telephone or program a mail was sent, and nothing else."""
    return line.startswith(DEVICES) and DEVICE.match(line) is not None


def matched(line: str) -> re.Match[str] | None:
    """The words of a sign-off, when the line is one."""
    return SIGN_OFF.match(line) if line.split(None, 1)[0].rstrip(",.!–—-").lower() in FIRST_WORDS else None


def may_begin(lines: Sequence[str], rest: Sequence[int]) -> bool:
    """Whether these lines may sign in words that are not known: a few with a comma, then names."""
    first = lines[rest[0]].strip()
    is_like = first.endswith(",") and len(first.split()) <= MOST_WORDS and first[0].isupper()
    return is_like and len(rest) > 1 and are_names(lines, rest[1:])


def are_names(lines: Sequence[str], rest: Sequence[int]) -> bool:
    """Short lines without a sentence, as far as a way to reach somebody."""
    for place in rest:
        line = lines[place].strip()
        if len(line) > SHORT_LINE:
            return False
        if is_contact(line):
            break
        if SENTENCE.search(line) and " " in line:
            return False
    return True


def is_contact(line: str) -> bool:
    """Whether the line says how to reach somebody."""
    return MAY_REACH.search(line) is not None and CONTACT.search(line) is not None


def contact_block(lines: Sequence[str], tail: Sequence[int]) -> int | None:
    """Where two or more short lines without a sentence begin at the end, of which one says how to reach somebody."""
    start, many, reached = None, 0, False
    for place in reversed(tail):
        line = lines[place].strip()
        if len(line) > SHORT_LINE:
            break
        is_way = is_contact(line)
        if not is_way and (SENTENCE.search(line) or not line[0].isupper()):
            break
        start, many, reached = place, many + 1, reached or is_way
        if line.endswith(","):
            break
    if start is None or not reached or many < 2:
        return None
    before = next((lines[place].strip() for place in reversed(tail) if place < start), "")
    return None if before.endswith((":", ",")) else start


def without_quoted(text: str) -> str:
    """The text without the mail that it quotes; unchanged when nothing else would be left."""
    while "\n" in text and any(hint in text for hint in HINTS):
        lines = text.split("\n")
        found = quotes(lines)
        gone = {place for start, end in found for place in range(start, end)}
        left = "\n".join(line for place, line in enumerate(lines) if place not in gone).strip("\n").rstrip()
        if not gone or not left.strip():
            return text
        text = left
    return text


def quoted_of(text: str) -> str:
    """The first lines of quoted mail, with a stroke between them; nothing where `without_quoted` takes nothing."""
    if without_quoted(text) == text:
        return ""
    lines = text.split("\n")
    start, end = quotes(lines)[0]
    return " / ".join(filter(None, map(str.strip, lines[start : min(end, start + 6)])))


def quotes(lines: Sequence[str]) -> list[tuple[int, int]]:
    """The first and the last line (not included) of each block of quoted mail. A text with code has none."""
    if any(line.startswith("```") for line in lines):
        return []
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(lines):
        start = quote_start(lines, place)
        if start is None:
            break
        place = quote_end(lines, start)
        found.append((start, place))
    return found


def quote_start(lines: Sequence[str], first: int) -> int | None:
    """The line where quoted mail begins: a sentence or a head that names its writer, or two lines with their mark."""
    for place in range(first, len(lines)):
        text = lines[place].strip()
        if not text:
            continue
        if text[0] == ">":
            if is_marked(text) and any(is_marked(line) for line in lines[place + 1 : place + 3]):
                return place
        elif (text[-1] == ":" and WROTE.match(text)) or (text[0] in "-–_" and ORIGINAL.match(text)):
            return place
        elif FROM.match(text) and sum(1 for line in lines[place + 1 : place + 6] if HEADER.match(line.strip())) > 1:
            is_ruled = place > first and set(lines[place - 1].strip()) in ({"_"}, {"-"})
            return place - is_ruled
    return None


def quote_end(lines: Sequence[str], start: int) -> int:
    """The line after the quoted ones: the end, unless they bear marks and something else follows."""
    place = start if is_marked(lines[start]) else start + 1
    while place < len(lines) and not lines[place].strip():
        place += 1
    if place == len(lines) or not is_marked(lines[place]):
        return len(lines)
    while place < len(lines) and (is_marked(lines[place]) or not lines[place].strip()):
        place += 1
    return place


def is_marked(line: str) -> bool:
    """A line that a mail program quoted; a prompt of Python is not."""
    return line.lstrip().startswith(">") and not line.lstrip().startswith(">>>")
