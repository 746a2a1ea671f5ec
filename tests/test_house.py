"""The house checks itself: who may import whom, what `--help` pays for, and that the README tells the truth."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STUDIO = ROOT / "studio"
FLOORS = ["errors", "copy", "records", "settings", "storage", "prepare", "evidence", "engine", "desk"]
FURNACE = {"torch", "transformers", "peft", "trl", "accelerate", "datasets", "safetensors", "tokenizers"}
DOORS = {"cli", "web"}


def modules() -> list[Path]:
    return sorted(path for path in STUDIO.rglob("*.py") if "_share" not in path.parts)


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports, wherever in the file it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def floor_of(path: Path) -> str:
    return path.relative_to(STUDIO).parts[0].removesuffix(".py")


def test_imports_only_go_down() -> None:
    wrong: list[str] = []
    for path in modules():
        floor = floor_of(path)
        if floor not in FLOORS:
            continue
        others = {name.split(".")[1] for name in imports(path) if name.startswith("studio.")}
        for other in sorted(others):
            if other not in FLOORS:
                wrong.append(f"{path.relative_to(ROOT)} imports the door {other}")
            elif FLOORS.index(other) > FLOORS.index(floor):
                wrong.append(f"{path.relative_to(ROOT)} imports {other}, which lies above it")
    assert not wrong, "\n".join(wrong)


def test_gradio_stays_in_the_front_door_and_torch_in_the_furnace() -> None:
    wrong: list[str] = []
    for path in modules():
        families = {name.split(".")[0] for name in imports(path)}
        strangers = set() if floor_of(path) == "web" else families & {"gradio"}
        strangers |= set() if floor_of(path) == "engine" else families & FURNACE
        wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in sorted(strangers)]
    assert not wrong, "\n".join(wrong)


def test_rooms_stay_small_enough_to_read() -> None:
    long = {str(p.relative_to(ROOT)): n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long, f"split by noun: {long}"


def test_help_pays_for_no_library() -> None:
    code = (
        "import sys, contextlib, io\n"
        "from studio.cli import run_command\n"
        "with contextlib.redirect_stdout(io.StringIO()) as said: run_command(['--help'])\n"
        "assert 'train' in said.getvalue()\n"
        "heavy = {'gradio', 'torch', 'transformers', 'peft', 'trl', 'datasets', 'pandas', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_every_knob_has_a_title_help_and_bounds() -> None:
    from studio.records.recipe import Recipe, allowed

    for name, field in Recipe.model_fields.items():
        assert field.title and field.description, name
        assert allowed(name) != "Use a value.", name


def test_the_readme_draws_the_tree_that_is_on_disk() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert tree, "README.md has no annotated tree"
    drawn = {line.split()[0] for line in tree.group(1).splitlines() if line.strip() and not line.startswith("#")}
    for place in drawn:
        assert (ROOT / place).exists(), f"README draws {place}, which is not there"
    on_disk = {f"studio/{p.name}/" for p in STUDIO.iterdir() if p.is_dir() and p.name not in ("__pycache__", "_share")}
    on_disk |= {"assets/", "sample_data/", "tests/", "studio/cli.py", "studio/settings.py", "studio/errors.py"}
    assert on_disk <= drawn, f"README leaves out {sorted(on_disk - drawn)}"


def test_the_readme_begins_with_two_commands_of_one_line() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    first, second = (block.strip() for block in blocks[:2])
    assert "\n" not in first and first.endswith("studio")
    assert "\n" not in second and "pytest" in second


def test_no_folder_was_added_at_the_top() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listed:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in listed.splitlines() if "/" in line}
    assert tops <= {"studio", "assets", "tests", "sample_data", ".ci"}
