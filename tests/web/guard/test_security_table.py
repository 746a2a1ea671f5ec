"""Each threat of SECURITY.md points to tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLE = (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("## Threats")[1]


def test_each_of_the_twenty_threats_has_its_line_and_a_test() -> None:
    lines = re.findall(r"^\| (\d+) \|.*\|$", TABLE, re.M)
    assert [int(number) for number in lines] == list(range(1, 21))
    assert all("`tests/" in line for line in TABLE.splitlines() if re.match(r"\| \d", line))


def test_every_test_that_is_named_exists() -> None:
    missing = []
    for path, _, name in (found.partition("::") for found in re.findall(r"`(tests/[^`]+)`", TABLE)):
        file = ROOT / path
        if not file.exists() or (name and f"def {name}(" not in file.read_text(encoding="utf-8")):
            missing.append(f"{path}::{name}")
    assert not missing, missing
