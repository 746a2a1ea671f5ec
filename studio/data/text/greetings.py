"""The words with which a mail greets, in the languages of Europe: one list for what is asked and for who is named."""

import re

from studio.data.text.late_pattern import late

# The first two are parts of a regular expression that takes no notice of capitals.

GREETINGS = (
    r"hello|hi|hey|hiya|(?:good )?(?:morning|afternoon|evening)|good day|hallo|moin|servus"
    r"|guten (?:tag|morgen|abend)|liebe[rs]?|bonjour|bonsoir|salut|ch[eè]re?|hola"
    r"|buen(?:os|as) (?:d[ií]as|tardes|noches)|estimad[oa]s?|querid[oa]s?|ciao|buongiorno|buonasera|gentile|car[oa]"
    r"|egregio|beste|hoi|dag|goede(?:morgen|middag|navond)|dzień dobry|cześć|witaj|drog[ia]|olá|prezad[oa]s?"
    r"|sehr geehrte[rs]?|geachte|dear"
)
TO_NOBODY = r"greetings|to whom it may concern"  # no name follows
MOST_GREETED = 6  # words: “Dear friends of the harbour choir,”
NAMES = (  # whom a greeting may name: a name, a mask, or somebody unknown
    r"(?:[ \t]+(?:\[[A-Z]{2,12}_\d{1,9}\]|(?:dr|mr|mrs|ms|prof|hr|fr|sr|sra)\b\.?|(?-i:[A-ZÀ-ÞŁŚŻ])[\w'’-]{1,30}"
    r"|there|all|team|everyone|everybody|folks|sir|sirs|madam|or|and|to|whom|it|may|concern|zusammen|damen|und|herren"
    r"|frau|herr|à|tous|a|todos|tutti)){0,6}"
)
GREETING = late(
    rf"^[^\w\n\[]{{0,5}}(?:(?:{GREETINGS}|{TO_NOBODY})\b"
    rf"(?:{NAMES}[ \t]*(?:[,.!:;–—-]+|$)(?:[ \t]*(?-i:[A-ZÀ-ÞŁŚŻ])[\w'’-]{{1,30}}(?:[,!]+|[ \t]*$))?"
    r"|[ \t]+[\w'’-]{1,30}[,!]+)"
    r"|(?:hi|hello|hey)\b|(?:您好|你好|こんにちは|안녕하세요)[，,!！。、]?)",
    re.IGNORECASE | re.MULTILINE,
)
PARTING = late(r"[,!?:;。！]|(?<!\bdr)(?<!\bm[rs])(?<!\bmrs)(?<!\bprof)\.", re.IGNORECASE)
MAY_GREET = late(rf"^[^\w\n\[]{{0,5}}(?:{GREETINGS}|{TO_NOBODY}|您好|你好|こんにちは|안녕하세요)", re.I | re.M)


def is_greeting(line: str) -> bool:
    """Whether a whole line greets and says nothing else: “Dear Sir or Madam,”, “Good afternoon”, “Dear friends!”."""
    words = line.strip()
    if not MAY_GREET.match(words):
        return False
    is_short = len(words.split()) <= MOST_GREETED and words[-1] in ",!" and PARTING.search(words[:-1]) is None
    return is_short or GREETING.fullmatch(words) is not None
