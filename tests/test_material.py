"""The same journey on data and models that nobody on this project wrote; skipped where they are not at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import run_command

ROOT = Path(__file__).resolve().parent.parent
MATERIAL = ROOT.parent / "shared" / "material"
MODELS = ["stories3M-llama", "stories260K-llama", "tinyllm-chat-626K-opt", "belllabs-qa-120K-gpt2"]
IDENTITY = MATERIAL / "datasets" / "llamafactory_identity" / "identity.json"
DATA = {
    "banking77": "datasets/banking77/train.csv",
    "llamafactory_alpaca_en": "datasets/llamafactory_alpaca_en/alpaca_en_demo.json",
}

pytestmark = [
    pytest.mark.material,
    pytest.mark.nightly,
    pytest.mark.skipif(not MATERIAL.is_dir(), reason="the strangers' data is not beside the checkout"),
]


@pytest.fixture
def journey(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))

    def do(*arguments: str) -> Any:
        code = run_command([*arguments, "--json"])
        said = json.loads(capsys.readouterr().out)
        assert code == 0, said
        return said

    return do


def taught(journey: Any, file: Path, question: str, *model: str) -> tuple[Any, Any]:
    """Import, teach three steps, ask both."""
    journey("import", str(file), "--project", "p", "--fix", "all")
    run = journey("train", "--project", "p", "--set", "max_steps=3", "--set", "per_device_train_batch_size=4", *model)
    assert run["status"] == "done" and run["steps"] == 3
    asked = journey("ask", run["run"], question, "--greedy", "--max-new-tokens", "24")
    prints = [answer["fingerprint"] for answer in asked["answers"]]
    assert len(set(prints)) == 2 and all(len(one) == 12 for one in prints)
    return run, asked


@pytest.mark.parametrize("name", list(DATA))
def test_other_peoples_tables_are_taught_to_the_starter(name: str, journey: Any) -> None:
    run, _ = taught(journey, MATERIAL / DATA[name], "Where is my card?")
    assert run["rows_learned"] > 500


@pytest.mark.parametrize("name", MODELS)
def test_strangers_models_learn_the_labelling_sample(name: str, journey: Any) -> None:
    model = MATERIAL / "models" / name
    run, _ = taught(journey, ROOT / "sample_data" / "label.csv", "My bin was not emptied.", "--model", str(model))
    adapter = Path(run["adapter"])
    assert (adapter / "chat_template.jinja").is_file() and (adapter / "adapter_model.safetensors").is_file()


@pytest.mark.parametrize("name", ["stories3M-llama", "stories260K-llama"])
def test_strangers_models_learn_a_strangers_table(name: str, journey: Any) -> None:
    run, _ = taught(journey, IDENTITY, "Who are you?", "--model", str(MATERIAL / "models" / name))
    assert run["rows_learned"] + run["rows_left_out"] > 50


@pytest.mark.parametrize("name", ["tinyllm-chat-626K-opt", "belllabs-qa-120K-gpt2"])
def test_a_model_of_few_letters_says_which_answers_it_cannot_write(
    name: str, journey: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nearly every answer of this set holds {{name}}: the rows are left out and counted, and none remains."""
    journey("import", str(IDENTITY), "--project", "p", "--fix", "all")
    code = run_command(["train", "--project", "p", "--model", str(MATERIAL / "models" / name), "--json"])
    said = json.loads(capsys.readouterr().out)["error"]["message"]
    assert code == 2 and "cannot write" in said and "{" in said
