"""Gradio is imported without its writing for editors, and nothing else is changed by that."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = """
import inspect, jinja2
before, rendered, written = inspect.getfile, jinja2.Template.render, []
def render(self, **given):
    written.extend(given.get("events", ()))
    return rendered(self, **given)
jinja2.Template.render = render
from chat.page.toolkit import gradio
found = gradio()
assert found is gradio() and found.Textbox and inspect.getfile is before, inspect.getfile
print(len(written), inspect.getfile(found.Textbox).endswith("textbox.py"))
"""


def test_gradio_is_there_and_has_written_nothing_for_editors():
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "0 True\n", done.stderr
