"""Bytes become text: by mark, then strict UTF-8, then by likeness; a person may name the encoding instead."""

import codecs
import re
from collections import Counter

from studio.copy.catalog import say
from studio.errors import UnreadableFile

ENCODINGS = (
    "utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "latin-1",
    "iso8859-15", "cp932", "shift_jis", "euc_jp", "gb18030", "big5", "cp949", "koi8-r", "mac-roman", "cp437", "cp850",
)  # fmt: skip
LIKELY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "gb18030", "big5", "cp949",
]  # fmt: skip
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

WORD = re.compile(r"[^\W\d_]+")
WESTERN = frozenset(
    [
        "English",
        "German",
        "French",
        "Spanish",
        "Italian",
        "Portuguese",
        "Dutch",
        "Swedish",
        "Danish",
        "Norwegian",
        "Finnish",
    ]
)
LETTERS_OF_CP1252 = re.compile(
    "[àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜÝŸ€‚„“”‘’–—…«»°§£©®½¼²³´ºª¿¡·•™×µ\xa0]"
)


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding's name. Raises UnreadableFile with the line where a named encoding fails."""
    if encoding:
        return decode_as(data, name, encoding), encoding
    for mark, marked in MARKS:
        if data.startswith(mark):
            return decode_as(data, name, marked), marked.replace("utf-8-sig", "utf-8")
    wide = unmarked_utf16(data)
    if wide:
        return decode_as(data, name, wide), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        failed = error
    if mostly_utf8(data):
        line = data.count(b"\n", 0, failed.start) + 1
        raise UnreadableFile(
            say("encoding.file_utf_8_up", line=line),
            hint=say("encoding.line") + say("encoding.was_pasted_from_another", line=line),
            where=say("encoding.line_2", name=name, line=line),
        )
    guessed = guess(data)
    return decode_as(data, name, guessed), guessed


def decode_as(data: bytes, name: str, encoding: str) -> str:
    """Strictly by this encoding; the sentence names the first line that does not fit."""
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise UnreadableFile(
            say("encoding.no_encoding_known_here", encoding=encoding[:40]), hint=say("encoding.pick"), where=name
        ) from error
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            say("encoding.line_does_not_fit", line=line, encoding=encoding),
            hint=say("encoding.pick"),
            where=say("encoding.line_2", name=name, line=line),
        ) from error


def unmarked_utf16(data: bytes) -> str:
    """UTF-16 without its mark shows as a zero in every second byte."""
    head = data[:4000]
    if len(head) < 4:
        return ""
    odd, even = head[1::2].count(0) / (len(head) // 2), head[::2].count(0) / (len(head) // 2)
    if odd > 0.6 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 and odd < 0.1 else ""


def mostly_utf8(data: bytes) -> bool:
    """True when the many-byte letters are UTF-8 nearly everywhere: then one bad spot is a mistake, not an encoding."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(1 for letter in text[:2_000_000] if letter > "\x7f") - bad
    return good > 20 * bad


def guess(data: bytes) -> str:
    """The likeliest old encoding; West European wins when nearly all its upper letters are common ones."""
    from charset_normalizer import from_bytes

    sample = sample_of(data)
    best = from_bytes(sample, cp_isolation=LIKELY).best()
    found = best.encoding if best is not None else "cp1252"
    western = sample.decode("cp1252", "replace")
    upper = [letter for letter in western if letter > "\x7f"]
    if found in ("cp1250", "cp1254", "cp949", "big5", "gb18030", "cp932") and fits_western(
        western, upper, found, sample
    ):
        found = "cp1252"
    if found in ("cp1250", "cp1252", "cp1254"):
        found = by_words(sample, found)
    try:
        data.decode(found)
    except UnicodeDecodeError:
        return "cp1252" if not undefined_in_cp1252(data) else "latin-1"
    return found


def by_words(sample: bytes, found: str) -> str:
    """The encoding in which most of the small words of one language can be read; West European wins a draw of its own.

    “où est la clé” reads as well in cp1250 letter by letter, but it is no Czech; “für” can be read in one only.
    """
    from studio.data.checks.content.language import SMALL_WORDS

    best, most = found, 0
    for encoding in dict.fromkeys((found, "cp1252", "mac-roman")):
        said = Counter(WORD.findall(sample.decode(encoding, "replace").lower()))
        hits = {name: sum(said[word] for word in small.split()) for name, small in SMALL_WORDS.items()}
        language = max(hits, key=lambda name: hits[name])
        if hits[language] > most or (encoding == "cp1252" and hits[language] == most > 0 and language in WESTERN):
            best, most = encoding, hits[language]
    return best


def sample_of(data: bytes, size: int = 65_536) -> bytes:
    """The lines that hold anything beyond ASCII, up to `size` bytes: they alone tell encodings apart."""
    if len(data) <= size:
        return data
    lines: list[bytes] = []
    total = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[:2000])
            total += len(lines[-1])
            if total > size:
                break
    return b"".join(lines)


def fits_western(western: str, upper: list[str], found: str, sample: bytes) -> bool:
    """Whether the upper letters stand where West European words have them: few, and within Latin words."""
    if not upper or "\ufffd" in upper:
        return False
    common = sum(1 for letter in upper if LETTERS_OF_CP1252.match(letter)) / len(upper)
    within = len(re.findall(r"[A-Za-z][\x80-\u2122](?=[A-Za-z]|\b)|\b[\x80-\u2122][A-Za-z]", western))
    pairs = len(re.findall(r"[\x80-\u2122]{2}", western))
    if found in ("cp1250", "cp1254"):
        other = sample.decode(found, "replace")
        eastern = len(
            re.findall("[ąćęłńśźżčďěňřšťůžőűășțĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽŐŰ]" if found == "cp1250" else "[ğışİĞŞ]", other)
        )
        return common > 0.95 and eastern < 0.2 * len(upper)
    return common > 0.9 and pairs < 0.1 * len(upper) and within > 0.5 * len(upper)


def undefined_in_cp1252(data: bytes) -> bool:
    """Five bytes have no letter in cp1252."""
    return any(bytes([code]) in data for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
