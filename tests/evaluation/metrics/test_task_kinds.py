"""The metrics agree with the reference libraries, and fit the kind of work."""

import json
import random
from pathlib import Path

import pytest
from sacrebleu.metrics import CHRF
from sklearn.metrics import accuracy_score, f1_score

from studio.copy.catalog import say
from studio.evaluation.metrics import json_metrics, style_metrics, text_metrics
from studio.evaluation.metrics.label_metrics import confusion, labels_of, macro_f1, macro_f1_interval
from studio.evaluation.metrics.task_kinds import (
    TaskKind,
    chosen,
    detect,
    lower_metrics,
    paired,
    per_piece,
    score,
    sign_between_labels,
    summary,
    yes_no_metrics,
)
from studio.evaluation.statistics.comparisons import compare

SAMPLES = Path(__file__).resolve().parents[3] / "sample_data"
WORDS = ["the", "seed", "house", "sends", "3", "packets", "on", "Tuesday", "14", "pounds", ",", "Odda", "é", "ß"]


def sentences(count: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    return [" ".join(dice.choices(WORDS, k=dice.randint(0, 12))) for _ in range(count)]


def test_chrf_agrees_with_sacrebleu_on_1000_pairs() -> None:
    known = CHRF()
    for reply, expert in zip(sentences(1000, 1), sentences(1000, 2), strict=True):
        assert text_metrics.chrf(reply, expert) == pytest.approx(known.sentence_score(reply, [expert]).score)


def test_label_scores_agree_with_scikit_learn_on_1000_answers() -> None:
    dice = random.Random(3)
    said, meant = dice.choices("abcde", k=1000), dice.choices("abcd", k=1000)
    assert text_metrics.label_accuracy(said, meant) == pytest.approx(accuracy_score(meant, said))
    assert macro_f1(said, meant) == pytest.approx(f1_score(meant, said, average="macro", labels=sorted(set(meant))))
    interval = macro_f1_interval(said[:50], meant[:50], draws=100)
    assert interval.low <= interval.value <= interval.high


def test_answers_of_marks_alone_share_words_only_when_they_are_the_same() -> None:
    replies, experts = ["!", "?", "👎", "👍", ""], ["?", "?", "👍", "👍", ""]
    scores = score(["exact", "token_f1", "rouge_l"], replies, experts, [True] * 5)
    for values in scores.values():
        assert values == [0.0, 1.0, 0.0, 1.0, None], "an empty right answer is no question"


def test_rouge_l_is_what_dynamic_programming_finds_on_1000_pairs() -> None:
    for reply, expert in zip(sentences(1000, 4), sentences(1000, 5), strict=True):
        a, b = text_metrics.normalised(reply).split(), text_metrics.normalised(expert).split()
        table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
        for i, word in enumerate(a, 1):
            for j, other in enumerate(b, 1):
                table[i][j] = table[i - 1][j - 1] + 1 if word == other else max(table[i - 1][j], table[i][j - 1])
        wanted = 2 * table[-1][-1] / (len(a) + len(b)) if a and b else float(a == b)
        assert text_metrics.rouge_l(reply, expert) == pytest.approx(wanted)


def test_rouge_l_agrees_with_rouge_score_on_1000_pairs() -> None:
    """On plain letters and digits, which are all that the reference reads."""
    from rouge_score.rouge_scorer import RougeScorer

    known, dice = RougeScorer(["rougeL"]), random.Random(7)
    plain = [word for word in WORDS if word.isascii() and word.isalnum()]
    for _ in range(1000):
        reply, expert = (" ".join(dice.choices(plain, k=dice.randint(1, 12))) for _ in range(2))
        wanted = known.score(expert, reply)["rougeL"].fmeasure
        assert text_metrics.rouge_l(reply, expert) == pytest.approx(wanted, abs=1e-9)


def test_token_f1_is_that_of_squads_own_script_on_1000_pairs() -> None:
    from collections import Counter

    for reply, expert in zip(sentences(1000, 8), sentences(1000, 9), strict=True):
        said, meant = text_metrics.normalised(reply).split(), text_metrics.normalised(expert).split()
        same = sum((Counter(said) & Counter(meant)).values())
        wanted = 2 * same / (len(said) + len(meant)) if said and meant else float(said == meant)
        assert text_metrics.token_f1(reply, expert) == pytest.approx(wanted)


def test_schema_validity_is_the_verdict_of_jsonschema_on_1000_pairs() -> None:
    from jsonschema import ValidationError, validate

    dice = random.Random(6)

    def thing() -> dict[str, object]:
        values: list[object] = [1, 2.5, "x", None, True, [1], ["a"], {"k": 1}]
        return {key: dice.choice(values) for key in dice.sample("abc", dice.randint(1, 3))}

    for _ in range(1000):
        training, reply = [thing() for _ in range(3)], thing()
        schema = json_metrics.infer_schema(training)
        assert all(json_metrics.fits(json.dumps(value), schema) for value in training)
        try:
            validate(reply, schema)
            known = True
        except ValidationError:
            known = False
        assert json_metrics.fits(json.dumps(reply), schema) == known


def test_a_reply_that_is_no_json_fits_nothing_and_has_no_right_field() -> None:
    assert (
        not json_metrics.is_json("hello") and not json_metrics.is_json('{"a": NaN}') and not json_metrics.is_json("7")
    )
    assert not json_metrics.fits("hello", {}) and json_metrics.field_f1("hello", '{"a": 1}') == 0
    assert json_metrics.is_json('```json\n{"a": 1}\n```') and not json_metrics.is_json("[" * 100_000)


def test_fields_count_by_name_and_value() -> None:
    assert json_metrics.field_f1('{"a": 1, "b": 2}', '{"a": 1, "b": 3}') == 0.5
    assert json_metrics.field_f1('{"a": [2, 1]}', '{"a": [1, 2]}') == 1


def test_the_last_number_is_the_result() -> None:
    assert text_metrics.last_number_right("So 3 + 4 = 7.", "#### 7") and not text_metrics.last_number_right(
        "7 or 8", "#### 7"
    )
    assert text_metrics.numbers_right("1,200 and 3.50", "1200 apples for 3.5") == 1
    assert text_metrics.numbers_right("none", "no number") is None


def test_a_confusion_names_what_is_no_label() -> None:
    table = confusion(["Tax", "roads", "blah"], ["tax", "tax", "roads"])
    assert table == {"tax": {"tax": 1, "roads": 1}, "roads": {say("label_metrics.other"): 1}}
    assert labels_of(["b", "a", "B "]) == ("b", "a")


@pytest.mark.parametrize(("reply", "refused"), [
    ("I'm sorry, but I can’t help with that.", True), ("I cannot assist with this request.", True), ("", True),
    ("I'm afraid that is not possible.", True), ("Sorry, but no.", True),
    ("I am sorry to hear that. Send us one photo and a new cup leaves today.", False),
    ("I am sorry, Mrs Quill, your visit was moved to Monday.", False), ("Sure, here is how.", False),
    ("We are closed on Sunday, sorry for the inconvenience.", False),
])  # fmt: skip
def test_refusals_are_found_by_phrases(reply: str, refused: bool) -> None:
    assert style_metrics.refuses(reply) is refused


def test_not_knowing_is_found_by_phrases() -> None:
    assert style_metrics.says_it_does_not_know("The text does not say who won.")
    assert not style_metrics.says_it_does_not_know("It was Anton Oakes in 1912.")


def test_a_polite_opening_is_no_word_of_not_knowing() -> None:
    polite = [f"I am sorry about that. We moved your visit to {n} o'clock." for n in range(20)]
    plain = [f"Your visit is at {n} o'clock." for n in range(20)]
    found = detect([*polite, *plain])
    assert "knows_limits" not in found.metrics and "cannot be known" not in found.reason


def test_length_and_style() -> None:
    assert (
        style_metrics.length_ratio("one two", "one two three four")
        == 0.5
        == style_metrics.length_match("a b c d", "a b")
    )
    house = style_metrics.profile(["Dear digger, two days. Stay muddy!", "Dear digger, it is red. Stay muddy!"])
    near, far = (
        style_metrics.style_similarity("Dear digger, yes. Stay muddy!", house),
        style_metrics.style_similarity("OK", house),
    )
    assert 1 >= near > 0.6 > far


@pytest.mark.parametrize(("answers", "kind"), [
    (["yes", "no", "yes", "no", "yes", "no", "no", "yes"], TaskKind.LABELS), (['{"a": 1}'] * 5, TaskKind.JSON),
    (["3 + 4 is 7\n#### 7", "#### 12", "so 5\n#### 5"], TaskKind.NUMBERS),
    (["Dear digger, come.", "We open at 9."], TaskKind.FREE_TEXT),
    ([f"The house of Miss {chr(65 + n)}lder" for n in range(26)], TaskKind.SHORT_TEXT),
    ([f"label_{n % 77}" for n in range(300)], TaskKind.LABELS),
    ([], TaskKind.FREE_TEXT),
])  # fmt: skip
def test_the_kind_of_work_is_detected(answers: list[str], kind: TaskKind) -> None:
    assert detect(answers).kind is kind


def test_where_the_expert_often_does_not_know_that_is_measured() -> None:
    answers = ["That is not stated in the text."] * 10 + [f"In the year {n}" for n in range(30)]
    found = detect(answers)
    assert "knows_limits" in found.metrics and "knows_limits" not in detect(answers[10:]).metrics
    scores = score(
        ["knows_limits"], ["I do not know.", "In 7", "In 8"], [answers[0], answers[0], answers[12]], [True] * 3
    )
    assert scores["knows_limits"] == [1.0, 0.0, 1.0]


def test_a_person_may_choose_the_kind() -> None:
    assert chosen(TaskKind.LABELS).metrics == ("label_accuracy", "stops")


def test_the_mistakes_score_is_better_when_it_is_less() -> None:
    low, high = per_piece([(10.0, 10)] * 30), per_piece([(20.0, 10), (25.0, 10), (0.0, 0)] * 10)
    both = paired({"loss": low}, {"loss": high})
    it = compare("tuned", "base", both, lower=lower_metrics())[0]
    assert it.better == "one" and it.difference.value == pytest.approx(1.25) and it.questions == 20
    assert "better than the starting model by 1.25 (95%:" in it.sentence and "points" not in it.sentence
    assert compare("base", "tuned", paired({"loss": high}, {"loss": low}), lower=lower_metrics())[0].better == "other"
    assert summary({"loss": high})["loss"].value == pytest.approx(2.25)


def test_the_sample_data_is_what_it_is() -> None:
    import csv

    with (SAMPLES / "label.csv").open(encoding="utf-8", newline="") as file:
        assert detect([row["label"] for row in csv.DictReader(file)]).kind is TaskKind.LABELS
    with (SAMPLES / "support.csv").open(encoding="utf-8", newline="") as file:
        assert detect([row["answer"] for row in csv.DictReader(file)]).kind is TaskKind.FREE_TEXT
    lines = (SAMPLES / "extract.jsonl").read_text(encoding="utf-8").splitlines()
    assert detect([json.loads(line)["answer"] for line in lines]).kind is TaskKind.JSON


def test_scores_flow_into_a_comparison() -> None:
    experts = [f"Dear digger, it costs {n} pounds. Stay muddy!" for n in range(30)]
    names = detect(experts).metrics
    good, bad = score(names, experts, experts, [True] * 30, experts), score(names, ["?"] * 30, experts, [False] * 30)
    assert summary(good)["exact"].value == 1 and summary(good)["exact"].low < 1
    better = {it.metric: it.better for it in compare("tuned", "base", paired(good, bad), yes_no_metrics())}
    assert better["exact"] == better["chrf"] == better["facts_right"] == better["stops"] == "one"


@pytest.mark.parametrize(
    ("answers", "sign"),
    [
        (["red", "blue", "green"] * 10, ""),
        (["red; large", "blue", "large; blue", "red"] * 10, ";"),
        (["red, large", "blue", "large, blue", "red"] * 10, ","),
        ([f"We mend coat {n} on Monday, and the hat on Friday of that week." for n in range(40)], None),
    ],
)
def test_the_sign_between_several_labels_is_found(answers: list[str], sign: str | None) -> None:
    assert sign_between_labels(answers) == sign
