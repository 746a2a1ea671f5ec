"""Working on a given text: polite, shorter, lists, copies, capitals, counting, sorting; names and numbers stay."""

from __future__ import annotations

from random import Random

from . import attributes as attr
from . import labels, words
from .document import Document, ask, place_task
from .text import parts, read_text
from .wording import task_instruction as task

TEXT = read_text("rewrite")

# rough|polite|polite
RUDE = TEXT["RUDE"].split("\n")
POLITE_TASKS = parts(TEXT["POLITE_TASKS"])
# long|short
LONG = TEXT["LONG"].split("\n")
SHORT_TASKS = parts(TEXT["SHORT_TASKS"])
LIST_TASKS = parts(TEXT["LIST_TASKS"])
LIST_TEXTS = parts(TEXT["LIST_TEXTS"])
COPY_TASKS = parts(TEXT["COPY_TASKS"])
UPPER_TASKS = parts(TEXT["UPPER_TASKS"])
LOWER_TASKS = parts(TEXT["LOWER_TASKS"])
FIRST_TASKS = parts(TEXT["FIRST_TASKS"])
LAST_TASKS = parts(TEXT["LAST_TASKS"])
COUNT_TASKS = parts(TEXT["COUNT_TASKS"])
SORT_TASKS = parts(TEXT["SORT_TASKS"])
SORT_NUMBERS = parts(TEXT["SORT_NUMBERS"])
NUMBER_TASKS = parts(TEXT["NUMBER_TASKS"])
NAME_TASKS = parts(TEXT["NAME_TASKS"])
REPLACE_TASKS = parts(TEXT["REPLACE_TASKS"])


def _slots(rng: Random) -> dict[str, str]:
    return {
        "t": words.thing(rng).replace("pair of ", ""),
        "n": words.first_name(rng),
        "m": words.first_name(rng),
        "c": words.price(rng),
        "d": words.date(rng),
        "k": words.clock(rng),
        "p": words.place(rng),
        "q": str(rng.randint(2, 90)),
        "o": words.code(rng),
        "u": words.duration(rng),
    }


def _keeps(pattern: str, slots: dict[str, str]) -> list[str]:
    return [slots[key] for key in "tncdkpqoum" if "{" + key + "}" in pattern]


def plain_sentence(rng: Random) -> str:
    """Any short text, to be copied or changed."""
    roll = rng.random()
    if roll < 0.25:
        return labels.topic_sentence(rng, rng.choice(words.TOPIC_NAMES))
    if roll < 0.5:
        attribute = rng.choice(attr.BUSINESS_ATTRIBUTES)
        return words.sentence(attr.fill(rng.choice(attribute.statements), attribute.make(rng)))
    if roll < 0.75:
        attribute = rng.choice(attr.PERSON_ATTRIBUTES)
        return words.sentence(attr.fill(rng.choice(attribute.statements), attribute.make(rng), words.full_name(rng)))
    if roll < 0.9:
        return rng.choice(RUDE).split("|")[rng.randrange(3)].format(**_slots(rng))
    return " ".join(
        words.pseudo_word(rng) if rng.random() < 0.5 else rng.choice(words.NOUNS) for _ in range(rng.randint(1, 6))
    )


def polite(rng: Random) -> Document:
    patterns = rng.choice(RUDE).split("|")
    slots = _slots(rng)
    answer = rng.choice(patterns[1:]).format(**slots)
    return place_task(
        rng,
        task(rng, POLITE_TASKS),
        patterns[0].format(**slots),
        answer,
        "contains",
        values=_keeps(patterns[0], slots),
    )


def shorten(rng: Random) -> Document:
    long, short = rng.choice(LONG).split("|")
    slots = _slots(rng)
    return place_task(
        rng,
        task(rng, SHORT_TASKS),
        long.format(**slots),
        short.format(**slots),
        "contains",
        values=_keeps(short, slots),
    )


def make_list(rng: Random) -> Document:
    counted = rng.random() < 0.4
    items = list(
        dict.fromkeys(
            (f"{rng.randint(2, 30)} " if counted else "")
            + (words.thing(rng) if rng.random() < 0.6 else rng.choice(words.NOUNS))
            for _ in range(rng.randint(2, 6))
        )
    )
    shown = items if counted or rng.random() < 0.4 else [words.article(item) for item in items]
    text = rng.choice(LIST_TEXTS).format(l=words.joined(shown), n=words.first_name(rng), m=words.first_name(rng))
    instruction = task(rng, LIST_TASKS)
    if rng.random() < 0.2:
        return place_task(
            rng,
            rng.choice(
                (
                    "Number the items.",
                    "Make a numbered list.",
                    "Write the items as 1., 2., 3.",
                    "Numbered list, please.",
                )
            ),
            text,
            "\n".join(f"{i}. {item}" for i, item in enumerate(items, 1)),
            "list",
            count=len(items),
            items=items,
        )
    return place_task(
        rng, instruction, text, "\n".join(f"- {item}" for item in items), "list", count=len(items), items=items
    )


