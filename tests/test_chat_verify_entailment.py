"""The model that reads a claim beside its evidence: the one that comes with it, and one of one's own."""

import pytest
from fakes import BagOfWords, assistant_at
from tiny_models import cross_encoder

from chat.reader import open_tokenizer
from chat.verify.compare import compare
from chat.verify.entailment import (
    MOST_TOKENS,
    ClaimReader,
    CrossEncoderEntailment,
    Entailment,
    batch,
    lay_out,
)
from ingest.errors import ModelMissing
from retrieval.embed import SentenceTransformerEmbedder

WORDS = ["the", "ferry", "left", "at", "noon", "bridge", "closed"]


@pytest.fixture(scope="module")
def tokenizer():
    return open_tokenizer(SentenceTransformerEmbedder().folder)


def test_one_of_ones_own_is_read_by_the_names_of_its_labels(tmp_path):
    labels = ["contradiction", "ENTAILMENT", "neutral"]
    folder = cross_encoder(tmp_path / "nli", WORDS, labels)
    found = CrossEncoderEntailment(str(folder)).read("the ferry left", ["the ferry left at noon"])
    model = CrossEncoderEntailment(str(folder))
    again = model.read("the ferry left", ["the ferry left at noon"])
    assert found == again
    assert found.entailed + found.neutral + found.contradicted == pytest.approx(1)
    (said,) = model._loaded[0].predict([("the ferry left at noon", "the ferry left")], apply_softmax=True)
    assert [found.contradicted, found.entailed, found.neutral] == pytest.approx(said.tolist())


def test_one_that_is_not_there_or_not_for_inference_is_one_line(tmp_path):
    with pytest.raises(ModelMissing, match="FOOTNOTE_NLI"):
        CrossEncoderEntailment("cross-encoder/not-here")
    folder = cross_encoder(tmp_path / "other", WORDS, 3)
    with pytest.raises(ModelMissing, match="entailment, neutral, contradiction"):
        CrossEncoderEntailment(str(folder)).read("the ferry left", ["the bridge closed"])


def test_a_setting_names_it(tmp_path):
    folder = cross_encoder(tmp_path / "nli", WORDS, ["entailment", "neutral", "contradiction"])
    with assistant_at(tmp_path / "home", BagOfWords(), nli=str(folder)) as assistant:
        assistant.add_text("The ferry left at noon.", source="log")
        (checked,) = assistant.check("The bridge closed.")
    assert checked.support != "supported"
    with pytest.raises(ModelMissing, match="FOOTNOTE_NLI"), assistant_at(tmp_path / "other", nli="nowhere"):
        pass


@pytest.mark.parametrize("long", ["word " * 900, "שלום " * 900, "😀é " * 900, "e\u0301\u00a0" * 900])
def test_what_is_too_long_is_cut_and_the_likest_sentences_are_kept(tokenizer, long):
    evidence = ["The weather was fine.", "The lorry crossed the bridge at noon.", long, "Nobody was hurt."]
    laid = lay_out(tokenizer, "A lorry crossed the bridge.", evidence)
    words = tokenizer.decode(laid.ids)
    assert len(laid.ids) <= MOST_TOKENS
    assert "the lorry crossed the bridge at noon" in words
    assert words.index("a lorry") < words.index("the lorry") < words.index("nobody")
    only = lay_out(tokenizer, long, [long])
    assert len(only.ids) <= MOST_TOKENS
    assert {name: tensor.shape for name, tensor in batch([laid, only]).items()} == dict.fromkeys(
        ("ids", "mask", "types", "claim", "evidence"), (2, max(len(laid.ids), len(only.ids)))
    )


class Says:
    """Reads the same of every claim, and counts how often it was asked."""

    def __init__(self, entailed, neutral, contradicted):
        self.asked = 0
        self._said = Entailment(entailed, neutral, contradicted)

    def read(self, claim, evidence):
        """Return it."""
        self.asked += 1
        return self._said


SURE, OPEN, DENIED = (0.98, 0.01, 0.01), (0.02, 0.96, 0.02), (0.01, 0.04, 0.95)


@pytest.mark.parametrize(
    ("said", "claim", "support"),
    [
        (SURE, "The ferry set off in the evening after the storm.", "supported"),
        (OPEN, "The ferry waited for the evening.", "unsupported"),
        (DENIED, "The ferry never waited.", "contradicted"),
        # Numbers, dates and names are what the checks know: no reading makes another number true.
        (SURE, "The ferry waited for 40 passengers.", "contradicted"),
        (SURE, "The ferry left on 4 May.", "contradicted"),
    ],
)
def test_what_is_read_decides_where_no_check_knows_better(said, claim, support):
    source = "The ferry waited for 30 passengers and left on the evening of 3 May, when the storm was over."
    assert compare(claim, [source], entails=Says(*said)).support == support


def test_what_shares_words_is_no_half_of_a_support_where_nothing_of_it_is_said():
    claim = "The mayor resigned over the bridge."
    source = "Option C is to take the bridge down in one summer."
    about = [0.45]
    assert compare(claim, [source], lambda *_: about).support == "partial"
    assert compare(claim, [source], lambda *_: about, Says(*OPEN)).support == "unsupported"


def test_what_is_quoted_word_for_word_or_has_another_number_is_not_read():
    model = Says(*OPEN)
    source = "The ferry waited for 30 passengers."
    assert compare(source, [source], entails=model).support == "supported"
    assert compare("The ferry waited for 40 passengers.", [source], entails=model).support == "contradicted"
    assert model.asked == 0


@pytest.fixture(scope="module")
def shipped():
    return ClaimReader(SentenceTransformerEmbedder().folder)


@pytest.fixture(scope="module")
def similarity():
    embedder = SentenceTransformerEmbedder()

    def cosines(text, others):
        first, *vectors = embedder.embed_texts([text, *others])
        return [float(vector @ first) for vector in vectors]

    return cosines


REFUND = (
    "We write on behalf of our client, Mr Gilchrist, who purchased a boiler from you on 2 November. It has "
    "failed. Unless it is repaired within seven days, our client will seek a full refund."
)
LEASE = "The board voted to end its lease with Kelso Marine. Kelso has until 30 September to vacate the quay."
DENIED = "The rebels denied the general's claim that his forces had taken the town of Almera on Saturday."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Mr Gilchrist bought a boiler.", REFUND),
        ("The harbour company must leave by the end of September.", LEASE),
        ("The rebels rejected what the general said.", DENIED),
    ],
)
def test_the_one_that_comes_with_it_knows_other_words_for_the_same(shipped, similarity, claim, source):
    assert compare(claim, [source], similarity, shipped).support == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Mr Gilchrist sued the seller of the boiler.", REFUND),
        ("The boiler failed because its motor had overheated.", REFUND),
        ("Kelso Marine left the quay on 30 September.", LEASE),
        ("Government forces captured the town of Almera on Saturday.", DENIED),
        ("Work is expected to begin in spring.", "Farmers are worried about the months ahead."),
    ],
)
def test_the_one_that_comes_with_it_knows_what_is_not_said(shipped, similarity, claim, source):
    assert compare(claim, [source], similarity, shipped).support != "supported"
