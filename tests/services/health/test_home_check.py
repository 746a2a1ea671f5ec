"""A folder that cannot be a home is refused in one sentence before anything is written; any other works."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.services.health.home_check import check_home

ROOT = Path(__file__).resolve().parents[3]
posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX")
as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be somebody else")
Said = Callable[..., tuple[int, str]]

NO_LOCKS = """
#define _GNU_SOURCE
#include <errno.h>
int flock(int handle, int how) { (void)handle; (void)how; errno = NUMBER; return -1; }
"""


AS_ANOTHER = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
libc.prctl(8, 1, 0, 0, 0)  # PR_SET_KEEPCAPS
os.setgroups([])
os.setgid(54321)
os.setuid(54321)
READ_SEARCH = 1 << 2  # the one right that is kept: Python itself may lie in root's own folder
header, rights = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(READ_SEARCH, READ_SEARCH, 0, 0, 0, 0)
assert libc.capset(header, rights) == 0
sys.argv[0] = "studio"
from studio.cli.main import main
main()
"""


@pytest.fixture
def said(tmp_path: Path) -> Said:
    """Run `studio …` in a process of its own: exit status and what it said."""

    def run(*words: str, environ: dict[str, str] | None = None, as_another: bool = False) -> tuple[int, str]:
        line = [sys.executable, *(["-c", AS_ANOTHER] if as_another else ["-m", "studio"]), *words]
        clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **(environ or {})}
        done = subprocess.run(line, env=clean, cwd=ROOT, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, f"{done.stdout}{done.stderr}"

    return run


def test_a_new_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    check_home(tmp_path / "a" / "home")
    assert list((tmp_path / "a" / "home").iterdir()) == []
    assert os.name != "posix" or (tmp_path / "a" / "home").stat().st_mode & 0o777 == 0o700


@posix
@pytest.mark.parametrize("mode", [0o777, 0o775, 0o1777])
def test_a_home_that_others_may_change_is_refused(mode: int, said: Said, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(mode)
    status, words = said("runs", "--home", str(home))
    assert status == 2 and f"(mode {mode:04o})" in words and "chmod 700" in words
    assert list(home.iterdir()) == []


@posix
def test_a_home_that_others_may_only_look_at_works(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "home").chmod(0o755)
    check_home(tmp_path / "home")


@as_root
def test_a_home_of_somebody_else_is_refused(said: Said, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    os.chown(home, 12345, 12345)
    status, words = said("runs", "--home", str(home))
    assert status == 2 and "belongs to 12345" in words and list(home.iterdir()) == []


@as_root
def test_a_home_on_a_network_disk_that_names_nobody_as_its_owner_works(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    os.chown(tmp_path / "home", 65534, 65534)
    check_home(tmp_path / "home")


@posix
def test_a_home_that_is_a_file_is_refused(said: Said, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    status, words = said("runs", "--home", str(tmp_path / "home"))
    assert status == 2 and "is a file and no folder" in words


@pytest.mark.skipif(shutil.which("cc") is None, reason="a C compiler makes the disk that cannot lock")
@pytest.mark.parametrize("number", ["ENOLCK", "ENOSYS", "EOPNOTSUPP"])
def test_a_disk_that_cannot_lock_is_refused_before_anything_is_written(number: str, said: Said, tmp_path: Path) -> None:
    (tmp_path / "no_locks.c").write_text(NO_LOCKS.replace("NUMBER", number))
    library = tmp_path / "no_locks.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(tmp_path / "no_locks.c")], check=True)
    status, words = said("runs", "--home", str(tmp_path / "home"), environ={"LD_PRELOAD": str(library)})
    assert status == 2 and "cannot lock files" in words and "disk of this computer" in words
    assert not (tmp_path / "home").exists()


def test_a_lock_that_somebody_holds_is_no_disk_without_locks(tmp_path: Path) -> None:
    from studio.storage.files import FileLock

    first = FileLock(tmp_path / "lock")
    assert first.take() and not FileLock(tmp_path / "lock").take()
    first.release()


@pytest.fixture
def theirs() -> Iterator[Path]:
    """A folder of the other account; pytest's own folders are closed to it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, 54321, 54321)
        yield Path(folder)


@as_root
def test_an_account_without_a_home_folder_is_told_to_name_one(said: Said, theirs: Path) -> None:
    status, words = said("runs", as_another=True)
    assert status == 2 and "no home folder" in words and "STUDIO_HOME" in words
    assert said("runs", "--json", "--home", str(theirs / "home"), as_another=True) == (0, '{"runs": []}\n')


@as_root
def test_an_account_without_a_name_can_work(said: Said, theirs: Path) -> None:
    place = ("--json", "--home", str(theirs / "home"))
    assert said("user", "add", "Ana", *place, as_another=True)[0] == 0
    _, words = said("audit", *place, as_another=True)
    assert json.loads(words)["lines"][0]["by"] == "54321"


@as_root
def test_a_home_that_can_only_be_read_is_refused_in_one_sentence(said: Said, theirs: Path) -> None:
    theirs.chmod(0o500)
    for home in (theirs, theirs / "new"):
        status, words = said("runs", "--home", str(home), as_another=True)
        assert status == 2 and "may not be" in words and len(words.splitlines()) == 2, words
    assert list(theirs.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk at hand")
@as_root
def test_a_full_disk_is_told_in_one_sentence(said: Said, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir(mode=0o700)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(disk)], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (disk / "filler").write_bytes(b"x" * 60_000)
        status, words = said("runs", "--home", str(disk / "home"))
        assert status == 2 and "full" in words
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_the_check_changes_nothing_in_a_home_in_use(tmp_path: Path) -> None:
    check_home(tmp_path / "home")
    (tmp_path / "home" / "studio.db").write_bytes(b"")
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (tmp_path / "home").iterdir())
    check_home(tmp_path / "home")
    assert sorted((path.name, path.stat().st_mtime_ns) for path in (tmp_path / "home").iterdir()) == before


@posix
def test_a_folder_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises((StudioError, OSError)):
        check_home(tmp_path / "file" / "home")
