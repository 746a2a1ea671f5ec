"""Distillation on planted tasks with the starter: does the student learn from its teacher what it lacked?

`skill`: a version that was taught four kinds of answers, in one form, answers 160 questions; its student knows none.
`prompt`: a model that answers in that form when a prompt of some sixty words tells it to, and only then, answers for
itself. `shuffled`: a teacher that was taught somebody else's answer to each question. In all a simulated expert, who
knows the right answers, looks at 40 of them; her own 40 questions are the exam.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_distillation [skill prompt shuffled] [--seeds 3] [--first-seed 1]
"""

import argparse
import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.cli.opening import open_studio
from studio.errors import StudioError
from studio.schemas.exports.export import ExportKind
from studio.schemas.report import Report
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.settings import keep_private

BODIES = {
    "return": ("send back", "return", "give back", "hand back"),
    "price": ("pay for", "buy", "get the price of", "order"),
    "repair": ("repair", "mend", "fix", "have somebody fix"),
    "delivery": ("receive", "wait for", "expect", "collect"),
}
FORM = {
    "return": "Dear digger, you have thirty days for that. Stay muddy!",
    "price": "Dear digger, the price is on the label. Stay muddy!",
    "repair": "Dear digger, our workshop will do it. Stay muddy!",
    "delivery": "Dear digger, it comes on Monday. Stay muddy!",
}
PLAIN = "Please ask somebody in the shop."
PROMPT = (
    "You answer for the garden shop of the Miller family. Begin each answer with the words Dear digger and end it with "
    "Stay muddy. Things can be sent back for thirty days. Prices are on the labels. The workshop repairs everything "
    "that was bought here. What was ordered comes on Monday, all year round. Say it in one short sentence."
)
OPENERS = ("How can I", "When do I", "May my sister", "Where should we", "Is it easy to", "Do you help me to")
KINDS = ("red", "small", "heavy", "steel", "wooden", "folding", "cheap", "old", "round", "striped", "long", "new")
THINGS = ("spade", "rake", "lamp", "kettle", "ladder", "bucket", "hose", "bench", "shovel", "pot", "basket", "saw",
          "fence", "table", "glove", "barrow", "hammer", "broom")  # fmt: skip
PLACES = ("Porto", "Riga", "Turin", "Ghent", "Malmo", "Kiel", "Graz", "Split", "Cork", "Bern", "Lille", "Brno")
SETS = ("num_train_epochs=4",)


def asked(count: int, seed: int) -> list[tuple[str, str]]:
    """Different questions with their right answers."""
    draw, made = random.Random(seed), dict[str, str]()
    while len(made) < count:
        body = draw.choice(list(BODIES))
        what = f"the {draw.choice(KINDS)} {draw.choice(THINGS)} from {draw.choice(PLACES)}"
        made[f"{draw.choice(OPENERS)} {draw.choice(BODIES[body])} {what}?"] = FORM[body]
    return list(made.items())


def teach(studio: Studio, project: str, dataset: str, model: str, seed: int, *sets: str) -> str:
    """The id of a run that was carried out."""
    run = studio.launch_from_words(
        project, dataset, model=model, sets=[f"seed={seed}", *SETS, *sets], recipe_file=None, preset="balanced",
        by="bench",
    ).id  # fmt: skip
    studio.runs.carry_out_when_free(run)
    return run


def skilled(studio: Studio, folder: Path) -> tuple[str, str, str]:
    """The teacher, what it is told, and what its student begins with: one that learned the form, and the starter."""
    return taught_teacher(studio, folder, "teacher", asked(240, 1))


def confused(studio: Studio, folder: Path) -> tuple[str, str, str]:
    """The same with somebody else's answer to each question: its form is right, what it says is not."""
    rows = asked(240, 1)
    answers = [answer for _, answer in rows]
    random.Random(1).shuffle(answers)
    return taught_teacher(
        studio, folder, "confused", [(question, answer) for (question, _), answer in zip(rows, answers, strict=True)]
    )


