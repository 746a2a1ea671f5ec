"""Sentences of our own making: details as people write them, and numbers that only look like details.

Forms hold `#` for any digit and `N` for 2 to 9. Nothing here is taken from a data set; everything is drawn by a seed.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

from studio.data.privacy.checksums import IBAN_LENGTHS, luhn


class Told(NamedTuple):
    """A sentence and the detail in it, if any."""

    text: str
    kind: str = ""
    value: str = ""


PHONES = (
    "+1 N## N## ####", "+1-N##-N##-####", "+1 (N##) N##-####", "+1N##N######", "1-N##-N##-####", "(N##) N##-####",
    "N##-N##-####", "N##.N##.####", "N## N## ####", "(N##)N##-####", "1 (N##) N##-####", "1-800-N##-####",
    "N##-N##-#### ext. ###", "N##-N##-####x###", "+44 20 7### ####", "+44 (0)20 7### ####", "020 7### ####",
    "07### ######", "07### ### ###", "+44 7### ######", "0161 ### ####", "+49 30 #######", "+49 (0)30 #######",
    "+49 171 #######", "030 / N## ## ##", "030/N######", "0171-N######", "0171 N######", "089 N#######",
    "(030) N######",
    "0049 89 N######", "+33 1 ## ## ## ##", "+33 (0)6 ## ## ## ##", "01 ## ## ## ##", "06.##.##.##.##",
    "06-##-##-##-##", "0033 6 ## ## ## ##", "+34 6## ### ###", "+34 91 ### ## ##", "6## ### ###", "91 ### ## ##",
    "+39 06 #### ####", "+39 3## ### ####", "06 #### ####", "+31 6 ########", "06-########", "020-#######",
    "+31 20 ### ####", "+32 4## ## ## ##", "0### ## ## ##", "+41 44 ### ## ##", "044 ### ## ##", "+43 1 #######",
    "+43 664 #######", "+45 ## ## ## ##", "+46 8 ### ## ##", "08-### ## ##", "+46 70 ### ## ##", "070-### ## ##",
    "+47 ## ## ## ##", "+358 40 #######", "+48 ### ### ###", "+48 22 ### ## ##", "+420 ### ### ###", "+351 9## ### ###",
    "+353 87 ### ####", "+30 21# ### ####", "+90 5## ### ## ##", "+7 9## ###-##-##", "8 (9##) ###-##-##",
    "+380 44 ### ## ##",
    "+91 98### #####", "+91-98########", "+91 22 #### ####", "+86 138 #### ####", "+86 10 #### ####", "+81 3-####-####",
    "+81 90-####-####", "03-####-####", "090-####-####", "+82 10-####-####", "010-####-####", "+65 6### ####",
    "+61 2 #### ####", "+61 4## ### ###", "04## ### ###", "(02) #### ####", "+64 21 ### ####", "+55 11 9####-####",
    "(11) 9####-####", "+52 55 #### ####", "+54 9 11 ####-####", "+27 82 ### ####", "+234 80# ### ####",
    "+20 10 #### ####",
    "+971 50 ### ####", "+966 5# ### ####", "+972 5#-###-####", "+62 812-####-####", "+66 8 #### ####",
    "+84 9# ### ## ##",
    "+49\u00a030\u00a0#######", "+49.30.#######", "+44-20-7###-####", "00 1 N## N## ####",
)  # fmt: skip
AROUND_PHONES = (
    "Please call {} before noon.", "Her number is {}.", "Tel.: {}", "Ring {} or come by.", "Reach me at {}!",
    "Phone {} (office).", "You can text {} any time.", "My mobile: {}, thanks.", "Fax {}", "Rufen Sie {} an.",
    "Telefon: {}", "Tél. {}", "Contact Dr Weber on {}, please", "WhatsApp {}", "The hotline {} is free.",
    "Anna Berg, {}, Room 4", "Who is {}?", "{}", "I tried {} twice yesterday.", "Ask for Mia ({}).",
)  # fmt: skip
NO_DETAILS = (
    "Order {8} has shipped.", "Order no. {3}-{7}-{7} is late.", "Your order number is {10}.",
    "Order #{9} was refunded.",
    "Invoice INV-{4}-{5} is due.", "Invoice {7} dated 2024-03-12 is open.", "Rechnung Nr. {9} vom 12.03.2024",
    "Invoice no: {4}/{6}", "Article {3}.{3}.{2} is sold out.", "Artikelnummer {6}-{2}", "Item {4}-{4} fits.",
    "Article number {8} comes in blue.", "SKU {5}-{3}", "Part no. {3} {3} {3} {2}", "Serial number {12}",
    "S/N: {4}-{4}-{3}", "Serial {2}A{6}B", "Case {3} {3} {3}", "Case no. 2:23-cv-{5}", "Ticket {7} is closed.",
    "Ticket #{6}-{4}", "Bestellung {2}-{5}-{5}", "PO 45{8}, position 10", "I bought {7} and it broke.",
    "Please quote {10} in your reply.", "Tracking number 1Z{3}AA{8}", "Tracking {4} {4} {4} 00", "Contract {3}/{4}/{2}",
    "Customer {6} called us.", "Kundennummer {8}", "Policy {3}-{6}", "Model {4}-{3} is older.", "Booking {6}-{3}",
    "It happened on 12.03.2024 at 14:30.", "Between 2019-2021 it grew.", "From 1998 to 2004, 1,204,300 people came.",
    "On 2024-05-06 14:20:33 the server stopped.", "12/03/2024 - 15/03/2024", "3.4.2024, 10.30-11.45", "2023/24",
    "Born 01-02-1980", "20240506", "2024-05-06T14:20:33Z", "The years 1914-1918", "981-1037 AD", "pages 721-742",
    "Take 500 mg 2-3 times daily.", "Blood pressure 120/80, pulse 72.", "It measures 120 x 80 x 45 cm.",
    "Between 700-1000 calories", "It weighs 1.250,50 kg.", "2.5-3.5 mmol/l", "37.5 C to 38.9 C", "10,000-15,000 steps",
    "ICD-10 J45.909 and E11.65", "F32.1, M54.5", "Codes 4A84.0 and 90.21", "LOINC 2345-7", "CAS 7732-18-5",
    "§ 823 Abs. 1 BGB", "Section 12.3.4.5 of the contract", "Art. 6 (1) (a) GDPR", "42 U.S.C. 1983",
    "BGH VIII ZR 285/12",
    "Directive 2011/83/EU", "Case C-131/12", "Regulation (EU) 2016/679", "410 U.S. 113 (1973)", "Sec. 102.15-3",
    "ISBN 978-3-16-148410-0", "ISBN 0-306-40615-2", "ISSN 2049-3630", "EAN 4006381333931", "doi:10.1000/182.2019.1",
    "Version 4.12.0.1 is out.", "v2.10.33", "Python 3.11.4 and numpy 1.26.4", "Build 19045.3803",
    "Release 10.0.19041.1",
    "52.5200, 13.4050", "N 52 31 12 E 13 24 18", "Position 48.8566/2.3522", "GPS: 40.712776, -74.005974",
    "It costs $1,299.00 instead of $1,499.00.", "EUR 12.345,67", "12 345 678 kr", "Rs 1,20,000", "1.234.567 Euro",
    "17.786.419 inhabitants", "GBP 1 250 000", "$1000 / 200 = $5", "12 + 34 - 5678 / 910", "(350 - 250) / 250 * 100",
    "4 8 12 16 20 24 28 32 36 40", "1 2 3 4 5 6 7 8 9 10 11 12", "5, 10, 15, 20, 25", "3.14159265358979",
    "0.000012345678",
    "1234567", "00000000", "1111 1111 1111 1111", "ratio 16:9 at 1920x1080", "at 10:30:45 and 11:45:50",
    "MAC 00:1B:44:11:3A:B7",
    "std::vector and a::b", "Matthew 5:3-12; 6:9-13", "Score 21-15, 18-21, 21-19", "3-2-1 go", "Room 4-203",
    "Line 120-135 of the file", "Sizes 36-38-40-42", "Bus 100, 200 and 245", "uses @ in its name",
    "@anna thanks for this",
    "a @ b", "@media (max-width: 600px)", "user@host", "3 @ 4.50 each", "the @app.route decorator",
    "foo@bar without a dot",
    "see example.com", "the file main.py", "e.g. this.that", "https://", "http is a protocol", "www is old",
    "127.0.0.1", "netmask 255.255.255.0", "bind to 0.0.0.0", "SW Version: 1.2.3.4", "firmware 2.0.1.15",
    "chapter 1.2.3.4",
    "DE89 something else", "GB is a country", "AT12 is a road", "NL20 and BE45", "flight LH 1234 5678",
    "batch AB12 3456 7890 1234",
    "Zip 10115-2020", "PLZ 80331", "90210-1234", "Meter 1234 567 890 kWh 25", "Account 0012345",
    "IMEI 35 209900 176148 1 x",
)  # fmt: skip
URLS = (
    "https://www.example-shop.com/a/b?c=1&d=2", "http://intra.net:8080/path", "https://example.org",
    "www.example.co.uk",
    "www.my-site.de/kontakt.html", "https://de.wikipedia.org/wiki/Rhein_(Fluss)", "https://example.com/#part",
    "https://user:pass@example.com/x", "ftp://files.example.net/a.zip", "https://münchen.example.de/straße",
    "https://example.com/a,b;c", "HTTPS://EXAMPLE.COM/UP", "https://10.1.2.3/admin", "https://sub.a-b.example.io/~x/",
    "postgres://app:pw@db.example.net:5432/main", "https://xn--mnchen-3ya.de/", "http://localhost:3000/home",
)  # fmt: skip
AROUND_URLS = (
    "See {} for more.", "It is at {}.", "Look here ({}).", "[the page]({})", "<{}>", "<a href=\"{}\">here</a>", "“{}”",
    "{}, or ask.", "Is it {}?", "**{}**", "`{}`", "Read {}!", "{}",
)  # fmt: skip
EMAILS = (
    "anna.berg@example.com", "a@b.co", "anna+news@example.co.uk", "ANNA.BERG@EXAMPLE.COM",
    "anna_berg-1@mail.sub.example.org",
    "o'neil@example.ie", "müller@example.de", "info@müller.de", "x.y.z@uni-köln.de", "用户@例子.公司",
    "anna@example.museum",
    "1234@example.com", "anna%berg@example.com", "a.very.long.name.of.a.person@department.hospital.example.org",
    "anna@xn--mnchen-3ya.de", "no-reply@info6.bank.example", "first.last@example.photography",
)  # fmt: skip
AROUND_EMAILS = (
    "Write to {}.", "mailto:{}", "<{}>", "Anna ({}) knows.", "[mail]({})", "E-mail: {}, please", "{}", "{};b",
    "email={}&x=1", "“{}”", "from {} to us", "*{}*", "Contact:{}", "is it {}?", "cc {}!",
)  # fmt: skip
IPS = (
    "192.168.1.17", "10.0.0.254", "8.8.4.4", "172.16.254.1", "203.0.113.77", "2001:db8:85a3::8a2e:370:7334",
    "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "fe80::1ff:fe23:4567:890a", "2001:db8::1", "::ffff:192.0.2.128",
    "2a00:1450:4001:81b::200e",
)  # fmt: skip
AROUND_IPS = (
    "The server at {} is down.", "ping {}", "from {}.", "({})", "IP: {}", "{}, port 80", "[{}]", "Blocked {} again",
    "{}/24",
    "client={} ok",
)  # fmt: skip


def drawn(form: str, chance: random.Random) -> str:
    """A form with its digits filled in."""
    filled = form.replace("00 1 N", "00\x001\x00N")  # the prefix keeps its digits like all others
    letters = {"#": "0123456789", "N": "23456789"}
    return "".join(chance.choice(letters[c]) if c in letters else c for c in filled).replace("\x00", " ")


def iban(country: str, chance: random.Random) -> str:
    """A right one: digits throughout, but for the countries that want a bank's letters."""
    bank = {"GB": "WEST", "NL": "ABNA", "IE": "AIBK", "MT": "MALT", "BG": "BNBG", "RO": "AAAA", "LV": "BANK"}
    body = bank.get(country, "")
    body += "".join(chance.choice("0123456789") for _ in range(IBAN_LENGTHS[country] - 4 - len(body)))
    rest = int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    return f"{country}{98 - rest:02d}{body}"


def card(length: int, first: str, chance: random.Random) -> str:
    """A right one of this length."""
    body = first + "".join(chance.choice("0123456789") for _ in range(length - 1 - len(first)))
    return next(body + digit for digit in "0123456789" if luhn(body + digit))


def grouped(text: str, sizes: tuple[int, ...], sign: str) -> str:
    """Cut into groups; the last size goes on."""
    parts, at = [], 0
    while at < len(text):
        size = sizes[min(len(parts), len(sizes) - 1)]
        parts.append(text[at : at + size])
        at += size
    return sign.join(parts)


def phones(chance: random.Random) -> Iterator[Told]:
    for form in PHONES:
        for around in chance.sample(AROUND_PHONES[:15] if form[0] in "68901N" else AROUND_PHONES, 4):
            value = drawn(form, chance)
            yield Told(around.format(value), "phone", value)


def ibans(chance: random.Random) -> Iterator[Told]:
    for country in sorted(IBAN_LENGTHS):
        for around in ("IBAN: {}.", "Please pay to {} by Friday.", "{} (Sparkasse)"):
            bare = iban(country, chance)
            value = chance.choice((bare, grouped(bare, (4,), " "), grouped(bare, (4,), "-"), bare.lower()))
            yield Told(around.format(value), "iban", value)


