"""Whether `auto` sends held-out questions to the version whose training data they come from.

    python -m tests.benchmarks.bench_router [--questions 500]

The three samples, each divided as the studio divides it before teaching (near copies and wordings of one answer stay on
one side), with one seed after another until there are so many held-out questions. A question is right when it goes to
its own sample's version; one that falls back to the starting model is wrong. Beside it: the general questions of the
guards, which no version was taught, and which are right when they go to the starting model; and those of other files
that are named (`--foreign FILE.jsonl…`, a `question` or `instruction` in each line).
"""

import argparse
import json
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

from studio.data.split.splitter import split
from studio.schemas.example import Example
from studio.services.studio import Studio
from studio.serving.version_router import VersionRouter
from studio.settings import Settings, keep_private, shared_folder
from studio.storage.general_examples import all_general
from studio.training.local_engine import LocalEngine

SAMPLES = {"support": "support.csv", "label": "label.csv", "extract": "extract.jsonl"}
FOREIGN = 200  # questions of each file


def samples(home: Path) -> dict[str, list[Example]]:
    """As the studio imports them."""
    studio = Studio(Settings(home=home, offline=True), LocalEngine())
    found = {}
    for name, file in SAMPLES.items():
        view = studio.examples.upload(shared_folder("sample_data") / file, file, by="bench")
        found[name] = list(view.examples)
    studio.close()
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--questions", type=int, default=500)
    options.add_argument("--foreign", type=Path, nargs="*", default=[])
    given = options.parse_args()
    keep_private(offline=True)
    with tempfile.TemporaryDirectory() as home:
        rows = samples(Path(home))
    probes = tomllib.loads((shared_folder("assets") / "probes/general.toml").read_text("utf-8"))
    general = [one["text"] for one in probes["question"]]
    foreign = {"general": general} | {path.parent.name: questions_of(path) for path in given.foreign}
    asked: dict[tuple[str, str], str] = {}
    away: dict[str, list[str]] = {name: [] for name in foreign}
    leasts, seconds, seed = [], 0.0, 0
    while len(asked) < given.questions:
        parts = {name: split(examples, seed=seed) for name, examples in rows.items()}
        router = VersionRouter({name: part.train for name, part in parts.items()}, "base", all_general())
        leasts.append(router.least)
        began = time.perf_counter()
        fresh = [(name, one.question) for name, part in parts.items() for one in part.exam]
        decisions = {key: router.choose(key[1]).to for key in fresh if key not in asked}
        seconds += time.perf_counter() - began
        asked |= decisions
        for name, texts in foreign.items():
            away[name] += [router.choose(text).to for text in texts]
        seed += 1
    chosen = list(asked.items())[: given.questions]
    right, back = sum(to == key[0] for key, to in chosen), sum(to == "base" for _, to in chosen)
    print(f"{len(chosen)} held-out questions {dict(Counter(key[0] for key, _ in chosen))}, {seed} divisions, measured "
          f"least {leasts}; {1e3 * seconds / len(asked):.1f} ms a question")  # fmt: skip
    print(f"right {100 * right / len(chosen):.1f}%, fell back {100 * back / len(chosen):.1f}%")
    for name, found in away.items():
        print(f"{name}: {100 * found.count('base') / len(found):.1f}% of {len(foreign[name])} to the starting model")


def questions_of(path: Path) -> list[str]:
    """The first questions of a file that no version was taught."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:FOREIGN]]
    return [str(line.get("question") or line.get("instruction")) for line in lines]


if __name__ == "__main__":
    main()
