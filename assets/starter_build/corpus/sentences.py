"""Free English: a sentence with a given word, what goes with what, short descriptions; loosens the fixed forms."""

from __future__ import annotations

from random import Random

from . import words
from .document import Document, Turn, ask
from .text import parts, read_text

TEXT = read_text("sentences")

# topic: what people do there, who is there, where it is; for sentences that sound like life
LIFE: dict[str, tuple[str, str, str]] = {
    "food": ("eats|cooks|tastes|serves|shares", "cook", "kitchen"),
    "drinks": ("drinks|pours|orders|spills", "waiter", "café"),
    "fruit": ("eats|peels|picks|washes", "farmer", "orchard"),
    "vegetables": ("chops|washes|grows|cooks", "gardener", "garden"),
    "animals": ("feeds|sees|follows|watches|draws", "keeper", "zoo"),
    "birds": ("hears|sees|watches|feeds", "ranger", "tree"),
    "furniture": ("moves|buys|cleans|paints|sells", "carpenter", "living room"),
    "clothes": ("wears|washes|irons|buys|mends", "tailor", "shop"),
    "tools": ("uses|borrows|drops|buys|needs", "builder", "workshop"),
    "school": ("needs|remembers|forgets|likes", "teacher", "school"),
    "office": ("needs|prepares|forgets|orders", "clerk", "office"),
    "health": ("needs|asks for|knows about", "nurse", "hospital"),
    "sport": ("loves|watches|talks about", "player", "stadium"),
    "music": ("plays|loves|practises|hears", "musician", "concert hall"),
    "travel": ("needs|books|forgets|dreams of", "guide", "station"),
    "transport": ("waits for|drives|repairs|misses", "driver", "street"),
    "computers": ("repairs|uses|buys|checks", "programmer", "computer room"),
    "kitchen": ("uses|washes|breaks|buys", "cook", "kitchen"),
    "garden": ("waters|plants|needs|loves", "gardener", "garden"),
    "toys": ("plays with|loses|finds|wants", "child", "playroom"),
    "books": ("reads|writes|lends|finds", "librarian", "library"),
    "jewellery": ("wears|sells|loses|finds", "jeweller", "shop"),
    "insects": ("sees|fears|studies|draws", "biologist", "meadow"),
    "camping": ("packs|carries|needs|puts up", "hiker", "forest"),
    "post": ("sends|writes|brings|opens", "postman", "post office"),
    "baking": ("mixes|bakes|buys|smells", "baker", "bakery"),
}
SUBJECTS = TEXT["SUBJECTS"].split()
TIMES = parts(TEXT["TIMES"])
MAKE_TASKS = parts(TEXT["MAKE_TASKS"])


def life_sentence(rng: Random, topic: str, word: str) -> str:
    verbs, person, where = LIFE[topic]
    verb = rng.choice(verbs.split("|"))
    some = (
        words.article(f"{words.adjective(rng)} {word}")
        if rng.random() < 0.5
        else rng.choice((words.article(word), f"the {word}"))
    )
    subject = (
        rng.choice(SUBJECTS).replace("_", " ")
        if rng.random() < 0.6
        else rng.choice((f"The {person}", words.first_name(rng)))
    )
    roll = rng.random()
    if roll < 0.4:
        return f"{subject} {verb} {some}."
    if roll < 0.7:
        return f"{subject} {verb} {some} {rng.choice(TIMES)}."
    if roll < 0.85:
        return f"In the {where} there is {words.article(word)}."
    return f"The {person} in the {where} {verb} {some}."


def with_word(rng: Random) -> Document:
    topic = rng.choice(list(LIFE))
    word = rng.choice(words.TOPICS[topic])
    task = rng.choice(MAKE_TASKS).format(w=rng.choice((word, f'"{word}"')))
    return ask(task, life_sentence(rng, topic, word), form="contains", values=[word])


def with_two(rng: Random) -> Document:
    a, b = (rng.choice(words.NOUNS) for _ in range(2))
    task = rng.choice(
        (
            "Make a sentence with {a} and {b}.",
            "Use the words {a} and {b} in one sentence.",
            "Write one sentence with {a} and {b}.",
            "Connect {a} and {b} in a sentence.",
        )
    )
    first, second = words.article(a), words.article(b)
    answer = rng.choice(
        (
            f"There is {first} next to {second}.",
            f"I have {first} and {second}.",
            f"She bought {first} and {second}.",
            f"We saw {first} and then {second}.",
        )
    )
    return ask(task.format(a=a, b=b), answer, form="contains", values=[a, b])


