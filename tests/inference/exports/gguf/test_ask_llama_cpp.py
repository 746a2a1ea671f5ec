"""Where an administrator built llama.cpp, its own server opens a GGUF: what people will run reads and answers.

Most tests use a program that stands in for it; with a built checkout in STUDIO_LLAMA_CPP the last one uses that.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from studio.errors import StudioError
from studio.inference.exports.gguf.gguf_export import GgufExport
from studio.schemas.example import Example
from studio.schemas.exports.export import ExportedVersion, GgufOrder, GgufType
from studio.services.exports.converters import Converters
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder
from tests.inference.exports.gguf.llama_server import build
from tests.inference.exports.gguf.test_gguf_export import adapted, converter
from tests.model_fixtures import MATERIAL

REAL = os.environ.get("STUDIO_LLAMA_CPP", "")
STORIES = MATERIAL / "stories260K-llama"
Prepare = Callable[..., RunFolder]


def exported(
    run: RunFolder, out: Path, rows: list[Example], order: GgufOrder, stop: Callable[[], bool] = lambda: False
) -> ExportedVersion:
    out.mkdir()
    return GgufExport(run.spec, run.adapter, "gguf", 24, lambda *_: None, stop, order=order).write(out, rows)


def servers() -> list[str]:
    running = [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]
    return [line for line in running if "llama-server" in line]


def order_with(checkout: Path, tmp_path: Path, kind: GgufType = "f16") -> GgufOrder:
    return Converters(Home(tmp_path / "home"), checkout, offline=True).order(kind, "tiny")


@pytest.mark.slow
def test_llama_cpp_reads_answers_and_takes_the_experts_answers(
    prepare: Prepare, tmp_path: Path, examples: list[Example]
) -> None:
    checkout = converter(tmp_path / "llama.cpp")
    build(checkout)
    version = exported(adapted(prepare()), tmp_path / "out", examples[:4], order_with(checkout, tmp_path))
    checks = {check.name: check for check in version.checks}
    assert version.verified, [check.text for check in version.checks]
    assert "b1-stand-in" in checks["files"].text and checks["read_alike"].alike == checks["ended"].alike == 4
    assert checks["gguf_answers"].alike >= 3 and 0 <= (checks["perplexity"].difference or 0) < 0.01
    assert not any("was not compared" in note for note in version.notes), "here it was"
    assert not servers()


@pytest.mark.long
@pytest.mark.slow
def test_another_template_than_the_tested_one_is_found(
    prepare: Prepare, tmp_path: Path, examples: list[Example]
) -> None:
    checkout = converter(tmp_path / "llama.cpp")
    build(checkout, further=" Well,")
    version = exported(adapted(prepare()), tmp_path / "out", examples[:4], order_with(checkout, tmp_path))
    wrong = [check for check in version.checks if not check.passed]
    assert [check.name for check in wrong] == ["read_alike"] and "0 of 4 questions are read" in wrong[0].text


@pytest.mark.long
@pytest.mark.slow
def test_a_stop_ends_its_server_too(prepare: Prepare, tmp_path: Path, examples: list[Example]) -> None:
    checkout = converter(tmp_path / "llama.cpp")
    build(checkout)
    seen: list[str] = []

    def stop() -> bool:
        seen.extend(servers())
        return bool(seen)

    with pytest.raises(StudioError, match="stopped"):
        exported(adapted(prepare()), tmp_path / "out", examples[:4], order_with(checkout, tmp_path), stop)
    ends = time.monotonic() + 10
    while servers() and time.monotonic() < ends:
        time.sleep(0.1)
    assert seen and not servers()


@pytest.mark.slow
def test_a_file_that_it_cannot_open_is_told_with_its_last_words(
    prepare: Prepare, tmp_path: Path, examples: list[Example]
) -> None:
    checkout = converter(tmp_path / "llama.cpp")
    program = build(checkout)
    program.write_text("#!/bin/sh\necho 'error: unknown model architecture'\nexit 1\n", encoding="utf-8")
    with pytest.raises(StudioError, match="unknown model architecture"):
        exported(adapted(prepare()), tmp_path / "out", examples[:4], order_with(checkout, tmp_path))


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="no built checkout of llama.cpp is named in STUDIO_LLAMA_CPP")
@pytest.mark.skipif(not STORIES.is_dir(), reason="stories260K, of a kind that llama.cpp reads, is not at hand")
@pytest.mark.parametrize("kind", ["f16", "q8_0", "q4_K_M"])
def test_the_real_llama_cpp_answers_as_tested(
    prepare: Prepare, tmp_path: Path, examples: list[Example], kind: GgufType
) -> None:
    run = adapted(prepare(model=STORIES))
    version = exported(run, tmp_path / "out", examples[:8], order_with(Path(REAL), tmp_path, kind))
    failed = [check.name for check in version.checks if not check.passed]
    too_narrow = ["perplexity"] if kind == "q4_K_M" else []  # 64 numbers a row lose too much in four bits
    assert failed == too_narrow, [check.text for check in version.checks]
