"""When two answers are the same: one rule for the exam, the labels and the contradictions in a table.

What can change a meaning counts: words, numbers, signs, powers, emoji. What alone tells two of the expert's own answers
apart (capitals, closing zeros) counts too, and numbers are read in the notation of her column.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from studio.copy.catalog import say
from studio.data.text.late_pattern import late
from studio.data.text.normalize import MASK, by_kind

MOST = 5_000  # different answers that are looked at to decide a column's rule
SLIP = 10  # a spelling so many times rarer than another is a slip of the pen, no label of its own
# Letters that combine with others are no \w of Python's, yet change a word: accents, vowel signs of Asian scripts.
MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
MARKS += "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0f71-\u0f84\u102b-\u103e\u17b4-\u17d3"
IN_WORD = f"\\w{MARKS}\u200c\u200d"
NUMBER = f"(?<![{IN_WORD}])(?:[+-](?=\\.?\\d))?(?:(?<![\\d{IN_WORD}.,])\\.(?=\\d))?\\d+(?:[.,']\\d+)*"
WORD = f"(?<![{IN_WORD}.])\\.(?=[^\\W\\d_])[{IN_WORD}]+[#+*]*|[{IN_WORD}]+(?:'[{IN_WORD}]+)*(?:[#+*]+)?"
GRADE = f"(?<![{IN_WORD}])[^\\W\\d_]{{1,2}}-(?![{IN_WORD}])"  # A-, AB-
SIGN = f"[^\\s{IN_WORD}.,;:!?'\"()\\-]|(?<=\\d)-(?=\\d)|(?<=\\d)['\"](?![{IN_WORD}])"
PIECE = late(f"(?P<number>{NUMBER})|(?P<word>{GRADE}|{WORD})|(?P<sign>{SIGN})")
MAY_TELL = late(r"[^A-Za-z0-9\s,;:!?().]|\.(?=\w)")  # without any of these a text holds no telling sign
EMPHASIS = late(r"(?<![\w*`])(\*{1,3}|`{1,3})([^\s*`](?:[^*`]*[^\s*`])?)\1(?![\w*`])")
GROUPED = late(r"(?<=\d)[\u00a0\u2009\u202f’](?=\d{3}(?!\d))")
LONE_MINUS = late(r"(?:(?<=^)|(?<=[=:(<>]))(\s*)-[ \u00a0](?=\d)")
POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"
POWER = late(f"[{POWERS}]+")
LOWERED = str.maketrans(POWERS, "0123456789+-n")
ALIKE: dict[int, str] = {
    **dict.fromkeys(map(ord, "‐‑‒–−"), "-"), **dict.fromkeys(map(ord, "—―…。、«»„“”‹›¿¡·•"), " "),
    **dict.fromkeys(map(ord, "‘’ʼ´′"), "'"), **dict.fromkeys(map(ord, "″"), '"'),
    **dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x61C, 0xFE0E, 0xFE0F, *range(0x202A, 0x202F),
                     *range(0x2066, 0x206A)), ""),
}  # fmt: skip
SHAPES = ("<wide>", "<narrow>", "<initial>", "<medial>", "<final>", "<isolated>")
BRACKETS = frozenset("()")
ALGEBRA = frozenset("+*/^=<>×÷·")


@dataclass(frozen=True)
class SameAnswer:
    """How a column's answers are compared. `decimal`: what parts decimals in it, empty where it does not show.

    `told_by_case` and `told_by_zeros`: two answers of the column that only capitals, or only closing zeros and plus
    signs, tell apart; then these count.
    """

    decimal: str = ""
    told_by_case: tuple[str, str] | None = None
    told_by_zeros: tuple[str, str] | None = None
    numbers: bool = False
    masks: bool = False  # private details stand hidden in the column

    def same(self, one: str, other: str) -> bool:
        """Whether two answers count as the same; nothing is never the same as anything."""
        form = self.form(one)
        return bool(form) and form == self.form(other)

    def form(self, text: str) -> str:
        """What is compared, single-spaced; of an answer without words or signs its marks. Empty for nothing."""
        return self.words(text) or " ".join(shaped(text).split())

    def words(self, text: str) -> str:
        """Words, numbers and signs alone: empty for an answer of marks, which no text may be said to hold."""
        plain = shaped(text)
        kept = [self._piece(match) for match in PIECE.finditer(plain)]
        if ALGEBRA & set(plain) and BRACKETS & set(plain) and any(map(str.isdigit, plain)):
            kept.append("".join(letter for letter in plain if letter in BRACKETS or letter in ALGEBRA))
        return " ".join(filter(None, kept))

    def numbers_of(self, text: str) -> list[str]:
        """The numbers of a text in order, each in one way of writing."""
        return [self.number(match["number"]) for match in PIECE.finditer(shaped(text)) if match["number"]]

    def _piece(self, match: re.Match[str]) -> str:
        if match["number"]:
            return self.number(match["number"])
        if match["sign"] in ("'", '"'):  # feet and inches, minutes and seconds; a closing quote was opened before
            return "" if match.string.count(match["sign"]) % 2 == 0 else match["sign"]
        return match[0] if self.told_by_case else match[0].lower()

    def number(self, written: str) -> str:
        """A number in one way of writing; what can be read in two ways stays as it is written."""
        sign, digits = (written[0], written[1:]) if written[0] in "+-" else ("", written)
        if digits[0] == ".":
            digits = f"0{digits}"
        marks = [letter for letter in digits if not letter.isdigit()]
        read = self._decimal(digits, marks) if marks else digits
        if read is None:
            return written
        if not self.told_by_zeros:
            sign = sign.replace("+", "")
            read = read.rstrip("0").rstrip(".") if "." in read else read
        return read if not read.strip("0.") else sign + read

    def _decimal(self, digits: str, marks: list[str]) -> str | None:
        """With a decimal point and nothing else between the digits; None where it cannot be told."""
        parts = re.split(r"[.,']", digits)
        grouped = all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3 and parts[0] != "0"
        last = marks[-1]
        if len(set(marks)) == 2 and marks.count(last) == 1 and last != "'":
            whole = parts[:-1]
            if all(len(part) == 3 for part in whole[1:]) and 1 <= len(whole[0]) <= 3:
                return f"{''.join(whole)}.{parts[-1]}"
        elif len(set(marks)) == 1 and grouped and (len(marks) > 1 or last == "'" or self._is_thousands(last)):
            return "".join(parts)
        elif len(marks) == 1 and last != "'" and (not grouped or self.decimal == last):
            return f"{parts[0].lstrip('0') or '0'}.{parts[1]}"
        return None

    def _is_thousands(self, mark: str) -> bool:
        """Whether three digits after one such mark are thousands: by the column, else only after a comma."""
        return mark != self.decimal if self.decimal else mark == ","

    @cached_property
    def sentence(self) -> str:
        """The rule in words, to be read beside the figure."""
        said = [say("answer_equality.same_means_words_numbers")]
        if self.told_by_case:
            said.append(
                say(
                    "answer_equality.capitals_count_they_alone",
                    told_by_case=short(self.told_by_case[0]),
                    told_by_case_2=short(self.told_by_case[1]),
                )
            )
        else:
            said.append(say("answer_equality.capitals_spaces_closing_marks"))
        if self.told_by_zeros:
            said.append(
                say(
                    "answer_equality.closing_zeros_count_two",
                    told_by_zeros=short(self.told_by_zeros[0]),
                    told_by_zeros_2=short(self.told_by_zeros[1]),
                )
            )
        if self.numbers:
            said.append(NOTATIONS[self.decimal])
        if self.masks:
            said.append(say("answer_equality.masks_by_kind"))
        return " ".join(said)


NOTATIONS = {
    ",": "Numbers are read as your answers write them: 1,5 is 1.5, and 1.000 is a thousand.",
    ".": "Numbers are read as your answers write them: 1.50 is 1.5, and 1,000 is a thousand.",
    "": "Numbers are compared as numbers: 1,5 is 1.5. What 1.000 is, your answers do not show: it stays as written.",
}
PLAIN = SameAnswer()


def short(text: str) -> str:
    """The beginning of an answer that is named in a sentence."""
    return text if len(text) <= 30 else f"{text[:29]}…"


def shaped(text: str) -> str:
    """One way of writing what looks the same: composed letters, widths, ligatures, quotes, dashes, powers; and masks
    of private details by their kind."""
    text = by_kind(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", GROUPED.sub("'", text))
        text = POWER.sub(lambda found: f"^{found[0].translate(LOWERED)}", text).translate(ALIKE)
        text = "".join(letter if letter < "\x80" else one_shape(letter) for letter in text)
    if "*" in text or "`" in text:
        text = EMPHASIS.sub(r"\2", text)
    return LONE_MINUS.sub(r"\1-", text.strip()) if "- " in text else text.strip()


def one_shape(letter: str) -> str:
    """Full-width and joined letters as plain ones, digits of all scripts as 0 to 9; any other letter as it is."""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.decimal(letter))
    if "\ufb00" <= letter <= "\ufb17" or unicodedata.decomposition(letter).startswith(SHAPES):
        return unicodedata.normalize("NFKC", letter)
    return letter


def rule_of(answers: Iterable[str]) -> SameAnswer:
    """The rule of a column of answers."""
    counts = Counter(answer.strip() for answer in answers)
    counts.pop("", None)
    known = dict(counts.most_common(MOST))
    votes = Counter(mark for answer in known for mark in decimal_marks(answer))
    decimal = next((mark for mark, other in (",.", ".,") if votes[mark] > SLIP * votes[other]), "")
    rule = SameAnswer(decimal=decimal, numbers=any(map(PLAIN.numbers_of, known)),
                      masks=any(map(MASK.search, known)))  # fmt: skip
    strict = SameAnswer(decimal, ("", ""), ("", ""))
    return replace(
        rule,
        told_by_case=told_apart(known, replace(rule, told_by_zeros=("", "")).form, strict.form),
        told_by_zeros=told_apart(known, replace(rule, told_by_case=("", "")).form, strict.form),
    )


def told_apart(
    known: dict[str, int], loose: Callable[[str], str], strict: Callable[[str], str]
) -> tuple[str, str] | None:
    """Two answers that are one by the loose form and two by the strict one, neither of them a slip."""
    first: dict[str, tuple[str, str]] = {}
    for answer, count in known.items():  # most frequent first
        form = strict(answer)
        before, its_form = first.setdefault(loose(answer), (answer, form))
        if its_form != form and known[before] < SLIP * count:
            return before, answer
    return None


def decimal_marks(answer: str) -> list[str]:
    """The marks that part decimals in this answer, as far as its numbers show it without doubt."""
    found = []
    for match in PIECE.finditer(shaped(answer)):
        parts = re.split(r"([.,'])", (match["number"] or "").lstrip("+-"))
        marks, whole, last = parts[1::2], parts[0], parts[-1]
        if not marks or marks[-1] == "'":
            continue
        alone = len(marks) == 1 and (len(last) != 3 or len(whole) > 3 or whole == "0")
        if alone or (len(set(marks)) == 2 and marks.count(marks[-1]) == 1):
            found.append(marks[-1])
        elif len(marks) > 1 and len(set(marks)) == 1 and all(len(part) == 3 for part in parts[2::2]):
            found.append("," if marks[0] == "." else ".")
    return found


def telling_signs(text: str, *, brief: bool = True, emoji: bool = True) -> tuple[str, ...]:
    """The signs of a text that make another answer of the same words: minus, currencies, names such as `C#`; in a
    `brief` one operators, powers and emoji as well, which are often mere form in a long one."""
    if not MAY_TELL.search(text):
        return ()
    kinds = ("Sc", *(("Sm",) if brief else ()), *(("So", "Sk") if brief and emoji else ()))
    found = []
    for match in PIECE.finditer(shaped(text)):
        piece = match[0]
        if match["number"]:
            found += [piece] if piece[0] == "-" else []
        elif match["word"]:
            found += [piece.lower()] if piece[0] == "." or piece[-1] in "#+*-" else []
        elif unicodedata.category(piece) in kinds or (brief and piece in "#%^/"):
            found.append(piece)
    return tuple(sorted(found))


def any_same(rule: SameAnswer, reply: str, accepted: Sequence[str]) -> bool:
    """Whether the reply holds one of these answers as whole words and signs."""
    said = f" {rule.words(reply)} "
    return any((words := rule.words(answer)) and f" {words} " in said for answer in accepted)
