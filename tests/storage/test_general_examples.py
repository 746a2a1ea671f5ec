"""General examples: the same for the same seed, and nothing that the probes or the samples ask or read."""

import csv
import json
import tomllib
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from studio.schemas.recipe import Recipe
from studio.storage.general_examples import EVERY, all_general, all_texts, folded, mixed_in, wanted

ROOT = Path(__file__).resolve().parents[2]


def test_a_share_is_of_all_rows() -> None:
    assert wanted(Recipe(general_share=0.25), 300) == 100
    assert wanted(Recipe(general_share=0.5), 80) == 80
    assert mixed_in(Recipe(), 300) == []


def test_the_seed_decides_which_and_in_which_order() -> None:
    first, again, other = (mixed_in(Recipe(general_share=0.2, seed=seed), 100) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == len({example.id for example in first}) == 25
    assert mixed_in(Recipe(general_share=0.1, seed=1), 100) == first[:11], "a smaller share is a part of a larger one"


def test_there_are_no_more_than_there_are() -> None:
    assert len(mixed_in(Recipe(general_share=0.5), 10_000)) == len(all_general()) + len(all_texts()) >= 360


def test_every_third_is_a_running_text_without_a_question() -> None:
    mixed = mixed_in(Recipe(general_share=0.2), 300)
    assert [len(example.messages) == 1 for example in mixed] == [n % EVERY == EVERY - 1 for n in range(len(mixed))]
    assert {example.id for example in mixed if not example.question} < {text.id for text in all_texts()}


def test_a_question_of_the_persons_exam_is_kept_out() -> None:
    recipe = Recipe(general_share=0.5)
    barred = all_general()[0].question
    assert barred not in {example.question for example in mixed_in(recipe, 10_000, [f"  {barred.upper()} "])}


def probe_questions() -> list[str]:
    asked: list[str] = []
    for path in sorted((ROOT / "assets" / "probes").glob("*.toml")):
        for found in tomllib.loads(path.read_text(encoding="utf-8")).values():
            texts = found if isinstance(found, list) else []
            asked += [
                text for text in (t["text"] if isinstance(t, dict) else t for t in texts) if isinstance(text, str)
            ]
    return asked


def sample_questions() -> list[str]:
    asked: list[str] = []
    for name, column in (("support.csv", "question"), ("label.csv", "text")):
        with (ROOT / "sample_data" / name).open(encoding="utf-8", newline="") as stream:
            asked += [row[column] for row in csv.DictReader(stream)]
    lines = (ROOT / "sample_data" / "extract.jsonl").read_text(encoding="utf-8").splitlines()
    return [*asked, *(json.loads(line)["question"] for line in lines)]


@pytest.mark.parametrize("others", [probe_questions, sample_questions])
def test_none_is_a_near_copy_of_what_is_asked_afterwards(others: object) -> None:
    asked = {folded(question) for question in others()}  # type: ignore[operator]
    assert len(asked) > 100
    near = [
        (example.question, question)
        for example in all_general()
        for question in asked
        if Levenshtein.normalized_similarity(folded(example.question), question, score_cutoff=0.8) >= 0.8
    ]
    assert not near


def test_no_running_text_is_a_near_copy_of_one_that_the_guard_reads() -> None:
    read = [folded(text) for text in probe_questions() if len(text) > 80]
    texts = [folded(text.answer) for text in all_texts()]
    assert len(set(texts)) == len(texts) >= 60 and len(read) >= 30
    near = [(one, other) for one in texts for other in read if Levenshtein.normalized_similarity(one, other) >= 0.5]
    assert not near
    begun = {" ".join(text.split()[:3]) for text in read}
    assert not [text for text in texts if " ".join(text.split()[:3]) in begun]


def test_every_example_is_one_short_answer_to_one_short_question() -> None:
    examples = all_general()
    assert len({folded(example.question) for example in examples}) == len(examples)
    for example in examples:
        assert 0 < len(example.answer) <= 100 and 0 < len(example.question) <= 120
