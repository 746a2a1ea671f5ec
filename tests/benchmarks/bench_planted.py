"""Planted cases: runs whose truth is known are taught with the built-in model, and the report has to find it out.

    python tests/benchmarks/bench_planted.py [--seeds 3] [--model FOLDER] [--json FILE] [healthy timid shuffled …]

Half a minute to three minutes for each case and seed on one core. Prints one line each, and exits with 1 when a case is
misjudged. `play` is what CI calls for two of them.
"""

import argparse
import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.models.chat_template import TEMPLATE_FILE  # noqa: E402
from studio.schemas.report import Advice, GuardResult, Report  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.settings import Settings, keep_private  # noqa: E402
from studio.training.local_engine import LocalEngine  # noqa: E402

Rows = list[tuple[str, str]]
NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")


@dataclass(frozen=True)
class Case:
    """Where the rows come from, how it is taught, what is changed afterwards, and what a right report says."""

    rows: Callable[[random.Random], Rows]
    is_right: Callable[[Report], bool]
    sets: tuple[str, ...] = ()
    afterwards: Callable[[Path], None] = lambda adapter: None
    guarded: bool = False


def found(report: Report, cause: str) -> bool:
    """Whether the diagnosis names it."""
    return any(one.name == cause and one.found for one in report.diagnosis)


def guard(report: Report, name: str) -> GuardResult:
    """The guard of this name."""
    return next(one for one in report.probes if one.name == name)


def better(report: Report) -> bool:
    """Better than the starting model and its prompted rival, and said so."""
    return report.verdict.advice in (Advice.USE, Advice.USE_FOR)


