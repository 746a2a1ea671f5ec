"""The process that reads untrusted files has limits, and respects those that stand already."""

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

READ_UNDER_A_LIMIT = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from studio.data.readers.child_process import read_safely
print(len(read_safely(Path(sys.argv[1]), name="t.xlsx").rows))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="this limit is one of Linux")
def test_a_good_file_is_read_where_the_system_allows_less_memory_than_the_reader_would(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["question", "answer"], ["Is the slip free?", "Until noon."]):
        book.active.append(line)
    book.save(tmp_path / "t.xlsx")
    done = subprocess.run([sys.executable, "-c", READ_UNDER_A_LIMIT, str(tmp_path / "t.xlsx")], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.stdout == "1\n", done.stderr[-500:]


def test_the_child_can_begin_before_what_holds_tables_is_imported() -> None:
    said = "import sys, studio.data.readers.child_process; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
