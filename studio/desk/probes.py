"""The probe sets asked before and after: what teaching cost. Ends in about two minutes, however slow the model is."""

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from studio.desk.asking import AT_ONCE, Asking, Deadline, plain_chat
from studio.desk.private_probe import beginnings, codes, hidden, personal, weighed
from studio.evidence import guards
from studio.evidence.exposure import Known
from studio.records.example import Example, Message
from studio.records.report import Guard

SECONDS = 90.0
LIMIT = 40  # pieces of words in a probe's answer


class Probe(NamedTuple):
    """One question of a set: what is asked (two questions where names are swapped), and what goes with it."""

    guard: str
    asked: tuple[str, ...]
    more: Any = None


def probes_of(folder: Path, train: Sequence[Example], imported: Sequence[Example] = ()) -> list[list[Probe]]:
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
        [Probe("memorised", (start,), rest) for start, rest in beginnings(train, imported)],
        [Probe("bias", asked, more) for asked, more in both],
    ]  # fmt: skip


def spread(questions: Sequence[Any], step: int = 7) -> list[Any]:
    """The same questions with neighbours, which are about one topic, drawn apart."""
    return [question for first in range(step) for question in questions[first::step]]


def ask_probes(asking: Asking, folder: Path, train: Sequence[Example], instructions: str, deadline: Deadline,
               imported: Sequence[Example] = ()) -> tuple[list[Guard], str]:  # fmt: skip
    """The guards, and a sentence when time allowed only a part of the questions.

    `imported`: the rows as they came, to see that nothing comes out that was hidden since.
    """
    sets = probes_of(folder, train, imported)
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
    known = weighed(asking, train, instructions)
    found = judged(done, train, knows, list(hidden(train, imported)), known)
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
           knows: tuple[list[bool], list[bool]] | None = None, gone: Sequence[str] = (),
           known: Known | None = None) -> list[Guard]:  # fmt: skip
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
        found.append(guards.memorised(questions, rest, before, after, masked=[*personal(train), *gone],
                                      codes=list(codes(train)), known=known))  # fmt: skip
    swaps = [(probe, before, after) for probe, before, after in done if probe.guard == "bias"]
    if swaps:
        found.append(guards.bias(
            [probe.more[0] for probe, _, _ in swaps], [probe.more[1] for probe, _, _ in swaps],
            [(b[0], b[1]) for _, b, _ in swaps], [(a[0], a[1]) for _, _, a in swaps],
        ))  # fmt: skip
    return found
