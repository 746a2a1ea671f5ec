"""Numbers in digits, as a spreadsheet writes them: placeholders, thousands, percent, powers of ten and fractions."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Piece = tuple[str, str]  # a token's kind and text
LARGEST = Decimal(10) ** 21


def decimal_of(value: float) -> Decimal:
    """With the 15 digits that a spreadsheet keeps: what 0.1 + 0.2 left behind them is not shown."""
    return Decimal(f"{value:.15g}")


def general(value: float) -> str:
    """A number without a format. Whole numbers in full, since they may be somebody's; other numbers in the eleven
    places that a spreadsheet gives them."""
    number = decimal_of(value)
    size = number.adjusted()
    if number == number.to_integral_value() and size < 21:
        return f"{number:.0f}" if number else "0"
    if -4 <= size <= 10:
        return plain(rounded(number, 10 - max(size + 1, 1)))
    if -12 < size < -4 and len(plain(number).lstrip("-")) <= 11:
        return plain(number)
    digits, _, power = f"{number:.5E}".partition("E")
    return f"{plain(Decimal(digits))}E{power[0]}{power[1:]:0>2}"


def rounded(number: Decimal, places: int) -> Decimal:
    """Halves go away from zero, as in every spreadsheet."""
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """Without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_number(amount: Decimal, pieces: Sequence[Piece]) -> str | None:
    """`#,##0.00`, `0000000`, `000-0000`, `0.0%`, `0,,"M"`; also sections of words alone."""
    places = [at for at, (kind, _) in enumerate(pieces) if kind == "digit"]
    if not places:
        return "".join(text for _, text in pieces)
    point = next((at for at, (kind, _) in enumerate(pieces) if kind == "point"), len(pieces))
    whole, after = [at for at in places if at < point], [at for at in places if at > point]
    commas = [at for at, (kind, _) in enumerate(pieces) if kind == "comma"]
    grouped = any(whole and whole[0] < at < whole[-1] for at in commas)
    scale = commas_from(pieces, places[-1] + 1) + (commas_from(pieces, whole[-1] + 1) if whole and after else 0)
    amount = amount.scaleb(2 * sum(1 for kind, _ in pieces if kind == "percent"))
    amount = rounded(amount.scaleb(-3 * scale), len(after))
    if amount >= LARGEST:
        return None
    before, _, behind = f"{amount:f}".partition(".")
    head = placed("" if before == "0" else before, [pieces[at][1] for at in whole], grouped)
    out: list[str] = []
    for at, (kind, text) in enumerate(pieces):
        if kind == "digit":
            if at > point:
                rest = behind[after.index(at) :]
                out.append(rest[0] if rest.strip("0") or text == "0" else " " if text == "?" else "")
            else:
                out.append(head[whole.index(at)])
        elif kind != "comma":
            if kind == "point" and not whole:
                out.append("" if before == "0" else before)
            out.append(text)
    return "".join(out)


def commas_from(pieces: Sequence[Piece], start: int) -> int:
    """How many commas follow here: each one divides by a thousand."""
    end = start
    while end < len(pieces) and pieces[end][0] == "comma":
        end += 1
    return end - start


def placed(digits: str, places: Sequence[str], grouped: bool) -> list[str]:
    """The digits over the placeholders from the right; the first one takes what is left."""
    out: list[str] = []
    written = 0
    first_zero = places.index("0") if "0" in places else len(places)
    for number, place in enumerate("0" if at > first_zero else sign for at, sign in reversed(list(enumerate(places)))):
        is_first = number == len(places) - 1
        taken, digits = (digits, "") if is_first else (digits[-1:], digits[:-1])
        taken = taken or {"0": "0", "?": " "}.get(place, "")
        piece = ""
        for digit in reversed(taken):
            piece = digit + ("," if grouped and written and written % 3 == 0 and digit != " " else "") + piece
            written += 1
        out.append(piece)
    return out[::-1]


def as_power(amount: Decimal, pieces: Sequence[Piece]) -> str | None:
    """`0.00E+00`, and `##0.0E+0`, whose powers are multiples of three."""
    split = next(at for at, (kind, _) in enumerate(pieces) if kind == "power")
    front, behind = pieces[:split], pieces[split + 1 :]
    point = next((at for at, (kind, _) in enumerate(front) if kind == "point"), len(front))
    width = sum(1 for kind, _ in front[:point] if kind == "digit")
    places = sum(1 for kind, _ in front[point:] if kind == "digit")
    if not width or amount.adjusted() > 300:
        return None
    power = 0 if not amount else amount.adjusted() // width * width
    if amount and rounded(amount.scaleb(-power), places) >= Decimal(10) ** width:
        power += width
    mantissa = as_number(amount.scaleb(-power), front)
    exponent = as_number(Decimal(abs(power)), behind)
    sign = "-" if power < 0 else pieces[split][1][1].replace("-", "")
    return None if mantissa is None or exponent is None else f"{mantissa}E{sign}{exponent}"


def as_fraction(amount: Decimal, pieces: Sequence[Piece]) -> str | None:
    """`# ?/?`, `# ??/??`, `?/8`: the nearest fraction with so many digits below, or with that denominator."""
    slash = next(at for at, (kind, _) in enumerate(pieces) if kind == "slash")
    top = slash
    while top and pieces[top - 1][0] == "digit":
        top -= 1
    end = slash + 1
    while end < len(pieces) and (pieces[end][0] == "digit" or pieces[end][1].isdecimal()):
        end += 1
    below = "".join(text for _, text in pieces[slash + 1 : end])
    if top == slash or not below or amount >= LARGEST or len(below) > 5:
        return None
    value = Fraction(amount)
    if any(sign in "123456789" for sign in below):
        if not below.isdecimal():
            return None
        denominator = int(below)
        numerator = int(rounded(amount * denominator, 0))
    else:
        near = value.limit_denominator(10 ** len(below) - 1)
        numerator, denominator = near.numerator, near.denominator
    has_whole = any(kind == "digit" for kind, _ in pieces[:top])
    if not has_whole:
        written = f"{numerator}/{denominator}"
        before = "".join(text for _, text in pieces[:top])
    else:
        whole, numerator = divmod(numerator, denominator)
        written = f"{whole or ''} {numerator}/{denominator}" if numerator else str(whole)
        places = [at for at, (kind, _) in enumerate(pieces[:top]) if kind == "digit"]
        before = "".join(text for _, text in pieces[: places[0]])
    return before + written.strip() + "".join(text for _, text in pieces[end:])
