"""Questions of two sides that are one question in other words, as far as words alone can tell it without a doubt.

Two marks are looked for: a few known questions share an answer in a sentence, and the word that they all share stands
in a question with that very answer; or nothing but polite words, articles and forms of "be" and "do" differs.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from studio.data.profile.topics import ENDINGS, STOP
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.hashed_tokens import first_places
from studio.data.text.late_pattern import late
from studio.data.text.normalize import facts

WORDINGS = 12  # more rows of one answer are no wordings of one question
SENTENCE = 4  # words of an answer that tells what was asked
TELLING = 2  # words that must be left of a question whose small words are set aside
SHORTEST_STEM = 4
ASKING_WORDS = (
    "what where when who whom whose which why how wo wohin woher wann wer wen wem was wie warum wieso weshalb welche"
    " welcher welches où quand qui que quoi comment pourquoi combien quel quelle dónde cuándo quién qué cómo cuánto"
    " cuál gdzie kiedy kto co jak dlaczego ile"
)
SMALL_WORDS = (
    "a an the is are be been am s do does please kindly currently anyway der die das den dem des ein eine einen einem"
    " einer ist sind wird werden bitte le la les l un une des du est sont el los las una es son está están jest są"
    " proszę"
)
ASKING, SMALL = frozenset(ASKING_WORDS.split()), frozenset(SMALL_WORDS.split())
POLITE = late(  # over words parted by one space
    r"\A(?:(?:hi|hello|hey|hallo|bonjour|hola|excuse me|sorry|entschuldigung|pardon|perdón|przepraszam|and|so|also"
    r"|please|quick question|i have (?:a|one) question|ich habe eine frage) )*"
    r"(?:(?:can|could|would|will) (?:you|someone|somebody|anyone|anybody) (?:please |kindly )?"
    r"(?:tell|say to|explain to|let|remind) (?:me|us) (?:know )?"
    r"|(?:please )?(?:tell|let|remind) (?:me|us) (?:know )?"
    r"|(?:do|does) (?:you|anyone|anybody|someone) (?:happen to )?know "
    r"|(?:i|we) (?:would|d|want|wanted|need)(?: like)? to know |id like to know "
    r"|(?:i am|im|i was|we are|were) (?:just )?wondering |i (?:just )?wonder |any idea |may i ask |can i ask "
    r"|(?:kann|könnte) (?:mir )?(?:jemand|bitte jemand) (?:mir )?(?:bitte )?(?:sagen|erklären) "
    r"|(?:können|könnten|kannst|könntest) (?:sie|du|ihr) (?:mir |uns )?(?:bitte )?(?:sagen|erklären) "
    r"|(?:wissen sie|weißt du|wisst ihr|weiß jemand) "
    r"|ich (?:möchte|wollte|würde gerne?) (?:gerne? )?(?:wissen|fragen) "
    r"|(?:pouvez|pourriez|peux|pourrais) (?:vous|tu) (?:me|nous) dire |savez vous |je voudrais savoir "
    r"|(?:puede|puedes|podría|podrías|podrían) decirme |me (?:puede|puedes|podría|podrías) decir |sabe usted "
    r"|(?:quisiera|quiero|quería|me gustaría) saber "
    r"|czy (?:może|mógłby|mogłaby)(?: mi)? (?:pan|pani)(?: mi)? powiedzieć |chciał(?:a)?bym wiedzieć |czy ktoś wie )?"
)
ENDS = late(
    r"(?: (?:please|thanks|thank you|thx|these days|at the moment|right now|bitte|danke|vielen dank|merci"
    r"|s il vous plaît|por favor|gracias|proszę|dziękuję))+\Z"
)
HOW = late(r"\bhow (?:do|can|could|should|would) (?:i|we|one|you) |\bhow to |\bwie (?:kann|könnte) (?:ich|man) ")
MAY_BE = late(r"\bmight be\b")


def reworded(texts: ExampleTexts, held: Collection[int]) -> list[tuple[int, int]]:
    """Pairs (place that is taught, place in `held`) of one question in other words. Numbers and denials must agree."""
    found = {*_by_answer(texts, held), *_by_telling_words(texts, held)}
    return sorted(found)


def _by_answer(texts: ExampleTexts, held: Collection[int]) -> Iterator[tuple[int, int]]:
    """The taught wordings of one answer share a word that seldom stands elsewhere, and a held row has both."""
    _, pairs = first_places(texts.answer_tokens)
    together: dict[int, list[int]] = {}
    for leader, later in pairs:
        if texts.answer_tokens.sizes[leader] >= SENTENCE:
            together.setdefault(leader, [leader]).append(later)
    both = []
    for places in together.values():
        taught, asked = [one for one in places if one not in held], [one for one in places if one in held]
        if asked and 0 < len(taught) <= WORDINGS:
            both.append((taught, asked))
    if not both:
        return
    often = Counter(word for place in range(len(texts)) if place not in held for word in _terms(texts, place))
    for taught, asked in both:
        own = set.intersection(*(_terms(texts, place) for place in taught))
        own = {word for word in own if often[word] <= 2 * len(taught)}
        for place in asked if own else ():
            same = [one for one in taught if _numbers(texts, one) == _numbers(texts, place)]
            if own & _terms(texts, place):
                yield from ((one, place) for one in same)


def _by_telling_words(texts: ExampleTexts, held: Collection[int]) -> Iterator[tuple[int, int]]:
    """Nothing but small words differs: what is asked for, and the words that tell in their order, are the same."""
    taught: dict[tuple[str, ...], list[int]] = defaultdict(list)
    asked: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, example in enumerate(texts.examples):
        if len(example.messages) <= 2 and (key := bare(texts.body_words(place))):
            (asked if place in held else taught)[key].append(place)
    for key in asked.keys() & taught.keys():
        yield from ((one, place) for one in taught[key] for place in asked[key])


def bare(said: list[str]) -> tuple[str, ...]:
    """The words of a question without polite and small ones, those that ask first; empty when too few are left."""
    text = ENDS.sub("", POLITE.sub("", " ".join(said)))
    text = MAY_BE.sub("is", HOW.sub("how ", text))
    kept = [word for word in text.split() if word not in SMALL]
    telling = [word for word in kept if word not in ASKING]
    if len(telling) < TELLING:
        return ()
    return (*sorted(word for word in kept if word in ASKING), "", *telling)


def _terms(texts: ExampleTexts, place: int) -> set[str]:
    """The words that tell what a question is about, without the endings of plurals."""
    return {_stem(word) for word in texts.body_words(place) if len(word) > 2 and word not in STOP and word.isalpha()}


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM - 1:
            return word.removesuffix(ending)
    return word


def _numbers(texts: ExampleTexts, place: int) -> tuple[str, ...]:
    return facts(texts.question_words(place))[0]
