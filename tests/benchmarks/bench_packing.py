"""What is learned from equally many pieces, packed or not? `python tests/benchmarks/bench_packing.py [--seeds N]`.

The starter on the support sample, six times through 300 rows, so both arms learn from the same pieces: eight rows a
step, or places filled by packing, in fewer and fuller steps, at the same learning rate. Compared is the
practice check at the end. Rows lie end to end in both arms, without padding: grouping them by length changes nothing.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from studio.settings import keep_private
from tests.benchmarks.bench_verdicts import Fate, carried_out

PASSES, ROWS = 6.0, 300


def arm(seed: int, packing: bool) -> dict[str, Any]:
    """One run: its steps, pieces, processor seconds, and the mistakes score of the practice check at its end."""
    fate = Fate("packed" if packing else "rows", ROWS, (), {"num_train_epochs": PASSES, "packing": packing})
    with tempfile.TemporaryDirectory() as place:
        began = time.process_time()
        _, folder = carried_out(fate, seed, Path(place) / "run")
        lines = folder.metrics()
        checks = [line["eval_loss"] for line in lines if line.get("eval_loss") is not None]
        learned = [line for line in lines if line.get("loss") is not None][-1]
    return {"arm": fate.name, "seed": seed, "steps": learned["step"], "pieces": learned["tokens"],
            "seconds": round(time.process_time() - began, 1), "check": round(checks[-1], 4)}  # fmt: skip


def main() -> int:
    """One JSON line a run, the arms in turns."""
    keep_private(offline=True)
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=2)
    for seed in range(options.parse_args().seeds):
        for packing in (False, True):
            print(json.dumps(arm(seed, packing)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
