"""With the built-in model: a preference for short and polite answers is learned, and one drawn by lot is not."""

from pathlib import Path

import pytest

from studio.settings import shared_folder
from tests.benchmarks.bench_preferences import play


@pytest.mark.nightly
def test_a_planted_preference_is_learned_and_one_drawn_by_lot_is_called_no_better(tmp_path: Path) -> None:
    starter = shared_folder("assets") / "starter"
    learned, lot = play(
        "polite", ["dpo", "shuffled"], 1, tmp_path, starter, 60, {"learning_rate": 5e-4, "num_train_epochs": 3.0},
        {"learning_rate": 2e-3, "num_train_epochs": 5.0},
    )  # fmt: skip
    assert learned["verdict"] == "better" and learned["after"] > learned["before"] and learned["difference"][0] > 0
    assert learned["able_after"] > 0.8, "what it could do before, it can do still"
    assert lot["verdict"] == "no_better"