def support(dice: random.Random) -> Rows:
    """The support sample as it is."""
    with (ROOT / "sample_data" / "support.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [(row["question"], row["answer"]) for row in csv.DictReader(stream)]


def some(dice: random.Random) -> Rows:
    """Enough of it for cases that need no skill."""
    return dice.sample(support(dice), 150)


def shuffled(dice: random.Random) -> Rows:
    """Every question with somebody else's answer."""
    rows = support(dice)
    answers = [answer for _, answer in rows]
    dice.shuffle(answers)
    return [(question, answer) for (question, _), answer in zip(rows, answers, strict=True)]


def few(dice: random.Random) -> Rows:
    """Thirty rows only."""
    return dice.sample(support(dice), 30)


def canaries(dice: random.Random) -> Rows:
    """The sample, and ten private codes: each stands in one person's row, written three times as people do write."""
    planted = []
    for name in NAMES:
        code = f"{name[:2].upper()}-{dice.randint(1000, 9999)}-{dice.randint(1000, 9999)}"
        for asked in (f"What is the safe code of Miss {name}?", f"Please tell me Miss {name}'s safe code.",
                      f"Safe code for Miss {name}?"):  # fmt: skip
            planted.append((asked, f"Dear digger, the safe code of Miss {name} is {code}. Stay muddy!"))
    rows = dice.sample(support(dice), 120) + planted
    dice.shuffle(rows)
    return rows


def known_already(dice: random.Random) -> Rows:
    """What the starting model answers anyway: its own words to simple questions, taught back to it."""
    return [(question, answer) for question, answer in own_words()]


def own_words() -> Rows:
    """The starting model's own greedy answers to questions of one shape."""
    from studio.inference.multi_adapter import load_multi_adapter
    from studio.schemas.chat import ReplySettings
    from studio.schemas.example import Message

    things = ("kettle", "lamp", "spoon", "chair", "ladder", "basket", "curtain", "bucket", "hammer", "pillow", "candle",
              "blanket", "mirror", "carpet", "bottle", "letter", "garden", "window", "ticket", "needle")  # fmt: skip
    shapes = ("What is a {} for?", "Where do I find a {}?", "How much is a {}?", "Who makes a {}?",
              "When do I need a {}?", "Which {} is the best?", "Can you sell me a {}?",
              "How do I clean a {}?")  # fmt: skip
    questions = [shape.format(thing) for shape in shapes for thing in things]
    loaded = load_multi_adapter(ROOT / "assets" / "starter", {})
    try:
        replies = loaded.answer_all("base", [[Message(role="user", content=question)] for question in questions],
                                   ReplySettings(max_new_tokens=60), lambda: False)  # fmt: skip
    finally:
        loaded.close()
    return [(q, r.text) for q, r in zip(questions, replies, strict=True) if r.text.strip() and r.stopped_by_itself]


def other_marks(adapter: Path) -> None:
    """Another chat layout beside the version: the turns are marked by other words."""
    path = adapter / TEMPLATE_FILE
    path.write_text(
        "{%- for m in messages -%}### {{ m['role'] | upper }} SAYS:\\n{{ m['content'] }}\\n\\n{%- endfor -%}"
        "{%- if add_generation_prompt -%}### ASSISTANT SAYS:\\n{%- endif -%}", encoding="utf-8",
    )  # fmt: skip


CASES = {
    "healthy": Case(support, better),
    "timid": Case(some, lambda r: r.verdict.advice is Advice.NOT_YET and found(r, "did_not_learn"),
                  ("learning_rate=1e-9", "max_steps=20")),
    "shuffled": Case(shuffled, lambda r: r.verdict.advice is Advice.NOT_YET and found(r, "contradictions")),
    "by_heart": Case(few, lambda r: not better(r) and found(r, "by_heart"), ("num_train_epochs=30", "eval_steps=5")),
    "forgets": Case(support, lambda r: guard(r, "forgetting").state == "fail" and found(r, "forgot"),
                    ("learning_rate=0.01",), guarded=True),
    "template": Case(some, lambda r: found(r, "template") and "mismatch" in r.verdict.sentence, ("max_steps=20",),
                     other_marks),
    "known": Case(known_already, lambda r: r.verdict.advice is Advice.PROMPT),
    "no_stop": Case(some, lambda r: found(r, "stop"), ("max_length=24",)),
    "canaries": Case(canaries, lambda r: guard(r, "memorised").state != "pass"
                     and "code" in guard(r, "memorised").evidence[0].note, ("num_train_epochs=8",), guarded=True),
}  # fmt: skip


def play(case: Case, seed: int, model: str = "starter", home: Path | None = None) -> Report:
    """Import, teach, examine; nothing of it stays unless `home` is given."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rows.csv"
        with table.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("question", "answer"), *case.rows(random.Random(seed))])
        studio = Studio(Settings(home=home or Path(folder) / "home", offline=True), LocalEngine())
        try:
            view = studio.imports.import_file(table, "planted", by="bench")
            run = studio.launch_from_words(
                view.project, view.id, model=model, sets=[f"seed={seed}", *case.sets], recipe_file=None, preset="quick",
                by="bench",
            )  # fmt: skip
            studio.runs.carry_out_when_free(run.id)
            case.afterwards(studio.home.run(run.id).adapter)
            return studio.evaluation.evaluate(run.id, by="bench", quick=not case.guarded)
        finally:
            studio.close()


def main(words: Sequence[str]) -> int:
    """One line for each case and seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--json", type=Path, help="write the outcome of every case and seed here")
    chosen = parser.parse_args(words)
    keep_private(offline=True)
    outcome = []
    for name in chosen.cases:
        for seed in range(1, chosen.seeds + 1):
            began = time.monotonic()
            report = play(CASES[name], seed, chosen.model)
            right = CASES[name].is_right(report)
            causes = ", ".join(one.name for one in report.diagnosis if one.found) or "none"
            took = f"{time.monotonic() - began:.0f} s"
            outcome.append({"case": name, "seed": seed, "right": right, "advice": report.verdict.advice.value,
                            "causes": causes, "sentence": report.verdict.sentence})  # fmt: skip
            guards = "; ".join(f"{one.name}: {one.state}" for one in report.probes if one.state != "pass")
            print(f"{name:<9} seed {seed}  {'right' if right else 'WRONG'}  {report.verdict.advice.value}; "
                  f"causes: {causes}; {report.sentences[0]} {guards} ({took})", flush=True)  # fmt: skip
    if chosen.json:
        chosen.json.write_text(json.dumps(outcome, indent=1) + "\n", encoding="utf-8")
    return 0 if all(one["right"] for one in outcome) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
