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
from chat.reader import MOST_TOKENS, Group, SentenceReader, batch, open_tokenizer, pack
from chat.reading import A_PASS, PASSES, read
from ingest.errors import ModelMissing
from retrieval.embed import SentenceTransformerEmbedder

FOLDER = SentenceTransformerEmbedder().folder
TOKENIZER = open_tokenizer(FOLDER)
AWKWARD = [
    "", " ", "\r\n", "👩‍👩‍👧 zurück", "e\u0301tude nai\u0308ve", "שלום עולם", "3\u00a0400\u202f€",
    "x" * 5000, "a " * 900,
]  # fmt: skip
DEPOT = Group(
    "Depot notes",
    [
        "The tram depot stands on Quarry Road.",
        "Its roof was renewed last spring, after years of leaks.",
        "The bill came to 84,000 crowns.",
        "Olga Brandt has been its manager since 2019.",
    ],
)


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
        ((scores,),) = reader.read(question, [[DEPOT]])
        assert best(scores) == sentence, (question, scores)


def test_it_is_less_sure_where_the_sentence_that_answers_is_left_out(reader):
    for question, sentence in (
        ("what did they pay for the new roof", 2),
        ("who is in charge of the depot", 3),
    ):
        ((scores,),) = reader.read(question, [[DEPOT]])
        others = [text for place, text in enumerate(DEPOT.sentences) if place != sentence]
        ((rest,),) = reader.read(question, [[Group(DEPOT.title, others)]])
        assert max(rest) < scores[sentence]


@given(
    question=st.one_of(st.text(max_size=60), st.sampled_from(AWKWARD)),
    groups=st.lists(
        st.builds(
            Group,
            st.one_of(st.text(max_size=20), st.sampled_from(AWKWARD)),
            st.lists(st.one_of(st.text(max_size=80), st.sampled_from(AWKWARD)), max_size=6),
        ),
        max_size=8,
    ),
)
def test_what_is_read_has_room_and_every_sentence_its_own_tokens(question, groups):
    packed = pack(TOKENIZER, question, groups)
    assert len(packed.ids) <= MOST_TOKENS
    assert [len(each) for each in packed.spans] == [len(group.sentences) for group in groups]
    last = packed.sources
    for group, spans in zip(groups, packed.spans, strict=True):
        for sentence, span in zip(group.sentences, spans, strict=True):
            if span is None:
                continue
            assert last <= span[0] < span[1] <= len(packed.ids)
            last = span[1]
            whole = TOKENIZER(sentence, add_special_tokens=False)["input_ids"]
            assert packed.ids[slice(*span)] == whole[: span[1] - span[0]]


def test_awkward_text_gets_finite_scores_or_none(reader):
    (scores,) = reader.read("was ist das 👩‍👩‍👧?", [[Group(text, AWKWARD) for text in AWKWARD]])
    assert [len(each) for each in scores] == [len(AWKWARD)] * len(AWKWARD)
    given = [score for each in scores for score in each if score is not None]
    assert given and all(-1000 < score < 1000 for score in given)
    assert reader.read("?", [[], [Group("", ["", " "])]]) == [[], [[None, None]]]
    assert reader.read("?", []) == []


def test_what_stands_beside_it_in_a_batch_changes_nothing(reader):
    _, network = reader._ready()
    packs = [pack(TOKENIZER, "Who runs the depot?", [DEPOT]), pack(TOKENIZER, "and", [Group("", ["It is."])])]
    both = network(**batch(packs, multiple=32))
    for row, packed in enumerate(packs):
        alone = network(**batch([packed]))[0]
        assert both[row, : len(alone)].tolist() == pytest.approx(alone.tolist(), abs=1e-3)
        assert (both[row, len(alone) :] < -9000).all()


def test_threads_share_it(reader):
    expected, found = reader.read("Who runs the depot?", [[DEPOT]]), []
    threads = [
        threading.Thread(target=lambda: found.append(reader.read("Who runs the depot?", [[DEPOT]])))
        for _ in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 6
    for scores in found:
        assert scores[0][0] == pytest.approx(expected[0][0], abs=1e-3)


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
        SentenceReader(FOLDER).read("Who?", [[DEPOT]])


class Scored:
    """Gives every sentence the same score, or each its own by its length, and remembers what it was given."""

    def __init__(self, score=None, by_length=False):
        self.score, self.by_length, self.passes = score, by_length, []

    def read(self, question, passes):
        """Return the scores."""
        self.passes = passes
        return [
            [
                [float(len(text)) if self.by_length else self.score for text in group.sentences]
                for group in groups
            ]
            for groups in passes
        ]


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


def test_the_likeliest_are_read_passage_by_passage_in_the_order_of_the_text(gathered):
    text = " ".join(f"The ferry number {n} left the harbour at {n % 12 + 1} o'clock." for n in range(30))
    evidence, scored = gathered(text, "When did ferry 7 leave?"), Scored(by_length=True)
    found = read(evidence, scored)
    was_read = [each for each in found.candidates if each.read is not None]
    assert found.was_read and not evidence.was_read
    assert len(evidence.candidates) > PASSES * A_PASS == len(was_read)
    assert all(each.read == len(each.text) for each in was_read)
    least = min(match(each, evidence) for each in was_read)
    assert all(match(each, evidence) <= least for each in found.candidates if each.read is None)
    order = sorted(found.candidates, key=lambda each: -match(each, evidence))
    for number, groups in enumerate(scored.passes):
        share = order[number * A_PASS : (number + 1) * A_PASS]
        assert sorted(each.text for each in share) == sorted(
            text for group in groups for text in group.sentences
        )
        for group in groups:
            places = [text.index(sentence) for sentence in group.sentences]
            assert places == sorted(places)


def test_without_evidence_nothing_is_read(gathered):
    scored = Scored()
    assert not read(replace(gathered("It is late.", "Who?"), candidates=()), scored).candidates
    assert scored.passes == []


def test_a_sentence_that_was_not_read_counts_as_one_that_says_nothing(gathered):
    evidence = gathered(" ".join(DEPOT.sentences), "Who runs the depot?")
    unread, low = read(evidence, Scored(None)), read(evidence, Scored(2 * UNREAD))
    for one, other in zip(unread.candidates, low.candidates, strict=True):
        assert likelihood(one, unread) == likelihood(other, low)


def test_what_a_reader_is_surer_of_is_likelier(gathered):
    evidence = gathered(" ".join(DEPOT.sentences), "Who runs the depot?")
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
        assistant.add_text(" ".join(DEPOT.sentences), source="depot.txt")
        assert assistant.ask("Who has been its manager since 2019?").citations
