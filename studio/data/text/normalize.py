"""Texts as the checks compare them: without case and signs, word by word (letter by letter where no spaces part)."""

import re
import unicodedata

SIGNS = {code: " " for code in range(128) if not chr(code).isalnum()}
SIGNS[ord("'")] = ""
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
APOSTROPHES = re.compile("['’ʼ`´]")
NUMBER = re.compile(r"\d+")
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
        "не",
        "нет",
        "без",
        "不",
        "没",
        "未",
        "无",
    ]
)


def words(text: str) -> list[str]:
    """The words that are compared."""
    if text.isascii():
        return text.lower().translate(SIGNS).split()
    return WORD.findall(APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold()))


def facts(said: list[str]) -> tuple[tuple[str, ...], int]:
    """What may not differ between two copies: the numbers, and how often something is denied."""
    numbers = tuple(sorted(number for word in said if any(map(str.isdigit, word)) for number in NUMBER.findall(word)))
    return numbers, sum(1 for word in said if word in NEGATIONS)
