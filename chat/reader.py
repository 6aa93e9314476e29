"""A reader: question and sentences side by side in one pass, for what no cosine can tell.

The embedder's own network with a low-rank change to its weights (LoRA: Hu et al., ICLR 2022) and three small
heads. It says for each sentence how likely it answers, and how likely none does (as SQuAD 2.0 readers do:
Rajpurkar et al., ACL 2018). `bench/reader.py` trains it; what it learnt is `reader.safetensors`.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import ModelMissing

if TYPE_CHECKING:
    import torch

WEIGHTS = Path(__file__).with_name("reader.safetensors")
PASSES = 2
A_PASS = 12  # sentences at most, if they have room
MOST_TOKENS = 256  # of a pass
_QUESTION = 48  # tokens of a pasted page that count as its question
_TITLE = 16
_SENTENCE = 110
_HEADS = 64  # the width of each head's hidden layer
SCALE = 2.0  # of the change to the weights


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is read: a text, its document and that one's title, and where in it the text begins."""

    text: str
    title: str
    document: str
    start: int


@dataclass(frozen=True, slots=True)
class Packed:
    """What the network reads: token ids, where the sources begin, the question's length.

    `spans` has the half-open span of its tokens for each sentence that is read, by the sentence's number.
    """

    ids: list[int]
    sources: int
    question: int
    spans: dict[int, tuple[int, int]]


