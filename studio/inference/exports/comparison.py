"""Whether what the opened files answered is what the tested version answered, as facts with their sentences."""

import math
from collections.abc import Sequence
from typing import Any

from studio.inference.decoding import HALF, overlap
from studio.inference.exports.reference import Reference, ReferenceAnswer
from studio.schemas.exports.export import ExportCheck
from studio.schemas.sentence import Sentence

PERPLEXITY = 0.005  # a share: how far the expert's answers may become more or less surprising
GGUF_PERPLEXITY = {"f16": 0.01, "bf16": 0.01, "q8_0": 0.02, "q4_K_M": 0.15}
BFLOAT16_PERPLEXITY = 0.03  # what eight bits of a number cost the smallest models
BFLOAT16_SCORES = 0.10  # of the scores' own size; eight bits of a number are kept, over 30 layers
LABEL_SCORES = 1e-3


def compared_answers(reference: Reference, told: Sequence[dict[str, Any]], end: dict[str, Any]) -> list[ExportCheck]:
    """Of a version that writes."""
    wanted = reference.answers
    marks: Sequence[str] = getattr(reference.layout, "stop_strings", ())
    prompts = sum(one.prompt == other["prompt"] for one, other in zip(wanted, told, strict=False))
    answers = sum(
        list(one.ids) == other["ids"] and settled(one.text, marks) == settled(other["text"], marks)
        for one, other in zip(wanted, told, strict=False)
    )
    checks = [files_check(end), counted("read_alike", prompts, len(wanted)), counted("answers", answers, len(wanted))]
    if not reference.losses:
        return checks
    tokens = sum(count for _, count in reference.losses)
    tested = sum(lost for lost, _ in reference.losses)
    few = sum(lost for lost, _ in reference.losses[: len(end["in_bfloat16"])])
    few_tokens = sum(count for _, count in reference.losses[: len(end["in_bfloat16"])])
    off = change(sum(end["in_float32"]), tested, tokens)
    off_bfloat16 = change(sum(end["in_bfloat16"]), few, few_tokens)
    return [
        *checks,
        measured("perplexity", off <= PERPLEXITY, len(reference.losses), off),
        told_of_bfloat16("scores", end["logits"], BFLOAT16_SCORES, len(end["in_bfloat16"])),
        told_of_bfloat16("perplexity", off_bfloat16, BFLOAT16_PERPLEXITY, len(end["in_bfloat16"])),
    ]


def compared_gguf(
    reference: Reference, told: Sequence[dict[str, Any]], end: dict[str, Any], kind: str
) -> list[ExportCheck]:
    """Of a GGUF: its numbers are coarser, so what counts is how far the expert's answers became more surprising."""
    wanted = reference.answers
    same = sum(list(one.ids) == other["ids"] for one, other in zip(wanted, told, strict=False))
    alike = ExportCheck(name="gguf_answers", passed=len(told) == len(wanted) > 0, alike=same, of=len(wanted),
                        said=(Sentence.of("export.check.gguf_answers", alike=same, of=len(wanted)),))  # fmt: skip
    checks = [files_check({"lacking": [], "missing": [], "strangers": end["strangers"]}), alike]
    if "build" in end:  # llama.cpp itself read the questions
        checks = [by_llama_cpp(end), *read_by_it(wanted, told), alike]
    pairs = zip(reference.losses, end["in_float32"], strict=True)
    read = [(lost, count, its) for (lost, count), its in pairs if its is not None]
    if not read:
        return checks
    tokens = sum(count for _, count, _ in read)
    off = change(sum(its for _, _, its in read), sum(lost for lost, _, _ in read), tokens)
    most = GGUF_PERPLEXITY[kind]
    passed = off <= most
    surprised = ExportCheck(
        name="perplexity", passed=passed, alike=len(read) if passed else 0, of=len(read),
        difference=off if math.isfinite(off) else 1e9,
        said=(Sentence.of("export.check.gguf_perplexity", difference=off, kind=kind, limit=most),),
    )  # fmt: skip
    return [*checks, surprised]


