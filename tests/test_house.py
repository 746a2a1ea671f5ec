"""The house checks itself: who may import whom, what `--help` pays for, and that the README tells the truth."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STUDIO = ROOT / "studio"
LAYERS = (
    {"copy"},
    {"errors"},
    {"schemas"},
    {"settings"},
    {"storage"},
    {"data"},
    {"evaluation", "models"},
    {"inference"},
    {"training"},
    {"services"},
    {"serving", "web"},
    {"cli"},
    {"__main__"},
)
TORCH_LAYERS = {"models", "inference", "training"}
WITH_DOCSTRINGS = (ast.Module, ast.ClassDef, ast.FunctionDef)
ML_LIBRARIES = {"torch", "transformers", "peft", "trl", "accelerate", "datasets", "safetensors", "tokenizers"}


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


def layer_of(path: Path) -> str:
    return path.relative_to(STUDIO).parts[0].removesuffix(".py")


def height_of(layer: str) -> int:
    """How far up a layer stands; those at one height do not know each other."""
    return next(height for height, layers in enumerate(LAYERS) if layer in layers)


def test_imports_only_go_down() -> None:
    wrong: list[str] = []
    for path in modules():
        layer = layer_of(path)
        others = {name.split(".")[1] for name in imports(path) if name.startswith("studio.")}
        wrong += [
            f"{path.relative_to(ROOT)} imports {other}, which is not below it"
            for other in sorted(others - {layer})
            if height_of(other) >= height_of(layer)
        ]
    assert not wrong, "\n".join(wrong)


def test_every_folder_says_what_it_is_for() -> None:
    folders = sorted({path.parent for path in modules()} - {STUDIO})
    silent = [
        str(folder.relative_to(ROOT))
        for folder in folders
        if not (ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or "").count(". ")
        and "\n" not in (ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or "")
    ]
    assert not silent, f"two sentences each: {silent}"


def test_folders_hold_about_a_dozen_modules_and_no_name_twice_in_one_layer() -> None:
    names = [(layer_of(path), path.stem) for path in modules() if path.stem != "__init__"]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, twice
    sizes = {folder: len(list(folder.glob("*.py"))) - 1 for folder in {path.parent for path in modules()} - {STUDIO}}
    full = {str(folder.relative_to(ROOT)): size for folder, size in sizes.items() if size > 16}
    assert not full, full


def test_gradio_stays_in_web_and_torch_in_models_inference_and_training() -> None:
    wrong: list[str] = []
    for path in modules():
        families = {name.split(".")[0] for name in imports(path)}
        strangers = set() if layer_of(path) == "web" else families & {"gradio"}
        strangers |= set() if layer_of(path) in TORCH_LAYERS else families & ML_LIBRARIES
        wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in sorted(strangers)]
    assert not wrong, "\n".join(wrong)


def test_modules_stay_small_enough_to_read() -> None:
    long = {str(p.relative_to(ROOT)): n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long, f"split by noun: {long}"


def test_help_pays_for_no_library() -> None:
    code = (
        "import sys, contextlib, io\n"
        "from studio.cli.main import run_command\n"
        "with contextlib.redirect_stdout(io.StringIO()) as said: run_command(['--help'])\n"
        "assert 'train' in said.getvalue()\n"
        "heavy = {'gradio', 'torch', 'transformers', 'peft', 'trl', 'datasets', 'pandas', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_every_knob_has_a_title_help_and_bounds() -> None:
    from studio.schemas.recipe import Recipe, allowed, help_of, title_of

    for name in Recipe.model_fields:
        assert title_of(name) and help_of(name), name
        assert allowed(name) != "Use a value.", name


def test_the_readme_draws_the_tree_that_is_on_disk() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert tree, "README.md has no annotated tree"
    drawn = {line.split()[0] for line in tree.group(1).splitlines() if line.strip() and not line.startswith("#")}
    for place in drawn:
        assert (ROOT / place).exists(), f"README draws {place}, which is not there"
    on_disk = {f"studio/{p.name}/" for p in STUDIO.iterdir() if p.is_dir() and p.name not in ("__pycache__", "_share")}
    on_disk |= {"assets/", "sample_data/", "tests/", "studio/settings.py", "studio/errors.py"}
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


METAPHORS = re.compile(
    r"\b(furnace|kitchen|cellar|lessons?|shelf|shelves|panes?|desk|tickets?|seats?|glimpse|sittings?|side door|"
    r"colleagues?|teachers?)\b|\b(data|the) doctor\b",
    re.IGNORECASE,
)

# In distillation, and there alone, a teacher is the field's own word (Hinton, Vinyals and Dean 2015).
TEACHER, DISTILLATION = {"teacher", "teachers"}, re.compile("distil", re.IGNORECASE)


def test_code_comments_and_tests_use_the_words_of_the_field() -> None:
    """Names, comments and docstrings; what a person reads (strings, and the help of commands) has words of its own."""
    said = []
    for path in (*modules(), *sorted((ROOT / "tests").rglob("*.py"))):
        layer = layer_of(path) if path.is_relative_to(STUDIO) else "tests"
        if layer == "copy":
            continue
        text = path.read_text(encoding="utf-8")
        words = [(token.start[0], token.string) for token in tokenize.generate_tokens(io.StringIO(text).readline)
                 if token.type in (tokenize.NAME, tokenize.COMMENT)]  # fmt: skip
        if layer != "cli":
            nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, WITH_DOCSTRINGS)]
            words += [(getattr(node, "lineno", 1), ast.get_docstring(node) or "") for node in nodes]
        fit = TEACHER if DISTILLATION.search(text) else set()
        said += [f"{path.relative_to(ROOT).as_posix()}:{line}: {hit[0]}" for line, word in words
                 if (hit := METAPHORS.search(word.replace("_", " "))) and hit[0].lower() not in fit]  # fmt: skip
    assert not said, "\n".join(said)


def test_no_test_runs_a_loop_in_its_own_thread() -> None:
    """A browser test before it in the same process may have left a loop running there; `in_a_loop` takes a thread."""
    loops = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tests = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                 if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]  # fmt: skip
        loops += [f"{path.relative_to(ROOT).as_posix()}:{call.lineno}" for test in tests for call in ast.walk(test)
                  if isinstance(call, ast.Call) and ast.unparse(call.func) == "asyncio.run"]  # fmt: skip
    assert not loops, "\n".join(loops)
