"""Sentences with the texts they rest on, from the data folder: what `bench.verifier` measures with.

CLAPNQ and MTRAG: human answers, sentence by sentence, against the sentences of their gold passages, the
title among them. SciFact: claims against their evidence sentences and against sentences beside the point.
"""

import json
import os
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.edits import names_in

FOLDER = Path(os.environ.get("FOOTNOTE_BENCH_DATA") or Path(__file__).parents[2] / "shared" / "data")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, what it is held against, and names that an edit may put in."""

    source: str
    text: str
    evidence: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def learnt_from(self) -> bool:
        """Whether `bench.entailment` learns from it; the sentences of one answer are learnt from together."""
        return learnt_from(self.evidence[0] + self.evidence[-1])


@dataclass(frozen=True, slots=True)
class Pair:
    """A SciFact claim and sentences: `kind` is support, contradict, same abstract or other abstract."""

    kind: str
    claim: str
    evidence: tuple[str, ...]

    @property
    def learnt_from(self) -> bool:
        """Whether `bench.entailment` learns from it, with all else of its claim."""
        return learnt_from(self.claim)


def learnt_from(text: str) -> bool:
    """Tell whether `bench.entailment` learns from what has this text: a claim of SciFact, or evidence.

    What it does not learn from, about half of each set, is what `bench.verifier` measures with.
    """
    return zlib.crc32(text.encode()) % 2 == 1


def human_sentences(seed: str) -> list[Case]:
    """Sentences of human answers, four words and more, with their gold passages."""
    answers = [*_clapnq(), *_mtrag()]
    strangers = [name for _, _, evidence in answers[::7] for name in names_in(" ".join(evidence))[:3]]
    cases = []
    for source, answer, evidence in answers:
        chance = random.Random(f"{seed}|{answer}")
        near = names_in(" ".join(evidence))
        far = chance.sample(strangers, 12)
        for sentence in _sentences(answer):
            if len(sentence.split()) >= 4:
                # half of the names put in are the passage's own: the harder half
                names = near if chance.random() < 0.5 else far
                cases.append(Case(source, sentence, evidence, tuple(names)))
    return list({(case.text, case.evidence): case for case in cases}.values())


def scifact(seed: str) -> list[Pair]:
    """One pair for each document that settles a claim, and as many of each kind beside the point."""
    documents = {row["_id"]: _abstract(row) for row in _rows("scifact/corpus.jsonl")}
    ids = sorted(documents)
    chance = random.Random(seed)
    pairs = []
    for row in _rows("scifact/evidence.jsonl"):
        by_document: dict[str, list[dict[str, Any]]] = {}
        for part in row["evidence"]:
            by_document.setdefault(str(part["doc_id"]), []).append(part)
        for document_id, parts in by_document.items():
            sentences = documents[document_id]
            gold = sorted({i for part in parts for i in part["sentence_idx"]})
            label = parts[0]["label"].lower()
            pairs.append(Pair(label, row["claim"], tuple(sentences[i] for i in gold)))
            rest = [s for i, s in enumerate(sentences) if i not in gold]
            if rest:
                pairs.append(Pair("same abstract", row["claim"], (chance.choice(rest),)))
            other = chance.choice([i for i in chance.sample(ids, 2) if i != document_id])
            pairs.append(Pair("other abstract", row["claim"], (chance.choice(documents[other]),)))
    return pairs


def _abstract(row: dict[str, Any]) -> list[str]:
    text, starts = row["text"], row["sent_starts"]
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _clapnq() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    passages = {row["_id"]: row for row in _rows("clapnq/passages.jsonl")}
    for row in _rows("clapnq/questions.jsonl"):
        if row["answerable"]:
            gold = [passages[i] for i in row["passage_ids"]]
            evidence = [text for passage in gold for text in (passage["title"], *passage["sentences"])]
            for answer in row["answers"]:
                yield "CLAPNQ", answer, tuple(filter(str.strip, evidence))


def _mtrag() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    corpus = {}
    for domain in ("clapnq", "govt"):
        corpus |= {row["_id"]: row["text"] for row in _rows(f"mtrag/corpus_{domain}.jsonl")}
    for row in _rows("mtrag/tasks.jsonl"):
        gold = [part["id"] for part in row["contexts"] if part["relevant"] == "yes" and part["id"] in corpus]
        if row["answerability"] == "ANSWERABLE" and gold:
            evidence = [text for i in gold for text in _sentences(corpus[i])]
            yield "MTRAG", row["answer"], tuple(dict.fromkeys(evidence))


def _sentences(text: str) -> list[str]:
    from blingfire import text_to_sentences

    if re.search(r"(?:^|\s)1\. .*\s2\. ", text, re.DOTALL):  # numerals of a list end up at the line before
        text = re.sub(r"\s\d{1,2}\. ", "\n", text)
    parts = [part for line in text.splitlines() for part in text_to_sentences(line).splitlines()]
    return [re.sub(r"^\W*[•*-] |^\d+[.)] ", "", part).strip() for part in parts if re.search(r"\w", part)]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
