"""Lists and objects that a program wrote into a cell: JSON, Python's and numpy's way. A parser, never an evaluation."""

import json
import re
from typing import Any

MOST_LETTERS = 1_000_000
MOST_DEPTH = 40
SPACE = re.compile(r"\s*")
WORD = re.compile(r"[A-Za-z_<][\w.>]*")
NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?j?")
PLAIN = {quote: re.compile(rf"[^\\{quote}]*") for quote in "'\""}
OMITTED = ("...", "…")
NOTHING = ("None", "null", "nan", "NaN", "NaT", "<NA>", "undefined")
TRUTH = {"True": True, "true": True, "False": False, "false": False}
WRAPPERS = ("array", "str_", "list", "tuple", "int64", "int32", "float64", "float32", "bool_", "OrderedDict", "Series")
ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "0": "\0", "\n": "", "/": "/",
}  # fmt: skip
WIDTHS = {"x": 2, "u": 4, "U": 8}


class NotALiteral(ValueError):
    """The text is no list or object that this parser knows; its words say why, as the end of a sentence."""


class OmittedItems(NotALiteral):
    """The program that wrote the list left out its middle: the text is lost."""


def parse_written(text: str) -> Any:
    """The value behind the text. Numbers stay as they are written. Raises NotWritten, or Omitted for a `...`."""
    if len(text) > MOST_LETTERS:
        raise NotALiteral("it is too long")
    try:
        value = json.loads(text, strict=False, parse_float=number_of, parse_int=number_of, parse_constant=str)
    except (ValueError, RecursionError):
        escaped = text.lstrip().startswith(('[{\\"', '{\\"', '[\\"'))
        value = unescaped(text) if escaped else LiteralParser(text).whole()
    if isinstance(value, str) and value != text and value.lstrip()[:1] in ("[", "{"):  # written twice
        value = parse_written(value)
    refuse_gaps(value, 0)
    return value


def unescaped(text: str) -> Any:
    """The value of JSON of which every quote is escaped: the text of a text, without the quotes around it."""
    try:
        return json.loads(f'"{text.strip()}"', strict=False)
    except ValueError as error:
        raise NotALiteral("its quotes are escaped in part") from error


def refuse_gaps(value: Any, depth: int) -> None:
    """A list of objects with a `...` among them was shortened, also where the dots stand in quotes."""
    if depth > MOST_DEPTH:
        raise NotALiteral("it is nested too deeply")
    if isinstance(value, list):
        if any(isinstance(item, str) and item in OMITTED for item in value) and any(
            isinstance(item, dict | list) for item in value
        ):
            raise OmittedItems("the program that wrote it left out a part (…)")
        for item in value:
            refuse_gaps(item, depth + 1)
    elif isinstance(value, dict):
        for item in value.values():
            refuse_gaps(item, depth + 1)


