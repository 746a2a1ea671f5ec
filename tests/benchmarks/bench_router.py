"""Whether `auto` sends held-out questions to the version whose training data they come from.

    python -m tests.benchmarks.bench_router [--questions 500]

The three samples, each divided as the studio divides it before teaching (near copies and wordings of one answer stay on
one side), with one seed after another until there are so many held-out questions. A question is right when it goes to
its own sample's version; one that falls back to the starting model is wrong. Beside it: the general questions of the
guards, which no version was taught, and which are right when they go to the starting model.
"""

import argparse
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

from studio.data.split.splitter import split
from studio.schemas.example import Example
from studio.services.studio import Studio
from studio.serving.version_router import LEAST, VersionRouter
from studio.settings import Settings, keep_private, shared_folder
from studio.training.local_engine import LocalEngine

SAMPLES = {"support": "support.csv", "label": "label.csv", "extract": "extract.jsonl"}
TRIED = (0.0, 0.1, 0.14, 0.16, 0.18, 0.2, 0.22, 0.25, 0.3)


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
    given = options.parse_args()
    keep_private(offline=True)
    with tempfile.TemporaryDirectory() as home:
        rows = samples(Path(home))
    probes = tomllib.loads((shared_folder("assets") / "probes/general.toml").read_text("utf-8"))
    general = [one["text"] for one in probes["question"]]
    asked: dict[tuple[str, str], tuple[str, float]] = {}
    away: list[tuple[str, float]] = []
    seconds, seed = 0.0, 0
    while len(asked) < given.questions:
        parts = {name: split(examples, seed=seed) for name, examples in rows.items()}
        router = VersionRouter({name: part.train for name, part in parts.items()}, "base", least=0.0)
        began = time.perf_counter()
        fresh = [(name, one.question) for name, part in parts.items() for one in part.exam]
        decisions = [(key, router.choose(key[1])) for key in fresh if key not in asked]
        seconds += time.perf_counter() - began
        asked |= {key: (found.to, found.similarity) for key, found in decisions}
        away += [(found.to, found.similarity) for found in map(router.choose, general)]
        seed += 1
    chosen = list(asked.items())[: given.questions]
    print(f"{len(chosen)} held-out questions {dict(Counter(key[0] for key, _ in chosen))}, {seed} divisions; "
          f"{len(general)} general questions each; {1e3 * seconds / len(asked):.1f} ms a question")  # fmt: skip
    for least in TRIED:
        right = sum(to == key[0] and near >= least for key, (to, near) in chosen)
        back = sum(near < least for _, (_, near) in chosen)
        to_base = sum(near < least for _, near in away)
        mark = "  <- in use" if least == LEAST else ""
        shares = (100 * right / len(chosen), 100 * back / len(chosen), 100 * to_base / len(away))
        said = "least {:.2f}: right {:5.1f}%, fell back {:4.1f}%, general to the starting model {:5.1f}%{}"
        print(said.format(least, *shares, mark))


if __name__ == "__main__":
    main()
