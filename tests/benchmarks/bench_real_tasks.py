"""Real tasks of other people: the exam runs on each with the built-in model, and what the report says is printed.

    python tests/benchmarks/bench_real_tasks.py [--rows 300] [--preset quick] [--data FOLDER] [banking77 …]

Reads the data sets beside the checkout (`../shared/material/datasets`), takes a sample of the same rows at every call,
imports, teaches briefly, examines with all guards left out, and prints the report's own sentences. A few minutes each.
"""

import argparse
import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.evaluation.report_values import shown  # noqa: E402
from studio.schemas.report import Report  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.settings import Settings, keep_private  # noqa: E402
from studio.training.local_engine import LocalEngine  # noqa: E402

Pairs = Iterator[tuple[str, str]]
UNKNOWN = "That is not stated in the text."


def banking77(data: Path) -> Pairs:
    """A customer's sentence and one of 77 labels."""
    with (data / "banking77" / "train.csv").open(encoding="utf-8", newline="") as stream:
        yield from ((row["text"], row["category"]) for row in csv.DictReader(stream))


def restaurant8k_span(data: Path) -> Pairs:
    """A guest's sentence and its slots as JSON."""
    for row in json.loads((data / "restaurant8k_span" / "train_3.json").read_text(encoding="utf-8")):
        text = row["userInput"]["text"]
        slots = {
            one["slot"]: text[one["valueSpan"].get("startIndex", 0) : one["valueSpan"]["endIndex"]]
            for one in row.get("labels", [])
        }
        yield text, json.dumps(slots, ensure_ascii=False)


def gsm8k(data: Path) -> Pairs:
    """A sum in words and the worked answer that ends in a number."""
    for line in (data / "gsm8k" / "train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["question"], row["answer"]


def squad2_dev_unanswerable(data: Path) -> Pairs:
    """A text with a question that it answers, or does not."""
    whole = json.loads((data / "squad2_dev_unanswerable" / "dev-v2.0.json").read_text(encoding="utf-8"))
    for article in whole["data"]:
        for paragraph in article["paragraphs"]:
            if len(paragraph["context"]) < 700:
                for asked in paragraph["qas"]:
                    answer = UNKNOWN if asked["is_impossible"] else asked["answers"][0]["text"]
                    yield f"{paragraph['context']}\n\n{asked['question']}", answer


def halueval(data: Path) -> Pairs:
    """Some knowledge with a question, and the right answer."""
    for line in (data / "halueval" / "qa_one-turn_data.json").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield f"{row['knowledge']}\n\n{row['question']}", row["right_answer"]


TASKS: dict[str, Callable[[Path], Pairs]] = {
    "banking77": banking77, "restaurant8k_span": restaurant8k_span, "gsm8k": gsm8k,
    "squad2_dev_unanswerable": squad2_dev_unanswerable, "halueval": halueval,
}  # fmt: skip


def play(task: Callable[[Path], Pairs], data: Path, rows: int, preset: str, sets: Sequence[str] = ()) -> Report:
    """Import, teach, examine; nothing of it stays."""
    known = list(dict.fromkeys(task(data)))
    chosen = random.Random(20261120).sample(known, min(rows, len(known)))
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rows.csv"
        with table.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("question", "answer"), *chosen])
        studio = Studio(Settings(home=Path(folder) / "home", offline=True), LocalEngine())
        try:
            view = studio.imports.import_file(table, "real", by="bench")
            run = studio.launch_from_words(
                view.project, view.id, model="starter", sets=sets, recipe_file=None, preset=preset, by="bench"
            )
            studio.runs.carry_out_when_free(run.id)
            return studio.evaluation.evaluate(run.id, by="bench", quick=True)
        finally:
            studio.close()


def main(words: Sequence[str]) -> int:
    """The report of each task, in its own words."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", default=list(TASKS))
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "material" / "datasets")
    parser.add_argument("--set", action="append", default=[], dest="sets", help="a knob of the recipe, name=value")
    chosen = parser.parse_args(words)
    keep_private(offline=True)
    for name in chosen.tasks:
        began = time.monotonic()
        report = play(TASKS[name], chosen.data, chosen.rows, chosen.preset, chosen.sets)
        print(f"\n{name}: {report.work} ({report.data['Kind of work']}), {report.questions} questions, "
              f"{time.monotonic() - began:.0f} s")  # fmt: skip
        print(f"  {report.verdict.advice.value.upper()}: {report.verdict.sentence}")
        for metric, by in report.metrics.items():
            reached = "; ".join(f"{who} {shown(report, metric, value)}" for who, value in by.items())
            print(f"  {report.titles[metric]}: {reached}")
        said = [*report.sentences, *(cause.sentence for cause in report.diagnosis if cause.found), *report.limits]
        print("\n".join(f"  - {sentence}" for sentence in said))
        for answer in (*report.best[:1], *report.worst[:1]):
            print(f"  [{answer.score:.2f}] expert: {answer.expert[:90]!r} yours: {answer.replies['tuned'][:90]!r}")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
