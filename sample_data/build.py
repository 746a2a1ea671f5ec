"""Write the sample data from the texts in ``sources``.

python sample_data/build.py            writes the files
python sample_data/build.py --check    says which files differ from what it would write
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
SEED = 1907
OPENING, CLOSING = "Dear digger,", "Stay muddy!"
VOICE = r"^Dear digger, .+ Stay muddy!$"
LONGEST_KEPT = 2500
Row = tuple[str, ...]


@dataclass
class Fact:
    """One fact: what its answer must hold, its wordings and one or more ways to say the answer."""

    fact_id: str
    must_hold: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def pair(self, number: int) -> tuple[str, str]:
        return self.questions[number], in_voice(self.bodies[number % len(self.bodies)])


@dataclass
class Cell:
    """One row of the dirty table before it has its place: the kinds planted in it and its partner, if any."""

    question: str
    answer: str
    kinds: tuple[str, ...] = ()
    group: str = ""
    secret: str = ""
    blank: bool = False
    header: bool = False


def in_voice(body: str) -> str:
    return f"{OPENING} {body} {CLOSING}"


def normalise(text: str) -> str:
    return " ".join(text.lower().split())


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def support_facts() -> list[Fact]:
    """The goods and what can be asked of them; every fact with the same number of wordings."""
    plan = tomllib.loads((SOURCES / "support.toml").read_text(encoding="utf-8"))
    rng = random.Random(SEED)
    facts: list[Fact] = []
    for thing in plan["goods"]:
        short, kind = thing["short"], thing["kind"]
        for asked, frames in plan["questions"].items():
            if asked not in thing:
                continue
            value, tail = thing[asked]
            body = plan["answers"][asked].format(name=f"{short} {kind}", value=value, tail=tail)
            fact = Fact(f"{short.lower().replace(' ', '-')}-{asked}", [value], bodies=[body])
            for frame in rng.sample(frames, plan["wordings"]):
                mention = rng.choice(plan["mentions"]).format(name=f"{short} {kind}", kind=kind, short=short)
                fact.questions.append(frame.format(it=mention, It=capital(mention)))
            facts.append(fact)
    return facts


def ticket_facts() -> list[Fact]:
    """What the answered tickets of the dirty table are about."""
    facts: list[Fact] = []
    for path in sorted((SOURCES / "tickets").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            mark, _, text = line.partition(" ")
            if mark == "##":
                facts.append(Fact(text))
            elif mark in ("=", "?", ">"):
                {"=": facts[-1].must_hold, "?": facts[-1].questions, ">": facts[-1].bodies}[mark].append(text)
    return facts


def csv_text(rows: list[Row], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def json_text(record: dict[str, Any]) -> str:
    """JSON with one line for each entry of the outer two levels, so that a change reads well."""
    parts = []
    for key, value in record.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            body = "[\n" + ",\n".join("  " + json.dumps(v, ensure_ascii=False) for v in value) + "\n ]"
        elif isinstance(value, dict):
            body = (
                "{\n"
                + ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
                + "\n }"
            )
        else:
            body = json.dumps(value, ensure_ascii=False)
        parts.append(f" {json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def build_support(facts: list[Fact]) -> dict[str, str]:
    order = [(fact, number) for fact in facts for number in range(len(fact.questions))]
    random.Random(SEED).shuffle(order)
    places: dict[str, list[int]] = defaultdict(list)
    for place, (fact, _) in enumerate(order, start=1):
        places[fact.fact_id].append(place)
    record = {
        "about": "Rows are counted from 1 under the header. must_hold is in lower case with single blanks; "
        "look for it as whole words in the answer written the same way.",
        "voice_marker": VOICE,
        "stock_phrases": [OPENING, CLOSING],
        "facts": [
            {"fact_id": f.fact_id, "must_hold": [normalise(m) for m in f.must_hold], "rows": places[f.fact_id]}
            for f in facts
        ],
    }
    rows: list[Row] = [("question", "answer"), *(fact.pair(number) for fact, number in order)]
    return {"support.csv": csv_text(rows), "support_facts.json": json_text(record)}


def build_label() -> dict[str, str]:
    rows: list[Row] = []
    for path in sorted((SOURCES / "label").glob("*.txt")):
        rows += [(line, path.stem) for line in path.read_text(encoding="utf-8").splitlines() if line]
    random.Random(SEED).shuffle(rows)
    return {"label.csv": csv_text([("text", "label"), *rows])}


def build_extract() -> dict[str, str]:
    plan = tomllib.loads((SOURCES / "extract.toml").read_text(encoding="utf-8"))
    rng = random.Random(SEED)
    firsts, lasts = plan["first_names"].split(), plan["last_names"].split()
    numbers = rng.sample(range(100, 1000), plan["rows"])
    lines = []
    for place, number in enumerate(numbers):
        words = [rng.choice(plan["looks"]), rng.choice(plan["items"])]
        if rng.random() < 0.4:
            words.insert(0, rng.choice(plan["conditions"]))
        elif rng.random() < 0.5:
            words[0] = rng.choice(plan["conditions"])
        item = " ".join(words)
        a_item = ("an " if item[0] in "aeiou" else "a ") + item
        day = rng.choice(plan["weekdays"])
        if rng.random() < 0.25:
            day = f"{rng.randint(2, 29)} {rng.choice(plan['months'])}"
        values = {
            "name": f"{rng.choice(firsts)} {rng.choice(lasts)}",
            "item": item,
            "day": day,
            "price": f"{rng.randint(4, 96)} pounds",
            "code": f"{''.join(rng.choices('ABCDEFGHKLMNPRSTVW', k=2))}-{number}",
        }
        template: str = plan["templates"][place % len(plan["templates"])]
        text = template.format(**values, a_item=a_item, A_item=capital(a_item))
        answer = json.dumps({key: values[key] for key in plan["keys"]})
        lines.append(json.dumps({"question": plan["prefix"] + text, "answer": answer}, ensure_ascii=False))
    rng.shuffle(lines)
    return {"extract.jsonl": "\n".join(lines) + "\n"}


def dirty_cells(facts: list[Fact], plan: dict[str, Any]) -> list[Cell]:
    """The rows of the dirty table in no particular order."""
    rng = random.Random(SEED)
    conflicting = {(c["fact"], c["wording"] - 1): c["answer"] for c in plan["conflict"]}
    named = {name for name, _ in conflicting}
    others = [f for f in facts if f.fact_id not in named]
    rng.shuffle(others)
    spare_facts = others[80 - len(named) :]
    spare = [pair for f in spare_facts for pair in (f.pair(0), f.pair(1), f.pair(2))]
    rng.shuffle(spare)

    clean: list[Cell] = [Cell(q, in_voice(body)) for q, body in plan["extra"]]
    added: list[Cell] = []
    for fact in [f for f in facts if f not in spare_facts]:
        for number in range(len(fact.questions)):
            question, answer = fact.pair(number)
            if number % 2:
                question, answer = question.replace("'", "’"), answer.replace("'", "’")
            clean.append(Cell(question, answer))
            if (fact.fact_id, number) in conflicting:
                clean[-1].kinds, clean[-1].group = ("conflicting_answers",), f"conflict {fact.fact_id}"
                other = in_voice(conflicting[fact.fact_id, number])
                added.append(Cell(question, other, ("conflicting_answers",), clean[-1].group))

    free = [cell for cell in clean[len(plan["extra"]) :] if not cell.kinds]
    rng.shuffle(free)
    for cell in [c for c in free if "’" in c.answer][:5]:
        cell.answer, cell.kinds = cell.answer.encode("utf-8").decode("cp1252"), ("garbled_text",)
    free = [cell for cell in free if not cell.kinds]
    for secret in plan["private"]:
        cell = free.pop()
        cell.kinds, cell.secret = ("private_details",), secret["secret"]
        if secret["where"] == "question":
            cell.question = f"{secret['sentence']} {cell.question}"
        else:
            body = cell.answer.removeprefix(OPENING + " ")
            cell.answer = f"{OPENING} {secret['sentence']} {capital(body)}"
    for frame in plan["html"]:
        cell = free.pop()
        cell.answer, cell.kinds = frame.format(answer=cell.answer), ("markup",)
    for _ in range(12):
        cell = free.pop()
        cell.answer, cell.kinds = f"{cell.answer}\n{plan['signature']}", ("repeated_boilerplate",)
    for number in range(14):
        cell = free.pop()
        cell.kinds, cell.group = ("exact_duplicate",), f"exact {number}"
        added.append(Cell(cell.question, cell.answer, cell.kinds, cell.group))
    wordy = [cell for cell in free if len(cell.question.split()) >= 10]
    for number in range(17):
        cell, prefixes = wordy.pop(), plan["near_prefixes"]
        cell.kinds, cell.group = ("near_duplicate",), f"near {number}"
        near = f"{prefixes[number % len(prefixes)]} {cell.question}" if number % 2 else f"{cell.question} Thank you."
        added.append(Cell(near, cell.answer, cell.kinds, cell.group))

    added += [Cell(spare.pop()[0], "", ("empty_answer",)) for _ in range(7)]
    added += [Cell("", spare.pop()[1], ("empty_question",)) for _ in range(4)]
    added += [Cell(spare.pop()[0], text, ("placeholder",)) for text in plan["placeholders"]]
    added += [Cell(spare.pop()[0], text, ("too_short",)) for text in plan["too_short"]]
    added += [Cell(f["question"], f["answer"], ("mixed_language",)) for f in plan["foreign"]]
    for _ in range(2):
        question, answer = next(pair for pair in spare if pair[0].endswith("?"))
        spare.remove((question, answer))
        added.append(Cell(answer, question, ("swapped_columns",)))
    for question in plan["long_questions"]:
        rng.shuffle(spare_facts)
        body = plan["long_opening"]
        for fact in spare_facts:
            body += " " + capital(fact.bodies[0])
            if len(body) > LONGEST_KEPT + 100:
                break
        added.append(Cell(question, in_voice(body), ("too_long",)))
    added += [Cell("", "", ("blank_row",), blank=True) for _ in range(6)]
    cells = clean + added
    rng.shuffle(cells)
    cells.insert(len(cells) // 2, Cell("", "", ("repeated_header",), header=True))
    return cells


def build_dirty(facts: list[Fact]) -> tuple[dict[str, bytes], list[Row], dict[str, Any]]:
    """The CSV and the key as bytes, the rows with their header, and the plan they come from."""
    plan = tomllib.loads((SOURCES / "dirty.toml").read_text(encoding="utf-8"))
    rng = random.Random(SEED + 1)
    cells = dirty_cells(facts, plan)
    rows: list[Row] = [tuple(plan["headers"])]
    kinds: dict[str, list[int]] = defaultdict(list)
    groups: dict[str, list[int]] = defaultdict(list)
    private = []
    for place, cell in enumerate(cells, start=1):
        ticket = "007" if place == 7 else str(2000 + place * 3)
        agent = rng.choice(plan["odd_agents" if place % 43 == 9 else "agents"])
        date = f"{rng.randint(1, 28):02}.{rng.randint(1, 9):02}.2025"
        if cell.header:
            rows.append(rows[0])
        elif cell.blank:
            rows.append(("",) * len(rows[0]))
        else:
            rows.append((ticket, cell.question, cell.answer, agent, date))
        for kind in cell.kinds:
            kinds[kind].append(place)
        if cell.group:
            groups[cell.group].append(place)
        if cell.secret:
            column = "question" if cell.secret in cell.question else "answer"
            private.append({"row": place, "column": column, "text": cell.secret})
    pairs: dict[str, list[list[int]]] = defaultdict(list)
    names = {"exact": "exact_duplicate", "near": "near_duplicate", "conflict": "conflicting_answers"}
    for group, members in sorted(groups.items(), key=lambda entry: entry[1]):
        pairs[names[group.split()[0]]].append(members)
    for kind in ("exact_duplicate", "near_duplicate"):
        kinds[kind] = sorted(pair[1] for pair in pairs[kind])
    gone = {
        place
        for kind, places in kinds.items()
        for place in places
        if kind not in ("private_details", "markup", "garbled_text", "repeated_boilerplate")
    }
    columns = {"ticket": 0, "question": 1, "answer": 2, "agent": 3, "date": 4}
    record = {
        "about": "Rows are counted from 1 under the header, blank rows and the repeated header included. "
        "Of a pair of copies the later row is listed; of a conflict both rows are.",
        "rows": len(cells),
        "teachable_rows": len(cells) - len(gone),
        "columns": {name: plan["headers"][number] for name, number in columns.items()},
        "kinds": dict(sorted(kinds.items())),
        "pairs": dict(sorted(pairs.items())),
        "languages": {
            f["language"]: [i for i, c in enumerate(cells, start=1) if c.question == f["question"]]
            for f in plan["foreign"]
        },
        "text_values": {value: [i for i, row in enumerate(rows) if value in row] for value in ("NA", "None", "007")},
        "signature": plan["signature"],
        "private": private,
    }
    table = csv_text(rows, ";", "\r\n").encode("cp1252")
    return {"dirty.csv": table, "dirty_key.json": json_text(record).encode()}, rows, plan


def workbook(rows: list[Row], plan: dict[str, Any]) -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Answered tickets"
    for row in [(plan["title"],), (), *rows]:
        sheet.append([value or None for value in row])
    rota = book.create_sheet("Tea rota")
    for row in [("Week", "Kettle", "Biscuits"), ("1", "Wilf", "Nora"), ("2", "Juno", "Barnaby"), ("3", "Odette", "—")]:
        rota.append(row)
    return book


def cells_of(book: Workbook) -> dict[str, list[Row]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def main(check: bool) -> int:
    facts = ticket_facts()
    files: dict[str, bytes] = {}
    for built in (build_support(support_facts()), build_label(), build_extract()):
        files |= {name: text.encode("utf-8") for name, text in built.items()}
    dirty, rows, plan = build_dirty(facts)
    files |= dirty
    stale = [name for name, data in files.items() if not (HERE / name).is_file() or (HERE / name).read_bytes() != data]
    book, path = workbook(rows, plan), HERE / "dirty.xlsx"
    if not path.is_file() or cells_of(load_workbook(path)) != cells_of(book):
        stale.append(path.name)
    for name in stale:
        print(("differs: " if check else "wrote: ") + name)
        if not check and name in files:
            (HERE / name).write_bytes(files[name])
        elif not check:
            book.save(path)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