class LiteralParser:
    """Reads one value from left to right, each letter once. Commas between the items of a list may be missing."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def whole(self) -> Any:
        """The value, with nothing behind it."""
        value = self._value(0)
        self._skip()
        if self._at < len(self._text):
            raise NotALiteral(f"more text follows at character {self._at + 1:,}")
        return value

    def _skip(self) -> str:
        """Go to the next letter that is no space, and give it back."""
        found = SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _value(self, depth: int) -> Any:
        if depth > MOST_DEPTH:
            raise NotALiteral("it is nested too deeply")
        letter = self._skip()
        if not letter:
            raise NotALiteral("it breaks off before its end")
        if letter in "[(":
            return self._items("]" if letter == "[" else ")", depth)
        if letter == "{":
            return self._object(depth)
        if letter in "'\"":
            return self._string()
        if self._text.startswith(OMITTED, self._at):
            raise OmittedItems("the program that wrote it left out a part (…)")
        number = NUMBER.match(self._text, self._at)
        if number and number.end() > self._at:
            self._at = number.end()
            return number_of(number.group())
        return self._word(depth)

    def _items(self, end: str, depth: int) -> list[Any]:
        self._at += 1
        items: list[Any] = []
        while (letter := self._skip()) != end:
            if letter == "," and items:
                self._at += 1
                if self._skip() == end:
                    break
            items.append(self._value(depth + 1))
        self._at += 1
        return items

    def _object(self, depth: int) -> dict[str, Any]:
        self._at += 1
        made: dict[str, Any] = {}
        while (letter := self._skip()) != "}":
            if letter == "," and made:
                self._at += 1
                if self._skip() == "}":
                    break
            key = self._value(depth + 1)
            if self._skip() != ":":
                raise NotALiteral("it breaks off before its end" if not self._skip() else "a name without a value")
            self._at += 1
            made[key if isinstance(key, str) else json.dumps(key)] = self._value(depth + 1)
        self._at += 1
        return made

    def _string(self) -> str:
        text, quote = self._text, self._text[self._at]
        self._at += 1
        pieces: list[str] = []
        while True:
            plain = PLAIN[quote].match(text, self._at)
            self._at = plain.end() if plain else self._at
            pieces.append(plain.group() if plain else "")
            if self._at >= len(text):
                raise NotALiteral("it breaks off before its end")
            if text[self._at] == quote:
                self._at += 1
                return whole_letters("".join(pieces))
            pieces.append(self._escaped())

    def _escaped(self) -> str:
        """What the backslash at this place and the letter after it stand for."""
        letter = self._text[self._at + 1 : self._at + 2]
        self._at += 2
        width = WIDTHS.get(letter)
        if width:
            digits = self._text[self._at : self._at + width]
            if len(digits) == width and all(one in "0123456789abcdefABCDEF" for one in digits):
                if int(digits, 16) > 0x10FFFF:
                    raise NotALiteral("a letter that does not exist")
                self._at += width
                return chr(int(digits, 16))
        return ESCAPES.get(letter, letter if letter in ("'", '"', "\\") else "\\" + letter)

    def _word(self, depth: int) -> Any:
        found = WORD.match(self._text, self._at)
        if found is None:
            raise NotALiteral(f"character {self._at + 1:,} does not fit")
        start, word = self._at, found.group()
        self._at = found.end()
        if word in NOTHING:
            return None
        if word in TRUTH:
            return TRUTH[word]
        after = self._text[self._at : self._at + 1]
        if word.lower() in ("b", "u", "r", "f") and after in ("'", '"') and after:
            return self._string()
        if after != "(":
            raise NotALiteral(f"“{word[:20]}” stands there without quotes")
        inside = self._arguments(depth)
        wraps = word.rpartition(".")[2] in WRAPPERS and inside
        return inside[0] if wraps else self._text[start : self._at]

    def _arguments(self, depth: int) -> list[Any]:
        """What stands between the brackets of `array([…], dtype=object)`; names and what they are set to are left."""
        self._at += 1
        values: list[Any] = []
        while (letter := self._skip()) != ")":
            if letter == ",":
                self._at += 1
                continue
            named = WORD.match(self._text, self._at)
            if named and self._text[named.end() : named.end() + 1] == "=":
                self._at = named.end() + 1
                self._setting(depth)
                continue
            values.append(self._value(depth + 1))
        self._at += 1
        return values

    def _setting(self, depth: int) -> None:
        """`object`, `'<U12'`, `(2,)`: read over."""
        word = WORD.match(self._text, self._at)
        if word and self._text[word.end() : word.end() + 1] in (")", ",", " "):
            self._at = word.end()
        else:
            self._value(depth + 1)


def whole_letters(text: str) -> str:
    """Two halves of one letter, as JSON escapes them, put together."""
    if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def number_of(written: str) -> object:
    """The number if it prints as it was written, else its text."""
    if len(written) > 300 or written in ("NaN", "Infinity", "-Infinity"):
        return str(written)
    try:
        number: int | float = int(written) if written.lstrip("-").isdigit() else float(written)
    except ValueError:  # 1_000j
        return str(written)
    return number if repr(number) == written else str(written)
