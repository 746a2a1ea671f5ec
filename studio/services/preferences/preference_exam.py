"""What came of learning from judgements: on those kept aside, and on the exam.

Beside it stand the version that it began with, and one that was plainly taught the better replies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.evaluation.exam_results import gain
from studio.evaluation.metrics.task_kinds import Scores, score
from studio.evaluation.preference_evidence import better_that_fell, evidence_of, moves_in
from studio.schemas.chat import Reply
from studio.schemas.example import Example, Message
from studio.schemas.loop.preference import Judgement
from studio.schemas.loop.preference_report import PreferenceEvidence
from studio.services.chats.answering import AnswerSession, exam_chat
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

BEFORE, PLAIN = "before", "plain"


def is_judged(folder: RunFolder) -> bool:
    """Whether it learned from judgements, some of which were kept aside."""
    return folder.spec.recipe.learn_from != "answers" and folder.start.is_dir() and bool(folder.judgements("exam"))


def versions_beside(home: Home, folder: RunFolder) -> dict[str, Path]:
    """The version that it began with, and the one that was plainly taught the same judgements, when there is one."""
    if not is_judged(folder):
        return {}
    spec = folder.spec
    plain = next(
        (
            other.adapter
            for other in home.runs(spec.project)
            if other.spec.series == spec.series and other.spec.recipe.learn_from == "answers"
            and other.id != spec.id and other.seen_state().status.is_over and other.has_version
        ),
        None,
    )  # fmt: skip
    return {BEFORE: folder.start, **({PLAIN: plain} if plain else {})}


@dataclass(frozen=True)
class JudgedAnswers:
    """What became of each judgement kept aside, by version, and what the versions beside it said in the exam."""

    moves: dict[str, list[float]]
    replies: dict[str, list[Reply]]
    fell: tuple[int, int]


def ask_judged(
    asking: AnswerSession, folder: RunFolder, beside: Sequence[str], exam: Sequence[Example], limit: int
) -> JudgedAnswers:
    """Ask the versions beside it the exam, and all of them how likely the judged replies are."""
    instructions, judged = folder.spec.recipe.instructions, folder.judgements("exam")
    chats = judged_chats(judged, instructions)
    lost = {who: [nats for nats, _ in asking.lose(who, chats, f"{who}, judgements")] for who in ("tuned", *beside)}
    moves = {who: moves_in(judged, lost[BEFORE], lost[who]) for who in lost if who != BEFORE}
    asked = [exam_chat(instructions, example) for example in exam]
    fell = better_that_fell(judged, lost[BEFORE], lost["tuned"])
    return JudgedAnswers(moves, {who: asking.ask(who, asked, limit, f"{who}, exam") for who in beside}, fell)


def judged_chats(judged: Sequence[Judgement], instructions: str) -> list[list[Message]]:
    """Every reply after what was asked, in order."""
    return [
        [*exam_chat(instructions, one.example(reply, 1)), Message(role="assistant", content=reply)]
        for one in judged
        for reply in one.replies
    ]


def judged_evidence(
    asked: JudgedAnswers, tuned: Sequence[Reply], exam: Sequence[Example], metric: str, taught: Sequence[str]
) -> PreferenceEvidence:
    """What the report says of it."""
    experts = [example.answer for example in exam]

    def scored(replies: Sequence[Reply]) -> Scores:
        texts, stopped = [reply.text for reply in replies], [reply.stopped_by_itself for reply in replies]
        return score([metric], texts, experts, stopped, taught)

    mine = scored(tuned)
    gaps = {who: gain(metric, mine, scored(replies)) for who, replies in asked.replies.items()}
    return evidence_of(asked.moves["tuned"], asked.moves.get(PLAIN), gaps.get(BEFORE), gaps.get(PLAIN), asked.fell)
