"""Places where a name is likely to stand, by words beside it: greetings, titles, introductions, families, sign-offs.

No model and no list of names: a name inside running text is not found without such a word. A capitalised word that is
nobody's name (“customer”, a weekday, a people) ends the name or is none.
"""

import re
from collections.abc import Iterable, Iterator

from studio.data.privacy.details import Detail
from studio.data.privacy.fake_details import find_made_up
from studio.data.privacy.person_words import (
    AFTER,
    BRANDS,
    DOUBTFUL_INTRODUCTIONS,
    LIKELY_INTRODUCTIONS,
    MEIN,
    NAME,
    NOBODYS,
    NOT_NAMES,
    OWN_TOO,
    OWNED,
    PARTICLE,
    PRACTISES,
    PRACTISES_WORDS,
    RELATIVES,
    SEVERAL,
    SURE_INTRODUCTIONS,
    TITLES,
    UNWELL,
    UNWELL_MORE,
    UNWELL_WORDS,
    VERWANDTE,
    WHOSE,
    WORD,
    YEARS,
)
from studio.data.text.greetings import GREETINGS
from studio.data.text.late_pattern import late
from studio.data.text.mail_blocks import matched, sign_off

PARTICLES = frozenset(PARTICLE.split("|"))
FIRST_TOO = ("Will", "May")
START = r"(?:^|(?<=[.!?:,;] )|(?<=\n)|(?<=[\"“„«(]))"
TITLE = rf"(?:(?:{TITLES})\.? ){{1,3}}"
SMALL_TITLE = r"(?:herr|frau|heer|mevrouw|meneer|señora?|signora?|madame|monsieur|pani|mr|mrs|ms|dr|prof)\.?"
TITLED = late(rf"(?<!\w)(?P<title>{TITLE})(?P<name>{NAME})")
HOUSE = (  # “Dear Hallam Tool Hire team,” greets no person; “Dear Maria Lopez staff told me” does
    rf"(?:{WORD} ){{1,4}}(?:team|crew|staff)(?=\s{{0,2}}(?:[,.!;:\n–—]|$))"
)
GREETED = late(
    rf"{START}(?:(?i:dear) (?!{TITLE}|{HOUSE})(?P<sure>{NAME})"
    rf"|(?i:{GREETINGS})(?:,? (?i:dear|liebe[rs]?))?(?: {SMALL_TITLE})?"
    rf" (?!{TITLE})(?P<name>{NAME})"
    rf"(?=\s{{0,2}}(?:[,.!;:\n–—]|-\s|$)))",
    re.MULTILINE,
)
INTRODUCED = late(
    rf"(?<!\w)(?:(?i:{SURE_INTRODUCTIONS}):? (?!{TITLE})(?P<sure>{NAME})"
    rf"|(?i:{LIKELY_INTRODUCTIONS}) (?!{TITLE})(?P<likely>{NAME}){AFTER}"
    rf"|(?i:{DOUBTFUL_INTRODUCTIONS}) (?!{TITLE})(?P<doubtful>{NAME}){AFTER}"
    rf"|(?i:this is|it is|it['’]s) (?P<speaking>{NAME}) (?:speaking|calling|here|writing)\b"
    rf"|(?i:hi|hello|hey|morning|afternoon)[,!.] (?i:this is|it is|it['’]s) (?P<calling>{NAME}) (?:from|at|of)\b)"
)
LAST_LINE = late(
    rf"(?i:thanks|thank you|many thanks|thanks again|thx|cheers|best|danke|vielen dank|merci|gracias|grazie"
    rf"|(?:(?:with )?(?:kind|kindest|best|warm|warmest|many) )?(?:regards|wishes|greetings)|bedankt"
    rf"|dank|lg|vg|mfg|gruß|saludos|cordialement|pozdrawiam)[,!.]?(?: ?[–—-]? |\n)"
    rf"(?!(?:Wishes|Regards|Greetings)\b)(?P<name>{NAME}(?: {WORD})?)[.!]?\s*\Z"
)
LINE = late(rf"[–—-]? ?(?:{TITLE})?(?P<name>{NAME})(?:,.{{0,60}}| \(.{{0,60}})?[.!]?")
RELATIVE, PLURAL, VERWANDT = (words.replace(" ", "|") for words in (RELATIVES, SEVERAL, VERWANDTE))
FULL = rf"{WORD}(?: (?:(?:{PARTICLE}) ){{0,2}}{WORD}){{0,2}}"  # a given name, and the family name behind it
NO_ARTICLE = r"(?<![Tt]he )(?<![Aa] )(?<![Aa]n )(?<![Oo]ur )(?<![Yy]our )(?<![Mm]y )"
OF_FAMILY = (  # English writes small what is no name; German every noun with a capital, so that a stop must follow
    late(
        rf"(?<!\w)(?:(?i:{WHOSE} (?:{RELATIVE})),? (?!{TITLE})(?P<full_one>{FULL})"
        rf"|(?i:{WHOSE} (?:{PLURAL})),? (?P<first>{WORD})(?:, (?P<second>{WORD}))? and (?P<full_third>{FULL})"
        rf"|(?i:(?:{RELATIVE})(?: (?:is|was) (?:called|named)|['’]s name is|,? (?:called|named))) (?P<called>{NAME}))"
    ),
    late(
        rf"(?<!\w)(?:(?i:{MEIN} (?:{VERWANDT})),? (?P<one>{FULL})(?=\s{{0,2}}(?:[,.!;:?\n]|\({YEARS}\)|\Z)| und )"
        rf"|(?:Mein|Unser|Meine|Unsere) (?i:{VERWANDT}) (?P<first>{FULL})(?= [a-zäöüß]+(?!\w))"
        rf"|(?i:(?:{VERWANDT}),? (?:heißt|heisst|namens)) (?P<called>{NAME}))"
    ),
    late(
        rf"(?<!\w)(?:for|with|and|is|für|mit|und|ist|von|bei) (?P<name>{NAME})"
        rf" ?(?:\({YEARS}\)|, (?:aged )?\d{{1,2}}(?: years old| Jahre alt)(?!\w))"
    ),
    late(
        rf"(?<!\w)(?P<name>{WORD})['’]s (?:[a-z]{{2,14}} ){{0,2}}"
        rf"(?:{'|'.join((*OWNED.split(), *OWN_TOO.split()))})(?!\w)"
    ),
    late(rf"(?<!\w){NO_ARTICLE}(?P<name>{WORD}) (?:{UNWELL})(?!-)"),
    late(
        rf"(?<!\w)(?i:can|could|should|must|may|might|will|would|shall|does|did|let) (?P<name>{WORD}) {PRACTISES}(?!\w)"
    ),
    late(
        rf"(?<!\w){NO_ARTICLE}(?P<name>{WORD}) (?:(?:(?:does|did) not|(?:does|did)n['’]t) want|wants|wanted|likes|loves"
        rf"|refuses) to {PRACTISES}(?!\w)"
    ),
)
NOBODY = frozenset(NOBODYS.split())
DRIVE = late(r"\d{1,5} (?:[^\W\d_]{1,30} ){1,3}$")
HINTS = (  # in small letters; a first look that costs little, and may only find too much
    "dear ", "hello", "hi ", "hey", "hiya", "morning", "afternoon", "evening", "hallo", "moin", "servus", "guten ",
    "liebe", "geehrt", "bonjour", "bonsoir", "salut", "cher ", "chère ", "hola", "buen", "estimad", "querid", "ciao",
    "gentile", "caro ", "cara ", "egregio", "beste ", "hoi ", "dag ", "goede", "dzie", "cześ", "witaj", "drog", "olá",
    "prezad", "geachte", "mr ", "mr.", "mrs", "ms ", "ms.", "miss ", "mx ", "dr ", "dr.", "prof", "herr", "frau",
    "madame", "monsieur", "mme ", "mlle ", "señor", "sra", "srta", "signor", "sig.", "sig ", "dott", "mev", "mw ",
    "mw.", "dhr", "meneer", "pani", "pana ", "panu ", "senhor", "name", "naam is", "i am ", "i'm ", "i’m ",
    "heiße", "heisse", "hier ", "appelle", "mon nom", "llamo", "nombre", "habla", "chiamo", "nome ", "heet ", "nazywam",
    "imię", "z tej", "chamo", "je suis", "soy ", "sono ", "ik ben", "jestem", "sou ", "ich bin", "speaking", "calling",
    "this is", "it is", *RELATIVES.split(), *SEVERAL.split(), *VERWANDTE.split(), *UNWELL_WORDS.split(),
    *UNWELL_MORE.split(), *PRACTISES_WORDS.split(), "class", "'s ", "’s ", "(", " years old", " jahre alt",
)  # fmt: skip
OF_HOUSES = frozenset((
    "team", "desk", "support", "service", "office", "hire", "group", "company", "ltd", "inc", "llc", "manager",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
))  # fmt: skip
TRADES = frozenset((  # end a house's own name: “Hallam Tool Hire”
    "hire", "rental", "rentals", "tool", "tools", "shop", "store", "stores", "garage", "motors", "autos", "cycles",
    "plumbing", "heating", "electrics", "electrical", "building", "builders", "roofing", "joinery", "carpentry",
    "gardening", "gardens", "landscapes", "landscaping", "nurseries", "bakery", "bakers", "butchers", "café", "cafe",
    "restaurant", "catering", "kennels", "cattery", "veterinary", "vets", "dental", "salon", "studio", "studios",
    "cleaning", "cleaners", "removals", "transport", "travel", "tours", "properties", "lettings", "solicitors",
    "accountants", "accounting", "consulting", "services", "solutions", "systems", "school", "academy", "limited",
    "director", "owner", "founder", "gmbh", "verleih", "werkstatt", "praxis", "bäckerei", "gärtnerei", *OF_HOUSES,
))  # fmt: skip
WISHING = late(
    r"(?: (?:Best|Kind|Kindest|Warm|Warmest|Many|With|Good))*(?: (?:Wishes|Regards|Greetings|Thanks|Grüße))\Z"
)
THANKS = (
    "thank", "thx", "cheers", "best", "regards", "wishes", "greetings", "dank", "merci", "gracias", "grazie", "lg",
    "vg", "mfg", "gruß",
    "saludos", "cordialement", "pozdrawiam",
)  # fmt: skip


