"""The words with which a mail greets, in the languages of Europe: one list for what is asked and for who is named.

As parts of a regular expression that takes no notice of capitals.
"""

GREETINGS = (
    r"hello|hi|hey|hiya|(?:good )?(?:morning|afternoon|evening)|good day|hallo|moin|servus"
    r"|guten (?:tag|morgen|abend)|liebe[rs]?|bonjour|bonsoir|salut|ch[eè]re?|hola"
    r"|buen(?:os|as) (?:d[ií]as|tardes|noches)|estimad[oa]s?|querid[oa]s?|ciao|buongiorno|buonasera|gentile|car[oa]"
    r"|egregio|beste|hoi|dag|goede(?:morgen|middag|navond)|dzień dobry|cześć|witaj|drog[ia]|olá|prezad[oa]s?"
    r"|sehr geehrte[rs]?|geachte|dear"
)
TO_NOBODY = r"greetings|to whom it may concern"  # no name follows
