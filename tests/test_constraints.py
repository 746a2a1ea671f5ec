"""What is installed is what was tested: the constraints, the ranges they were compiled from, and who uses them."""

import os
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from studio.services.environment import (
    OURS,
    VersionDifference,
    compared,
    differences,
    differs,
    installed,
    needed,
    versions_tested,
)
from studio.settings import shared_file

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = shared_file("constraints.txt").read_text(encoding="utf-8")
TESTED = versions_tested(CONSTRAINTS)
USED = "PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt"
INSIDES = {"transformers", "trl", "peft", "gradio", "accelerate", "huggingface-hub"}  # what is touched and may move


def declared() -> list[Requirement]:
    """Every range in pyproject.toml: at run time, in each extra, and for building."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    lines = [*project["project"]["dependencies"], *(line for lines in extras for line in lines)]
    return [Requirement(line) for line in (*lines, *project["build-system"]["requires"])]


def pretended(folder: Path, **versions: str) -> Path:
    """A folder in which these packages seem to be installed."""
    for name, version in versions.items():
        (folder / f"{name}-{version}.dist-info").mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (folder / f"{name}-{version}.dist-info" / "METADATA").write_text(metadata)
    return folder


def test_this_environment_is_the_tested_one() -> None:
    assert installed(OURS), "what the studio needs is known once it is installed: pip install -e '.[test]'"
    assert [f"{one.name} {one.here or 'missing'}, tested {one.tested}" for one in differences(["test"])] == []


def test_every_package_that_the_tests_stand_on_has_a_tested_version() -> None:
    by_torch = needed("torch")  # a CUDA build asks for its own packages, each pinned by torch itself
    assert needed(OURS, ["test"]) - TESTED.keys() - by_torch == set()


def test_every_range_allows_the_tested_version() -> None:
    for one in declared():
        assert one.specifier.contains(TESTED[canonicalize_name(one.name)]), f"run .ci/constraints: {one}"


def test_libraries_whose_insides_are_touched_are_held_to_the_next_minor_version() -> None:
    for one in (one for one in declared() if canonicalize_name(one.name) in INSIDES):
        major, minor = TESTED[canonicalize_name(one.name)].split(".")[:2]
        assert not one.specifier.contains(f"{major}.{int(minor) + 1}.0"), one
    assert {canonicalize_name(one.name) for one in declared()} >= INSIDES


def test_the_file_names_packages_and_versions_alone() -> None:
    lines = [line for line in CONSTRAINTS.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[a-z0-9.]+( ; [^/@]+)?", line)] == []


def test_the_choice_of_torch_is_left_to_the_machine() -> None:
    assert Requirement(f"torch=={TESTED['torch']}").specifier.contains(f"{TESTED['torch']}+cpu")
    assert not [name for name in TESTED if name.startswith(("nvidia-", "cuda-", "triton"))]


def test_both_commands_of_the_readme_and_the_clean_machine_use_the_constraints() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    for commands in (*blocks[:2], (ROOT / ".ci" / "run").read_text(encoding="utf-8")):
        assert commands.count("pip install") == commands.count(f"{USED} .venv/bin/pip install") == 1


def test_a_package_in_another_version_is_named(tmp_path: Path) -> None:
    """Two packages that only pretend stand before the real ones; one of them differs in its build alone."""
    path = os.pathsep.join([str(pretended(tmp_path, trl="9.9.9", ftfy=f"{TESTED['ftfy']}+local")), str(ROOT)])
    code = "from studio.services.environment import differences; print(differences())"
    environment = {**os.environ, "PYTHONPATH": path}
    said = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert said.stdout.strip() == str((VersionDifference("trl", TESTED["trl"], "9.9.9"),))


def test_a_package_that_is_missing_is_named_where_it_is_needed() -> None:
    assert compared({"not-a-package": "1.0"}, {"not-a-package"}) == (VersionDifference("not-a-package", "1.0", ""),)
    assert compared({"not-a-package": "1.0"}, set()) == ()


def test_what_is_needed_is_followed_to_its_end_on_this_system(tmp_path: Path) -> None:
    folder = pretended(tmp_path, one="1", two="2", three="3")
    with (folder / "one-1.dist-info" / "METADATA").open("a") as file:
        file.write("Requires-Dist: Two[more]\nRequires-Dist: never; sys_platform == 'none'\n")
    with (folder / "two-2.dist-info" / "METADATA").open("a") as file:
        file.write("Requires-Dist: three; extra == 'more'\nRequires-Dist: one\nRequires-Dist: no; extra == 'other'\n")
    code = "from studio.services.environment import needed; print(sorted(needed('one')))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    said = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "['three', 'two']"


def test_one_sentence_names_what_differs_and_nothing_is_said_when_nothing_does() -> None:
    found = [VersionDifference("trl", "1.16.0", "1.18.0"), VersionDifference("openpyxl", "3.1.5", "")]
    start = (
        "Installed versions differ from the tested ones: trl 1.18.0 (tested: 1.16.0), openpyxl missing (tested: 3.1.5)"
    )
    assert differs([]) == "" and differs(found) == f"{start}."
    assert differs([*found, *found, *found]) == f"{start}, trl 1.18.0 (tested: 1.16.0) and 3 more."


def test_a_line_for_another_python_says_nothing_here() -> None:
    lines = "# a comment\none==1.0 ; python_full_version < '3'\none==2.0 ; python_full_version >= '3'\nTwo_x==1.5\n"
    assert versions_tested(lines) == {"one": "2.0", "two-x": "1.5"}


def test_the_tests_that_meet_the_next_drift_are_there() -> None:
    named = runpy.run_path(str(ROOT / ".ci" / "next"))["CONTRACT"]
    assert [name for name in named if not (ROOT / name).is_file()] == []
