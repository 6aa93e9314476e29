"""The reader: what it is given, what it makes of it, and where an answer does without it."""

import threading
from dataclasses import replace

import pytest
from fakes import BagOfWords, assistant_at
from hypothesis import given
from hypothesis import strategies as st

from chat import reader as opened
from chat.abstain import probability
from chat.evidence import UNREAD, Lexicon, gather
from chat.ranking import likelihood, match, rank
from chat.reader import A_PASS, MOST_TOKENS, PASSES, Sentence, SentenceReader, batch, open_tokenizer, pack
from chat.reading import read
from ingest.errors import ModelMissing
from retrieval.embed import SentenceTransformerEmbedder

FOLDER = SentenceTransformerEmbedder().folder
TOKENIZER = open_tokenizer(FOLDER)
AWKWARD = [
    "", " ", "\r\n", "👩‍👩‍👧 zurück", "e\u0301tude nai\u0308ve", "שלום עולם", "3\u00a0400\u202f€",
    "x" * 5000, "a " * 900,
]  # fmt: skip
SAID = [
    "The tram depot stands on Quarry Road.",
    "Its roof was renewed last spring, after years of leaks.",
    "The bill came to 84,000 crowns.",
    "Olga Brandt has been its manager since 2019.",
]
DEPOT = [Sentence(text, "Depot notes", "depot", start) for start, text in enumerate(SAID)]


@pytest.fixture(scope="module")
def reader():
    return SentenceReader(FOLDER)


def best(scores):
    return max(range(len(scores)), key=scores.__getitem__)


def test_it_finds_what_is_said_in_other_words(reader):
    asked = {
        "what did they pay for the new roof": 2,
        "who is in charge of the depot": 3,
        "where is the depot": 0,
    }
    for question, sentence in asked.items():
        scores = reader.read(question, DEPOT)
        assert best(scores) == sentence, (question, scores)


def test_it_is_less_sure_where_the_sentence_that_answers_is_left_out(reader):
    for question, sentence in (
        ("what did they pay for the new roof", 2),
        ("who is in charge of the depot", 3),
    ):
        scores = reader.read(question, DEPOT)
        rest = reader.read(question, [each for each in DEPOT if each.start != sentence])
        assert max(rest) < scores[sentence]


SENTENCES = st.lists(
    st.builds(
        Sentence,
        st.one_of(st.text(max_size=80), st.sampled_from(AWKWARD)),
        st.just(""),
        st.sampled_from("abc"),
        st.integers(0, 999),
    ),
    max_size=40,
)


@given(
    question=st.one_of(st.text(max_size=60), st.sampled_from(AWKWARD)),
    sentences=SENTENCES,
    titles=st.lists(st.one_of(st.text(max_size=20), st.sampled_from(AWKWARD)), min_size=3, max_size=3),
)
def test_what_is_read_has_room_and_every_sentence_its_own_tokens(question, sentences, titles):
    sentences = [replace(each, title=titles["abc".index(each.document)]) for each in sentences]
    packs = pack(TOKENIZER, question, sentences)
    assert len(packs) <= PASSES
    seen = [number for packed in packs for number in packed.spans]
    assert len(seen) == len(set(seen))
    for packed in packs:
        assert len(packed.ids) <= MOST_TOKENS and 0 < len(packed.spans) <= A_PASS
        last, documents = packed.sources, []
        for number, (start, end) in packed.spans.items():
            assert last <= start < end <= len(packed.ids)
            last = end
            whole = TOKENIZER(sentences[number].text, add_special_tokens=False)["input_ids"]
            assert packed.ids[start:end] == whole[: end - start]
            if sentences[number].document not in [document for document, _ in documents]:
                title = TOKENIZER(sentences[number].title, add_special_tokens=False)["input_ids"][:16]
                assert packed.ids[start - len(title) : start] == title
            documents.append((sentences[number].document, sentences[number].start))
        together = list(dict.fromkeys(document for document, _ in documents))
        assert documents == sorted(documents, key=lambda pair: (together.index(pair[0]), pair[1]))


def test_the_likeliest_have_room_before_others_however_long_they_are():
    long = [Sentence(f"{'very ' * 60}long {number}", "Long", str(number), 0) for number in range(6)]
    packs = pack(TOKENIZER, "How long?", [*long, *DEPOT])
    assert set(range(len(long))) <= {number for packed in packs for number in packed.spans}


def test_awkward_text_gets_finite_scores_or_none(reader):
    awkward = [Sentence(text, text, str(number), 0) for number, text in enumerate(AWKWARD)]
    scores = reader.read("was ist das 👩‍👩‍👧?", awkward)
    assert len(scores) == len(AWKWARD)
    given = [score for score in scores if score is not None]
    assert len(given) == sum(bool(text.strip()) for text in AWKWARD)
    assert all(-1000 < score < 1000 for score in given)
    assert reader.read("?", [Sentence(text, "", "", 0) for text in ("", " ")]) == [None, None]
    assert reader.read("?", []) == []


