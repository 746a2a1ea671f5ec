"""What this computer can calculate with."""

from pathlib import Path

import pytest
import torch

from studio.models.devices import threads_to_serve
from studio.training.local_engine import LocalEngine

STARTER = Path(__file__).parents[2] / "assets" / "starter"


@pytest.mark.parametrize(
    ("megabytes", "available", "threads"),
    [(30, 1, 1), (30, 2, 1), (540, 2, 1), (30, 16, 1), (540, 16, 2), (4_000, 16, 10), (16_000, 16, 15)],
)
def test_a_server_leaves_one_core_to_its_requests_and_takes_what_its_model_is_worth(
    megabytes: int, available: int, threads: int
) -> None:
    assert threads_to_serve(megabytes * 1_000_000, available) == threads


@pytest.mark.parametrize(("said", "threads"), [("", 1), ("2", 2)])
def test_a_process_that_serves_calculates_so_unless_somebody_said_otherwise(
    said: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS")
    if said:
        monkeypatch.setenv("OMP_NUM_THREADS", said)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        LocalEngine().load_to_serve(STARTER, {})
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