class SentenceReader:
    """Reads on this machine only; loaded at first use. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Take the default embedder's folder; raises ModelMissing if the changes to it are not there."""
        self._folder = folder
        if not WEIGHTS.is_file():
            raise ModelMissing(f"{WEIGHTS} is missing; reinstall Footnote")
        self._lock = threading.Lock()
        self._tokenizing = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def read(self, question: str, sentences: Sequence[Sentence]) -> list[float | None]:
        """Return for each sentence the log-odds that it answers rather than that nothing of its pass does.

        The sentences are those that likeliest answer, likeliest first; None for one without room or words. On
        processors with bfloat16 the numbers are a little coarser, which takes half the time.
        """
        import torch

        found: list[float | None] = [None] * len(sentences)
        tokenizer, network = self._ready()
        with self._tokenizing:
            packs = pack(tokenizer, question, sentences)
        if not packs:
            return found
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
            logits = network(**batch(packs)).tolist()
        for each, (nothing, *scores) in zip(packs, logits, strict=True):
            for number, score in zip(each.spans, scores, strict=False):
                found[number] = score - nothing
        return found

    def _ready(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = (open_tokenizer(self._folder), open_network(self._folder))
        return self._loaded


def has_bfloat16() -> bool:
    """Whether this processor computes with bfloat16; one that imitates it takes several times as long."""
    import torch

    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def pack(
    tokenizer: Any, question: str, sentences: Sequence[Sentence], *, passes: int = PASSES
) -> list[Packed]:
    """Return question and sentences as tokens, by passes: [CLS] question [SEP] title, sentences [SEP] title …

    Each sentence goes to the first pass that has room for it. There those of one document stand together
    below its title, in the order of the text. A pass that nothing is left for is left out.
    """

    def tokens(text: str, most: int) -> list[int]:
        found: list[int] = tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"][:most]
        return found

    asked = tokens(question, _QUESTION)
    words = [tokens(each.text, _SENTENCE) for each in sentences]
    titles = {each.document: tokens(each.title, _TITLE) for each in sentences}
    shares = [_Share(MOST_TOKENS - len(asked) - 2) for _ in range(passes)]
    for number, each in enumerate(sentences):
        if words[number]:
            for share in shares:
                if share.takes(number, each, words[number], titles[each.document]):
                    break
    packs = []
    for share in shares:
        ids = [tokenizer.cls_token_id, *asked, tokenizer.sep_token_id]
        sources = len(ids)
        spans = {}
        for document, numbers in share.documents.items():
            ids += titles[document]
            for number in sorted(numbers, key=lambda number: sentences[number].start):
                spans[number] = (len(ids), len(ids) + len(words[number]))
                ids += words[number]
            ids.append(tokenizer.sep_token_id)
        if spans:
            packs.append(Packed(ids, sources, len(asked), spans))
    return packs


class _Share:
    """What one pass reads, by document, and the tokens that it has room for."""

    def __init__(self, room: int) -> None:
        self.documents: dict[str, list[int]] = {}
        self._room = room
        self._left = A_PASS

    def takes(self, number: int, sentence: Sentence, words: Sequence[int], title: Sequence[int]) -> bool:
        """Take a sentence if there is room for it."""
        more = len(words) + (0 if sentence.document in self.documents else len(title) + 1)
        if not self._left or more > self._room:
            return False
        self.documents.setdefault(sentence.document, []).append(number)
        self._room -= more
        self._left -= 1
        return True


def batch(packs: Sequence[Packed], *, multiple: int = 1) -> "dict[str, torch.Tensor]":
    """Return what the network takes; the tokens are filled up to a multiple of `multiple`.

    `ids`, `mask` and `types` have shape (packs, tokens), `question` the weights of the question's mean in the
    same shape, `sentences` those of each sentence's mean in shape (packs, sentences, tokens).
    """
    import torch

    longest = -(-max(len(each.ids) for each in packs) // multiple) * multiple
    spans = [list(each.spans.values()) for each in packs]
    ids, mask, types = (torch.zeros((len(packs), longest), dtype=torch.long) for _ in range(3))
    question = torch.zeros((len(packs), longest))
    sentences = torch.zeros((len(packs), max(1, *map(len, spans)), longest))
    for row, (each, found) in enumerate(zip(packs, spans, strict=True)):
        ids[row, : len(each.ids)] = torch.tensor(each.ids)
        mask[row, : len(each.ids)] = 1
        types[row, each.sources : len(each.ids)] = 1
        question[row, 1 : 1 + max(1, each.question)] = 1 / max(1, each.question)
        for number, (start, end) in enumerate(found):
            sentences[row, number, start:end] = 1 / (end - start)
    return {"ids": ids, "mask": mask, "types": types, "question": question, "sentences": sentences}


def open_tokenizer(folder: Path) -> Any:
    """Return the tokenizer that lies in a folder."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)


def open_encoder(folder: Path) -> Any:
    """Return the network that lies in a folder, without its last layer, which embedding does not use."""
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    before = logging.get_verbosity()
    logging.set_verbosity_error()  # it has a pooler more than is asked for
    try:
        return AutoModel.from_pretrained(
            str(folder),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
        )
    finally:
        logging.set_verbosity(before)


def build_network(encoder: Any) -> Any:
    """Return the encoder with new heads: a torch module from a `batch` to logits (packs, 1 + sentences).

    The first logit is that nothing answers. Sentences that a pack has not got have one of -10,000.
    """
    import torch
    from torch import nn
    from torch.nn.functional import cosine_similarity

    class Network(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            width = encoder.config.hidden_size
            self.encoder = encoder
            self.words = nn.Linear(width, _HEADS)
            self.sentence = _head(2 * width + _HEADS)
            self.nothing = _head(2 * width)
            self.cosine = nn.Parameter(torch.tensor(10.0))
            self.bias = nn.Parameter(torch.tensor(4.0))

        def forward(
            self,
            ids: torch.Tensor,
            mask: torch.Tensor,
            types: torch.Tensor,
            question: torch.Tensor,
            sentences: torch.Tensor,
        ) -> torch.Tensor:
            states = self.encoder(
                input_ids=ids, attention_mask=mask, token_type_ids=types
            ).last_hidden_state.float()
            asked = (question.unsqueeze(1) @ states).squeeze(1)
            means = sentences @ states
            inside = sentences > 0
            words = self.words(states).unsqueeze(1).masked_fill(~inside.unsqueeze(3), -1e4)
            real = inside.any(2)
            most = words.amax(2).masked_fill(~real.unsqueeze(2), 0.0)
            beside = asked.unsqueeze(1).expand_as(means)
            seen = self.sentence(torch.cat([means, beside * means, most], -1)).squeeze(-1)
            scores = self.cosine * cosine_similarity(beside, means, dim=-1) + seen
            nothing = self.bias + self.nothing(torch.cat([states[:, 0], asked], -1))
            return torch.cat([nothing, scores.masked_fill(~real, -1e4)], 1)

    def _head(width: int) -> nn.Sequential:
        last = nn.Linear(_HEADS, 1)
        nn.init.zeros_(last.weight)
        return nn.Sequential(nn.Linear(width, _HEADS), nn.GELU(), nn.Dropout(0.1), last)

    return Network()


def changed_layers(encoder: Any) -> dict[str, Any]:
    """Return the linear layers whose weights the reader changes, by name."""
    import torch

    return {
        name: module
        for name, module in encoder.named_modules()
        if name.startswith("encoder.") and isinstance(module, torch.nn.Linear)
    }


def open_network(folder: Path) -> Any:
    """Return the network ready to read."""
    return with_learnt(build_network(open_encoder(folder)), WEIGHTS)


def with_learnt(network: Any, weights: Path) -> Any:
    """Return a network over an encoder with what was learnt; low-rank changes are added to its weights once.

    Raises ModelMissing if the file holds what another network learnt.
    """
    import torch
    from safetensors.torch import load_file

    kept = {name: each.float() for name, each in load_file(weights).items()}
    with torch.no_grad():
        for name, layer in changed_layers(network.encoder).items():
            layer.weight += SCALE * (kept.pop(f"{name}.up") @ kept.pop(f"{name}.down"))
    missing, unexpected = network.load_state_dict(kept, strict=False)
    if unexpected or any(not name.startswith("encoder.") for name in missing):
        raise ModelMissing(f"{weights} is not this version's; reinstall Footnote")
    return network.eval()