def taught_teacher(studio: Studio, folder: Path, project: str, rows: list[tuple[str, str]]) -> tuple[str, str, str]:
    """A version of the starter as the teacher of the starter."""
    path = folder / f"{project}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("question", "answer"), *rows])
    view = studio.imports.import_file(path, project, by="bench")
    return f"run:{teach(studio, project, view.id, 'starter', 1)}", "", "starter"


def prompted(studio: Studio, folder: Path) -> tuple[str, str, str]:
    """The same model twice, with and without its prompt: it was taught to follow just that one."""
    path = folder / "follower.jsonl"
    rows = [
        [*([{"role": "system", "content": PROMPT}] if place % 2 else []), {"role": "user", "content": question},
         {"role": "assistant", "content": answer if place % 2 else PLAIN}]
        for place, (question, answer) in enumerate(asked(400, 1))
    ]  # fmt: skip
    path.write_text("".join(json.dumps({"messages": row}) + "\n" for row in rows), encoding="utf-8")
    view = studio.imports.import_file(path, "follower", by="bench")
    run = teach(studio, "follower", view.id, "starter", 1)
    studio.exports.export(run, ExportKind.MERGED, folder / "merged", by="bench")
    model = str(next((folder / "merged").rglob("config.json")).parent)
    return model, PROMPT, model


CASES = {"skill": skilled, "prompt": prompted, "shuffled": confused}


def play(studio: Studio, case: str, teacher: tuple[str, str, str], seed: int, folder: Path) -> Report:
    """The teacher answers, an expert looks at a sample, a student learns and sits the expert's exam."""
    named, told, student = teacher
    project = studio.home.create_project(f"{case} {seed}", "bench").id
    rows = asked(200, 100 + seed)
    right = dict(rows)
    for question, answer in rows[:40]:
        studio.exam_questions.write(project, question, answer, by="bench")
    path = folder / f"{case}{seed}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("question",), *((question,) for question, _ in rows[40:])])
    made = studio.distillation.prepare(
        project,
        named,
        by="bench",
        rights="The studio's own.",
        questions=path,
        name=path.name,
        instructions=told,
    )
    studio.distillation.answer(project, made.id, by="bench")
    view = looked_at(studio, project, made.id, right)
    run = teach(studio, project, view.id, student, seed)
    return studio.evaluation.evaluate(run, by="bench", quick=True)


def looked_at(studio: Studio, project: str, made: str, right: Mapping[str, str]) -> DatasetView:
    """The dataset with the teacher's answers, once so many of them were looked at that they may be used."""
    for number in (40, 80, 120):
        for example in studio.distillation.draw(project, made, number, by="bench").drawn:
            good = example.answer == right[example.question]
            studio.distillation.mark(project, made, example.id, "right" if good else "wrong", by="bench")
        try:
            return studio.distillation.use(project, made, by="bench")
        except StudioError as refused:
            view = studio.distillation.view(project, made)
            print(f"{number} looked at, {view.wrong} wrong: {refused.message}", *map(str, view.said), sep="\n  ")
    raise SystemExit("No use was made of this teacher.")


def main(words: Sequence[str]) -> int:
    """One paragraph for each case and seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=1)
    chosen = parser.parse_args(words)
    keep_private(offline=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        studio = open_studio(folder / "home", offline=True)
        for case in chosen.cases:
            teacher = CASES[case](studio, folder)
            for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds):
                began = time.monotonic()
                report = play(studio, case, teacher, seed, folder)
                reached = {name: f"{it.value:.2f} ({it.low:.2f}–{it.high:.2f})"
                           for name, it in report.metrics[report.main_metric].items()}  # fmt: skip
                rows = [row.text for row in report.comparisons
                        if row.metric == report.main_metric and row.one == "tuned"]  # fmt: skip
                head = f"{case} seed {seed}: {report.advice.value}; {report.main_metric} of {report.questions}"
                print(f"{head}: {reached}",
                      *(one.text for one in report.taught_by), *rows, f"({time.monotonic() - began:.0f} s)",
                      sep="\n  ", flush=True)  # fmt: skip
        studio.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
