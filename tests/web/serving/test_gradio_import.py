"""Gradio without its interface files: a start that reads and writes none of them, and the same components."""

import subprocess
import sys

RECORDED = """
import sys
opened = []
sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == "open" else None)
{how}
import gradio
print(sum(name.endswith(".pyi") for name in opened), gradio.Button("Go").value, gradio.__spec__.name)
"""
AS_THE_STUDIO = "from studio.web.serving.gradio_import import import_gradio; import_gradio()"


def in_a_new_process(how: str) -> list[str]:
    ran = subprocess.run([sys.executable, "-c", RECORDED.format(how=how)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def test_no_interface_file_is_read_or_written_at_a_start() -> None:
    assert in_a_new_process(AS_THE_STUDIO) == ["0", "Go", "gradio"]


def test_gradio_alone_goes_through_all_of_them() -> None:
    """Should this fail, Gradio has left it off, and `gradio_import` can go."""
    assert int(in_a_new_process("")[0]) > 50
