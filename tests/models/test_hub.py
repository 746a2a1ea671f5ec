"""A model of the hub: fetched by the hub's routes, checked, gone on with file by file; complete or absent."""

import json
import random
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import HTTPServer
from pathlib import Path

import pytest

from studio.errors import StudioError, UnusableModel
from studio.models.fetch_process import part_of
from studio.models.inspector import Inspector
from studio.services.models.fetching import FetchOrder, fetch
from tests.hub_server import REVISION, Hub
from tests.model_fixtures import make_model
from tests.package_index import sha256


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_model(tmp_path_factory.mktemp("hub") / "tiny")
    (folder / "LICENSE").write_text("Apache License 2.0")
    (folder / "pytorch_model.bin").write_bytes(b"never fetched")
    return folder


@pytest.fixture
def hub(served: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    server = Hub("owner/tiny", served)
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    yield server
    server.close()


@pytest.fixture
def order(hub: Hub, tmp_path: Path) -> FetchOrder:
    (tmp_path / "models").mkdir()
    return FetchOrder("studio.models.hub", "owner/tiny", tmp_path / "models" / "owner--tiny")


def test_a_model_is_fetched_whole_with_its_source_and_without_pickles(order: FetchOrder, hub: Hub) -> None:
    told: list[tuple[str, int, int]] = []
    hub.bytes_per_second = 400_000
    folder = fetch(order, lambda *progress: told.append(progress))
    assert Inspector().inspect(folder).architecture == "LlamaForCausalLM"
    source = json.loads((folder / "studio_source.json").read_text())
    assert source["id"] == "owner/tiny" and source["revision"] == REVISION
    assert source["sha256"]["model.safetensors"] == sha256(folder / "model.safetensors")
    assert not (folder / "pytorch_model.bin").exists() and not (folder / ".cache").exists()
    assert not part_of(folder).exists()
    wanted = sum(path.stat().st_size for path in hub.files() if path.suffix != ".bin")
    assert {total for _, _, total in told} == {wanted} and any(0 < done < wanted for _, done, _ in told)


def test_a_stop_keeps_the_files_that_are_whole_and_the_next_try_fetches_the_others(order: FetchOrder, hub: Hub) -> None:
    hub.bytes_per_second = 8_000
    with pytest.raises(StudioError, match="stopped"):
        fetch(order, stop=lambda: (part_of(order.target) / "model" / "config.json").exists())
    whole = {path.name for path in (part_of(order.target) / "model").iterdir() if path.is_file()}
    assert "config.json" in whole and "model.safetensors" not in whole and not order.target.exists()
    hub.bytes_per_second = 0
    hub.asked.clear()
    folder = fetch(order)
    fetched = {path.rpartition("/")[2] for method, path, _ in hub.asked if method == "GET" and "/resolve/" in path}
    assert "model.safetensors" in fetched and not fetched & whole
    assert not list(folder.rglob("*.incomplete"))


@pytest.mark.parametrize(("tokens", "token", "said"), [
    (("good",), "", r"is gated: its owner must let you in first \(401\)"),
    (("good",), "bad", r"this key \(access token\) is not let in \(403\)"),
])  # fmt: skip
def test_a_gated_model_asks_for_a_token(order: FetchOrder, hub: Hub, tokens: tuple[str, ...], token: str,
                                        said: str) -> None:  # fmt: skip
    hub.tokens = tokens
    with pytest.raises(UnusableModel, match=said) as refused:
        fetch(replace(order, facts={"token": token}))
    assert refused.value.where == "token", "the page asks for one there"


def test_the_token_lets_in_and_is_written_nowhere(order: FetchOrder, hub: Hub, tmp_path: Path) -> None:
    hub.tokens = ("hf_secret",)
    fetch(replace(order, facts={"token": "hf_secret"}))
    assert hub.tokens_seen == {"hf_secret"}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"hf_secret" in path.read_bytes()]


@pytest.mark.parametrize(("status", "said"), [
    (401, r"\(401\)"), (403, r"refuses to hand out .*\(403\)"), (404, r"no model .*\(404\)"), (500, r"fault .*\(500\)"),
])  # fmt: skip
def test_what_the_hub_refuses_is_a_sentence(order: FetchOrder, hub: Hub, status: int, said: str) -> None:
    hub.status = status
    with pytest.raises(UnusableModel, match=said):
        fetch(order)
    assert not order.target.exists()


