"""The probe sets asked before and after: what teaching cost. Ends in about two minutes, however slow the model is."""

import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from studio.desk.asking import AT_ONCE, Asking, Deadline, plain_chat
from studio.evidence import guards
from studio.prepare.fixes import private_in, secrets_in
from studio.prepare.private.rules import Rules
from studio.prepare.texts import Texts
from studio.records.example import Example, Message
from studio.records.report import Guard

SECONDS = 90.0
LIMIT = 40  # pieces of words in a probe's answer
ROWS = 20  # training rows whose beginnings are given
CODE, LONG_CODE, CODED = re.compile(r"[\w-]*\d[\w-]*"), 6, 0.1  # of the rows may hold a code of their own
FEW_ROWS = 2  # a detail in so few rows is somebody's; in more it is the house's own


class Probe(NamedTuple):
    """One question of a set: what is asked (two questions where names are swapped), and what goes with it."""

    guard: str
    asked: tuple[str, ...]
    more: Any = None


def probes_of(folder: Path, train: Sequence[Example]) -> list[list[Probe]]:
    """All sets, in the order of asking: when time runs out, every set has had its share."""
    general, refusal, unanswerable, names = (
        tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("general", "refusal", "unanswerable", "names")
    )
    pairs = names["pairs"]
    swaps = [(template, tuple(pairs[k % len(pairs)])) for k, template in enumerate(names["template"])]
    both = [(tuple(guards.swapped(template, name) for name in two), (template, two)) for template, two in swaps]
    return [
        [Probe("forgetting", (it["text"],), (tuple(it["accept"]), it["topic"])) for it in spread(general["question"])],
        [Probe("safety", (question,)) for question in refusal["decline"]],
        [Probe("over_refusal", (question,)) for question in refusal["answer"]],
        [Probe("made_up", (question,)) for question in unanswerable["question"]],
        [Probe("memorised", (start,), rest) for start, rest in beginnings(train)],
        [Probe("bias", asked, more) for asked, more in both],
    ]  # fmt: skip


def spread(questions: Sequence[Any], step: int = 7) -> list[Any]:
    """The same questions with neighbours, which are about one topic, drawn apart."""
    return [question for first in range(step) for question in questions[first::step]]


def personal(train: Sequence[Example]) -> dict[str, int]:
    """Private details, passwords and keys of the training answers that stand in few rows: value -> first row."""
    texts = Texts(train)
    rows: dict[str, list[int]] = {}
    for places, details_in in (private_in(texts, Rules()), secrets_in(texts)):
        for place in places:
            for value in {detail.value for detail in details_in(train[place], train[place].answer)}:
                rows.setdefault(value, []).append(place)
    return {value: places[0] for value, places in rows.items() if len(places) <= FEW_ROWS}


def codes(train: Sequence[Example]) -> dict[str, int]:
    """Long pieces with digits that few training answers hold and no question does: value -> first row."""
    rows: dict[str, list[int]] = {}
    for place, example in enumerate(train):
        for piece in set(CODE.findall(example.answer)):
            if len(piece) >= LONG_CODE and sum(map(str.isdigit, piece)) >= 3 and piece not in example.question:
                rows.setdefault(piece, []).append(place)
    found = {piece: places[0] for piece, places in rows.items() if len(places) <= FEW_ROWS}
    return found if len(found) <= len(train) * CODED else {}  # codes all over are what this work is about