def by_llama_cpp(end: dict[str, Any]) -> ExportCheck:
    """Which llama.cpp opened it, and that nothing of the studio was there to help."""
    passed = not end["strangers"]
    said = (
        Sentence.of("export.check.llama_cpp", build=end["build"]) if passed else Sentence.of("export.check.files_bad")
    )
    return ExportCheck(name="files", passed=passed, said=(said,))


def read_by_it(wanted: Sequence[ReferenceAnswer], told: Sequence[dict[str, Any]]) -> list[ExportCheck]:
    """Whether llama.cpp's own template and tokenizer read the questions as they were tested, and where it stops."""
    prompts = sum(one.prompt == other["prompt"] for one, other in zip(wanted, told, strict=False))
    ended = sum(not other["past"] for other in told)
    return [counted("read_alike", prompts, len(wanted)), counted("ended", ended, len(wanted))]


def compared_labels(reference: Reference, told: Sequence[dict[str, Any]], end: dict[str, Any]) -> list[ExportCheck]:
    """Of a label model."""
    wanted = reference.answers
    pairs = list(zip(wanted, told, strict=False))
    prompts = sum(one.prompt == other["prompt"] for one, other in pairs)
    several = bool(getattr(reference.layout, "several", False))
    alike = sum(chosen(one.scores, several) == chosen(other["scores"], several) for one, other in pairs)
    off = max((abs(a - b) for one, other in pairs for a, b in zip(one.scores, other["scores"], strict=True)), default=0)
    names = end["names"] in ([], list(getattr(reference.layout, "labels", ())))
    return [
        files_check(end, names), counted("read_alike", prompts, len(wanted)), counted("labels", alike, len(wanted)),
        measured("label_scores", off <= LABEL_SCORES, len(wanted), off),
    ]  # fmt: skip


def chosen(scores: Sequence[float], several: bool) -> list[int]:
    """Which labels these scores give."""
    likeliest = max(range(len(scores)), key=lambda place: scores[place])
    return ([place for place, score in enumerate(scores) if score > 0] if several else []) or [likeliest]


def settled(text: str, marks: Sequence[str]) -> str:
    """Without half a character or the beginning of a stop mark, where an answer was cut within it: the studio holds
    both back."""
    held = max((overlap(text, mark) for mark in marks), default=0)
    return text[: len(text) - held].rstrip(HALF).strip()


def change(lost: float, tested: float, tokens: int) -> float:
    """By which share the perplexity differs."""
    return abs(math.exp((lost - tested) / max(tokens, 1)) - 1)


def files_check(end: dict[str, Any], names: bool = True) -> ExportCheck:
    """That the files were whole, and that nothing of the studio was there to help."""
    passed = not end["lacking"] and not end["missing"] and not end["strangers"] and names
    said = Sentence.of("export.check.files_ok" if passed else "export.check.files_bad")
    return ExportCheck(name="files", passed=passed, said=(said,))


def counted(name: str, alike: int, of: int) -> ExportCheck:
    """So many of so many."""
    passed = alike == of > 0
    return ExportCheck(name=name, passed=passed, alike=alike, of=of,
                       said=(Sentence.of(f"export.check.{name}", alike=alike, of=of),))  # fmt: skip


def measured(name: str, passed: bool, of: int, difference: float) -> ExportCheck:
    """A difference within its tolerance, or not."""
    passed = passed and math.isfinite(difference)
    size = difference if math.isfinite(difference) else 1e9
    return ExportCheck(name=name, passed=passed, alike=of if passed else 0, of=of, difference=size,
                       said=(Sentence.of(f"export.check.{name}", difference=size, of=of),))  # fmt: skip


def told_of_bfloat16(name: str, difference: float, most: float, of: int) -> ExportCheck:
    """What coarser numbers cost this model: beyond the tolerance it is said to stay with float32. The files are the
    same, so it does not decide whether they are ready."""
    size = difference if math.isfinite(difference) else 1e9
    key = f"export.check.bfloat16_{name}" if size <= most else "export.check.bfloat16_far"
    return ExportCheck(name=f"bfloat16_{name}", passed=True, alike=of if size <= most else 0, of=of, difference=size,
                       said=(Sentence.of(key, difference=size, of=of),))  # fmt: skip
