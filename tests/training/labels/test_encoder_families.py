"""Every family of encoders is opened, taught with LoRA or whole, and reads afterwards as it did while it was taught."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from studio.inference.label_models import load_label_models
from studio.models.encoders import ENCODERS
from studio.models.inspector import Inspector
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example, Message, pair
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.encoder_fixtures import make_encoder
from tests.model_fixtures import read_json

PrepareLabels = Callable[..., RunFolder]


# Two further families in the second round, the others by hand.
TIERS = {"deberta-v2": pytest.mark.long, "modernbert": pytest.mark.long}


def loss_when_loaded(folder: RunFolder, rows: Sequence[Example]) -> float:
    """The mean loss of the published version over these rows, by what inference says of it."""
    loaded = load_label_models(Path(folder.spec.model_folder), {"tuned": folder.adapter})
    lost = loaded.losses("tuned", [row.messages for row in rows])
    return sum(total for total, _ in lost) / sum(pieces for _, pieces in lost)


def check_of_version(folder: RunFolder) -> float:
    """The practice check of the step that was published."""
    step = read_json(folder.adapter / "manifest.json")["step"]
    return next(line["eval_loss"] for line in folder.metrics() if line["step"] == step and "eval_loss" in line)


@pytest.mark.slow
@pytest.mark.parametrize(
    "family",
    ["bert", *(pytest.param(one, marks=TIERS.get(one, pytest.mark.nightly)) for one in ENCODERS if one != "bert")],
)
def test_an_encoder_of_any_family_is_opened_taught_and_used(
    family: str, prepare_labels: PrepareLabels, labelled: list[Example], tmp_path: Path
) -> None:
    model = make_encoder(tmp_path / family, family)
    facts = Inspector().inspect(model)
    assert facts.task == "labels" and facts.context == (63 if "roberta" in family else 64)
    folder = prepare_labels(model=model, method="lora", max_steps=3)
    run_training(folder.path, lambda: False)
    assert loss_when_loaded(folder, labelled[96:]) == pytest.approx(check_of_version(folder), rel=1e-4)


@pytest.mark.parametrize("separator", ["", ";"])
def test_a_whole_model_reads_afterwards_as_while_it_was_taught(
    prepare_labels: PrepareLabels, labelled: list[Example], separator: str
) -> None:
    folder = prepare_labels(max_steps=6, label_separator=separator)
    run_training(folder.path, lambda: False)
    assert loss_when_loaded(folder, labelled[96:]) == pytest.approx(check_of_version(folder), rel=1e-4)


def test_several_labels_are_given_where_each_is_more_likely_than_not(prepare_labels: PrepareLabels) -> None:
    texts = [
        ("mend the red hat", "repair; clothes"),
        ("what does the belt cost", "price"),
        ("where is my coat", "clothes"),
    ]
    rows = [pair(number, *texts[number % 3]) for number in range(1, 31)]
    folder = prepare_labels(train=rows, validation=rows[:6], label_separator=";", max_steps=80)
    run_training(folder.path, lambda: False)
    loaded = load_label_models(Path(folder.spec.model_folder), {"tuned": folder.adapter})
    chats = [[Message(role="user", content=text)] for text, _ in texts]
    replies = loaded.answer_all("tuned", chats, ReplySettings(), lambda: False)
    assert [reply.text for reply in replies] == ["clothes; repair", "price", "clothes"]
    assert all(reply.certainty is not None and 0.5 < reply.certainty <= 1 for reply in replies)
    assert {one.label for one in replies[0].labels} == {"clothes", "repair", "price"}


def test_an_encoder_that_was_made_to_write_stays_a_model_that_writes(tmp_path: Path) -> None:
    from transformers import RobertaConfig

    from studio.models.encoders import is_encoder

    writer = RobertaConfig(architectures=["RobertaForCausalLM"]).to_dict()
    assert not is_encoder(writer) and is_encoder({**writer, "architectures": ["RobertaForMaskedLM"]})
