"""The probe sets asked before and after: what teaching cost. Ends in about two minutes, however slow the model is."""

from collections.abc import Collection, Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.evaluation.exam_results import quoted
from studio.evaluation.guards.check import AnsweredProbes, GuardInputs, GuardProbe, level_of
from studio.evaluation.guards.registry import CHECKS, RegressionChecks
from studio.schemas.example import Example
from studio.schemas.report import GuardResult
from studio.services.chats.answering import AT_ONCE, AnswerSession, Deadline, plain_chat

SECONDS = 90.0
LIMIT = 40  # pieces of words in a probe's answer


def probes_of(material: GuardInputs, checks: RegressionChecks = CHECKS) -> list[list[GuardProbe]]:
    """The sets of all checks that ask something, in the order of asking."""
    return [probes for check in checks if (probes := check.probes(material))]


def sizes_of(train: Sequence[Example], folder: Path, imported: Sequence[Example],
             checks: RegressionChecks = CHECKS) -> list[int]:  # fmt: skip
    """How many questions each part has that `ask_probes` will ask."""
    parts = turns(probes_of(GuardInputs(folder, train, imported), checks))
    return [sum(len(probe.asked) for probe in probes) for probes in parts]


def ask_probes(
    asking: AnswerSession,
    folder: Path,
    train: Sequence[Example],
    instructions: str,
    deadline: Deadline,
    imported: Sequence[Example] = (),
    checks: RegressionChecks = CHECKS,
) -> tuple[list[GuardResult], str]:
    """The guards, and a sentence when time allowed only a part of the questions.

    `imported`: the rows as they came, to see that nothing comes out that was hidden since.
    """
    material = GuardInputs(folder, train, imported, lambda question: plain_chat(instructions, question), asking.lose)
    sets = probes_of(material, checks)
    total = sum(map(len, sets))
    done: list[AnsweredProbes] = []
    cut: set[str] = set()  # replies that did not end by themselves
    parts = turns(sets)
    for turn, probes in enumerate(parts):
        chats = [plain_chat(instructions, question) for probe in probes for question in probe.asked]
        fresh = any(asking.lacks(name, chats, LIMIT) for name in ("base", "tuned"))
        if turn and fresh and deadline.is_over():
            break
        given = [
            asking.ask(name, chats, LIMIT, f"{name}, {part_of(turn + 1, len(parts))}") for name in ("base", "tuned")
        ]
        cut |= {reply.text for replies in given for reply in replies if reply.text and not reply.stopped_by_itself}
        before, after = (iter([reply.text for reply in replies]) for replies in given)
        done += [
            AnsweredProbes(probe, tuple(next(before) for _ in probe.asked), tuple(next(after) for _ in probe.asked))
            for probe in probes
        ]
    note = say("probes.guards_asked_questions_end", done=len(done), total=total) if len(done) < total else ""
    return [marked(guard, cut) for guard in judged(done, material, checks)], note


def part_of(part: int, parts: int) -> str:
    """What is asked now, in the words in which the page tells how far the exam is."""
    return say("probes.part", part=part, parts=parts)


def marked(guard: GuardResult, cut: Collection[str]) -> GuardResult:
    """With “…” behind each quoted reply that did not end by itself; they were judged without it."""
    seen = tuple(
        one.model_copy(update={"before": quoted(one.before, one.before not in cut),
                               "after": quoted(one.after, one.after not in cut)})
        for one in guard.evidence
    )  # fmt: skip
    return guard.model_copy(update={"evidence": seen})


def turns(sets: Sequence[Sequence[GuardProbe]]) -> list[list[GuardProbe]]:
    """Parts of about 32 questions that take the next few of every set."""
    parts = max(1, sum(map(len, sets)) // (2 * AT_ONCE))
    return [
        [probe for probes in sets for probe in probes[part * len(probes) // parts : (part + 1) * len(probes) // parts]]
        for part in range(parts)
    ]  # fmt: skip


def judged(
    done: Sequence[AnsweredProbes], material: GuardInputs, checks: RegressionChecks = CHECKS
) -> list[GuardResult]:
    """The guard of each check that had something to judge by; all checks share one level of error."""
    found = []
    for check in checks:
        mine = [one for one in done if one.probe.check == check.name]
        if mine or not check.needs_answers:
            guard = check.judge(mine, material, level_of(checks))
            found += [guard] if guard is not None else []
    return found
