"""Text to JSON with any keys: what stands in the text is copied exactly, what is missing becomes null."""

from __future__ import annotations

import json
from random import Random

from . import attributes as attr
from . import wording, words
from .document import Document, Turn, ask, place_task
from .text import parts, read_text

TEXT = read_text("extract")

# Field: (names the key may have, maker of the value)
FIELDS: dict[str, tuple[tuple[str, ...], str]] = {
    "name": (
        ("name", "customer", "person", "client", "who", "full_name", "buyer", "guest", "contact", "sender"),
        "person",
    ),
    "other": (
        ("seller", "assistant", "doctor", "teacher", "driver", "manager", "agent", "host", "recipient", "colleague"),
        "person",
    ),
    "item": (("item", "product", "thing", "article", "object", "goods", "what", "ordered_item", "subject"), "thing"),
    "price": (("price", "cost", "total", "amount", "fee", "paid", "sum", "value"), "price"),
    "date": (("date", "day", "when", "due", "on", "due_date", "ready", "appointment"), "date"),
    "time": (("time", "hour", "at", "start", "start_time"), "clock"),
    "place": (("place", "city", "town", "location", "where", "destination", "venue", "from"), "place"),
    "order": (("order", "order_number", "id", "number", "reference", "code", "ticket", "booking"), "code"),
    "count": (("quantity", "count", "pieces", "how_many", "people", "units"), "number"),
    "colour": (("colour", "color", "shade", "paint"), "colour"),
    "phone": (("phone", "telephone", "mobile", "phone_number"), "phone"),
    "email": (("email", "mail", "email_address"), "email"),
    "job": (("job", "role", "profession", "occupation"), "job"),
    "fault": (("problem", "fault", "issue", "defect", "complaint", "reason", "damage"), "fault"),
    "material": (("material", "made_of", "fabric"), "material"),
    "street": (("address", "street"), "street"),
    "duration": (("duration", "length", "period", "time_needed"), "duration"),
    "food": (("dish", "food", "meal", "order_item"), "food"),
    "hobby": (("hobby", "activity", "pastime"), "hobby"),
    "weight": (("weight", "mass", "heaviness", "kilos"), "weight"),
    "size": (("size", "width", "measure", "dimensions"), "size"),
    "reason": (("reason", "why", "cause", "explanation"), "reason"),
    "mood": (("mood", "feeling", "emotion", "state"), "mood"),
}
FAULT_ADJECTIVES = TEXT["FAULT_ADJECTIVES"].split()
FAULT_PARTS = TEXT["FAULT_PARTS"].split()

# {x} = the value of field x; what stands between bars are different wordings of the same record.
RECORDS = [*TEXT["RECORDS"].split("\n"), *TEXT["MORE_RECORDS"].split("\n")]
REASONS, MOODS = parts(TEXT["REASONS"]), parts(TEXT["MOODS"])
KEY_BEGINNINGS = ("customer", "order", "item", "my", "new", "the", "main", "first", "given", "field", "user")

INSTRUCTIONS = parts(TEXT["INSTRUCTIONS"])
KEYS_IMPLIED = parts(TEXT["KEYS_IMPLIED"])
EXTRA_TAILS = parts(TEXT["EXTRA_TAILS"])


def _value(rng: Random, maker: str) -> str:
    if maker == "fault":
        return (
            f"{rng.choice(FAULT_ADJECTIVES)} {rng.choice(FAULT_PARTS)}"
            if rng.random() < 0.85
            else f"{words.adjective(rng)} {words.pseudo_word(rng)}"
        )
    if maker in ("reason", "mood"):
        return rng.choice(REASONS if maker == "reason" else MOODS)
    return attr.MAKERS[maker](rng)


def _key(rng: Random, field: str) -> str:
    """A name for the field, in one of the ways in which people write keys."""
    key = rng.choice(FIELDS[field][0]) if rng.random() < 0.8 else FIELDS[field][0][0]
    roll = rng.random()
    if roll < 0.72:
        return key
    if roll < 0.82:
        return key.capitalize()
    if roll < 0.86:
        return key.upper()
    first = rng.choice(KEY_BEGINNINGS)
    return f"{first}_{key}" if roll < 0.95 else first + "".join(part.capitalize() for part in key.split("_"))


def record(rng: Random, pattern: str = "") -> tuple[str, dict[str, str]]:
    """A text of one record and the value of each field in it."""
    pattern = pattern or rng.choice(RECORDS)
    names = [part.split("}")[0] for part in pattern.split("{")[1:]]
    values = {name: _value(rng, FIELDS[name][1]) for name in names}
    if "name" in values and rng.random() < 0.5:
        values["name"] = values["name"].split()[0]
    if "other" in values and rng.random() < 0.5:
        values["other"] = values["other"].split()[0]
    text = pattern
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    if rng.random() < 0.15:
        text += rng.choice(EXTRA_TAILS)
    elif rng.random() < 0.12:
        text = wording.around(rng, text)
    return (text[:1].upper() + text[1:] if rng.random() < 0.5 else text), values


def _keys_text(rng: Random, keys: list[str]) -> str:
    quote = rng.choice(("", "", "", '"', "'", "`"))
    quoted = [f"{quote}{key}{quote}" for key in keys]
    roll = rng.random()
    if roll < 0.35:
        return words.joined(quoted)
    if roll < 0.8:
        return ", ".join(quoted)
    return f"({', '.join(quoted)})" if roll < 0.9 else f"[{', '.join(quoted)}]"


