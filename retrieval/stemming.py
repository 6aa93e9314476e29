"""How a text becomes the words that it is searched by: cut, stemmed in its language, and folded.

English unless the document is said, or was found, to be in another language that Tantivy has a stemmer for.
Chinese, Japanese and Korean are written in runs that no blank divides rightly: they are cut into pairs of
characters, which needs no dictionary ("overlapping bigrams": Nie, Gao, Zhang and Zhou, 2000).
"""

import re
from collections.abc import Sequence
from typing import Any

from retrieval.english import one_way

ENGLISH = "en"
# Tantivy's stemmers (Snowball's), by the language's code; Norwegian's two written forms share one.
STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nb": "norwegian",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_PAIRED = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


class Stemming:
    """Analysers, one for each language, made when first needed; threads may share it."""

    def __init__(self) -> None:
        self._analyzers: dict[str, Any] = {}

    def stems(self, text: str, language: str = ENGLISH) -> list[str]:
        """Return the stems of a text in their order; a language without a stemmer is treated as English."""
        text = _PAIRED.sub(_pairs, text)
        if STEMMERS.get(language, STEMMERS[ENGLISH]) == STEMMERS[ENGLISH]:
            text = one_way(text)
        found: list[str] = self._analyzer(language).analyze(text)
        return found

    def stems_in(self, text: str, languages: Sequence[str]) -> list[str]:
        """Return each stem once that a text has in any of the languages."""
        return list(dict.fromkeys(stem for each in languages for stem in self.stems(text, each)))

    def _analyzer(self, language: str) -> Any:
        name = STEMMERS.get(language, STEMMERS[ENGLISH])
        if name not in self._analyzers:
            self._analyzers[name] = analyzer(name)
        return self._analyzers[name]


def primary(tag: str | None) -> str:
    """Return a language tag's first part in small letters: "de" of "de-AT"; empty for none."""
    return (tag or "").replace("_", "-").partition("-")[0].strip().lower()


def analyzer(stemmer: str | None) -> Any:
    """Return an analyser of Tantivy's: words in small letters, and with a stemmer their folded stems.

    English words are folded before they are stemmed, since their accents are other languages' (café); the
    other stemmers look at the accents.
    """
    from tantivy import Filter as Step
    from tantivy import TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Step.remove_long(64)).filter(Step.lowercase())
    if stemmer is None:
        return builder.build()
    if stemmer == STEMMERS[ENGLISH]:
        return builder.filter(Step.ascii_fold()).filter(Step.stemmer(stemmer)).build()
    return builder.filter(Step.stemmer(stemmer)).filter(Step.ascii_fold()).build()


def _pairs(match: re.Match[str]) -> str:
    run = match.group()
    return f" {' '.join(run[at : at + 2] for at in range(max(1, len(run) - 1)))} "
