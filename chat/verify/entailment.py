"""Whether sources say what a claim says: both are read together, which tells more than the words they share.

The embedder's own network with a low-rank change to its weights (LoRA: Hu et al., ICLR 2022) and a head of
three labels, as natural language inference has them (Bowman et al., EMNLP 2015). `bench/entailment.py` trains
it on claims that were written for it; what it learnt is `entailment.safetensors`. It is small: what it says
is weighed with what the exact checks find, in `compare.py`.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chat.reader import has_bfloat16, open_encoder, open_tokenizer, with_learnt
from chat.verify.words import read
from ingest.errors import ModelMissing
from retrieval.cross_encoder import find_cross_encoder, open_cross_encoder

if TYPE_CHECKING:
    import torch

LABELS = ("entailment", "neutral", "contradiction")
WEIGHTS = Path(__file__).with_name("entailment.safetensors")
MOST_TOKENS = 256  # of claim and evidence together,
_CLAIM = 72  # of the claim
_SENTENCE = 200  # and of one sentence of the evidence
_WIDTH = 64  # of what is looked for in each word
_HIDDEN = 96


@dataclass(frozen=True, slots=True)
class Entailment:
    """The probabilities that evidence says a claim, leaves it open, or rules it out; together 1."""

    entailed: float
    neutral: float
    contradicted: float


class EntailmentModel(Protocol):
    """What reads a claim beside its evidence; threads may share it."""

    def read(self, claim: str, evidence: Sequence[str]) -> Entailment:
        """Return how the evidence, its sentences in order and taken together, bears on the claim."""
        ...


@dataclass(frozen=True, slots=True)
class Read:
    """The ids of [CLS] claim [SEP] evidence [SEP], and the claim's length in tokens."""

    ids: list[int]
    claim: int