def cards(chance: random.Random) -> Iterator[Told]:
    kinds = (
        (16, "4", (4,)), (16, "52", (4,)), (16, "2221", (4,)), (15, "37", (4, 6, 5)), (14, "36", (4, 6, 4)),
        (13, "4", (4,)),
        (19, "6220", (4,)), (12, "50", (4,)), (16, "6011", (4,)), (16, "3528", (4,)),
    )  # fmt: skip
    arounds = (
        "Card {} was declined.",
        "My card number is {}.",
        "{}",
        "Visa {}, 04/27",
        "charge it to {}!",
        "({})",
        "No: {} ok",
    )
    for length, first, sizes in kinds:
        for around in arounds:
            for sign in ("", " ", "-"):
                value = grouped(card(length, first, chance), sizes, sign)
                yield Told(around.format(value), "card", value)


def fixed(kind: str, values: tuple[str, ...], arounds: tuple[str, ...]) -> Iterator[Told]:
    for value in values:
        for around in arounds:
            yield Told(around.format(value), kind, value)


def plain(chance: random.Random) -> Iterator[Told]:
    """Numbers and signs that are nobody's; those with braces are drawn five times."""
    for form in NO_DETAILS:
        for _ in range(5 if "{" in form else 1):
            text, rest = "", form
            while "{" in rest:
                before, _, rest = rest.partition("{")
                count, _, rest = rest.partition("}")
                text += before + "".join(chance.choice("0123456789") for _ in range(int(count)))
            yield Told(text + rest)


def told(seed: int = 7) -> list[Told]:
    """All of them."""
    chance = random.Random(seed)
    return [
        *phones(chance), *ibans(chance), *cards(chance), *fixed("url", URLS, AROUND_URLS),
        *fixed("email", EMAILS, AROUND_EMAILS), *fixed("ip", IPS, AROUND_IPS), *plain(chance),
    ]  # fmt: skip
