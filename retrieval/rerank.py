"""A cross-encoder, where one is configured: it reads question and passage together, slowly and well."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.errors import ModelMissing

_BATCH = 16


class CrossEncoderReranker:
    """Scores passages on this machine only; the model is loaded at first use and never downloaded."""

    def __init__(self, model: str) -> None:
        """Find the model's folder; raises ModelMissing if it or its weights as safetensors are not there."""
        self._folder = Path(model).expanduser()
        if not self._folder.is_dir():
            raise ModelMissing(
                f"the reranker {model!r} is not a folder on this machine; nothing is downloaded unasked: "
                f"fetch it with `hf download {model} --local-dir FOLDER` and set FOOTNOTE_RERANKER=FOLDER"
            )
        if not (self._folder / "model.safetensors").is_file():
            raise ModelMissing(f"{model}: it has no model.safetensors; only that form is loaded")
        self._lock = threading.Lock()
        self._model: Any = None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return how well each text answers the question, higher is better, in no certain unit.

        Raises ModelMissing for a model that gives more than one number for a text.
        """
        if not texts:
            return []
        with self._lock:  # its tokenizer is not for several threads
            if self._model is None:
                self._model = _load(self._folder)
            found = self._model.predict(
                [(question, text) for text in texts], batch_size=_BATCH, show_progress_bar=False
            )
        return [float(score) for score in found]


def _load(folder: Path) -> Any:
    import os

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.disable_progress_bar()
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
    if model.num_labels != 1:
        raise ModelMissing(f"{folder} gives {model.num_labels} numbers for a text; a reranker gives one")
    return model
