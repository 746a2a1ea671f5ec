"""Rows in another language than the rest, told by script and by the small words that every sentence needs.

Short texts say nothing; the mix is the news, not the single row.
"""

from collections import Counter

import numpy as np

from studio.copy.catalog import say
from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.hashed_tokens import HashedTokens, hashes_of, places_among
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

LEAST_LETTERS = 40
LEAST_WORDS = 3
SMALL_WORDS = {
    "English": "the of and to in is you that it for are with your this have be not can we will on as from or what how"
    " an by if about at my me do does i was were has had would should could there which when where who they please",
    "German": "der die und das ist ich nicht sie ein eine zu den mit für auf wir werden von im dem bitte wie kann"
    " haben oder ihre auch",
    "French": "le la les des et est vous une pour que dans pas sur avec nous votre du je ce sont qui au être ou"
    " cette par plus",
    "Spanish": "el los las que una por para con no es su usted del puede como más está se al son lo cómo si pero"
    " este cuando",
    "Italian": "il che di per una non sono con è della si più come gli nel alla questo anche può suo dei delle ha"
    " ma le mi",
    "Portuguese": "que não uma para com os do da em você por mais como dos sua seu pode ao as se foi ou são também"
    " está na no",
    "Dutch": "de het een van en is niet dat u op voor met zijn wij uw kunt te aan ik er ook als bij wordt naar"
    " kan deze",
    "Polish": "nie się na jest że to do jak czy w z po dla przez można od są ale być proszę lub za o co może tego",
    "Swedish": "och att det är som en på inte av för med till den har kan vi du ett om din från hur jag eller så när",
    "Danish": "og at det er en på ikke af for med til den har kan vi du et om din fra hvordan jeg eller så når der",
    "Norwegian": "og at det er en på ikke av for med til den har kan vi du et om din fra hvordan jeg eller så når deg",
    "Finnish": "ja on ei että se voit tai kun mutta ovat jos niin myös sen hän kuin voi ole sinun miten tämä mitä oli",
    "Czech": "a je na se že to v s pro jak není nebo si jsou do z můžete být by ale který jako za po od jsme také",
    "Hungarian": "a az és hogy nem van egy is meg ha vagy de mint ez azt kell lehet csak még már hogyan el ki után",
    "Romanian": "și de la nu în este că o pe cu pentru din sunt care mai sau să ce vă puteți dacă cum fi un prin",
    "Turkish": "ve bir bu için ile de da çok ne var mı olarak değil gibi daha nasıl veya olan kadar en sonra ben siz",
    "Vietnamese": "và của là có không cho được các một bạn trong để với này những người khi tôi như đã từ hoặc về",
    "Indonesian": "yang dan di untuk dengan anda ini tidak dari itu dalam adalah pada ke akan bisa atau kami dapat"
    " saya oleh",
    "Lithuanian": "ir yra į kad su ne tai kaip iš ar jūs mes apie galite bus už jei arba nuo per",
    "Russian": "и в не на что с вы как это по для из к у или мы ваш если можно но от так же при я он она",
    "Ukrainian": "і в не на що з ви як це для та до або ми ваш якщо можна від але є у про за він вона",
    "Bulgarian": "и в не на че с вие как това за от да се или ние ако може но са по към е при със",
    "Arabic": "في من على إلى أن هذا التي عن مع لا ما هل كان هذه أو كما قد لم بعد كل",
    "Persian": "در به از که این را با است برای آن یک می شما های تا یا چه هم بود شود",
    "Greek": "και το να η του της με για είναι από που στο δεν την τα οι σας ή θα μπορείτε",
    "Hebrew": "של את על לא זה הוא עם אני כל או אם גם יש מה היא אתה כי",
    "Hindi": "है के में की को से का और हैं पर यह नहीं कर लिए एक भी आप कि",
}  # fmt: skip
SCRIPTS = (
    ("Japanese", late("[\u3040-\u30ff]")),
    ("Chinese", late("[\u4e00-\u9fff]")),
    ("Korean", late("[\uac00-\ud7af]")),
    ("Thai", late("[\u0e00-\u0e7f]")),
    ("Greek", late("[\u0370-\u03ff]")),
    ("Hebrew", late("[\u0590-\u05ff]")),
    ("Hindi", late("[\u0900-\u097f]")),
)
LANGUAGES = tuple(SMALL_WORDS)


