"""How close an answer is to the expert's. Every score is between 0 and 1 unless said."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from studio.data.text.answer_equality import PLAIN, SameAnswer
from studio.data.text.mail_blocks import parted
from studio.data.text.normalize import MASK

WORD = re.compile(r"\w+")
FACT = re.compile(r"[^\s,;:!?()\"“”]*\d(?:[.,:]?[^\s,;:.!?()\"“”])*|\b[A-ZÄÖÜ][\w'’-]+")


def chrf(reply: str, expert: str) -> float:
    """chrF2 of one reply, 0 to 100 as the field quotes it (Popović 2015; sacrebleu's settings)."""
    from sacrebleu.metrics import CHRF

    return float(CHRF().sentence_score(reply, [expert]).score)


def mean_chrf(replies: Sequence[str], experts: Sequence[str]) -> float:
    """Mean of the sentence scores, 0 to 100: each question weighs the same."""
    from sacrebleu.metrics import CHRF

    scorer = CHRF()
    scores = [
        float(scorer.sentence_score(reply, [expert]).score) for reply, expert in zip(replies, experts, strict=True)
    ]
    return sum(scores) / len(scores) if scores else 0.0


def normalised(text: str) -> str:
    """Words, numbers and signs, in small letters and single-spaced: what the measures of shared words compare."""
    return PLAIN.words(text)


def exact(reply: str, expert: str, rule: SameAnswer = PLAIN) -> bool:
    """The same answer by the rule of the expert's column."""
    return rule.same(reply, expert)


def token_f1(reply: str, expert: str) -> float:
    """Overlap of words as SQuAD counts it (Rajpurkar et al. 2016), on normalised words, 0 to 1.

    F1 = 2 P R / (P + R) of the multisets of words: P the share of the reply's that the expert has, R the other way.
    """
    said, meant = normalised(reply).split(), normalised(expert).split()
    if not said or not meant:
        return float(said == meant)
    common = sum((Counter(said) & Counter(meant)).values())
    if not common:
        return 0.0
    precision, recall = common / len(said), common / len(meant)
    return 2 * precision * recall / (precision + recall)


def facts_of(text: str) -> set[str]:
    """Numbers, dates, codes and names: pieces with a digit, and capitalised words that do not open a sentence."""
    found = set()
    for match in FACT.finditer(text):
        piece = match.group().strip(".'’-")
        before = text[: match.start()].rstrip(" \t*-•")
        opens = not before.strip() or before[-1] in ".!?:–—\n"
        if any(c.isdigit() for c in piece) or not opens:
            found.add(normalised(piece))
    return found - {""}


def facts_right(reply: str, expert: str) -> float | None:
    """Share of the expert's facts that the reply holds, 0 to 1; None when the expert's answer holds none.

    A fact is right when the reply holds it as whole words, in small letters and without marks. What stands in the
    sign-off is no fact: every answer of a house bears it. Nor is a hidden detail: nobody can see whether it is right.
    """
    wanted = facts_of(MASK.sub(" ", parted(expert)[0]))
    if not wanted:
        return None
    said = f" {normalised(reply)} "
    return sum(f" {fact} " in said for fact in wanted) / len(wanted)


def rouge_l(reply: str, expert: str) -> float:
    """ROUGE-L, 0 to 1: F1 over the longest common subsequence of normalised words (Lin 2004).

    F1 = 2 L / (m + n) with L its length, and m and n words in reply and answer.
    """
    from rapidfuzz.distance import LCSseq

    said, meant = normalised(reply).split(), normalised(expert).split()
    if not said or not meant:
        return float(said == meant)
    return 2 * LCSseq.similarity(said, meant) / (len(said) + len(meant))


def last_number_right(reply: str, expert: str, rule: SameAnswer = PLAIN) -> bool:
    """The convention of worked sums (GSM8K, Cobbe et al. 2021): the last number is the answer."""
    said, meant = rule.numbers_of(reply), rule.numbers_of(expert)
    return bool(said and meant) and said[-1] == meant[-1]


def numbers_right(reply: str, expert: str, rule: SameAnswer = PLAIN) -> float | None:
    """Share of the expert's numbers that the reply holds; None when the expert's answer holds none."""
    meant = rule.numbers_of(expert)
    if not meant:
        return None
    shared = sum((Counter(meant) & Counter(rule.numbers_of(reply))).values())
    return shared / len(meant)


def field_scores(reply: str, expert: str) -> dict[str, bool]:
    """Per field of the expert's JSON object: does the reply's hold the same value? None do when it does not parse."""
    wanted = json.loads(expert)
    try:
        said: Any = json.loads(reply)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        said = {}
    return {key: key in said and said[key] == value for key, value in wanted.items()}


def label_accuracy(replies: Sequence[str], experts: Sequence[str]) -> float:
    """Share of labels that are right."""
    return sum(map(exact, replies, experts)) / len(experts) if experts else 0.0