def beginnings(train: Sequence[Example]) -> list[tuple[str, str]]:
    """Rows that hold a personal detail with their whole question, others with half of it; and how they go on."""
    telling = sorted({*personal(train).values(), *codes(train).values()})[: ROWS // 2]
    others = [place for place in range(0, len(train), max(1, len(train) // ROWS)) if place not in telling]
    found = [(train[place].question, train[place].answer) for place in telling]
    for place in others[: ROWS - len(found)]:
        words = train[place].question.split()
        found.append((" ".join(words[: max(3, len(words) // 2)]), train[place].answer))
    return found


def ask_probes(asking: Asking, folder: Path, train: Sequence[Example], instructions: str,
               deadline: Deadline) -> tuple[list[Guard], str]:  # fmt: skip
    """The guards, and a sentence when time allowed only a part of the questions."""
    sets = probes_of(folder, train)
    total = sum(map(len, sets))
    done: list[tuple[Probe, list[str], list[str]]] = []
    parts = turns(sets)
    for turn, probes in enumerate(parts):
        chats = [plain_chat(instructions, question) for probe in probes for question in probe.asked]
        fresh = any(asking.lacks(name, chats, LIMIT) for name in ("base", "tuned"))
        if turn and fresh and deadline.is_over():
            break
        before, after = (
            iter([reply.text for reply in asking.ask(name, chats, LIMIT, f"{name}, guards {turn + 1} of {len(parts)}")])
            for name in ("base", "tuned")
        )
        done += [(probe, [next(before) for _ in probe.asked], [next(after) for _ in probe.asked]) for probe in probes]
    note = f"The guards asked {len(done)} of {total} questions, to end in time." if len(done) < total else ""
    knows = knowing(asking, [probe for probe, _, _ in done if probe.guard == "forgetting"], instructions)
    found = judged(done, train, knows)
    texts = [[Message(role="assistant", content=it["text"])] for it in general_of(folder)["text"]]
    losses = [asking.lose(name, texts, f"{name}, general texts") for name in ("base", "tuned")]
    reached = [(a / n, b / m) for (a, n), (b, m) in zip(*losses, strict=True) if n and m]
    if len(reached) > 1:
        found.insert(1, guards.general_text([a for a, _ in reached], [b for _, b in reached]))
    return found, note


def knowing(asking: Asking, probes: Sequence[Probe], instructions: str) -> tuple[list[bool], list[bool]]:
    """Before and after: whether of four short answers the right one surprised it least."""
    options = guards.choices([(p.asked[0], p.more[0]) for p in probes], [p.more[1] for p in probes])
    chats = [
        [*plain_chat(instructions, probe.asked[0]), Message(role="assistant", content=answer[:1].upper() + answer[1:])]
        for probe, answers in zip(probes, options, strict=True)
        for answer in answers
    ]
    found = []
    for name in ("base", "tuned"):
        lost = iter(asking.lose(name, chats, f"{name}, general choices"))
        sums = [[next(lost)[0] for _ in answers] for answers in options]
        found.append([one.index(min(one)) == 0 for one in sums])
    return found[0], found[1]


def general_of(folder: Path) -> dict[str, Any]:
    """The general questions and texts."""
    return tomllib.loads((folder / "general.toml").read_text(encoding="utf-8"))


def turns(sets: Sequence[Sequence[Probe]]) -> list[list[Probe]]:
    """Parts of about 32 questions that take the next few of every set."""
    parts = max(1, sum(map(len, sets)) // (2 * AT_ONCE))
    return [
        [probe for probes in sets for probe in probes[part * len(probes) // parts : (part + 1) * len(probes) // parts]]
        for part in range(parts)
    ]  # fmt: skip


def judged(done: Sequence[tuple[Probe, list[str], list[str]]], train: Sequence[Example],
           knows: tuple[list[bool], list[bool]] | None = None) -> list[Guard]:  # fmt: skip
    """One guard for each set that had at least one question."""

    def of(name: str) -> tuple[list[str], list[Any], list[str], list[str]]:
        mine = [(probe, before, after) for probe, before, after in done if probe.guard == name]
        return ([p.asked[0] for p, _, _ in mine], [p.more for p, _, _ in mine], [b[0] for _, b, _ in mine],
                [a[0] for _, _, a in mine])  # fmt: skip

    found = []
    questions, accept, before, after = of("forgetting")
    if questions:
        fine, house = [more[0] for more in accept], [example.answer for example in train]
        found.append(guards.forgetting(questions, fine, before, after, house, knows))
    rules: tuple[tuple[str, Callable[[Sequence[str], Sequence[str], Sequence[str]], Guard]], ...] = (
        ("safety", guards.safety), ("over_refusal", guards.over_refusal), ("made_up", guards.made_up),
    )  # fmt: skip
    for name, rule in rules:
        questions, _, before, after = of(name)
        if questions:
            found.append(rule(questions, before, after))
    questions, rest, before, after = of("memorised")
    if questions:
        found.append(guards.memorised(questions, rest, before, after, masked=list(personal(train)),
                                      codes=list(codes(train))))  # fmt: skip
    swaps = [(probe, before, after) for probe, before, after in done if probe.guard == "bias"]
    if swaps:
        found.append(guards.bias(
            [probe.more[0] for probe, _, _ in swaps], [probe.more[1] for probe, _, _ in swaps],
            [(b[0], b[1]) for _, b, _ in swaps], [(a[0], a[1]) for _, _, a in swaps],
        ))  # fmt: skip
    return found
