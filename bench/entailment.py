"""Train the model that `chat/verify/entailment.py` opens, and say how well it tells supported claims.

    python -m bench.entailment                     what the kept weights and the whole check do, held out
    python -m bench.entailment --train FILE --minutes N [--seed N]     train, and write the weights to FILE
    python -m bench.entailment --train FILE --minutes N --on FILE      the same, going on from weights
                               (--last: with the last part alone, in which the shared sets are learnt from)
    python -m bench.entailment --mean FILE …       keep the mean of what several trainings wrote
    python -m bench.entailment --fit               fit how it is weighed with what the checks find

The claims in `bench/entailing` were written for it, each over some sentences of an invented document: as
supported, unsupported or contradicted, in words as near to the source's or as far. Those over every eighth
source are held out, and all of the sets `held-*`, whose writers knew nothing of the others. In a training's
last quarter half of SciFact's claims and half of the human answers to CLAPNQ's and MTRAG's questions, as they
are and edited, are learnt from too, where the data folder is; `bench.verifier` measures with the other half.
"""

import argparse
import itertools
import json
import math
import os
import random
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.metrics import roc_auc_score
from torch import nn

from bench.claims import FOLDER as FOLDER_OF_DATA
from bench.claims import Case, human_sentences, scifact
from bench.edits import Edit, edits
from bench.reader import averaged, with_changes
from bench.reading_data import EMBEDDER
from bench.verifier import cosines
from chat import reader
from chat.answer import Support
from chat.verify import entailment, meaning, weighing
from chat.verify.align import align
from chat.verify.compare import CHECKS, EXACT, Similarity, compare
from chat.verify.entailment import ClaimReader, Read, batch, lay_out
from chat.verify.words import read
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from torch import Tensor

CLAIMS = Path(__file__).with_name("entailing")
LABELS = ("supported", "unsupported", "contradicted")
SUPPORTS: tuple[Support, ...] = ("supported", "partial", "unsupported", "contradicted")
BESIDE = "of another source"
BOUNDS = ((0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4), (0.55, 0.6, 0.65, 0.7, 0.8), (0.5, 0.6, 0.7, 0.8))
LEAST = {"human": 0.85, "edited": 0.95, "SciFact": 0.68}
SCIFACT = {"support": "supported", "contradict": "contradicted"}
EVERY = 8
TOKENS = 2048  # of a step
A_ROUND = 1200  # of what is read where the shared sets are learnt from
RATES = {"changes": 6e-4, "head": 1.2e-3}
SMOOTHED = 0.03
OTHER = 0.14  # of the claims are read with sentences of another source, which support nothing,
PART = 0.2  # of those that their source does not support with a part of it,
AMID = 0.18  # and so many with sentences of another source before or after their own
ALIKE = 120  # other sources of which the one with most of a claim's words is taken
FOLDER = EMBEDDER.folder
TOKENIZER = reader.open_tokenizer(FOLDER)


@dataclass(frozen=True)
class Claim:
    """A claim over the sentences of a source, its label, and whether it is not learnt from."""

    sentences: tuple[str, ...]
    text: str
    label: str
    held_out: bool


