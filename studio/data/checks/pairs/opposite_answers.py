"""A plain yes against a plain no under questions that ask for the same, word for word but for words of no weight.

Only what the house decides is compared: whose question speaks of her own booking, or of what is free that day, has an
answer of its own.
"""

import re
from collections.abc import Iterator
from itertools import product

from studio.data.checks.content.language import SMALL_WORDS
from studio.data.text.asked_words import ASKING, DIFFERENT, OF_SIZE, places_named, without_yours
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.data.text.mail_body import answer_body
from studio.data.text.normalize import words
from studio.data.text.stated_prices import singular

LOOKED_AT = 160  # letters of an answer: lines that greet and thank may stand before
# English, German, French, Spanish, Italian, Dutch, Portuguese. “Si” is “if” where no mark stands behind it.
PROMISES = (
    r"yes|of course|certainly|sure|absolutely|definitely|gladly|with pleasure|by all means|we do(?= [a-z]{3})"
    r"|ja|gerne?|natürlich|selbstverständlich|oui|bien sûr|volontiers|sí|si(?=[,.!])|claro|por supuesto|sì|certo"
    r"|certamente|volentieri|natuurlijk|graag|zeker|sim|com certeza"
)
DENIES = r"(?:do not|don't|don’t|cannot|can not|can't|can’t|never|are not able|are unable|no longer)"
MEANT_WELL = r"(?!.{0,12}\b(?:only|just|merely|mind|need|require|ask|charge|think|know|see|recommend)\b)"
LEADS_ON = (
    r" (?:problem|worries|matter|doubt|need|one|longer|more|trouble|issue|wonder|rush|problema|hay de qué|probleem)\b"
)
REFUSES = (
    rf"(?:no|nein|non|nee|não)\b(?!{LEADS_ON})"
    rf"|(?:(?:i am|i'm|i’m|we are|we're|we’re) )?(?:very |so )?sorry,? (?:but )?(?:no\b(?!{LEADS_ON})"
    rf"|we {DENIES} {MEANT_WELL}|there (?:is|are) no\b)"
    rf"|unfortunately,? (?:not?\b|we {DENIES} {MEANT_WELL}|there (?:is|are) no\b)|we {DENIES} {MEANT_WELL}"
    r"|leider,? (?:nein|nicht|keine?[mnrs]?"
    r"|(?:können|dürfen|nehmen|bieten) wir [^.!?\n]{0,80}\b(?:nicht|keine?[mnrs]?))\b"
    r"|(?:malheureusement|désolée?s?|nous sommes désolée?s|je suis désolée?),? (?:mais )?(?:non|pas|nous ne)\b"
    r"|nous ne [^.!?\n]{3,80} (?:pas|plus|jamais|aucune?)\b(?! que\b)"
    r"|(?:lo siento|lo sentimos|lamentablemente|desgraciadamente|por desgracia),? (?:pero )?no\b"
    r"|(?:mi dispiace|ci dispiace|purtroppo|spiacenti),? (?:ma )?(?:no|non)\b"
    r"|helaas,? (?:nee|niet|geen|(?:kunnen|mogen|hebben|doen) we [^.!?\n]{0,80}\b(?:niet|geen))\b"
    r"|(?:infelizmente|lamentamos|desculpe),? (?:mas )?não\b"
)
NEVER = r"(?! (?:(?:que|che|and|und|et|y|e|en) )?(?:not|nicht|pas|no|non|niet|não|nein|nee|unless|wenn)\b)"
SAYS_YES = late(rf"\W*(?:{PROMISES})(?!\w){NEVER}", re.IGNORECASE)
ONLY = r"only|nur|seulement|uniquement|solo|sólo|solamente|soltanto|alleen|slechts|só|somente|apenas|except|außer"
NOT_ALL = rf"(?!\W{{1,3}}(?:{ONLY})\b)"  # “No, only on Mondays” is a yes for Mondays
SAYS_NO = late(rf"\W*(?:{REFUSES}){NOT_ALL}", re.IGNORECASE)
MAY_SAY = late(rf"^\W*(?:{PROMISES}|{REFUSES})", re.IGNORECASE | re.MULTILINE)  # a first look
HERS_OR_THAT_DAY = late(
    r"\b(?:(?<!bring )my|(?<!bring )our|mine|ours|free|available|left|still|yet|already|in stock|booked|full|vacanc\w+"
    r"|today|tomorrow|tonight|now|mein\w*|unser\w*|frei|verfügbar|noch|schon|heute|morgen|jetzt"
    r"|mon|ma|mes|notre|nos|libres?|disponibles?|encore|déjà|aujourd|demain|maintenant"
    r"|mis?|nuestr[oa]s?|todavía|aún|ya|hoy|mañana|ahora|mi[oae]|miei|nostr[oaie]|liber[oaie]|disponibil[ei]|ancora|già"
    r"|oggi|domani|adesso|stasera|mijn|onze|ons|vrij|beschikbaar|nog|vandaag|nu|vanavond"
    r"|meus?|minhas?|nossos?|nossas?|livres?|disponíve(?:l|is)|ainda|já|hoje|amanhã|agora)\b",
    re.IGNORECASE,
)
WHOLE = late(r"\s*[,.;:!–—]")  # behind a refusal of all that is asked for
PART_END = late(r"[,.;:!?–—\n]")
REFUSAL_WORDS = (
    "sorry unfortunately no not do dont cannot cant never longer able unable us allow allowed offer accept work more"
    " leider nein nicht kein keine können dürfen nehmen bieten malheureusement non pas nous plus lo siento sentimos"
    " lamentablemente purtroppo mi dispiace helaas niet geen infelizmente não"
)
MOST_SHORT = 3  # letters: “pie”
OF_REFUSALS = frozenset(singular(word) for word in REFUSAL_WORDS.split())
FEWEST_NAMED, FEWEST_SAID, MOST_ASKED = 2, 3, 60  # things of a question; words of an answer, and of a question
MOST_COMPARED = 20  # rows of each side that ask for the same
LIGHT_WORDS = (  # of a question, that make it no other one; “only”, “same” and the like do
    "a an the your please ever also usually generally actually perhaps people do does hello hi hey thanks thank"
    " der die das ein eine einen bitte auch eigentlich denn le la les un une aussi el los las una unos unas favor"
    " también il lo gli i uno anche het een ook alstublieft o os as um uma também"
)
ORDERING_WORDS = (  # with these the order of the words makes another question: “from Otterby to Buxton”
    "than from into before after without instead or if when unless until while als von nach vor ohne oder wenn"
    " de du des vers sans avant après ou si quand sauf desde hasta sin antes después cuando senza prima dopo se quando"
    " di da dal van naar zonder voor na of sem antes depois até"
)
NO_WEIGHT, IN_ORDER = frozenset(LIGHT_WORDS.split()), frozenset(ORDERING_WORDS.split())
SPOKEN = ("English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch")
SMALL = frozenset(word for language in SPOKEN for word in SMALL_WORDS[language].split())  # these name nothing
ONE_FOR_ANOTHER = {"are": "is", "could": "can", "may": "can"}
YOU_OF_THE_HOUSE = late(r"\b([^\W\d_]{3,20}?)(?:e?n sie|e?t ihr)\b", re.IGNORECASE)  # “nehmen Sie”, “nehmt ihr”


