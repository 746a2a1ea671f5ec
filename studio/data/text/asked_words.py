"""What a question names: its words without those that make no difference to what it asks for."""

import re
from collections.abc import Iterable

from studio.data.text.late_pattern import late
from studio.data.text.normalize import words
from studio.data.text.stated_prices import singular

SAME_STEM, LONG_STEM = 4, 7  # letters by which a question names a thing
ASKED = (  # words of a question that make no difference to a price
    "a an the of for to in on at with and or by from per my your our me i we you it is are be do does did can could"
    " would will should may might shall have has had how much many what whats which when where who please thanks thank"
    " hello hi hey dear good morning afternoon evening day tell know like want need get give say ask asking wondering"
    " wonder let price prices pricing priced cost costs costing charge charges charged fee fees pay paid take rate"
    " any some there this that these those now today currently days so just kind regards best wishes about if as not"
    " possible roughly exactly also still up one quote looking interested see find out send offer offered go going"
    " was were am im id ive its anyone someone sir madam expensive"
    " wie viel wieviel was kostet kosten ist der die das ein eine einen ihnen ihr euch bitte guten tag hallo preis mir"
    " ich sie wir können könnten sagen für mit und zu im am teuer nehmen nehmt berechnen verlangen"
    " combien coûte le la les un une cuanto cuánto cuesta"
)
ASKING = frozenset(ASKED.split())
AT_YOURS = late(
    r"\b(?:at (?:your|the) \w+|in your (?:shop|store|workshop|studio)|with you|from you|at yours|bei (?:ihnen|euch))\b",
    re.IGNORECASE,
)
DIFFERENCES = (  # words of a question by which a right price may be another one
    "christmas easter holiday holidays weekend weekends sunday saturday summer winter season peak member members"
    " student students senior seniors pensioner pensioners child children kids kid adult adults group groups voucher"
    " discount discounts reduced second two three four five six both another extra additional last previous earlier"
    " old until since before after urgent express overnight online abroad long longer short monthly yearly annual"
    " weihnachten ostern ferien wochenende sommer mitglied mitglieder schüler studenten senioren rentner kinder gruppe"
    " gutschein rabatt zwei drei beide zweite zweiten zweiter bisher vorher letztes"
)
DIFFERENT = frozenset(DIFFERENCES.split())
SIZES = (  # and by which it may be, where an answer does not say itself for which of them it holds
    "small smaller large larger big bigger medium little men women man woman mens womens ladies gents boys girls half"
    " quarter hourly daily weekly klein kleine kleinen kleiner groß große großen großer halbe halben damen herren"
)
OF_SIZE = frozenset(SIZES.split())
PLACES = (  # rooms and places, each with rules of its own; what any house may be called (shop, hotel) is none of them
    "suite dorm dormitory room bedroom lounge bar pool garden kitchen bathroom shower spa sauna gym lobby hall corridor"
    " terrace balcony patio restaurant canteen cafe cellar basement attic loft cabin cottage lodge barn stable tent"
    " annex annexe chapel library theatre classroom yard courtyard playground park garage airport station beach lake"
    " river harbour pier market church island village campus warehouse depot field meadow forest"
    " zimmer schlafsaal saal garten küche bad dusche sauna halle flur terrasse balkon keller dachboden hütte scheune"
    " stall zelt anbau kapelle bibliothek hof parkplatz schwimmbad becken gaststube speisesaal foyer wiese wald strand"
    " see flughafen bahnhof insel dorf"
    " chambre dortoir jardin cuisine piscine salon terrasse cave grenier cabane salle cour plage gare aéroport"
    " habitación dormitorio jardín cocina piscina terraza sótano sala patio playa estación aeropuerto"
    " camera dormitorio giardino cucina piscina terrazza cantina cortile spiaggia stazione aeroporto"
    " kamer slaapzaal tuin keuken zwembad terras kelder zolder hut zaal strand vliegveld"
    " quarto jardim cozinha terraço cave sótão praia estação"
)
PLACE = frozenset(PLACES.split())
PLACE_ENDS = ("zimmer", "saal", "küche", "garten", "terrasse", "keller", "halle", "hütte", "raum", "kamer", "zaal")
NAME = late(r"(?<=[\w,;:)”’\"'] )[^\W\d_a-z][\w’'-]*")


def stems(text: str) -> set[str]:
    """What a text names, by the first letters of its words."""
    return {singular(word)[:SAME_STEM] for word in words(text) if word not in ASKING}


def long_stems(said: Iterable[str]) -> set[str]:
    """What words name, so that microwaves are no microphones; of those with a digit each letter counts."""
    return {singular(word)[:LONG_STEM] if word.isalpha() else word for word in said if word not in ASKING}


def names(text: str) -> set[str]:
    """Words with a capital letter inside a sentence: “the Heron” and “the Badger” are two things."""
    return {word for name in NAME.findall(text) for word in words(name)}


def places_named(said: Iterable[str]) -> set[str]:
    """The rooms and places among words: what holds in the suite does not hold in the dorm."""
    return {one for word in said if (one := singular(word)) in PLACE or word in PLACE or one.endswith(PLACE_ENDS)}


def without_yours(question: str) -> str:
    """The question without “at your shop” and the like; “at the pool” stays, which is not all of the house."""
    return AT_YOURS.sub(lambda match: match[0] if places_named(words(match[0])) else " ", question)