def claims() -> Iterator[Claim]:
    """Yield every claim that was written."""
    for file in sorted(CLAIMS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text, number = row["source"], zlib.crc32(row["id"].encode())
            held_out = file.stem.startswith("held-") or number % EVERY == 0
            sentences = tuple(text[start:end] for start, end in sentence_spans(text, [(0, len(text))]))
            for each in row["claims"]:
                yield Claim(sentences, each["claim"], each["label"], held_out)


def varied(claim: Claim, others: Sequence[tuple[str, ...]]) -> tuple[Read, int]:
    """Return what is read of a claim, and the number of its label; `others` are the sentences of all sources.

    Mostly that is its source, now and then amid other sentences, or what a search finds where nothing tells
    of a claim: sentences of another source that share its words.
    """
    drawn, sentences, label = random.random(), claim.sentences, claim.label
    if drawn < OTHER:
        sentences, label = _of_another(claim, others), "unsupported"
    elif drawn < OTHER + PART and label == "unsupported":
        sentences = _some(sentences, random.randrange(len(sentences)))
    elif drawn > 1 - AMID:
        other = random.choice(others)
        count = random.randint(1, 3)
        some = other[:count] if random.random() < 0.5 else other[-count:]
        sentences = some + sentences if random.random() < 0.5 else sentences + some
    return lay_out(TOKENIZER, claim.text, sentences), LABELS.index(label)


def _of_another(claim: Claim, others: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return another source, or some of its sentences: mostly of one with many of the claim's words."""
    stems = _stems(claim.text)
    pool = [each for each in random.sample(others, min(ALIKE, len(others))) if each != claim.sentences]
    other = random.choice(pool)
    at = random.randrange(len(other))
    if random.random() < 0.75:
        other = max(pool, key=lambda each: len(stems & frozenset().union(*map(_stems, each))))
        at = max(range(len(other)), key=lambda number: len(stems & _stems(other[number])))
    return _some(other, at) if random.random() < 0.7 else other


def _some(sentences: tuple[str, ...], at: int) -> tuple[str, ...]:
    return sentences[at : at + random.randint(1, 2)]


@lru_cache(maxsize=100_000)
def _stems(text: str) -> frozenset[str]:
    return read(text).stems


def written(some: Sequence[Claim]) -> list[tuple[Read, int]]:
    """Return what is read of every claim once."""
    others = list({each.sentences: None for each in some})
    return [varied(each, others) for each in random.sample(some, len(some))]


@cache
def scientific() -> list[tuple[str, tuple[str, ...], str]]:
    """Return SciFact's claims that are learnt from, with sentences and their label."""
    pairs = [pair for seed in ("learn", "more") for pair in scifact(seed) if pair.learnt_from]
    return [(pair.claim, pair.evidence, SCIFACT.get(pair.kind, "unsupported")) for pair in pairs]


@cache
def human() -> list[tuple[Case, list[Edit]]]:
    """Return human sentences that are learnt from, each with its edits."""
    cases = [case for case in human_sentences("learn") if case.learnt_from]
    return [(case, edits(case.text, case.names, "learn")) for case in cases]


def edited() -> list[tuple[str, tuple[str, ...], str]]:
    """Return every human sentence with one edit of it, drawn anew, and their labels.

    With more edits than sentences a near copy of its source would be likelier false than true by itself.
    """
    rows = []
    for case, made in human():
        rows.append((case.text, case.evidence, "supported"))
        for edit in random.sample(made, min(1, len(made))):
            rows.append((edit.text, case.evidence, "unsupported" if "hedge" in edit.kind else "contradicted"))
    return rows


def shared(some: Sequence[Claim]) -> list[tuple[Read, int]]:
    """Return a round of reading: half of it claims written, the rest SciFact's and human sentences."""
    drawn = random.sample(scientific(), 3 * A_ROUND // 20) + random.sample(edited(), 3 * A_ROUND // 10)
    read = [(lay_out(TOKENIZER, text, evidence), LABELS.index(label)) for text, evidence, label in drawn]
    return read + written(random.sample(some, min(len(some), A_ROUND // 2)))


def steps(rows: list[tuple[Read, int]]) -> Iterator[list[tuple[Read, int]]]:
    """Yield those of about the same length together, in a random order."""
    rows = sorted(rows, key=lambda row: len(row[0].ids) + 12 * random.random())
    parts: list[list[tuple[Read, int]]] = [[]]
    for row in rows:
        if parts[-1] and (len(parts[-1]) + 1) * len(row[0].ids) > TOKENS:
            parts.append([])
        parts[-1].append(row)
    random.shuffle(parts)
    yield from parts


def network_to_train(going_on: Path | None = None) -> nn.Module:
    """Return the network to train: with weights to go on from, or the reader's changes and a new head."""
    kept = {name: each.float() for name, each in load_file(going_on or reader.WEIGHTS).items()}
    encoder = with_changes(reader.open_encoder(FOLDER).requires_grad_(False), kept)
    network: nn.Module = entailment.build_network(encoder)
    if going_on:
        network.load_state_dict(kept, strict=False)  # what is left of them is the head's
    return network


def train(
    network: nn.Module, made: Callable[[], list[tuple[Read, int]]], rates: float, seconds: float
) -> None:
    """Learn until the time is over; rates, a share of `RATES`, rise for a little and then fall to nothing."""
    groups = {
        "changes": [each for each in network.encoder.parameters() if each.requires_grad],
        "head": [each for name, each in network.named_parameters() if not name.startswith("encoder.")],
    }
    optimizer = torch.optim.AdamW(
        [{"params": each, "lr": rates * RATES[name], "name": name} for name, each in groups.items()],
        weight_decay=0.01,
    )
    began, count = time.time(), 0
    while time.time() - began < seconds:
        losses = []
        network.train()
        for part in steps(made()):
            share = (time.time() - began) / seconds
            if share >= 1:
                break
            for rated in optimizer.param_groups:
                rated["lr"] = (
                    rates * RATES[rated["name"]] * min(1, share / 0.06 + 0.02) * max(0.02, 1 - share)
                )
            with torch.autocast("cpu", torch.bfloat16, enabled=reader.has_bfloat16()):
                scores = network(**batch([each for each, _ in part]))
                right = torch.tensor([label for _, label in part])
                lost = nn.functional.cross_entropy(scores, right, label_smoothing=SMOOTHED)
            lost.backward()
            nn.utils.clip_grad_norm_([one for some in groups.values() for one in some], 1.0)
            optimizer.step()
            optimizer.zero_grad()
            count += len(part)
            losses.append(lost.item())
        print(
            f"{time.time() - began:.0f} s, {count} claims read, loss {np.mean(losses or [math.nan]):.3f}",
            flush=True,
        )


def learnt_of(network: nn.Module) -> "dict[str, Tensor]":
    """Return what a network has learnt, under the names that are kept."""
    return {
        name.removeprefix("encoder."): each.detach()
        for name, each in network.named_parameters()
        if each.requires_grad
    }


def write(kept: "dict[str, Tensor]", file: Path) -> None:
    """Write weights, in half precision."""
    save_file({name: each.half().contiguous() for name, each in kept.items()}, file)
    file.chmod(0o644)


def measure(some: Sequence[Claim]) -> None:
    """Print what the model alone and the check with and without it make of claims, by label.

    As many are read beside other sources' sentences that share their words, which support nothing.
    """
    model = ClaimReader(FOLDER)
    random.seed(0)
    others = list({each.sentences: None for each in some})
    beside = [replace(each, sentences=_of_another(each, others), label=BESIDE) for each in some[::6]]
    similarity = cosines({text for each in [*some, *beside] for text in (each.text, *each.sentences)})
    labels = np.array([LABELS.index(each.label) for each in some])
    judged = [model.read(each.text, each.sentences) for each in some]
    entailed = np.array([each.entailed for each in judged])
    ruled_out = np.array([each.contradicted for each in judged])
    print(f"{len(some)} claims over sources not learnt from")
    print(f"ROC AUC, supported or not: {roc_auc_score(labels == 0, entailed):.3f}")
    for label in (1, 2):
        pair = (labels == 0) | (labels == label)
        print(f"  supported or {LABELS[label]}: {roc_auc_score(labels[pair] == 0, entailed[pair]):.3f}")
    print(f"ROC AUC, contradicted or not: {roc_auc_score(labels == 2, ruled_out):.3f}")
    print("\n| label | check | supported | partial | unsupported | contradicted |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name, used in (("with the model", model), ("without", None)):
        every = [*some, *beside]
        said = [compare(each.text, each.sentences, similarity, used).support for each in every]
        for kind in (*LABELS, BESIDE):
            mine = [one for one, each in zip(said, every, strict=True) if each.label == kind]
            cells = (mine.count(support) / len(mine) for support in SUPPORTS)
            print(f"| {kind} ({len(mine)}) | {name} | {' | '.join(f'{cell:.3f}' for cell in cells)} |")


@dataclass(frozen=True)
class Weighed:
    """What a claim of a set is weighed by: probability, the best piece's coverage, what stands against it."""

    group: str
    entailed: float
    covered: float
    checked: bool
    vague: bool

    def passes(self, doubted: float, sure: float, near: float) -> bool:
        """Tell whether it is supported within these bounds, as `chat/verify/weighing.py` has them."""
        if self.checked and self.covered >= near:
            return False
        return self.entailed >= (sure if self.checked or self.vague else doubted)


def fit(some: Sequence[Claim]) -> None:
    """Print what bounds in `chat/verify/weighing.py` make of claims written and of the shared sets.

    Those come first that tell the claims written best, of those that catch most edits, pass most sentences
    and tell SciFact's as well as the words alone do (`LEAST`).
    """
    sets = {f"written {each}": [(c.text, c.sentences) for c in some if c.label == each] for each in LABELS}
    if FOLDER_OF_DATA.is_dir():
        pairs = [each for each in scifact("dev") if not each.learnt_from]
        cases = [each for each in human_sentences("dev") if not each.learnt_from][::2]
        for kind in ("support", "contradict", "same abstract"):
            sets[f"SciFact {kind}"] = [(each.claim, each.evidence) for each in pairs if each.kind == kind]
        sets["human"] = [(each.text, each.evidence) for each in cases]
        made = [(edit.text, each.evidence) for each in cases for edit in edits(each.text, each.names, "dev")]
        sets["edited"] = random.Random(0).sample(made, min(len(made), len(cases)))
    model = ClaimReader(FOLDER)
    rows: list[Weighed] = []
    for group, claimed in sets.items():
        similarity = cosines({text for claim, evidence in claimed for text in (claim, *evidence)})
        rows += [weighed(group, model, claim, evidence, similarity) for claim, evidence in claimed]
    tables = []
    for bounds in itertools.product(*BOUNDS):
        said = {group: [row.passes(*bounds) for row in rows if row.group == group] for group in sets}
        passed = {group: float(np.mean(each)) for group, each in said.items()}
        tables.append((told(passed, "written"), bounds, passed))
    print(f"DOUBTED, SURE, NEAR: the share of each of {', '.join(sets)} that is called supported")
    for _, bounds, passed in sorted(tables, key=lambda table: -table[0]):
        if len(sets) == len(LABELS) or all(told(passed, name) >= least for name, least in LEAST.items()):
            print(bounds, " ".join(f"{share:.3f}" for share in passed.values()))


def told(passed: Mapping[str, float], name: str) -> float:
    """Return how well a set is told: its share that passes, is caught, or the balanced accuracy of both."""
    if name in ("human", "edited"):
        return passed[name] if name == "human" else 1 - passed[name]
    shares = [share for group, share in passed.items() if group.startswith(name)]
    return (shares[0] + 1 - sum(shares[1:]) / len(shares[1:])) / 2


def weighed(
    group: str, model: ClaimReader, claim: str, evidence: Sequence[str], similarity: Similarity
) -> Weighed:
    """Weigh a claim; what an exact check finds, or what is of something else, has no probability."""
    pieces = [read(text, index) for index, text in enumerate(evidence)]
    alignment = align(read(claim), pieces, similarity(claim, evidence))
    found = {name: list(check(alignment)) for name, check in CHECKS.items()}
    meant, covered = meaning.probability(meaning.features(alignment)), max(alignment.coverage)
    entailed = 0.0
    if not any(found[name] for name in EXACT) and meant >= weighing.APART:
        entailed = model.read(claim, evidence).entailed
    return Weighed(group, entailed, covered, any(found.values()), meant < meaning.SUPPORTED)


def main() -> None:
    """Train, average, fit or measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--train", type=Path, metavar="FILE", help="train, and write what is learnt there")
    parser.add_argument("--minutes", type=float, default=75, help="of training (75)")
    parser.add_argument("--on", type=Path, metavar="FILE", help="the weights that a training goes on from")
    parser.add_argument("--last", action="store_true", help="the last part of a training alone")
    parser.add_argument("--mean", nargs="+", type=Path, metavar="FILE", help="keep the mean of weights")
    parser.add_argument("--fit", action="store_true", help="print weights for chat/verify/weighing.py")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (1)")
    given = parser.parse_args()
    if given.last and not FOLDER_OF_DATA.is_dir():
        parser.error(f"--last learns from the shared sets, and there is no {FOLDER_OF_DATA}")
    if given.mean:
        write(averaged([load_file(file) for file in given.mean]), entailment.WEIGHTS)
        return
    every = list(claims())
    if given.train:
        random.seed(given.seed)
        torch.manual_seed(given.seed)
        network = network_to_train(given.on)
        learnt = [each for each in every if not each.held_out]
        last = 0.0 if not FOLDER_OF_DATA.is_dir() else 1.0 if given.last else 0.25
        train(network, lambda: written(learnt), 1.0, 60 * given.minutes * (1 - last))
        train(network, lambda: shared(learnt), 0.3 if given.last else 0.5, 60 * given.minutes * last)
        write(learnt_of(network), given.train)
        return
    (fit if given.fit else measure)([each for each in every if each.held_out])


if __name__ == "__main__":
    main()
