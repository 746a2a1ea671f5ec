"""Gradio is imported without the interface files that it writes for editors at each start.

For each of its components Gradio reads its own source, renders a `.pyi` file of it and compares that with the one in
its folder: nearly half of the processor time of `import gradio` (2.0 of 4.6 s, 6.31), and a server that would write
into the packages it runs from. There is no setting for it, so the function is replaced between its module's import
and that of the components.
"""

import importlib
import importlib.util
import sys


def import_gradio() -> None:
    """Does nothing where somebody has imported it already. ImportError where it is missing."""
    if "gradio" in sys.modules:
        return
    spec = importlib.util.find_spec("gradio")
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("No module named 'gradio'", name="gradio")
    package = sys.modules["gradio"] = importlib.util.module_from_spec(spec)
    try:
        meta = importlib.import_module("gradio.component_meta")
        vars(meta)["create_or_modify_pyi"] = no_interface_file
        spec.loader.exec_module(package)
    except BaseException:
        del sys.modules["gradio"]  # as Python does it with a module whose import failed
        raise


def no_interface_file(component_class: type, class_name: str, events: list[object]) -> None:
    """In the place of `create_or_modify_pyi`: nobody edits the installed package."""
