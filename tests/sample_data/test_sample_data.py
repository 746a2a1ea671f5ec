"""The sample data keep what their README says."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

DATA = Path(__file__).resolve().parents[2] / "sample_data"
KINDS = {
    "empty_answer": 7,
    "empty_question": 4,
    "exact_duplicate": 14,
    "near_duplicate": 17,
    "conflicting_answers": 16,
    "private_details": 13,
    "too_long": 3,
    "too_short": 3,
    "garbled_text": 5,
    "markup": 6,
    "mixed_language": 2,
    "placeholder": 4,
    "repeated_boilerplate": 12,
    "swapped_columns": 2,
    "blank_row": 6,
    "repeated_header": 1,
}


def words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", text.lower())


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    found = words(text)
    return frozenset(tuple(found[i : i + 3]) for i in range(len(found) - 2))


def jaccard(one: frozenset[Any], two: frozenset[Any]) -> float:
    return len(one & two) / len(one | two) if one | two else 1.0


def close_pairs(texts: list[str], least: float) -> list[tuple[int, int]]:
    """Pairs of texts (counted from 0) that are at least this alike by their runs of three words."""
    sets = [shingles(text) for text in texts]
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, found in enumerate(sets):
        for shingle in found:
            where[shingle].append(place)
    shared = Counter(pair for places in where.values() if len(places) < 60 for pair in combinations(places, 2))
    return [(a, b) for (a, b), n in shared.items() if n > 1 and jaccard(sets[a], sets[b]) >= least]


def read_csv(name: str, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    text = (DATA / name).read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@cache
def support() -> list[list[str]]:
    return read_csv("support.csv")[1:]


@cache
def record() -> dict[str, Any]:
    return json.loads((DATA / "support_facts.json").read_text(encoding="utf-8"))


@cache
def dirty() -> list[list[str]]:
    return read_csv("dirty.csv", "cp1252", ";")


@cache
def key() -> dict[str, Any]:
    return json.loads((DATA / "dirty_key.json").read_text(encoding="utf-8"))


@cache
def notes() -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / "extract.jsonl").read_text(encoding="utf-8").splitlines()]


def cell(row: int, column: str) -> str:
    return dirty()[row][dirty()[0].index(key()["columns"][column])]


def test_build_is_clean() -> None:
    run = subprocess.run([sys.executable, DATA / "build.py", "--check"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr


def test_support_counts() -> None:
    assert read_csv("support.csv")[0] == ["question", "answer"]
    assert len(support()) >= 400
    assert len(record()["facts"]) >= 60
    assert len({q.lower() for q, _ in support()}) == len(support())
    rows = sorted(row for fact in record()["facts"] for row in fact["rows"])
    assert rows == list(range(1, len(support()) + 1))
    assert all(len(fact["rows"]) >= 7 for fact in record()["facts"])


def test_support_answers_hold_their_facts() -> None:
    for fact in record()["facts"]:
        assert fact["must_hold"]
        for row in fact["rows"]:
            assert holds_fact(support()[row - 1][1], fact), support()[row - 1]


def test_support_facts_are_told_apart() -> None:
    """A value is shared by three facts at most, and every wording shares a content word with its siblings."""
    homes = {row: fact["fact_id"] for fact in record()["facts"] for row in fact["rows"]}
    spread = Counter(word for q, _ in support() for word in set(stems(q)))
    for fact in record()["facts"]:
        taken = [
            row
            for row, (_, answer) in enumerate(support(), start=1)
            if holds_fact(answer, fact) and homes[row] != fact["fact_id"]
        ]
        assert len({homes[row] for row in taken}) <= 2, (fact["fact_id"], taken)
        for row in fact["rows"]:
            rest = {w for other in fact["rows"] if other != row for w in stems(" ".join(support()[other - 1]))}
            assert any(w in rest and spread[w] <= 24 for w in stems(support()[row - 1][0])), support()[row - 1]


def holds_fact(answer: str, fact: dict[str, Any]) -> bool:
    plain = " ".join(answer.lower().split())
    return all(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", plain) for text in fact["must_hold"])


def stems(text: str) -> list[str]:
    return [word[:5] for word in words(text) if len(word) > 2]


def test_support_voice() -> None:
    marker, phrases = re.compile(record()["voice_marker"]), record()["stock_phrases"]
    for _, answer in support():
        total, stock = len(words(answer)), sum(len(words(p)) for p in phrases if p in answer)
        assert marker.search(answer), answer
        assert 12 <= total <= 35, (total, answer)
        assert stock * 5 <= total, (stock, total, answer)


def test_support_has_no_near_copies() -> None:
    assert not [(support()[a], support()[b]) for a, b in close_pairs([" ".join(r) for r in support()], 0.7)]
    for fact in record()["facts"]:  # clearly different wordings of one thing; other facts may be asked alike
        assert not close_pairs([support()[row - 1][0] for row in fact["rows"]], 0.4), fact["fact_id"]


def test_support_has_no_private_details() -> None:
    for row in support():
        assert not re.search(r"@|\d{4} ?\d{3}|https?:", " ".join(row)), row


def test_label() -> None:
    head, *rows = read_csv("label.csv")
    assert head == ["text", "label"]
    counts = Counter(label for _, label in rows)
    assert len(counts) == 5 and min(counts.values()) >= 100
    assert len({text.lower() for text, _ in rows}) == len(rows)
    assert not [text for text, _ in rows if not 6 <= len(text.split()) <= 20]
    assert not [(rows[a], rows[b]) for a, b in close_pairs([text for text, _ in rows], 0.6)]


def test_label_is_decidable_by_its_words() -> None:
    """A plain word count learned from 400 rows names the label of the rest."""
    rows = read_csv("label.csv")[1:]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text, label in rows[:400]:
        counts[label].update(set(stems(text)))
    everywhere = sum(counts.values(), Counter())

    def guess(text: str) -> str:
        return max(
            counts,
            key=lambda label: sum(counts[label][w] / everywhere[w] - 0.2 for w in stems(text) if everywhere[w] > 1),
        )

    right = sum(guess(text) == label for text, label in rows[400:])
    assert right / len(rows[400:]) >= 0.9


def test_extract() -> None:
    questions = [note["question"] for note in notes()]
    answers = [json.loads(note["answer"]) for note in notes()]
    assert len(questions) >= 360 and len(set(questions)) == len(questions)
    for note, answer in zip(notes(), answers, strict=True):
        assert list(note) == ["question", "answer"]
        assert list(answer) == ["name", "item", "day", "price", "code"]
        assert note["answer"] == json.dumps(answer)
        assert all(value in note["question"] for value in answer.values()), note
    shapes = set()
    for question, answer in zip(questions, answers, strict=True):
        for name, value in answer.items():
            question = question.replace(value, f"<{name}>").replace(value.capitalize(), f"<{name}>")
        shapes.add(re.sub(r"\b([Aa])n? <item>", r"\1 <item>", question))
    assert len(shapes) >= 30
    assert len({a["name"] for a in answers}) >= 80
    assert len({a["item"].split()[-1] for a in answers}) >= 60
    assert len({w for a in answers for w in a["item"].split()[:-1]}) >= 40


def test_dirty_file_is_as_described() -> None:
    raw = (DATA / "dirty.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert all(sign.encode("cp1252") in raw for sign in "€–’éü“")
    assert {len(row) for row in dirty()} == {5}
    assert len(dirty()) - 1 == key()["rows"] <= 400
    assert key()["teachable_rows"] >= 300
    assert {kind: len(rows) for kind, rows in key()["kinds"].items()} == KINDS
    for value, rows in key()["text_values"].items():
        assert rows and all(value in dirty()[row] for row in rows)


def test_workbook_holds_the_same_rows() -> None:
    book = load_workbook(DATA / "dirty.xlsx", read_only=True)
    assert len(book.sheetnames) == 2
    sheet = book.worksheets[0]
    title, blank, *rows = [["" if v is None else v for v in row] for row in sheet.iter_rows(values_only=True)]
    assert title[0] and not any(title[1:]) and not any(blank)
    width = len(dirty()[0])
    assert [row + [""] * (width - len(row)) for row in rows] == dirty()


def test_planted_rows_are_where_the_key_says() -> None:
    kinds = key()["kinds"]
    tests = {
        "empty_answer": lambda q, a: q and not a,
        "empty_question": lambda q, a: a and not q,
        "blank_row": lambda q, a: not q and not a,
        "too_long": lambda q, a: len(a) > 2500,
        "too_short": lambda q, a: 0 < len(a) < 6 and a not in ("N/A", "TBD"),
        "garbled_text": lambda q, a: "â€™" in a,
        "markup": lambda q, a: re.search(r"</?\w+[^>]*>", a) is not None,
        "placeholder": lambda q, a: "{{" in a or a in ("see attached", "N/A", "TBD"),
        "repeated_boilerplate": lambda q, a: a.endswith(key()["signature"]),
        "swapped_columns": lambda q, a: a.endswith("?") and q.startswith("Dear digger"),
        "repeated_header": lambda q, a: [q, a] == dirty()[0][1:3],
    }
    for kind, holds in tests.items():
        found = [r for r in range(1, len(dirty())) if holds(cell(r, "question"), cell(r, "answer"))]
        assert found == kinds[kind], kind
    assert sorted(r for rows in key()["languages"].values() for r in rows) == kinds["mixed_language"]


def test_planted_copies_and_conflicts() -> None:
    pairs = {kind: [tuple(pair) for pair in found] for kind, found in key()["pairs"].items()}
    texts = [cell(r, "question") + " " + cell(r, "answer") for r in range(1, len(dirty()))]
    exact = [
        (a, b)
        for a, b in combinations(range(1, len(dirty())), 2)
        if texts[a - 1] == texts[b - 1] and texts[a - 1].strip()
    ]
    assert sorted(exact) == sorted(pairs["exact_duplicate"])
    near = [(a + 1, b + 1) for a, b in close_pairs(texts, 0.8)]
    assert sorted(set(near) - set(exact)) == sorted(pairs["near_duplicate"])
    same: dict[str, set[str]] = defaultdict(set)
    for row in range(1, len(dirty())):
        same[cell(row, "question")].add(cell(row, "answer"))
    conflicts = {question for question, answers in same.items() if question and len(answers) > 1}
    assert conflicts == {cell(a, "question") for a, _ in pairs["conflicting_answers"]}
    assert all(cell(a, "question") == cell(b, "question") for a, b in pairs["conflicting_answers"])


def luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def test_planted_private_details() -> None:
    cards = ibans = 0
    assert sorted(p["row"] for p in key()["private"]) == key()["kinds"]["private_details"]
    for planted in key()["private"]:
        text = planted["text"]
        assert text in cell(planted["row"], planted["column"])
        if "@" in text:
            assert re.search(r"[@.]example\.(com|org)$", text)
        digits = re.sub(r"[ -]", "", text)
        cards += len(digits) == 16 and digits.isdigit() and luhn(digits)
        if re.fullmatch(r"[A-Z]{2}\d{2}\w{10,}", digits):
            turned = digits[4:] + digits[:4]
            ibans += int("".join(str(int(c, 36)) for c in turned)) % 97 == 1
    assert (cards, ibans) == (2, 1)
    marked = set(key()["kinds"]["private_details"])
    for row in range(1, len(dirty())):
        if row not in marked:
            assert not re.search(r"@|\d[\d ()-]{7,}\d", cell(row, "question") + " " + cell(row, "answer"))


def test_teachable_rows_keep_the_voice() -> None:
    marker = re.compile(record()["voice_marker"])
    planted = {row for rows in key()["kinds"].values() for row in rows}
    plain = [cell(row, "answer") for row in range(1, len(dirty())) if row not in planted]
    assert all(marker.search(answer) for answer in plain)