def change_letters(rng: Random) -> Document:
    text = plain_sentence(rng)
    roll = rng.random()
    if roll < 0.5:
        return place_task(rng, task(rng, COPY_TASKS), text, text, "contains", values=[text])
    if roll < 0.78:
        return place_task(rng, task(rng, UPPER_TASKS), text, text.upper(), "contains", values=[text.upper()])
    if roll < 0.9:
        return place_task(rng, task(rng, LOWER_TASKS), text, text.lower(), "contains", values=[text.lower()])
    pieces = [part.strip('.,!?:;"') for part in text.split()]
    first = rng.random() < 0.5
    answer = pieces[0] if first else pieces[-1]
    return place_task(rng, rng.choice(FIRST_TASKS if first else LAST_TASKS), text, answer, "contains", values=[answer])


def order_and_count(rng: Random) -> Document:
    roll = rng.random()
    if roll < 0.3:
        items = rng.sample(words.NOUNS, rng.randint(2, 8))
        answer = rng.choice((str(len(items)), words.NUMBER_WORDS[len(items) - 2], f"There are {len(items)}."))
        return place_task(rng, task(rng, COUNT_TASKS), ", ".join(items), answer, "sentence")
    if roll < 0.6:
        items = rng.sample(words.NOUNS if rng.random() < 0.7 else words.FIRST_NAMES, rng.randint(2, 5))
        return place_task(
            rng,
            task(rng, SORT_TASKS),
            ", ".join(items),
            ", ".join(sorted(items)),
            "list",
            count=len(items),
            items=items,
        )
    if roll < 0.75:
        numbers = rng.sample(range(1, 100), rng.randint(3, 5))
        return place_task(
            rng,
            rng.choice(SORT_NUMBERS),
            ", ".join(map(str, numbers)),
            ", ".join(map(str, sorted(numbers))),
            "list",
            count=len(numbers),
        )
    names = [words.first_name(rng) for _ in range(rng.randint(1, 3))]
    numbers = [str(rng.randint(2, 999)) for _ in names]
    lines = [
        rng.choice(
            (
                "{n} has {q} stamps.",
                "{n} needs {q} cups.",
                "{n} paid for {q} days.",
                "Send {q} books to {n}.",
                "{n} counted {q} birds.",
            )
        ).format(n=n, q=q)
        for n, q in zip(names, numbers, strict=True)
    ]
    if roll < 0.88:
        return place_task(
            rng,
            task(rng, NUMBER_TASKS),
            " ".join(lines),
            ", ".join(numbers),
            "contains",
            values=numbers,
        )
    return place_task(rng, task(rng, NAME_TASKS), " ".join(lines), ", ".join(names), "contains", values=names)


def replace(rng: Random) -> Document:
    slots, other = _slots(rng), _slots(rng)
    pattern = rng.choice([p.split("|")[1] for p in RUDE])
    key = rng.choice([k for k in "tncdkpqo" if "{" + k + "}" in pattern] or ["n"])
    if "{" + key + "}" not in pattern:
        pattern, key = "{n} will come on {d}.", "n"
    instruction = rng.choice(REPLACE_TASKS).format(a=slots[key], b=other[key])
    return place_task(
        rng,
        instruction,
        pattern.format(**slots),
        pattern.format(**{**slots, key: other[key]}),
        "contains",
        values=[other[key]],
    )


def spelled(rng: Random) -> Document:
    """Letter work on one word: slow to learn for a model that reads word pieces, so there is only a little of it."""
    word = rng.choice(words.NOUNS) if rng.random() < 0.6 else words.pseudo_word(rng)
    if rng.random() < 0.5:
        return ask(
            rng.choice((f"Spell {word}.", f"How do you spell {word}?", f"Spell the word {word}, please.")),
            "-".join(word),
            form="contains",
            values=["-".join(word)],
        )
    return ask(rng.choice((f"With which letter does {word} begin?", f"First letter of {word}?")), f"{word[0].upper()}.")


def document(rng: Random) -> Document:
    makers = (polite, shorten, make_list, change_letters, order_and_count, replace, spelled)
    return rng.choices(makers, (22, 18, 20, 18, 12, 8, 2))[0](rng)