def find_names(text: str) -> list[Detail]:
    """Names by the words before them, without overlaps, in the order of the text."""
    made_up = find_made_up(text)
    taken = bytearray(len(text))
    for start, end in made_up:
        taken[start:end] = b"1" * (end - start)
    ordered = sorted(
        (*titled(text), *greeted(text), *introduced(text), *of_family(text)), key=lambda one: (one.start, -one.end)
    )
    return apart(ordered, taken)


def apart(details: Iterable[Detail], taken: bytearray) -> list[Detail]:
    """Those that overlap neither letters that are `taken` (not 0) nor one before them; their letters are taken then."""
    left: list[Detail] = []
    for detail in details:
        if not any(taken[detail.start : detail.end]):
            taken[detail.start : detail.end] = b"1" * (detail.end - detail.start)
            left.append(detail)
    return left


def find_signers(text: str) -> list[Detail]:
    """The name that signs a text: of its sign-off, or after a last “Thanks,”. At most one."""
    found = sign_off(text) if "\n" in text else None
    if found is not None:
        lines = text.split("\n")
        place = sum(len(line) + 1 for line in lines[: found[0]])
        for number in range(found[0], min(found[1], found[0] + 5)):
            line = lines[number]
            opened = number == found[0] and line.strip() and matched(line.strip()) is not None
            match = None if opened else LINE.fullmatch(line.strip())
            if match is not None:
                start = place + len(line) - len(line.lstrip())
                name = WISHING.sub("", match["name"])
                if detail := kept(text, start + match.start("name"), name):
                    return [with_family(detail, name)]
            place += len(line) + 1
    if not has_any(text[-80:].lower(), THANKS):
        return []
    begin = text.rstrip().rfind("\n") + 1
    last = (
        LAST_LINE.match(text)
        or LAST_LINE.match(text, begin)
        or next(iter(LAST_LINE.finditer(text, max(begin, len(text) - 80))), None)
    )
    if last is not None and last.start("name") > 0:
        name = WISHING.sub("", last["name"])
        detail = kept(text, last.start("name"), name)
        return [with_family(detail, name)] if detail is not None else []
    return []