def test_an_unknown_model_and_an_unknown_revision_are_told_apart(order: FetchOrder) -> None:
    with pytest.raises(UnusableModel, match="no model “owner/other” on the hub"):
        fetch(replace(order, model="owner/other"))
    with pytest.raises(UnusableModel, match="no revision “v9”"):
        fetch(replace(order, facts={"revision": "v9"}))


def test_no_network_is_a_sentence(order: FetchOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UnusableModel, match="hub could not be reached"):
        fetch(order)


def test_a_certificate_that_is_not_trusted_is_a_sentence(
    order: FetchOrder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not on this computer")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Refusing(("127.0.0.1", 0), None) as server:  # type: ignore[arg-type]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"https://127.0.0.1:{server.server_port}")
        with pytest.raises(UnusableModel, match="certificate that this computer does not trust"):
            fetch(order)
        server.shutdown()


class Refusing(HTTPServer):
    """Whoever turns away its certificate is no error of it."""

    def handle_error(self, request: object, address: object) -> None:
        """Nothing."""

    def get_request(self) -> "object":  # type: ignore[override]
        try:
            return super().get_request()
        except ssl.SSLError as error:
            raise OSError(str(error)) from None


def test_a_file_that_is_not_as_announced_is_refused_and_thrown_away(order: FetchOrder, hub: Hub) -> None:
    hub.wrong = "model.safetensors"
    with pytest.raises(UnusableModel, match=r"model\.safetensors is not what the hub announced"):
        fetch(order)
    assert not order.target.exists() and not (part_of(order.target) / "model" / "model.safetensors").exists()
    hub.wrong = ""
    assert (fetch(order) / "model.safetensors").is_file()


def test_a_connection_that_is_cut_is_taken_up_where_it_broke(order: FetchOrder, hub: Hub, tmp_path: Path) -> None:
    hub.folder = shutil.copytree(hub.folder, tmp_path / "large")
    (hub.folder / "vocab.txt").write_bytes(bytes(24_000_000))
    hub.cut = "vocab.txt"
    folder = fetch(order)
    ranges = [at for method, path, at in hub.asked if method == "GET" and path.endswith("vocab.txt")]
    assert len(ranges) == 2 and ranges[1].startswith("bytes=1")
    assert sha256(folder / "vocab.txt") == sha256(hub.folder / "vocab.txt")


def test_a_connection_that_is_cut_again_and_again_is_a_sentence(order: FetchOrder, hub: Hub) -> None:
    hub.cut, hub.cuts = "model.safetensors", 100
    with pytest.raises(UnusableModel, match="could not be reached or broke off") as cut:
        fetch(order)
    assert "what arrived whole is kept" in cut.value.hint and not order.target.exists()


def test_halves_of_files_that_a_kill_left_are_swept(order: FetchOrder) -> None:
    orphan = part_of(order.target) / "model" / ".cache" / "huggingface" / "download" / "abc.incomplete"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(bytes(1000))
    fetch(order)
    assert not orphan.exists() and order.target.is_dir()


@pytest.mark.nightly
@pytest.mark.slow
def test_killed_at_ten_random_moments_it_is_complete_or_absent(order: FetchOrder, hub: Hub) -> None:
    hub.bytes_per_second = 60_000
    chance = random.Random(5)
    for _ in range(10):
        child = subprocess.Popen([sys.executable, "-W", "ignore", "-m", order.module], stdin=subprocess.PIPE,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        assert child.stdin is not None
        child.stdin.write(json.dumps({"model": order.model, "target": str(order.target)}).encode() + b"\n")
        child.stdin.flush()
        time.sleep(chance.uniform(0.5, 5))
        child.kill()
        child.communicate()
        if order.target.exists():
            assert Inspector().inspect(order.target).parameters
            shutil.rmtree(order.target)
    hub.bytes_per_second = 0
    assert Inspector().inspect(fetch(order)).parameters
    assert [path.name for path in order.target.parent.iterdir() if path.is_dir()] == [order.target.name]
