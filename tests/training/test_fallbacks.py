"""On the versions that are tested the built-in starter takes no fall-back; where one is taken, it is written down."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.data.readers.read_file import read_table
from studio.inference.multi_adapter import load_multi_adapter
from studio.models.inspector_process import facts_of
from studio.schemas.example import Example
from studio.schemas.fallback import SENTENCES, Fallback
from studio.schemas.recipe import Recipe
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from studio.training.methods import layers_left_out
from studio.training.train import run_training
from tests.model_fixtures import read_json
from tests.odd_models import make_odd
from tests.training.test_train import after, never

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "assets" / "starter"
QUESTIONS = ["How do I return a coat?", "May I bring my own cloth for a red scarf, and who measures it?"]
Prepare = Callable[..., RunFolder]


def asking(folder: RunFolder) -> RunFolder:
    write_json(folder.path / "questions.json", QUESTIONS)
    return folder


@pytest.mark.slow
@pytest.mark.nightly
def test_the_starter_is_taught_asked_timed_and_chatted_with_as_promised(
    prepare: Prepare, examples: list[Example]
) -> None:
    folder = asking(prepare(model=STARTER, max_steps=6, eval_steps=2, packing=True))
    run_training(folder.path, after(3))
    outcome = run_training(folder.path, never)
    loaded = load_multi_adapter(STARTER, {"tuned": folder.adapter})
    engine = LocalEngine()
    plan = engine.forecast(facts_of(STARTER), folder.spec.recipe, examples)
    read = read_table(ROOT / "sample_data" / "support.csv", name="support.csv")
    taken = {
        *folder.fallbacks, *outcome.fallbacks, *loaded.fallbacks,
        *(kind for kind, said in SENTENCES.items() if said in plan.notes),
    }  # fmt: skip
    assert {kind: kind in taken for kind in Fallback} == dict.fromkeys(Fallback, False)
    assert plan.seconds is not None and read.notes == ()
    machine = read_json(folder.path / "machine.json")
    assert (machine["lean_loss"], machine["rows_laid_out"]) == (True, "end_to_end")
    steps = [line["step"] for line in folder.answers()]
    assert {0, 2, 4, 6} <= set(steps) and len(steps) == len(QUESTIONS) * len(set(steps))
    assert all(len(line["answer"].split()) > 2 for line in folder.answers()), folder.answers()


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize(("kind", "models_say"), [
    ("rwkv", {Fallback.PIECES_READ_AGAIN, Fallback.ANSWERS_IN_TURN}),
    ("mistral", {Fallback.TURNS_READ_AGAIN}),
])  # fmt: skip
def test_a_model_that_remembers_less_says_so_in_the_run_and_in_the_chat(
    kind: str, models_say: set[Fallback], prepare: Prepare, tmp_path: Path
) -> None:
    folder = asking(prepare(model=make_odd(tmp_path / "m", kind), max_steps=2))
    outcome = run_training(folder.path, never)
    assert Fallback.ROWS_PADDED in outcome.fallbacks
    assert outcome.fallbacks == tuple(folder.fallbacks)
    assert (Fallback.LIVE_READ_AGAIN in outcome.fallbacks) is (kind == "rwkv")
    assert set(load_multi_adapter(tmp_path / "m", {"tuned": folder.adapter}).fallbacks) == models_say


def test_layers_and_experts_that_are_left_alone_are_written_down(tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    lora = Recipe(base_model="m")

    def of(kind: str, **changes: Any) -> list[Fallback]:
        return layers_left_out(AutoModelForCausalLM.from_pretrained(make_odd(tmp_path / kind, kind, **changes)), lora)

    assert of("mamba") == [Fallback.LAYERS_LEFT_OUT]
    assert of("granitemoe", router_aux_loss_coef=0.01) == [Fallback.EXPERTS_UNBALANCED]
    assert of("llama") == []


def test_a_time_that_was_not_measured_says_why(tiny: Path, examples: list[Example]) -> None:
    engine = LocalEngine()
    facts, recipe = facts_of(tiny), Recipe(base_model=str(tiny), max_length=64)
    large = engine.forecast(facts.model_copy(update={"parameters": 10**9}), recipe, examples)
    engine._running = 1
    busy = engine.forecast(facts, recipe, examples)
    assert SENTENCES[Fallback.TIME_NOT_MEASURED_LARGE] in large.notes or large.blocked
    assert SENTENCES[Fallback.TIME_NOT_MEASURED_BUSY] in busy.notes
    assert busy.seconds and not busy.measured, "it is told from the sizes of the matrices"


def test_a_damaged_point_that_is_passed_over_is_written_down(prepare: Prepare) -> None:
    folder = prepare(max_steps=6, eval_steps=2)
    run_training(folder.path, after(5))
    (folder.checkpoints / "checkpoint-5" / "optimizer.pt").write_bytes(b"torn")
    assert run_training(folder.path, never).fallbacks == (Fallback.POINT_PASSED_OVER,)


def test_a_run_folder_of_before_holds_none(prepare: Prepare) -> None:
    assert prepare().fallbacks == []