def by_small_words(tokens: HashedTokens) -> list[str]:
    """The language of each row by its small words; nothing where there are few or two languages are close."""
    listed = [(word, index) for index, said in enumerate(SMALL_WORDS.values()) for word in said.split()]
    known = hashes_of([word for word, _ in listed])
    speaks_for = np.array([index for _, index in listed])
    votes = np.zeros((len(tokens), len(LANGUAGES)), dtype=np.int64)
    owners = tokens.owners
    order = np.argsort(known, kind="stable")
    known, speaks_for = known[order], speaks_for[order]
    matches = places_among(tokens, known)
    first = np.searchsorted(known, tokens.flat[matches], "left")
    many = np.searchsorted(known, tokens.flat[matches], "right") - first
    for step in range(int(many.max(initial=0))):
        some = many > step
        np.add.at(votes, (owners[matches[some]], speaks_for[first[some] + step]), 1)
    best = votes.argmax(axis=1)
    most = votes[np.arange(len(tokens)), best]
    votes[np.arange(len(tokens)), best] = 0
    sure = (most >= LEAST_WORDS) & (most >= 0.12 * tokens.sizes) & (most >= 1.3 * votes.max(axis=1) + 1)
    return [LANGUAGES[index] if yes else "" for index, yes in zip(best.tolist(), sure.tolist(), strict=True)]


def by_script(text: str) -> str:
    """Languages that their letters give away."""
    if text.isascii():
        return ""
    head = text[:400]
    letters = sum(map(str.isalpha, head))
    for name, script in SCRIPTS:
        found = len(script.findall(head))
        if found >= (4 if name == "Japanese" else 8) and found >= (0.1 if name == "Japanese" else 0.4) * letters:
            return name
    return ""


def languages(texts: ExampleTexts) -> dict[int, str]:
    """The language of each answer, or of its question where the answer is too short to tell."""
    answers, questions = by_small_words(texts.answer_tokens), by_small_words(texts.question_tokens)
    languages_by_place: dict[int, str] = {}
    for place, (question, answer) in enumerate(zip(texts.questions, texts.answers, strict=True)):
        name = by_script(answer) or (answers[place] if len(answer) >= LEAST_LETTERS else "")
        name = name or by_script(question) or (questions[place] if len(question) >= LEAST_LETTERS else "")
        if name:
            languages_by_place[place] = name
    return languages_by_place


def find_mixed_language(texts: ExampleTexts) -> list[Finding]:
    """Languages beside the main one, when there is at least one such row in two hundred; a single one when its question
    and its answer both tell its language."""
    languages_by_place = languages(texts)
    counts = Counter(languages_by_place.values())
    if len(counts) < 2:
        return []
    main, _ = counts.most_common(1)[0]
    places = [place for place, name in languages_by_place.items() if name != main]
    if len(places) < 0.005 * len(languages_by_place):
        return []
    if len(places) == 1 and not both_tell(texts, places[0]):
        return []
    notes = {place: say(f"language.{languages_by_place[place]}") for place in places}
    listed = ", ".join(f"{say(f'language.{name}')} {count:,}" for name, count in counts.most_common(4))
    sentences = Sentence.of("finding.language.sentence", count=len(places), languages=listed)
    return finding("mixed_language", "look", texts, places, sentences, notes=notes)


def both_tell(texts: ExampleTexts, place: int) -> bool:
    """Whether the question and the answer of a row are in one language, each by itself."""
    one = ExampleTexts([texts.examples[place]])
    said = by_script(one.answers[0]) or by_small_words(one.answer_tokens)[0]
    return bool(said) and said == (by_script(one.questions[0]) or by_small_words(one.question_tokens)[0])


MIXED_LANGUAGE = Check(kind="mixed_language", scope="whole", detect=of_texts(find_mixed_language))
