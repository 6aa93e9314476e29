"""Gradio, imported without what its import does for those who write programs with it."""

import inspect
import threading
from typing import Any

_LOCK = threading.Lock()


def gradio() -> Any:
    """Return Gradio's module.

    At its import it writes each component's methods down for editors, beside its own code, which takes as
    long as all the rest of it. It does not for a component that lies in no file; so meanwhile none does.
    """
    with _LOCK:
        found = inspect.getfile

        def getfile(thing: Any) -> str:
            if str(getattr(thing, "__module__", "")).startswith("gradio."):
                raise OSError("not now")
            return found(thing)

        inspect.getfile = getfile  # type: ignore[assignment]
        try:
            import gradio
        finally:
            inspect.getfile = found
    return gradio
