"""A cross-encoder, where one is configured: it reads question and passage together, slowly and well."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.errors import ModelMissing
from retrieval.cross_encoder import find_cross_encoder, open_cross_encoder

_BATCH = 16


class CrossEncoderReranker:
    """Scores passages on this machine only; the model is loaded at first use and never downloaded."""

    def __init__(self, model: str) -> None:
        """Find the model's folder; raises ModelMissing if it or its weights as safetensors are not there."""
        self._folder = find_cross_encoder(model, "FOOTNOTE_RERANKER", "reranker")
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
    model = open_cross_encoder(folder)
    if model.num_labels != 1:
        raise ModelMissing(f"{folder} gives {model.num_labels} numbers for a text; a reranker gives one")
    return model