def opposite_answers(texts: ExampleTexts) -> Iterator[tuple[int, int]]:
    """Pairs of places of which one says yes and the other one no."""
    by_asked: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for place in texts.once_a_row(with_yes_or_no):
        says_no = SAYS_NO.match(answer_body(texts.answers[place])) is not None
        by_asked.setdefault(asked_for(texts.bodies[place]), ([], []))[says_no].append(place)
    for asked, (yes, no) in by_asked.items():
        things = things_of(asked)
        if not yes or not no or len(things) < FEWEST_NAMED:
            continue
        named = {at: things & things_of(texts.answer_words(at)) for side in (yes, no) for at in side[:MOST_COMPARED]}
        for one, other in product(yes[:MOST_COMPARED], no[:MOST_COMPARED]):
            if not named[one].isdisjoint(named[other]) and are_of_the_same(texts, one, other, things):
                yield min(one, other), max(one, other)


def are_of_the_same(texts: ExampleTexts, yes: int, no: int, things: set[str]) -> bool:
    """Whether neither answer says why the other may be right, too: by a season, a size or the like, by speaking of
    another room, or by refusing a part of what is asked for alone (“we cannot repair laptops with water damage”)."""
    told = DIFFERENT | OF_SIZE
    if (told.intersection(texts.answer_words(yes)) ^ told.intersection(texts.answer_words(no))) - things:
        return False
    here, there = (places_named(texts.answer_words(at)) - things for at in (yes, no))
    if here and there and here.isdisjoint(there):
        return False
    said = answer_body(texts.answers[no])
    refused = SAYS_NO.match(said)
    if refused is None or WHOLE.match(said, refused.end()) is not None:
        return True
    of = {stem_of(word) for word in things}
    refused_things = things_of(words(PART_END.split(said[refused.end() :], maxsplit=1)[0])) - OF_REFUSALS
    return all(stem_of(word) in of for word in refused_things)


def stem_of(word: str) -> str:
    """“babies”, whose “s” is gone already, and “baby” are one thing."""
    return f"{word[:-2]}y" if word.endswith("ie") and len(word) > MOST_SHORT else word


def asked_for(question: str) -> tuple[str, ...]:
    """The words of a question that make it another one. Who does what, whether one must or may, and what is denied
    stay in it: “do I clean it?” and “do you clean it?” have two right answers."""
    said = words(YOU_OF_THE_HOUSE.sub(r"\1 you", without_yours(question)))
    told = [ONE_FOR_ANOTHER.get(word, singular(word)) for word in said if word not in NO_WEIGHT]
    return tuple(told if not IN_ORDER.isdisjoint(told) else sorted(told))


def things_of(said: tuple[str, ...] | list[str]) -> set[str]:
    """The whole words that name something."""
    return {singular(word) for word in said if word not in ASKING and word not in SMALL}


def with_yes_or_no(texts: ExampleTexts) -> list[int]:
    """The places of which a short question is answered by a plain yes or no with something behind it."""
    return [
        place
        for place, answer in enumerate(texts.answers)
        if MAY_SAY.search(answer, 0, LOOKED_AT) and is_plain(texts.bodies[place], answer_body(answer))
    ]


def is_plain(asked: str, said: str) -> bool:
    """Whether such an answer is given to a question that is the same for everybody."""
    if not (SAYS_YES.match(said) or SAYS_NO.match(said)) or len(words(said)) < FEWEST_SAID:
        return False
    return len(words(asked)) <= MOST_ASKED and HERS_OR_THAT_DAY.search(asked) is None
