"""The check digits of national ids. Each takes the bare signs in capitals, and names the rule that it follows."""

from collections.abc import Sequence
from datetime import date

from studio.data.privacy.checksums import luhn

ITALIAN_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16,
            10, 22, 25, 24, 23,
        ),
        strict=True,
    )
)  # fmt: skip


def weighed(digits: str, weights: Sequence[int]) -> int:
    """Each digit times its weight, added up."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def is_day(year: int, month: int, day: int) -> bool:
    """Whether such a day is in the calendar."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_day_of_some_century(year: str, month: str, day: str) -> bool:
    """A day whose century is not written."""
    return is_day(1900 + int(year), int(month), int(day)) or is_day(2000 + int(year), int(month), int(day))


def is_italian_id(text: str) -> bool:
    """Codice fiscale: odd places by their table, even ones by value, remainder by 26 as a letter (DM 23.12.1976)."""
    if len(text) != 16 or not text.isascii() or not text.isalnum() or not text[-1].isalpha():
        return False
    odd = sum(ITALIAN_ODD[sign] for sign in text[:15:2])
    even = sum(int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in text[1:15:2])
    return chr(ord("A") + (odd + even) % 26) == text[-1]


def is_dutch_id(digits: str) -> bool:
    """BSN: nine digits, the eleven-proof with weights 9 to 2 and -1 (Besluit BSN)."""
    if len(digits) != 9 or len(set(digits)) == 1:
        return False
    return weighed(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def is_belgian_id(digits: str) -> bool:
    """Rijksregisternummer: 97 less the remainder of the first nine, those born since 2000 with a 2 before them."""
    if len(digits) != 11 or not int(digits[2:4]) % 20 <= 12 or int(digits[4:6]) > 31:
        return False
    return int(digits[9:]) in (97 - int(digits[:9]) % 97, 97 - int("2" + digits[:9]) % 97)


def is_swiss_id(digits: str) -> bool:
    """AHV number: 756, then twelve digits that close as an EAN-13 does (Federal Social Insurance Office)."""
    return len(digits) == 13 and digits.startswith("756") and weighed(digits, (1, 3) * 6 + (1,)) % 10 == 0


def is_polish_id(digits: str) -> bool:
    """PESEL: a day whose month carries the century, weights 1 3 7 9, modulo 10 (Ustawa o ewidencji ludności)."""
    if len(digits) != 11 or not is_day_of_some_century(digits[:2], f"{int(digits[2:4]) % 20:02d}", digits[4:6]):
        return False
    return weighed(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def is_swedish_id(digits: str) -> bool:
    """Personnummer: a day, or a day plus 60, and Luhn over ten digits (Skatteverket SKV 704)."""
    digits = digits[-10:] if len(digits) == 12 else digits
    if len(digits) != 10:
        return False
    day = int(digits[4:6])
    return luhn(digits) and is_day_of_some_century(digits[:2], digits[2:4], f"{day - 60 if day > 60 else day:02d}")


def is_brazilian_id(digits: str) -> bool:
    """CPF: two check digits by modulo 11, weights 10 to 2 and 11 to 2 (Receita Federal)."""
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    first = weighed(digits[:9], range(10, 1, -1)) * 10 % 11 % 10
    second = weighed(digits[:10], range(11, 1, -1)) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def is_chinese_id(text: str) -> bool:
    """Resident identity number: a day and the check sign of ISO 7064 MOD 11-2 (GB 11643-1999)."""
    if len(text) != 18 or not text[:17].isdigit() or text[0] == "0":
        return False
    weights = [2**place % 11 for place in range(17, 0, -1)]
    day = is_day(int(text[6:10]), int(text[10:12]), int(text[12:14])) and text[6:8] in ("18", "19", "20")
    return day and "10X98765432"[weighed(text[:17], weights) % 11] == text[17]


def is_finnish_id(text: str) -> bool:
    """Henkilötunnus: day, century sign, number, and the remainder by 31 as a sign (Digital and Population Data)."""
    digits = text[:6] + text[7:10]
    if len(text) != 11 or not digits.isdigit() or not is_day_of_some_century(text[4:6], text[2:4], text[:2]):
        return False
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31] == text[10]


def is_norwegian_id(digits: str) -> bool:
    """Fødselsnummer: two check digits by modulo 11 (Skatteetaten)."""
    if len(digits) != 11 or not 0 < int(digits[2:4]) % 40 <= 12:
        return False
    first = weighed(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    return first == 0 and weighed(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def is_danish_id(digits: str) -> bool:
    """CPR: a day and modulo 11; numbers given out since 2007 may lack the check and are not told (CPR-kontoret)."""
    if len(digits) != 10 or not is_day_of_some_century(digits[4:6], digits[2:4], digits[:2]):
        return False
    return weighed(digits, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def is_canadian_id(digits: str) -> bool:
    """SIN: nine digits, Luhn, no leading 8 (Employment and Social Development Canada)."""
    return len(digits) == 9 and digits[0] != "8" and len(set(digits)) > 1 and luhn(digits)


def is_australian_id(digits: str) -> bool:
    """Tax file number: nine digits, weights 1 4 3 7 5 8 6 9 10, modulo 11 (Australian Taxation Office)."""
    return len(digits) == 9 and len(set(digits)) > 1 and weighed(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def is_austrian_id(digits: str) -> bool:
    """Sozialversicherungsnummer: four digits and a day; the fourth is the check (Dachverband)."""
    if len(digits) != 10 or digits[0] == "0" or not 1 <= int(digits[4:6]) <= 31 or not 1 <= int(digits[6:8]) <= 15:
        return False
    return weighed(digits[:3] + digits[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11 == int(digits[3])


def is_portuguese_id(digits: str) -> bool:
    """NIF: nine digits, weights 9 to 2, modulo 11 (Autoridade Tributária)."""
    if len(digits) != 9 or digits[0] not in "1235689":
        return False
    return (11 - weighed(digits[:8], range(9, 1, -1)) % 11) % 11 % 10 == int(digits[8])
