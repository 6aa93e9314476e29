"""Train the reader that `chat/reader.py` opens, and say how well it reads; takes an hour on two cores.

    python -m bench.reader [--check]      with --check only what the kept weights do with the held-out part

First on pseudo-questions: of a passage's sentence some words are kept, many of them replaced by words of a
like meaning, and something to ask with is put before them. Then on questions that were written for it
(`bench/reading`): over short invented documents, and over passages of MTRAG. Each question is read beside
its sentence, or without it, among others of its document and of others. Every seventh document is held out:
on those the answers' models are fitted (`bench/answers.py`, `bench/abstention.py`). No question of CLAPNQ,
of the scenarios or of the sample library is used, and no passage that CLAPNQ's questions are paired with.
"""

import argparse
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.metrics import roc_auc_score
from torch import nn

from bench.reading_data import LATER, Text, pseudo_questions, written
from chat import reader
from chat.reader import Group, Packed, batch, pack
from retrieval.embed import SentenceTransformerEmbedder

if TYPE_CHECKING:
    from torch import Tensor

SEED = 1
RANK = 16
TOKENS = 4096  # of a step
EPOCHS = (1, 5, 2)  # of pseudo-questions, of written ones, and of these with what was written later
RATES = {"changes": (8e-4, 6e-4, 3e-4), "heads": (1e-3, 1e-3, 5e-4)}  # of learning, in each part
WITHOUT = 0.3  # of the questions are read without the sentences that answer them
JOINED = 0.1  # come with another in brackets, as follow-ups do
FOLDER = SentenceTransformerEmbedder().folder
TOKENIZER = reader.open_tokenizer(FOLDER)


@dataclass(frozen=True)
class Example:
    """What is read, and which of its sentences answer, by number; none where none does."""

    packed: Packed
    gold: list[int]


def example(text: Text, asked: str, gold: set[int], pool: Sequence[Text], without: float) -> Example:
    """Put sentences of a text, with or without those that answer, among some of other texts."""
    answering = set() if random.random() < without else gold
    others = [number for number in range(len(text.sentences)) if number not in gold]
    if others and random.random() < 0.5:
        centre = random.choice(sorted(gold) or others)
        others.sort(key=lambda number: abs(number - centre) + 2 * random.random())
    else:
        random.shuffle(others)
    most = random.choice((3, 5, 6, 8, 8))
    kept = sorted({*others[: max(0, most - len(gold))], *answering}) or sorted(others[:2]) or [0]
    marked = [(_titled(text), [(text.sentences[number], number in answering) for number in kept])]
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        other = random.choice(pool)
        if other is not text:
            first = random.randrange(len(other.sentences))
            some = other.sentences[first : first + random.randint(1, 3)]
            marked.append((_titled(other), [(sentence, False) for sentence in some]))
    if random.random() < 0.35:
        random.shuffle(marked)
    packed = pack(TOKENIZER, asked, [Group(title, [words for words, _ in each]) for title, each in marked])
    read = [
        answers
        for (_, each), spans in zip(marked, packed.spans, strict=True)
        for (_, answers), span in zip(each, spans, strict=True)
        if span
    ]
    return Example(packed, [number for number, answers in enumerate(read) if answers])


def _titled(text: Text) -> str:
    return text.title if random.random() < 0.8 else ""


def examples(texts: Sequence[tuple[Text, Sequence[Text]]], without: float = WITHOUT) -> list[Example]:
    """Return one for each question of each text; each text comes with those of its kind."""
    found = []
    for text, pool in texts:
        for question in text.questions:
            asked = question.text
            if len(text.questions) > 1 and random.random() < JOINED:
                asked = f"{asked} ({random.choice(text.questions).text})"
            found.append(example(text, asked, set(question.gold), pool, without))
    return found