class ClaimReader:
    """The model that comes with Footnote; reads on this machine only, loaded at first use."""

    def __init__(self, folder: Path) -> None:
        """Take the default embedder's folder; raises ModelMissing if the changes to it are not there."""
        self._folder = folder
        if not WEIGHTS.is_file():
            raise ModelMissing(f"{WEIGHTS} is missing; reinstall Footnote")
        self._lock = threading.Lock()
        self._tokenizing = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def read(self, claim: str, evidence: Sequence[str]) -> Entailment:
        """Return how the evidence bears on the claim, in full precision where bfloat16 would be imitated."""
        import torch

        tokenizer, network = self._ready()
        with self._tokenizing:
            tokens = lay_out(tokenizer, claim, evidence)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
            (scores,) = torch.softmax(network(**batch([tokens])), 1).tolist()
        return Entailment(*scores)

    def _ready(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = (open_tokenizer(self._folder), open_network(self._folder))
        return self._loaded


class CrossEncoderEntailment:
    """A cross-encoder for natural language inference, where one is configured; loaded at first use."""

    def __init__(self, model: str) -> None:
        """Find the model's folder; raises ModelMissing if it or its weights as safetensors are not there."""
        self._folder = find_cross_encoder(model, "FOOTNOTE_NLI", "model for inference")
        self._lock = threading.Lock()
        self._loaded: tuple[Any, list[int]] | None = None

    def read(self, claim: str, evidence: Sequence[str]) -> Entailment:
        """Return how the evidence bears on the claim; raises ModelMissing if its labels do not say that."""
        with self._lock:  # its tokenizer is not for several threads
            if self._loaded is None:
                model = open_cross_encoder(self._folder)
                self._loaded = (model, _places(model, self._folder))
            model, places = self._loaded
            (found,) = model.predict(
                [(" ".join(evidence), claim)], apply_softmax=True, show_progress_bar=False
            )
        return Entailment(*(float(found[place]) for place in places))


def _places(model: Any, folder: Path) -> list[int]:
    """Return which of a model's numbers are for entailment, neutral and contradiction."""
    labels = {str(label).lower(): int(at) for at, label in model.config.id2label.items()}
    try:
        return [labels[label] for label in LABELS]
    except KeyError:
        named = ", ".join(labels)
        raise ModelMissing(
            f"{folder} has the labels {named}; one for inference has {', '.join(LABELS)}"
        ) from None


def lay_out(tokenizer: Any, claim: str, evidence: Sequence[str]) -> Read:
    """Return claim and evidence as tokens.

    Of evidence that is too long those sentences are read that share most words with the claim.
    """

    def tokens(text: str, most: int) -> list[int]:
        found: list[int] = tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"][:most]
        return found

    said = tokens(claim, _CLAIM)
    sentences = [tokens(text, _SENTENCE) for text in evidence]
    room = MOST_TOKENS - len(said) - 3
    kept: Sequence[int] = range(len(sentences))
    if sum(map(len, sentences)) > room:
        kept = _likest(claim, evidence, [len(each) for each in sentences], room)
    told = [token for number in kept for token in sentences[number]][:room]
    ids = [tokenizer.cls_token_id, *said, tokenizer.sep_token_id, *told, tokenizer.sep_token_id]
    return Read(ids, len(said))


def _likest(claim: str, evidence: Sequence[str], lengths: Sequence[int], room: int) -> Sequence[int]:
    """Return the numbers of the sentences that have most of the claim's words and together have room."""
    stems = read(claim).stems
    shared = [
        sum(map(read(text).has, stems)) / (50 + length)
        for text, length in zip(evidence, lengths, strict=True)
    ]
    order = sorted(range(len(evidence)), key=lambda number: -shared[number])
    kept = []
    for number in order:
        if lengths[number] <= room:
            kept.append(number)
            room -= lengths[number]
    return sorted(kept) or order[:1]


def batch(some: Sequence[Read]) -> "dict[str, torch.Tensor]":
    """Return what the network takes.

    `ids`, `mask` and `types` have shape (claims, tokens), `claim` and `evidence` the weights of the mean of
    either's tokens in the same shape.
    """
    import torch

    longest = max(len(each.ids) for each in some)
    ids, mask, types = (torch.zeros((len(some), longest), dtype=torch.long) for _ in range(3))
    claim, evidence = (torch.zeros((len(some), longest)) for _ in range(2))
    for row, each in enumerate(some):
        end, begins = len(each.ids), each.claim + 2
        ids[row, :end] = torch.tensor(each.ids)
        mask[row, :end] = 1
        types[row, begins:end] = 1
        claim[row, 1 : begins - 1] = 1 / max(1, each.claim)
        evidence[row, begins : end - 1] = 1 / max(1, end - 1 - begins)
    return {"ids": ids, "mask": mask, "types": types, "claim": claim, "evidence": evidence}


def build_network(encoder: Any) -> Any:
    """Return the encoder with a new head: a torch module from a `batch` to logits (claims, 3)."""
    import torch
    from torch import nn

    class Network(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            width = encoder.config.hidden_size
            self.encoder = encoder
            self.said = nn.Linear(width, _WIDTH)
            self.told = nn.Linear(width, _WIDTH)
            last = nn.Linear(_HIDDEN, 3)
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
            self.head = nn.Sequential(
                nn.Linear(4 * width + 2 * _WIDTH, _HIDDEN), nn.GELU(), nn.Dropout(0.1), last
            )

        def forward(
            self,
            ids: torch.Tensor,
            mask: torch.Tensor,
            types: torch.Tensor,
            claim: torch.Tensor,
            evidence: torch.Tensor,
        ) -> torch.Tensor:
            states = self.encoder(
                input_ids=ids, attention_mask=mask, token_type_ids=types
            ).last_hidden_state.float()
            said, told = ((weights.unsqueeze(1) @ states).squeeze(1) for weights in (claim, evidence))
            most = [
                layer(states).masked_fill(weights.unsqueeze(2) == 0, -1e4).amax(1)
                for layer, weights in ((self.said, claim), (self.told, evidence))
            ]
            return self.head(torch.cat([states[:, 0], said, said * told, (said - told).abs(), *most], 1))

    return Network()


def open_network(folder: Path) -> Any:
    """Return the network ready to read."""
    return with_learnt(build_network(open_encoder(folder)), WEIGHTS)
