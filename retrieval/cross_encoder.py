"""Cross-encoders that a person has on this machine: found, never downloaded, loaded as safetensors alone."""

from pathlib import Path
from typing import Any

from ingest.errors import ModelMissing


def find_cross_encoder(model: str, setting: str, what: str) -> Path:
    """Return a cross-encoder's folder; raises ModelMissing if it or its weights as safetensors are not there.

    `setting` and `what` are the environment variable that names it, and what it is, for that error.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir():
        raise ModelMissing(
            f"the {what} {model!r} is not a folder on this machine; nothing is downloaded unasked: "
            f"fetch it with `hf download {model} --local-dir FOLDER` and set {setting}=FOLDER"
        )
    if not (folder / "model.safetensors").is_file():
        raise ModelMissing(f"{model}: it has no model.safetensors; only that form is loaded")
    return folder


def open_cross_encoder(folder: Path) -> Any:
    """Return the sentence-transformers CrossEncoder in a folder, on the processor."""
    import os

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.disable_progress_bar()
    from sentence_transformers import CrossEncoder

    return CrossEncoder(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )
