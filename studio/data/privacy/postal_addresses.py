"""Streets with their number, and postcodes beside a place or a street, as eight countries write them."""

from collections.abc import Iterator

from studio.data.privacy.details import Detail
from studio.data.privacy.person_names import has_any
from studio.data.privacy.person_words import UPPER
from studio.data.text.late_pattern import late

CAPITAL = rf"[{UPPER}][\w'’-]{{1,24}}"
ENGLISH = late(
    rf"(?<![\w.,/-])(?:(?:Flat|Apt\.?|Apartment|Unit) \w{{1,5}},? )?"
    rf"\d{{1,5}}[A-Za-z]?(?:[-/]\d{{1,4}})?,? (?P<name>(?:{CAPITAL} ){{1,3}})"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Crescent"
    r"|Boulevard|Blvd|Gardens|Grove|Hill|Row|Mews|Parade|Quay|Highway|Hwy|Parkway|Pkwy)"
    r"\b(?! \d)(?:(?<=St|Rd|Dr|Ct|Pl|Sq)\.|(?<=Ave|Hwy)\.|(?<=Blvd|Pkwy)\.)?"
    r"(?:,? (?:Apt|Unit|Suite|Flat|#)\.? ?\w{1,5}\b)?"
)
NO_NAME = (  # words that begin with a capital before an address: “At Harrow Court 22”
    "At|In|On|From|To|For|Of|Is|Re|Near|By|The|This|That|My|Our|Your|His|Her|Their|We|You|It|And|But|Or|Not|With|Dear"
    "|Hello|Hi|Please|Does|Do|Did|Can|Could|Will|Would|Has|Have|Was|Are|When|Where|Which|What|Who|Why|How|Regarding"
)
NAME = rf"(?P<name>(?:(?!(?:{NO_NAME})\b){CAPITAL} ){{1,2}})"
FLAT = r"(?:[Ff]lat|[Aa]partment|[Aa]pt\.?|[Uu]nit|[Ss]uite)"
FLOOR = rf"(?:, (?:(?:top|ground|first|second|third|fourth|lower|upper) floor|{FLAT} \d{{1,4}}[A-Za-z]?)\b)?"
NUMBERED = late(
    rf"(?<![\w-]){NAME}(?:Street|Road|Avenue|Lane|Close|Court|Terrace|Crescent|Boulevard|Gardens|Grove|Mews|Square),?"
    rf" (?!(?:19|20)\d\d\b)\d{{1,4}}[A-Za-z]?(?![\w%€$£-])(?![.,:/]\d){FLOOR}"
)
BUILDING = r"(?:House|Court|Lodge|Mansions?|Towers?|Heights)"
FLAT_AFTER = late(rf"(?<![\w-]){NAME}{BUILDING},? {FLAT} \d{{1,4}}[A-Za-z]?(?!\w)")
FLAT_BEFORE = late(rf"(?<![\w-]){FLAT} \d{{1,4}}[A-Za-z]?,? {NAME}{BUILDING}\b")
GERMAN = late(
    rf"(?<![\w-])(?P<name>(?:(?:{CAPITAL}[ -]){{0,3}}(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.)"
    rf"|[{UPPER}][\w-]{{2,30}}(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|damm|ufer|chaussee|stieg"
    r"|straat|laan|plein|gracht|kade|singel|dijk|steeg)))\s(?P<number>\d{1,4}) ?(?:[a-hA-H]|bis)?(?![\w%€])(?![.,:]\d)"
)
FRENCH = late(
    rf"(?<![\w.,/-])\d{{1,4}}(?: ?(?:bis|ter))?,? (?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d"
    rf"|[Pp]lace|[Cc]hemin|[Ii]mpasse"
    rf"|[Aa]llée|[Qq]uai|[Rr]oute|[Cc]ours|[Ss]quare) (?:de la |de l['’]|du |des |de |d['’])?(?P<name>{CAPITAL}"
    rf"(?:[ -](?:(?:de|du|des|la) ){{0,2}}{CAPITAL}){{0,3}})"
)
PREPOSED = late(
    rf"(?<!\w)(?:Am|An der|Im|In der|Auf de[mr]|Zu[mr]|Unter den|Bei de[mr]) "
    rf"(?P<name>{CAPITAL}(?: {CAPITAL})?) \d{{1,4}} ?[a-h]?"
    rf"(?=,? (?:D-)?\d{{5}} {CAPITAL})"
)
SPANISH = late(
    rf"(?<!\w)(?:Calle|C/|Avenida|Avda\.?|Av\.|Plaza|Paseo|Camino|Ronda|Via|Viale|Piazza|Corso|Vicolo|ul\.|al\.|os\.)"
    rf" ?(?:(?:de|del|della|dei|da|la|las|los|el) ){{0,2}}"
    rf"(?P<name>{CAPITAL}(?: (?:(?:de|del|la|y|e) ){{0,2}}{CAPITAL}){{0,3}}),?"
    r" (?:n[º°.]{1,2} ?|nº ?|núm\. ?)?\d{1,4}(?:[/-]?\d{1,4}| ?[a-dA-D]\b)?(?![\w%€])"
)
STREETS = (ENGLISH, NUMBERED, FLAT_AFTER, FLAT_BEFORE, GERMAN, FRENCH, SPANISH, PREPOSED)
STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ|NM|NV|NY|OH|OK|OR|PA"
    "|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY|DC"
)
UK_CODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
CANADIAN_CODE = r"[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d"
PROVINCES = "ON|QC|BC|AB|MB|SK|NS|NB|NL|PE"
WITH_CODE = rf"(?:{UK_CODE}|(?:{STATES}) \d{{5}}(?:-\d{{4}})?|(?:{PROVINCES}),? {CANADIAN_CODE})"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
IN_FLAT = rf"(?:{FLAT} \w{{1,5}}|(?:[Tt]op|[Gg]round|[Ff]irst|[Ss]econd|[Tt]hird) [Ff]loor)"
NEXT = r"(?:, ?\n?|\n)"  # between the lines of an address, also where they are written as one
LINE = rf"(?:{CAPITAL} ){{0,2}}{CAPITAL}"
LEADS = "".join(f"(?<!{word} )" for word in ("at", "At", "to", "To", "is", "of", "from", "From", "in", "In"))
HOUSE = (  # “8-10 Mill Rise”; no day (“12 March”), year (“2019 Acme Tools”) or count (“send 12 Blankets”)
    rf"(?<![\w.,:/£$€#-])(?:{IN_FLAT}{NEXT})?(?!(?:19[89]|20[0-4])\d )(?!\d{{1,2}} (?:{MONTHS}){NEXT})"
    rf"(?!(?<!\n)(?<!: )(?<!\A){LEADS}\d{{1,4}} [^\W\d_]{{2,24}}(?<!s)s{NEXT})"
    rf"\d{{1,4}}[A-Za-z]?(?: ?[-–/] ?\d{{1,4}}[A-Za-z]?)? {LINE}{NEXT}(?:{IN_FLAT}{NEXT})?(?:{LINE}{NEXT}){{0,2}}?"
)
POSTCODE = late(
    rf"{HOUSE}{LINE}(?:,? ?\n?|\n){WITH_CODE}(?!\w)"
    rf"|(?<!\w)(?:(?:(?<!\d ){CAPITAL}, |{CAPITAL} )?{CAPITAL},? {WITH_CODE}"
    rf"|(?i:post ?code|postal code|zip(?: code)?)(?:[: ]| is ){{1,3}}"
    rf"(?P<code>{UK_CODE}|{CANADIAN_CODE}|\d{{5}}(?:-\d{{4}})?)"
    rf"|(?:(?:in|aus|nach|à|en|te|uit|PLZ|Postleitzahl|CP|CAP|código postal|code postal|postcode)[: ]{{1,2}})"
    rf"(?P<place>(?:D-|F-)?(?!\d{{3}}00)\d{{5}} {CAPITAL}|(?!(?:19|20)\d\d)\d{{4}} ?[A-Z]{{2}} {CAPITAL}))(?!\w)"
)
AFTER_STREET = late(
    rf"(?:,\s?|\s)(?:(?:{CAPITAL}(?:,? |,?\n)){{0,3}}(?:{UK_CODE}|{CANADIAN_CODE}"
    rf"|(?:{STATES}),? \d{{5}}(?:-\d{{4}})?|\d{{5}} {CAPITAL}"
    rf"|\d{{4}} ?[A-Z]{{2}} {CAPITAL}|\d{{2}}-\d{{3}} {CAPITAL}))(?!\w)"
)
HINTS = (  # in small letters
    "street", " st", " road", " rd", "aven", " ave", "lane", "drive", " dr", "close", "court", " ct", " way", " pl",
    "squ", "terrace", "crescent", "boul", "blvd", "gardens", "grove", "hill", " row", "mews", "parade", "qua",
    "house", "lodge", "mansion", "tower", "heights", "highway", "hwy", "parkway", "pkwy", "straße", "strasse",
    "str.", "weg", "gasse", "platz", "allee", "allée", "damm",
    "ufer", "chaussee", "stieg", "straat", "laan", "plein", "gracht", "kade", "singel", "dijk", "steeg",
    "rue ", "av.", "bd ", "place ", "chemin", "impasse", "route ", "cours", "calle", "c/", "avda", "plaza", "paseo",
    "camino", "ronda", "via", "piazza", "corso", "vicolo", "ul.", "al.", "os.",
)  # fmt: skip
BESIDE_A_NUMBER = late(
    rf"\d(?:[A-Za-z]|[-/]\d{{1,4}}| ?(?:bis|ter))?,? (?:[{UPPER}]|rue|av|boul|bd|place|chemin|impasse|all|quai|route"
    rf"|cours|square)|[Ff]lat \d"
    rf"|[{UPPER}][\w'’.-]{{1,30}},? (?:n[º°.]{{1,2}} ?|nº ?|núm\. ?)?\d|\d{{2}}-\d{{3}} |[A-Z]\d"
)
CODED = late(r"\d{5}|\d ?[A-Z]{2}|[A-Z]\d[A-Z]")
OTHER_PLACES = (  # “Parkplatz 12”, “2 Hard Drive”
    "badminton basketball county crown district magistrates padel squash tennis volleyball"
    " arbeits aus ausbildungs camping dienst disk ehren fenster flash floppy gb geh google hard heim high kb"
    " kindergarten lager liege listen mb one park parking post rad rechts rück schau schul sitz solid speicher spiel"
    " sport start steh stell studien supreme tabellen tb um united usb wander windows ziel"
)
NO_STREETS = frozenset(OTHER_PLACES.split())
ENDING = late(r"(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|damm|ufer|laan|plein|kade|dijk)$")


def may_hold_address(text: str) -> bool:
    """A quick first look that may only find too much: a number beside a capitalised word, or before a French street."""
    return BESIDE_A_NUMBER.search(text) is not None


def find_addresses(text: str) -> Iterator[Detail]:
    """Each address as one piece, from the street to the place, in the order of the text."""
    coded = CODED.search(text) is not None
    has_street = coded or has_any(text.lower(), HINTS)
    spans = sorted((*(streets(text) if has_street else ()), *(postcodes(text) if coded else ())))
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    for start, end in joined:
        yield Detail(start, end, "address", text[start:end])


def streets(text: str) -> Iterator[tuple[int, int]]:
    """Streets with a number, with the postcode and place that follow at once."""
    for pattern in STREETS:
        for match in pattern.finditer(text):
            said = match["name"].casefold()
            if NO_STREETS.isdisjoint({*said.split(), ENDING.sub("", said)}):
                rest = AFTER_STREET.match(text, match.end())
                yield match.start(), rest.end() if rest else match.end()


def postcodes(text: str) -> Iterator[tuple[int, int]]:
    """Postcodes beside a place, or beside the word for them."""
    for match in POSTCODE.finditer(text):
        yield match.span(match.lastgroup or 0)