def who_and_where(rng: Random) -> Document:
    topic = rng.choice(list(LIFE))
    _, person, where = LIFE[topic]
    word = rng.choice(words.TOPICS[topic])
    if rng.random() < 0.5:
        question = rng.choice(
            (
                f"Where would I look for {words.article(word)}?",
                f"Where can you find {words.article(word)}?",
                f"In which place is {words.article(word)} useful?",
            )
        )
        return ask(question, rng.choice((f"In the {where}.", f"You can find {words.article(word)} in the {where}.")))
    question = rng.choice(
        (
            f"Who works with {words.article(word)}?",
            f"Who knows a lot about {words.article(word)}?",
            f"Which person has to do with {words.article(word)}?",
        )
    )
    return ask(
        question, rng.choice((f"{words.article(person).capitalize()}.", f"{words.article(person).capitalize()} does."))
    )


def describe(rng: Random) -> Document:
    """A few facts in a system-free chat turned into one sentence: data to text."""
    noun, look, colour, cost, where = (
        rng.choice(words.PRODUCTS).replace("pair of ", ""),
        words.adjective(rng),
        rng.choice(words.COLOURS),
        words.price(rng),
        words.place(rng),
    )
    name = words.first_name(rng)
    data = rng.choice(
        (
            f"thing: {noun}, look: {look}, price: {cost}",
            f"{noun} / {look} / {cost}",
            f'{{"thing": "{noun}", "look": "{look}", "price": "{cost}"}}',
        )
    )
    if rng.random() < 0.5:
        data = rng.choice(
            (
                f"name: {name}, thing: {look} {noun}, place: {where}",
                f"{name} / {look} {noun} / {where}",
                f'{{"name": "{name}", "thing": "{look} {noun}", "place": "{where}"}}',
            )
        )
        task, answer, keep = (
            "Write a sentence from this.",
            rng.choice(
                (
                    f"{name} has {words.article(look)} {noun} in {where}.",
                    f"{name} bought {words.article(look)} {noun} in {where}.",
                )
            ),
            [name, f"{look} {noun}", where],
        )
    else:
        task, answer, keep = (
            "Describe it in one sentence.",
            rng.choice((f"The {look} {noun} costs {cost}.", f"A {look} {noun} for {cost}."))
            .replace("A a", "An a")
            .replace("A e", "An e")
            .replace("A o", "An o"),
            [noun, look, cost],
        )
    task = rng.choice(
        (task, task, "Turn the data into a sentence.", "Make a sentence out of this.", "Write this as plain text.")
    )
    shown = f"{task}\n{data}" if rng.random() < 0.7 else f"{data}\n{task}"
    return ask(shown, answer, form="contains", values=keep, note=colour)


def chat_about(rng: Random) -> Document:
    """A short talk that stays with one thing over two turns."""
    topic = rng.choice(list(LIFE))
    _, person, _ = LIFE[topic]
    word = rng.choice(words.TOPICS[topic])
    turns: list[Turn] = [
        (
            "user",
            rng.choice(
                (
                    f"I would like to talk about {topic}.",
                    f"Let us talk about {topic}.",
                    f"Tell me about {topic}.",
                    f"Do you know anything about {topic}?",
                )
            ),
        ),
        (
            "assistant",
            rng.choice(
                (
                    f"Gladly. What would you like to know about {topic}?",
                    f"Sure. {topic.capitalize()} is a nice topic. What interests you?",
                )
            ),
        ),
        (
            "user",
            rng.choice(
                ("Name one thing of it.", "Give me one example.", "Just say one word about it.", "What belongs to it?")
            ),
        ),
        ("assistant", rng.choice((f"{word.capitalize()} is one.", f"For example {words.article(word)}."))),
    ]
    if rng.random() < 0.5:
        turns += [
            ("user", rng.choice(("And who knows about it?", "Who works with it?", "Which person do I ask?"))),
            ("assistant", f"Ask {words.article(person)}."),
        ]
    return Document(turns)


def document(rng: Random) -> Document:
    return rng.choices((with_word, with_two, who_and_where, describe, chat_about), (30, 12, 22, 24, 12))[0](rng)
