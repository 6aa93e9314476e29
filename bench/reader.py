"""Train the reader that `chat/reader.py` opens, and say how well it reads; takes hours on two cores.

    python -m bench.reader [--check]      with --check only what the kept weights do with the held-out part
    python -m bench.reader --on           train on from the kept weights, with what was written alone;
                                          with --minutes no longer than that
    python -m bench.reader --mean FILE …  keep the mean of what several trainings kept

First on pseudo-questions: of a passage's sentence some words are kept, many of them replaced by words of a
like meaning, and something to ask with is put before them; each is read among other sentences of its document
and of others. Then on questions that were written for it (`bench/reading`), over single documents, passages
of MTRAG and sets of documents on one matter: each is read much as the product would, among the likeliest
sentences of a library, at times without those that answer. Every seventh document and set is held out: on
those the answers' models are fitted (`bench/answers.py`, `bench/abstention.py`). No question of CLAPNQ, of
the scenarios or of the sample library is used, and no passage that CLAPNQ's questions are paired with.
"""

import argparse
import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.metrics import roc_auc_score
from torch import nn

from bench.reading_data import (
    CASES,
    EMBEDDER,
    Alone,
    Collection,
    Document,
    Question,
    answering,
    evidence_over,
    libraries,
    merged,
    pseudo_questions,
    source_of,
    sources,
)
from chat import reader
from chat.evidence import Candidate
from chat.ranking import match
from chat.reader import A_PASS, PASSES, Packed, Sentence, batch, pack
from chat.reading import as_read

if TYPE_CHECKING:
    from torch import Tensor

RANK = 16
TOKENS = 4096  # of a step
EPOCHS = (1, 5, 2)  # of pseudo-questions, of written ones, and of written ones where it is trained on
RATES = {"changes": (8e-4, 8e-4, 5e-4), "heads": (1e-3, 1.3e-3, 8e-4)}  # of learning, in each part
AN_EPOCH = 9000  # written questions at most, drawn from those over sets and half of the others
WITHOUT = (0.3, 0.25)  # of the questions are read without the sentences that answer them, in each part
LIKELIEST = PASSES * A_PASS  # sentences that were found are kept
FOLDER = EMBEDDER.folder
TOKENIZER = reader.open_tokenizer(FOLDER)


@dataclass(frozen=True)
class Example:
    """What is read, and which of its sentences answer, by number; none where none does."""

    packed: Packed
    gold: list[int]


@dataclass(frozen=True)
class Found:
    """A question with the likeliest sentences that were found, likeliest first, and which answer it."""

    question: str
    answerable: bool
    sentences: tuple[Sentence, ...]
    right: tuple[bool, ...]


def mixed(asked: str, document: Document, gold: frozenset[int], pool: Sequence[Document]) -> Example:
    """Put sentences of a document, with or without those that answer, among some of other documents."""
    answered = frozenset[int]() if random.random() < WITHOUT[0] else gold
    others = [number for number in range(len(document.sentences)) if number not in gold]
    if others and random.random() < 0.5:
        centre = random.choice(sorted(gold) or others)
        others.sort(key=lambda number: abs(number - centre) + 2 * random.random())
    else:
        random.shuffle(others)
    most = random.choice((3, 5, 6, 8, 8))
    kept = sorted({*others[: max(0, most - len(gold))], *answered}) or sorted(others[:2]) or [0]
    marked = [(document.title, [(document.sentences[number], number in answered) for number in kept])]
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        other = random.choice(pool)
        if other is not document:
            first = random.randrange(len(other.sentences))
            some = other.sentences[first : first + random.randint(1, 3)]
            marked.append((other.title, [(sentence, False) for sentence in some]))
    if random.random() < 0.35:
        random.shuffle(marked)
    return packed(asked, marked, titled=0.8)


def packed(asked: str, marked: Sequence[tuple[str, Sequence[tuple[str, bool]]]], titled: float) -> Example:
    """Return what the reader reads of titles with sentences; a title is left out but for a share of them."""
    sentences, right = [], []
    for document, (title, each) in enumerate(marked):
        shown = title if random.random() < titled else ""
        for start, (words, answers) in enumerate(each):
            sentences.append(Sentence(words, shown, str(document), start))
            right.append(answers)
    return example(asked, sentences, right)


def example(asked: str, sentences: Sequence[Sentence], right: Sequence[bool]) -> Example:
    """Return what the reader reads of some sentences in one pass."""
    (read,) = pack(TOKENIZER, asked, sentences, passes=1)
    return Example(read, [number for number, place in enumerate(read.spans) if right[place]])