def with_family(given: Detail, written: str) -> Detail:
    """Who signs with a given name and one more word is called so, though the word is nobody's elsewhere: “Pat Hope”.
    The name ends before a trade's words with which the house's ends: “Pat Hallam” of “Pat Hallam Tool Hire”."""
    words = written.split(" ")
    end = next((at for at, word in enumerate(words) if at and word.casefold() in TRADES), len(words))
    written = " ".join(words[:end])
    if len(written) < len(given.value):
        return given._replace(end=given.start + len(written), value=written)
    rest = written[len(given.value) :].split()
    if len(rest) != 1 or " " in given.value or not rest[0].istitle() or rest[0].casefold() in OF_HOUSES:
        return given
    return given._replace(end=given.start + len(written), value=written)


def has_any(text: str, hints: Iterable[str]) -> bool:
    """Whether one of these stands in it."""
    return any(map(text.__contains__, hints))


def titled(text: str) -> Iterator[Detail]:
    """After Mr, Frau, Madame and the like."""
    for match in TITLED.finditer(text):
        is_street = match["title"].startswith("Dr") and DRIVE.search(text, max(0, match.start() - 80), match.start())
        detail = kept(text, match.start("name"), match["name"])
        if detail is not None and not is_street and detail.value.split()[0].casefold() not in BRANDS:
            yield detail


