"""How long it takes to find every mention of a name, or of a list of names: `python -m bench.mentions`.

1,000 documents of about 20,000 characters, shuffled from the sample library's sentences; each has its quotes,
dashes and lines as typeset texts have them. The first look is cold: every text is read and folded.
"""

import random
import tempfile
import time
from pathlib import Path

from ingest.catalogue import Catalogue, put_pending, put_ready
from ingest.database import Database
from ingest.document import Document, Reading, content_hash, document_id
from ingest.sentences import sentence_spans
from retrieval.hidden import Hidden
from retrieval.hit import Filter
from retrieval.mentions import Mentions, parse_names
from retrieval.passages import Passages

DOCUMENTS, CHARACTERS = 1000, 20_000
_NAMES = 500  # in the long list; most of them stand nowhere, as in a list that is pasted


def main() -> None:
    """Print a line for each thing that is looked for: seconds, mentions, documents that have any."""
    draw = random.Random(7)
    sentences = _sentences()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "catalogue.sqlite3")
        Catalogue(database)
        passages = Passages(database)
        Hidden(database)
        with database.write() as connection:
            for number in range(DOCUMENTS):
                document = _document(number, sentences, draw)
                put_pending(connection, document)
                put_ready(connection, [(document.id, 1)])
        mentions = Mentions(database, passages)
        names = "\n".join(f"Person{number} Surname{number}" for number in range(_NAMES))
        wanted = {
            "a rare name, cold": "Zoë Quilliam",
            "a rare name again": "Zoë Quilliam",
            "a name in every document": "council",
            "a word of every sentence": "the",
            f"a list of {_NAMES} names": f"{names}\nZoë Quilliam\ncouncil",
        }
        print(f"{DOCUMENTS} documents of {CHARACTERS:,} characters: seconds, mentions, documents")
        for what, given in wanted.items():
            began = time.perf_counter()
            looked = mentions.look(parse_names(given), Filter())
            took = time.perf_counter() - began
            count = sum(len(each.places) for each in looked.documents)
            print(f"{what:<28}{took:>8.2f}{count:>10,}{len(looked.documents):>8,}")
        database.close()


def _sentences() -> list[str]:
    corpus = Path(__file__).parents[1] / "corpus"
    texts = [path.read_text("utf-8") for path in sorted(corpus.rglob("*")) if path.suffix in (".txt", ".md")]
    return [text[start:end] for text in texts for start, end in sentence_spans(text, ())]


def _document(number: int, sentences: list[str], draw: random.Random) -> Document:
    parts: list[str] = []
    while sum(map(len, parts)) < CHARACTERS:
        parts.append(draw.choice(sentences))
        if draw.random() < 0.1:
            parts.append("“So it was,” the minutes say — the engineer’s own words.\n\n")
    if number % 100 == 0:
        parts.insert(3, "Zoe\u0308\u00a0Quil-\nliam signed it.")
    text = " ".join(parts)
    origin = f"/bench/{number}.txt"
    return Document(
        document_id("default", origin),
        1,
        "default",
        origin,
        origin,
        origin,
        content_hash(text.encode()),
        Reading(text, "text/plain"),
    )


if __name__ == "__main__":
    main()