def among_others(alone: Sequence[Alone]) -> list[Example]:
    """Return an example for each of some documents with one question."""
    pool = [document for document, _, _ in alone]
    return [mixed(asked, document, gold, pool) for document, asked, gold in alone]


def find(collection: Collection) -> list[Found]:
    """Return what the product finds, for each question of a library for which something is found."""
    found = []
    with evidence_over(sources(collection)) as evidence_for:
        for question in collection.questions:
            evidence = evidence_for(question.text)
            scores = [match(each, evidence) for each in evidence.candidates]
            order = sorted(range(len(scores)), key=lambda place, scores=scores: -scores[place])
            likeliest = [evidence.candidates[place] for place in order[:LIKELIEST]]
            if likeliest and amid_its_own(likeliest, question):
                right = tuple(answering(collection, question, likeliest))
                read = tuple(map(as_read, likeliest))
                found.append(Found(question.text, bool(question.gold), read, right))
    return found


def amid_its_own(likeliest: Sequence[Candidate], question: Question) -> bool:
    """Tell whether what is found for a question is mostly from the documents that it was written over.

    Of a question that names nothing any document may be meant, and answer it.
    """
    if question.over is None:
        return True
    own = set(map(source_of, question.over))
    return 2 * sum(each.hit.source in own for each in likeliest[:A_PASS]) >= len(likeliest[:A_PASS])


def one_pass(found: Found, places: Sequence[int], titled: float = 1.0) -> Example:
    """Return some of the sentences that were found, by their places, as the product has them read."""
    sentences = [found.sentences[place] for place in places]
    shown = {each.document: random.random() < titled for each in sentences}
    sentences = [each if shown[each.document] else replace(each, title="") for each in sentences]
    return example(found.question, sentences, [found.right[place] for place in places])


def varied(found: Found) -> Example:
    """Return an example of some of the likeliest sentences, or of the next ones, or without the answer."""
    places = list(range(len(found.sentences)))
    if any(found.right) and random.random() < WITHOUT[1]:
        places = [place for place in places if not found.right[place]] or places
    places = sorted(places, key=lambda place: places.index(place) + 3 * random.random())
    first = 0 if random.random() < 0.75 else random.randint(4, 10)
    first = first if len(places) >= first + 4 else 0
    count = random.choice((5, 7, 9, 10, 10, 12))
    return one_pass(found, places[first : first + count], titled=0.85)


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

    def __init__(self, layer: nn.Linear, down: "Tensor", up: "Tensor") -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(down)
        self.up = nn.Parameter(up)

    def forward(self, states: "Tensor") -> "Tensor":
        """Return what the changed layer makes of some states."""
        return self.layer(states) + reader.SCALE * (states @ self.down.T @ self.up.T)


def with_changes(encoder: nn.Module, kept: "dict[str, Tensor]") -> nn.Module:
    """Return an encoder of which low-rank changes are learnt: those taken out of `kept`, or new ones."""
    for name, layer in reader.changed_layers(encoder).items():
        parent, _, own = name.rpartition(".")
        down = kept.pop(f"{name}.down", torch.randn(RANK, layer.in_features) / math.sqrt(layer.in_features))
        up = kept.pop(f"{name}.up", torch.zeros(layer.out_features, RANK))
        setattr(encoder.get_submodule(parent), own, LowRank(layer, down, up))
    return encoder


def network_to_train(learnt: "dict[str, Tensor]") -> nn.Module:
    """Return the network of which the low-rank changes and the heads are learnt, as new or from what is."""
    kept = {name: each.float() for name, each in learnt.items()}
    network = reader.build_network(with_changes(reader.open_encoder(FOLDER).requires_grad_(False), kept))
    told = network.load_state_dict(kept, strict=False)
    if learnt and (
        told.unexpected_keys or any(not name.startswith("encoder.") for name in told.missing_keys)
    ):
        raise ValueError(f"{reader.WEIGHTS} is not this version's; train anew, without --on")
    return network


