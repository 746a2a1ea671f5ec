"""Texts as the checks compare them: without case and signs, word by word (letter by letter where no spaces part)."""

import unicodedata

from studio.data.text.late_pattern import late

SIGNS = {code: " " for code in range(128) if not chr(code).isalnum()}
SIGNS[ord("'")] = ""
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = late(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
APOSTROPHES = late("['’ʼ`´]")
NUMBER = late(r"\d+")
MASK = late(r"\[(EMAIL|PHONE|CARD|IBAN|IP|URL|ID|NAME|SECRET|BIRTHDATE|ADDRESS)_\d{1,9}\]")  # of `privacy.masks`
NEGATIONS = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "cannot",
        "cant",
        "dont",
        "doesnt",
        "isnt",
        "arent",
        "wont",
        "without",
        "nicht",
        "kein",
        "keine",
        "nie",
        "ohne",
        "non",
        "pas",
        "jamais",
        "sans",
        "nunca",
        "sin",
        "niet",
        "geen",
        "keinen",
        "keinem",
        "keiner",
        "niemals",
        "nein",
        "aucun",
        "aucune",
        "ningún",
        "ninguna",
        "jamás",
        "senza",
        "nessun",
        "nessuna",
        "nessuno",
        "nee",
        "nooit",
        "zonder",
        "não",
        "sem",
        "nenhum",
        "nenhuma",
        "не",
        "нет",
        "без",
        "不",
        "没",
        "未",
        "无",
    ]
)


def by_kind(text: str) -> str:
    """The text with each mask of a private detail told by its kind alone: which of two people was hidden is no
    difference between two texts."""
    return MASK.sub(r"[\1]", text) if "_" in text and "[" in text else text


def words(text: str) -> list[str]:
    """The words that are compared."""
    text = by_kind(text)
    if text.isascii():
        return text.lower().translate(SIGNS).split()
    return WORD.findall(APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold()))


def facts(said: list[str]) -> tuple[tuple[str, ...], int]:
    """What may not differ between two copies: the numbers, and how often something is denied."""
    numbers = tuple(sorted(number for word in said if any(map(str.isdigit, word)) for number in NUMBER.findall(word)))
    return numbers, sum(1 for word in said if word in NEGATIONS)
