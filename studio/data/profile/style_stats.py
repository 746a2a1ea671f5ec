"""How answers are written, as far as it can be counted: their form, and the manner in which they speak."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.data.text.mail_blocks import matched
from studio.schemas.profile import LengthDistribution, StyleStats

GREETING = late(
    r"\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|thanks|thank you|hallo|guten (?:tag"
    r"|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|vielen dank|danke|bonjour|bonsoir|ch[eè]re?|merci|hola|buen[oa]s"
    r"|estimad[oa]s?|gracias)\b",
    re.IGNORECASE,
)
CLOSING = late(
    r"(?:^|[.!?…)]\s)\W*(?:with |our |my )?(?:(?:kind|best|warm|many) (?:regards|wishes|greetings)|regards"
    r"|sincerely|yours|warmly|cheers|all the best"
    r"|(?:mit )?(?:freundlichen?|besten?|herzlichen?|vielen?|liebe) gr(?:ü|ue)(?:ß|ss)en?"
    r"|hochachtungsvoll|cordialement|bien à vous|salutations|(?:un )?cordial saludo|saludos|atentamente)\b",
    re.IGNORECASE | re.MULTILINE,
)
CLOSING_LETTERS = 120
ADDRESS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "German": (
        late(r"(?<=[\w,;:] )(?:Sie|Ihnen|Ihr(?:e[nmrs]?)?)\b"),
        late(r"\b(?:du|dich|dir|dein(?:e[nmrs]?)?|euch|euer|eure[nmrs]?)\b", re.IGNORECASE),
    ),
    "French": (
        late(r"\b(?:vous|votre|vos)\b", re.IGNORECASE),
        late(r"\b(?:tu|te|toi|ton|tes)\b|\bt[’']", re.IGNORECASE),
    ),
    "Spanish": (
        late(r"\b(?:usted|ustedes)\b", re.IGNORECASE),
        late(r"\b(?:tú|te|ti|tus?|contigo|vosotros|vuestr[oa]s?)\b", re.IGNORECASE),
    ),
    "Italian": (
        late(r"(?<=[\w,;:] )(?:Lei|Le|Suo|Sua|Suoi|Sue)\b"),
        late(r"\b(?:tu|ti|te|tuo|tua|tuoi|tue)\b", re.IGNORECASE),
    ),
}
POINTS = {"smallest": 0.0, "quarter": 0.25, "middle": 0.5, "three_quarters": 0.75, "p99": 0.99}
LENGTHS = ((5, "up to 5"), (15, "6 to 15"), (50, "16 to 50"), (100, "51 to 100"), (200, "101 to 200"))
LONGER = "over 200"


def spread(sizes: Sequence[int]) -> LengthDistribution:
    """Smallest, quarter points and largest, and the 99th percentile."""
    ordered = sorted(sizes) or [0]
    at = {name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in POINTS.items()}
    return LengthDistribution(**at, largest=ordered[-1])


def lengths(questions: Sequence[int], answers: Sequence[int]) -> tuple[tuple[str, int, int], ...]:
    """How many questions and how many answers have how many words."""
    asked, said = (Counter(length_of(size) for size in sizes) for sizes in (questions, answers))
    return tuple((name, asked[name], said[name]) for name in (*(name for _, name in LENGTHS), LONGER))


def length_of(size: int) -> str:
    """The stretch that a number of words falls in."""
    return next((name for most, name in LENGTHS if size <= most), LONGER)


def forms(texts: ExampleTexts) -> tuple[tuple[str, int], ...]:
    """How the answers are written, the commonest form first."""
    return tuple(Counter(form_of(said) for said in texts.answers).most_common())


def form_of(said: str) -> str:
    """List, JSON, code, label, sentence or paragraphs."""
    bare = said.strip()
    if not bare:
        return "empty"
    if bare[0] in "{[" and bare[-1] in "}]":
        return "JSON"
    if "```" in bare:
        return "code"
    lines = [line.strip() for line in bare.split("\n") if line.strip()]
    if len(lines) > 1:
        marked = sum(1 for line in lines if line[:1] in "-*•" or line[:2].rstrip(".)").isdigit())
        return "list" if marked >= 0.5 * len(lines) else "paragraphs"
    if len(bare) <= 40 and bare[-1] not in ".!?。":
        return "label"
    return "sentences" if bare.count(". ") else "one sentence"


def manner(texts: ExampleTexts, spoken: Mapping[int, str]) -> StyleStats:
    """Greetings, closings and exclamations, and how people are addressed in languages that tell it."""
    main = Counter(spoken.values()).most_common(1)
    usual = main[0][0] if main else ""
    addressed: Counter[str] = Counter(
        address_of(said, spoken.get(place, usual)) for place, said in enumerate(texts.answers)
    )
    return StyleStats(
        greeting=sum(1 for said in texts.answers if GREETING.match(said)),
        closing=sum(map(is_closed, texts.answers, texts.signed)),
        exclaiming=sum(1 for said in texts.answers if "!" in said),
        formal=addressed["formal"], familiar=addressed["familiar"], mixed=addressed["mixed"],
    )  # fmt: skip


def is_closed(said: str, signed: tuple[str, str]) -> bool:
    """Whether the answer ends with a closing line, however much stands under it: a name, an address."""
    if CLOSING.search(said[-CLOSING_LETTERS:]):
        return True
    first = signed[1].split("\n", 1)[0].strip()
    return bool(first) and (first.endswith(",") or matched(first) is not None)


def address_of(said: str, language: str) -> str:
    """`formal`, `familiar`, `mixed`, or nothing where neither shows or the language does not tell."""
    if language not in ADDRESS:
        return ""
    formal, familiar = (bool(pattern.search(said)) for pattern in ADDRESS[language])
    return "mixed" if formal and familiar else "formal" if formal else "familiar" if familiar else ""