def train(
    network: nn.Module,
    made: Callable[[], list[Example]],
    part: int,
    held_out: Sequence[Found],
    seconds: float = math.inf,
) -> None:
    """Learn from a new set of examples each epoch; rates rise for a little and then fall to nothing.

    They have fallen when `seconds` are over, if that comes before the epochs' end.
    """
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
            learnt = max(done / count, (time.time() - began) / seconds)
            if learnt >= 1:
                break
            share = min(1.0, (learnt + 1 / count) / 0.06) * max(0.02, 1 - learnt)
            for rated in optimizer.param_groups:
                rated["lr"] = RATES[rated["name"]][part] * share
            with torch.autocast("cpu", torch.bfloat16, enabled=reader.has_bfloat16()):
                missed = loss(logits(network, each), each)
            missed.backward()
            nn.utils.clip_grad_norm_([one for some in groups.values() for one in some], 1.0)
            optimizer.step()
            optimizer.zero_grad()
            done += 1
            losses.append(missed.item())
        save(network)
        print(f"part {part + 1}, epoch {epoch + 1}: {time.time() - began:.0f} s, loss {np.mean(losses):.3f}")
        check(network, held_out)
        if time.time() - began >= seconds:
            break


def check(network: nn.Module, found: Sequence[Found]) -> None:
    """Print how often the likeliest sentence is right, and how well answerable and not are told apart.

    Each question is read with those of its twelve likeliest sentences that have room in one pass.
    """
    network.eval()
    right, sure = [], []
    with torch.inference_mode():
        for each in found:
            read = one_pass(each, range(len(each.sentences))[:A_PASS])
            scores = logits(network, [read])[0]
            sure.append(float(torch.logsumexp(scores[1:], 0) - scores[0]))
            if each.answerable:
                right.append(bool(read.gold) and int(scores[1:].argmax()) in read.gold)
    print(
        f"held out, {len(sure)} questions: the right sentence first {np.mean(right):.3f}, ROC AUC of "
        f"answerable or not {roc_auc_score([each.answerable for each in found], sure):.3f}",
        flush=True,
    )


def save(network: nn.Module) -> None:
    """Keep what was learnt where the product looks for it, in half precision."""
    write(
        {
            name.removeprefix("encoder."): each.detach()
            for name, each in network.named_parameters()
            if each.requires_grad
        }
    )


def write(kept: "dict[str, Tensor]") -> None:
    """Write the reader's weights, in half precision."""
    save_file({name: each.half().contiguous() for name, each in kept.items()}, reader.WEIGHTS)
    reader.WEIGHTS.chmod(0o644)


def averaged(some: "Sequence[dict[str, Tensor]]") -> "dict[str, Tensor]":
    """Return the mean of what several trainings learnt, with changes of twice the rank.

    From one beginning it reads better than each (model soups: Wortsman et al., ICML 2022).
    """
    learnt = [{name: each.float() for name, each in kept.items()} for kept in some]
    kept = {}
    for name in learnt[0]:
        layer, _, part = name.rpartition(".")
        if part == "down":
            continue
        if part != "up":
            kept[name] = torch.stack([each[name] for each in learnt]).mean(0)
            continue
        changes = torch.stack([each[name] @ each[f"{layer}.down"] for each in learnt]).mean(0)
        left, sizes, right = torch.linalg.svd(changes, full_matrices=False)
        roots = sizes[: 2 * RANK].sqrt()
        kept[name], kept[f"{layer}.down"] = left[:, : 2 * RANK] * roots, roots[:, None] * right[: 2 * RANK]
    return kept


def main() -> None:
    """Train, average or only check."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--check", action="store_true", help="train nothing")
    parser.add_argument("--mean", nargs="+", type=Path, metavar="FILE", help="average; train nothing")
    parser.add_argument("--on", action="store_true", help="train on from the kept weights")
    parser.add_argument("--minutes", type=float, default=math.inf, help="of training on, at most (no limit)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (1)")
    given = parser.parse_args()
    if given.mean:
        write(averaged([load_file(file) for file in given.mean]))
        return
    held_out = [each for library in libraries(held_out=True) for each in find(library)]
    if given.check:
        check(reader.open_network(FOLDER), held_out)
        return
    random.seed(given.seed)
    torch.manual_seed(given.seed)
    network = network_to_train(load_file(reader.WEIGHTS) if given.on else {})
    if not given.on:
        made_up = pseudo_questions()
        train(network, lambda: among_others(made_up), 0, held_out)
    of_sets, of_others = [], []
    learnt = list(libraries(held_out=False))
    of_cases = [each for each in learnt if each.kind == CASES]
    for library in [*learnt, merged(of_cases)]:
        (of_sets if library.kind == CASES else of_others).extend(find(library))

    def an_epoch() -> list[Example]:
        pool = of_sets + random.sample(of_others, len(of_others) // 2)
        return [varied(each) for each in random.sample(pool, min(AN_EPOCH, len(pool)))]

    train(network, an_epoch, 2 if given.on else 1, held_out, 60 * given.minutes)


if __name__ == "__main__":
    main()