def session(rng: Random) -> Document:
    """The same keys for several texts, as a desk does it all day: told once, or shown by an example."""
    patterns = [p for p in rng.sample(RECORDS, len(RECORDS)) if p.count("{") >= 3]
    wanted = [part.split("}")[0] for part in patterns[0].split("{")[1:]]
    rng.shuffle(wanted)
    wanted = wanted[: rng.randint(3, 6)]
    same = [p for p in patterns if all("{" + name + "}" in p for name in wanted)] + [patterns[0]]
    keys = {name: _key(rng, name) for name in wanted}
    pairs: list[tuple[str, str]] = []
    for _ in range(rng.choice((2, 2, 3))):
        text, values = record(rng, rng.choice(same))
        pairs.append((text, json.dumps({keys[name]: values[name] for name in wanted}, ensure_ascii=False)))
    facts = {"keys": list(keys.values()), "values": list(json.loads(pairs[-1][1]).values())}
    instruction = rng.choice(INSTRUCTIONS[:-5]).format(keys=_keys_text(rng, list(keys.values())), empty="")
    if rng.random() < 0.6:
        turns: list[Turn] = [("system", instruction)] if rng.random() < 0.8 else []
        for text, answer in pairs:
            turns += [("user", text), ("assistant", answer)]
        if turns[0][0] == "user":
            turns[0] = ("user", f"{instruction}\n{turns[0][1]}")
        return Document(turns, "json", facts)
    examples = "\n".join(f"Text: {text}\nJSON: {answer}" for text, answer in pairs[:-1])
    return ask(f"{instruction}\n{examples}\nText: {pairs[-1][0]}\nJSON:", pairs[-1][1], "", "json", **facts)


def explained(rng: Random) -> Document:
    """Keys of any name, each with a word on what goes there."""
    text, values = record(rng)
    chosen = rng.sample(list(values), min(len(values), rng.randint(2, 6)))
    style = rng.random()
    keys = []
    for at, name in enumerate(chosen):
        other = rng.choice(words.NOUNS) if style < 0.3 else words.pseudo_word(rng) if style < 0.45 else f"field{at + 1}"
        keys.append(other if style < 0.6 else _key(rng, name))
    if len(set(keys)) < len(keys):
        return explained(rng)
    lines = [
        f"{key}: {rng.choice(wording.PIECES[f'MEANING_{name.upper()}'])}"
        for key, name in zip(keys, chosen, strict=True)
    ]
    mark = rng.choice(("", "- ", "  "))
    instruction = rng.choice(wording.PIECES["EXPLAINED"]) + "\n" + "\n".join(mark + line for line in lines) + "\n"
    answer_object = {key: values[name] for key, name in zip(keys, chosen, strict=True)}
    answer = json.dumps(answer_object, ensure_ascii=False)
    return place_task(rng, instruction, text, answer, "json", keys=keys, values=list(answer_object.values()))


def document(rng: Random) -> Document:
    roll = rng.random()
    if roll < 0.12:
        return session(rng)
    if roll < 0.22:
        return explained(rng)
    text, values = record(rng)
    present = list(values)
    count = min(len(present), rng.choice((1, 2, 3, 4, 4, 5, 5, 6)))
    chosen = rng.sample(present, count)
    if rng.random() < 0.5:
        chosen.sort(key=present.index)
    pairs: list[tuple[str, str | int | None]] = []
    for name in chosen:
        key = _key(rng, name)
        value: str | int | None = values[name]
        if name == "count" and rng.random() < 0.1:
            value = int(str(value))
        pairs.append((key, value))
    if rng.random() < 0.2:
        absent = rng.choice(
            [n for n in FIELDS if n not in present and FIELDS[n][1] not in {FIELDS[p][1] for p in present}]
        )
        pairs.insert(rng.randint(0, len(pairs)), (rng.choice(FIELDS[absent][0][:3]), None))
    answer_object = dict(pairs)
    keys = list(answer_object)
    style = rng.random()
    if style < 0.93:
        empty = (
            json.dumps({key: rng.choice(("", "...")) for key in keys})
            if rng.random() < 0.6
            else "{" + ", ".join(f'"{k}": ...' for k in keys) + "}"
        )
        if rng.random() < 0.5:
            instruction = wording.json_instruction(rng, _keys_text(rng, keys))
        else:
            instruction = rng.choice(INSTRUCTIONS).format(keys=_keys_text(rng, keys), empty=empty)
    else:
        instruction = rng.choice(KEYS_IMPLIED)
        answer_object = {FIELDS[name][0][0]: values[name] for name in present}
        keys = list(answer_object)
    indent = None
    answer = json.dumps(answer_object, ensure_ascii=False, indent=indent)
    facts = {"keys": keys, "values": [str(v) for v in answer_object.values() if v is not None]}
    if style < 0.93 and rng.random() < 0.08:
        second_text, _ = text, values
        first_key = keys[0]
        question = f"{second_text}\n\nGive me only {first_key}, as JSON."
        answer = json.dumps({first_key: answer_object[first_key]}, ensure_ascii=False)
        return ask(question, answer, "", "json", keys=[first_key], values=[])
    return place_task(rng, instruction, text, answer, "json", **facts)