def steps(found: Sequence[Example]) -> Iterator[list[Example]]:
    """Yield those of about the same length together, in a random order.

    Lengths are rounded up: for each new shape the network's kernels are built anew, which takes seconds.
    """
    by_length: dict[int, list[Example]] = {}
    for each in found:
        by_length.setdefault(-(-len(each.packed.ids) // 32) * 32, []).append(each)
    parts = []
    for length, some in by_length.items():
        random.shuffle(some)
        most = TOKENS // length
        parts += [some[first : first + most] for first in range(0, len(some), most)]
    random.shuffle(parts)
    yield from parts


def logits(network: nn.Module, part: Sequence[Example]) -> "Tensor":
    """Return the network's logits for some examples."""
    return network(**batch([each.packed for each in part], multiple=32))


def loss(scores: "Tensor", part: Sequence[Example]) -> "Tensor":
    """The cross-entropy of what answers, or that nothing does, and half that of which sentence it is."""
    truth = torch.zeros_like(scores, dtype=torch.bool)
    for row, each in enumerate(part):
        truth[row, [1 + number for number in each.gold] or [0]] = True

    def missed(some: "Tensor", right: "Tensor") -> "Tensor":
        return -torch.logsumexp(torch.log_softmax(some, 1).masked_fill(~right, -1e4), 1)

    which = truth[:, 1:].any(1)
    both = missed(scores, truth).mean()
    if which.any():
        both = both + 0.5 * missed(scores[which, 1:], truth[which, 1:]).sum() / len(part)
    return both


class LowRank(nn.Module):
    """A layer and a low-rank change to its weights."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, states: "Tensor") -> "Tensor":
        """Return what the changed layer makes of some states."""
        return self.layer(states) + reader.SCALE * (states @ self.down.T @ self.up.T)


def network_to_train() -> nn.Module:
    """Return the network of which the low-rank changes and the heads are learnt."""
    torch.manual_seed(SEED)
    encoder = reader.open_encoder(FOLDER).requires_grad_(False)
    for name, layer in reader.changed_layers(encoder).items():
        parent, _, own = name.rpartition(".")
        setattr(encoder.get_submodule(parent), own, LowRank(layer))
    return reader.build_network(encoder)


def train(network: nn.Module, made: Callable[[], list[Example]], part: int) -> None:
    """Learn from a new set of examples each epoch; rates rise for a little and then fall to nothing."""
    groups = {
        "changes": [each for each in network.encoder.parameters() if each.requires_grad],
        "heads": [each for name, each in network.named_parameters() if not name.startswith("encoder.")],
    }
    optimizer = torch.optim.AdamW(
        [{"params": each, "lr": RATES[name][part], "name": name} for name, each in groups.items()],
        weight_decay=0.01,
    )
    began, done, count = time.time(), 0, 0
    for epoch in range(EPOCHS[part]):
        parts = list(steps(made()))
        count = count or len(parts) * EPOCHS[part]
        losses = []
        network.train()
        for each in parts:
            share = min(1.0, (done + 1) / (0.06 * count)) * max(0.02, 1 - done / count)
            for group in optimizer.param_groups:
                group["lr"] = RATES[group["name"]][part] * share
            with torch.autocast("cpu", dtype=torch.bfloat16):
                missed = loss(logits(network, each), each)
            missed.backward()
            nn.utils.clip_grad_norm_([one for some in groups.values() for one in some], 1.0)
            optimizer.step()
            optimizer.zero_grad()
            done += 1
            losses.append(missed.item())
        save(network)
        print(f"part {part + 1}, epoch {epoch + 1}: {time.time() - began:.0f} s, loss {np.mean(losses):.3f}")
        check(network)


def check(network: nn.Module) -> None:
    """Print how often the likeliest sentence is right, and how well answerable and not are told apart."""
    state = random.getstate()
    random.seed(SEED)
    network.eval()
    right, sure, answerable = [], [], []
    with torch.inference_mode():
        for part in steps(examples(written()[1], without=0.0)):
            for scores, each in zip(logits(network, part), part, strict=True):
                if each.gold:
                    right.append(int(scores[1:].argmax()) in each.gold)
                answerable.append(bool(each.gold))
                sure.append(float(torch.logsumexp(scores[1:], 0) - scores[0]))
    random.setstate(state)
    print(
        f"held out, {len(sure)} questions: the right sentence first {np.mean(right):.3f}, "
        f"ROC AUC of answerable or not {roc_auc_score(answerable, sure):.3f}",
        flush=True,
    )


def save(network: nn.Module) -> None:
    """Keep what was learnt where the product looks for it, in half precision."""
    kept = {
        name.removeprefix("encoder."): each.detach().half().contiguous()
        for name, each in network.named_parameters()
        if each.requires_grad
    }
    save_file(kept, reader.WEIGHTS)
    reader.WEIGHTS.chmod(0o644)


def main() -> None:
    """Train, or only check."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="train nothing")
    if parser.parse_args().check:
        check(reader.open_network(FOLDER))
        return
    random.seed(SEED)
    network = network_to_train()
    made_up = pseudo_questions()
    train(network, lambda: examples([(each, made_up) for each in made_up]), 0)
    learnt = written()[0]
    train(network, lambda: examples([each for each in learnt if each[0].kind not in LATER]), 1)
    train(network, lambda: examples(learnt), 2)


if __name__ == "__main__":
    main()