def greeted(text: str) -> Iterator[Detail]:
    """After Dear, Hallo, Bonjour and the like, where a line or a sentence begins."""
    for match in GREETED.finditer(text):
        group = "sure" if match["sure"] else "name"
        detail = kept(text, match.start(group), match[group])
        if detail is not None:
            yield detail


def introduced(text: str) -> Iterator[Detail]:
    """Who says his own name."""
    for match in INTRODUCED.finditer(text):
        group = match.lastgroup or "sure"
        detail = kept(text, match.start(group), match[group], whole=group in ("likely", "doubtful"))
        if detail is not None and (group != "doubtful" or " " in detail.value):
            yield detail


def of_family(text: str) -> Iterator[Detail]:
    """After “my son”, before an age, and whose the class or the mother is. “Kann mein Sohn Klavier lernen?” names
    nobody: in German a name begins the main clause with its “Mein Sohn”, or a stop or an age follows."""
    for rule in OF_FAMILY:
        for match in rule.finditer(text):
            for group, name in match.groupdict().items():
                is_full = group.startswith("full_")  # English writes small what is no name: what is one ends it
                name = named_part(name or "") if is_full else name
                if not name or any(word.casefold() in NOBODY for word in name.split()):
                    continue
                if (detail := kept(text, match.start(group), name, whole=not is_full)) is not None:
                    yield detail


def named_part(name: str) -> str:
    """“Rafi” of “Rafi Piano”: a name as far as nothing in it is taught, or a place or an age."""
    words = name.split(" ")
    end = next((at for at, word in enumerate(words) if at and word.casefold() in NOBODY), len(words))
    return " ".join(words[:end])


def kept(text: str, start: int, name: str, *, whole: bool = False) -> Detail | None:
    """The name as far as no word in it is nobody's; None when nothing is left, or (`whole`) not all of it."""
    words: list[str] = []
    for word in name.split(" "):
        if is_nobodys(word) and (words or word not in FIRST_TOO):
            break
        words.append(word)
    while words and (words[-1] in PARTICLES or words[-1].endswith(".")):
        words.pop()
    short = len(words) == 1 and words[0].isupper() and len(words[0]) < 5
    if not words or short or (whole and len(words) < len(name.split(" "))):
        return None
    value = " ".join(words)
    return Detail(start, start + len(value), "name", value)


def is_nobodys(word: str) -> bool:
    """Whether no person is called so: “customer”, “Monday”, “Leserin”."""
    bare = word.casefold().removesuffix("'s").removesuffix("’s")
    if word in PARTICLES:
        return False
    return bare in NOT_NAMES or (len(bare) > 6 and bare.endswith(("erin", "innen")))
