"""Learning from pairs and thumbs: a taught version moves towards the better replies, and nothing lies beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.errors import RunFailed
from studio.inference.multi_adapter import load_multi_adapter
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example, Message
from studio.schemas.run import Status
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import losses, read_json
from tests.training.preferences.conftest import PrepareJudged, asked, pair_of, thumb_of

KINDS = ("preferences", "thumbs")
ONE_SOON = ("preferences", pytest.param("thumbs", marks=pytest.mark.long))
HALF = "\ufffd"  # a letter that was cut in two


def never() -> bool:
    return False


def after(steps: int) -> Callable[[], bool]:
    looks = iter(range(1, 1_000_000))
    return lambda: next(looks) >= steps


def checks(folder: RunFolder, name: str) -> dict[int, float]:
    return {line["step"]: line[name] for line in folder.metrics() if name in line}


def tensors(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


@pytest.mark.parametrize("kind", KINDS)
def test_a_taught_version_moves_towards_what_was_preferred(kind: str, prepare_judged: PrepareJudged) -> None:
    folder = prepare_judged(learn_from=kind)
    outcome = run_training(folder.path, never)
    assert (outcome.status, outcome.steps, outcome.rows_learned) == (Status.DONE, 12, 32)
    assert list(losses(folder)) == list(range(1, 13))
    margins, right = checks(folder, "eval_reward_margin"), checks(folder, "eval_reward_accuracy")
    assert margins[0] == pytest.approx(0, abs=1e-4) and margins[12] > 0.1
    assert 0 not in right and right[12] == 1.0
    assert checks(folder, "eval_loss")[12] < checks(folder, "eval_loss")[0]
    assert any("reward_margin" in line for line in folder.metrics() if "loss" in line)


@pytest.mark.parametrize("kind", ONE_SOON)
def test_only_the_version_is_saved_and_no_reference_beside_it(kind: str, prepare_judged: PrepareJudged) -> None:
    folder = prepare_judged(learn_from=kind, max_steps=2)
    run_training(folder.path, never)
    assert not [path for path in folder.path.rglob("*") if path.name == "ref"]
    assert tensors(folder.adapter).keys() == tensors(folder.start).keys()
    assert not any(".ref." in name for name in tensors(folder.adapter))
    assert (folder.adapter / "adapter_model.safetensors").stat().st_size == pytest.approx(
        (folder.start / "adapter_model.safetensors").stat().st_size, rel=0.01
    )
    assert (
        read_json(folder.adapter / "adapter_config.json").keys()
        == read_json(folder.start / "adapter_config.json").keys()
    )


@pytest.mark.parametrize("kind", ONE_SOON)
def test_plain_peft_loads_it_and_answers_as_the_studio(
    kind: str, prepare_judged: PrepareJudged, tiny: Path, examples: list[Example]
) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from studio.models.chat_template import load_chat_template

    folder = prepare_judged(learn_from=kind, max_steps=6)
    run_training(folder.path, never)
    loaded = load_multi_adapter(tiny, {"tuned": folder.adapter})
    replies = loaded.answer_all("tuned", [asked(one) for one in examples[:4]], ReplySettings(max_new_tokens=12), never)
    plain = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny), folder.adapter)
    template = load_chat_template(tiny, folder.adapter)
    for example, reply in zip(examples[:4], replies, strict=True):
        ids = template.prompt_ids(asked(example))
        written = plain.generate(torch.tensor([ids]), max_new_tokens=12, do_sample=False)[0, len(ids) :].tolist()
        stops = [place for place, number in enumerate(written) if number == template.tokenizer.eos_token_id]
        text = template.tokenizer.decode(written[: stops[0]] if stops else written)
        assert text.rstrip(HALF) == reply.text.rstrip(HALF)


@pytest.mark.parametrize("kind", ONE_SOON)
def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(kind: str, prepare_judged: PrepareJudged) -> None:
    whole, parts = (prepare_judged(learn_from=kind, replay_share=0.25) for _ in range(2))
    assert run_training(whole.path, never).rows_replayed == 12, "one taught row beside four judgements, twelve steps"
    assert run_training(parts.path, after(5)).status is Status.STOPPED
    assert run_training(parts.path, never).status is Status.DONE
    assert losses(parts) == losses(whole)
    one, other = tensors(whole.adapter), tensors(parts.adapter)
    assert all(bool((one[name] == other[name]).all()) for name in one)


@pytest.mark.parametrize("kind", KINDS)
def test_its_practice_check_is_trls_own_loss_with_a_reference_beside_the_model(
    kind: str, prepare_judged: PrepareJudged
) -> None:
    from studio.training.preferences.preference_job import PreferenceJob

    folder = prepare_judged(learn_from=kind, max_steps=3, per_device_train_batch_size=8)
    seen: dict[str, float] = {}

    class Looking(PreferenceJob):
        def put_in_place(self, trainer: Any) -> int | None:
            import torch

            trainer.model.eval()
            with torch.no_grad():
                batch = trainer._prepare_inputs(trainer.collate(trainer.checked_rows))
                seen["trl"] = float(super(type(trainer), trainer).compute_loss(trainer.model, batch))
            seen["ours"] = trainer.checked()["eval_loss"]
            return super().put_in_place(trainer)

    import contextlib

    Looking(folder, never, contextlib.nullcontext).run()
    assert seen["ours"] == pytest.approx(seen["trl"], rel=1e-4)


@pytest.mark.parametrize("kind", ONE_SOON)
def test_taught_rows_beside_the_judgements_keep_what_was_taught(kind: str, prepare_judged: PrepareJudged) -> None:
    from studio.training.preferences.preference_job import PreferenceJob

    lost: dict[float, float] = {}

    class Looking(PreferenceJob):
        def put_in_place(self, trainer: Any) -> int | None:
            import torch

            from studio.training.preferences.judged_tokens import Completion
            from studio.training.preferences.preference_trainers import padded
            from studio.training.tokenization import make_rows

            rows = make_rows(trainer.plan.layout, self.folder.train, 64).rows
            with torch.no_grad():
                batch = padded([Completion(row.ids, row.start) for row in rows], trainer.padding)
                lost[self.recipe.replay_share] = float(trainer.mean_loss(trainer.model.eval(), batch))
            return super().put_in_place(trainer)

    import contextlib

    for share in (0.0, 0.5):
        folder = prepare_judged(learn_from=kind, replay_share=share, learning_rate=1e-2)
        Looking(folder, never, contextlib.nullcontext).run()
    assert lost[0.5] < lost[0.0]
    assert json.loads((folder.path / "machine.json").read_text())["replay_share"] == 0.5


def test_answers_are_learned_on_from_a_version_too(
    prepare_judged: PrepareJudged, taught: Callable[..., RunFolder]
) -> None:
    folder = prepare_judged(learn_from="answers", max_steps=4, learning_rate=5e-3)
    outcome = run_training(folder.path, never)
    assert outcome.status is Status.DONE and tensors(folder.adapter).keys() == tensors(folder.start).keys()
    before = [line["eval_loss"] for line in taught().metrics() if "eval_loss" in line]
    assert checks(folder, "eval_loss")[0] == pytest.approx(min(before), rel=1e-4), "it begins where the version ended"


@pytest.mark.long
def test_bfloat16_learns_the_same_preference(prepare_judged: PrepareJudged) -> None:
    folder = prepare_judged(precision="bfloat16", max_steps=8)
    run_training(folder.path, never)
    assert checks(folder, "eval_reward_accuracy")[8] == 1.0


def test_without_a_version_the_starting_model_is_the_reference(prepare_judged: PrepareJudged) -> None:
    folder = prepare_judged(afresh=True)
    run_training(folder.path, never)
    assert checks(folder, "eval_reward_margin")[0] == pytest.approx(0, abs=1e-4)
    assert checks(folder, "eval_reward_accuracy")[12] == 1.0


def test_thumbs_that_all_point_the_same_way_are_refused(prepare_judged: PrepareJudged, examples: list[Example]) -> None:
    folder = prepare_judged([thumb_of(one, True) for one in examples], learn_from="thumbs")
    with pytest.raises(RunFailed, match="nothing to tell apart"):
        run_training(folder.path, never)


def test_pairs_that_the_model_cannot_tell_apart_are_counted_and_none_left_is_said(
    prepare_judged: PrepareJudged, examples: list[Example]
) -> None:
    long = pair_of(examples[0]).model_copy(update={"turns": (Message(role="user", content="coat " * 200),)})
    folder = prepare_judged([*map(pair_of, examples[:30]), long, long], max_steps=1)
    outcome = run_training(folder.path, never)
    assert (outcome.rows_learned, outcome.rows_left_out) == (30, 2)
    with pytest.raises(RunFailed, match="All 2 are too long"):
        run_training(prepare_judged([long, long]).path, never)


def test_the_version_it_began_with_stays_as_it_was(prepare_judged: PrepareJudged) -> None:
    folder = prepare_judged(max_steps=2)
    before = {path.name: path.read_bytes() for path in folder.start.iterdir() if path.is_file()}
    run_training(folder.path, never)
    assert {path.name: path.read_bytes() for path in folder.start.iterdir() if path.is_file()} == before
    assert json.loads((folder.path / "machine.json").read_text())["learn_from"] == "preferences"