def test_what_stands_beside_it_in_a_batch_changes_nothing(reader):
    _, network = reader._ready()
    short = [Sentence("It is.", "", "", 0)]
    packs = [*pack(TOKENIZER, "Who runs the depot?", DEPOT), *pack(TOKENIZER, "and", short)]
    both = network(**batch(packs, multiple=32))
    for row, packed in enumerate(packs):
        alone = network(**batch([packed]))[0]
        assert both[row, : len(alone)].tolist() == pytest.approx(alone.tolist(), abs=1e-3)
        assert (both[row, len(alone) :] < -9000).all()


def test_threads_share_it(reader):
    expected, found = reader.read("Who runs the depot?", DEPOT), []
    threads = [
        threading.Thread(target=lambda: found.append(reader.read("Who runs the depot?", DEPOT)))
        for _ in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 6
    for scores in found:
        assert scores == pytest.approx(expected, abs=1e-3)


def test_missing_or_other_weights_are_told_in_one_line(monkeypatch, tmp_path):
    from safetensors.torch import load_file, save_file

    monkeypatch.setattr(opened, "WEIGHTS", tmp_path / "none.safetensors")
    with pytest.raises(ModelMissing, match="reinstall Footnote"):
        SentenceReader(FOLDER)
    monkeypatch.undo()
    some = load_file(opened.WEIGHTS)
    del some["bias"]
    save_file(some, tmp_path / "some.safetensors")
    monkeypatch.setattr(opened, "WEIGHTS", tmp_path / "some.safetensors")
    with pytest.raises(ModelMissing, match="not this version's"):
        SentenceReader(FOLDER).read("Who?", DEPOT)


class Scored:
    """Gives every sentence the same score, or each its own by its length, and remembers what it was given."""

    def __init__(self, score=None, by_length=False):
        self.score, self.by_length, self.given = score, by_length, []

    def read(self, question, sentences):
        """Return the scores."""
        self.given = sentences
        return [float(len(each.text)) if self.by_length else self.score for each in sentences]


@pytest.fixture
def gathered(tmp_path):
    """What is gathered for a question from one text."""
    with assistant_at(tmp_path) as assistant:
        library = assistant._library
        words = library.indexes.words
        lexicon = Lexicon(words.terms, words.document_frequencies, library.passages.count)

        def found(text, question):
            assistant.add_text(text, source="text.txt")
            return gather(question, library.search(question, limit=5), lexicon)

        yield found


def test_the_likeliest_are_read_likeliest_first(gathered):
    text = " ".join(f"The ferry number {n} left the harbour at {n % 12 + 1} o'clock." for n in range(30))
    evidence, scored = gathered(text, "When did ferry 7 leave?"), Scored(by_length=True)
    found = read(evidence, scored)
    was_read = [each for each in found.candidates if each.read is not None]
    assert found.was_read and not evidence.was_read
    assert len(evidence.candidates) > PASSES * A_PASS == len(was_read)
    assert all(each.read == len(each.text) for each in was_read)
    order = sorted(evidence.candidates, key=lambda each: -match(each, evidence))[: len(was_read)]
    assert [each.text for each in scored.given] == [each.text for each in order]
    assert [text.index(each.text) for each in scored.given] == [each.start for each in scored.given]


def test_without_evidence_nothing_is_read(gathered):
    scored = Scored()
    assert not read(replace(gathered("It is late.", "Who?"), candidates=()), scored).candidates
    assert scored.given == []


def test_a_sentence_that_was_not_read_counts_as_one_that_says_nothing(gathered):
    evidence = gathered(" ".join(SAID), "Who runs the depot?")
    unread, low = read(evidence, Scored(None)), read(evidence, Scored(2 * UNREAD))
    for one, other in zip(unread.candidates, low.candidates, strict=True):
        assert likelihood(one, unread) == likelihood(other, low)


def test_what_a_reader_is_surer_of_is_likelier(gathered):
    evidence = gathered(" ".join(SAID), "Who runs the depot?")
    sure, unsure = read(evidence, Scored(3.0)), read(evidence, Scored(-3.0))
    for one, other in zip(sure.candidates, unsure.candidates, strict=True):
        assert likelihood(one, sure) > likelihood(other, unsure)
    assert probability(sure, rank(sure)) > probability(unsure, rank(unsure))


def test_an_embedder_of_ones_own_is_not_read_with(tmp_path):
    with assistant_at(tmp_path / "default", SentenceTransformerEmbedder()) as assistant:
        assert isinstance(assistant._chain._reader, SentenceReader)
        assert assistant._chain.quoting()._reader is assistant._chain._reader
    with assistant_at(tmp_path / "other", BagOfWords()) as assistant:
        assert assistant._chain._reader is None
        assistant.add_text(" ".join(SAID), source="depot.txt")
        assert assistant.ask("Who has been its manager since 2019?").citations
