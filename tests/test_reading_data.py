"""What the reader learns from: spans that are the sentences, what answers, and what is held out."""

from types import SimpleNamespace

from bench.reading_data import CASES, Collection, Document, Question, answering, libraries, source_of, sources

COLLECTION = Collection(
    CASES,
    (
        Document(
            "Bids",
            (
                *("Bidder | Price", "Hale & Co | 4.1 million", "It was accepted."),
                *("Q. By whom? A. By Ms. Roe.", "Deadline", "It ends."),
            ),
        ),
        Document("Note", ("Nobody has signed.", "- The lift, naïve or not, is 🛗 out of order.")),
    ),
    (
        Question("What did Hale bid?", ((0, 1),), "4.1 million"),
        Question("What is out of order?", ((1, 1),), "The lift"),
        Question("Who is Hale?", ()),
    ),
)  # fmt: skip


def whole(number, sentence):
    """A candidate that is one sentence of a document."""
    start = sources(COLLECTION)[number].text.index(sentence)
    return SimpleNamespace(
        hit=SimpleNamespace(source=source_of(number)), start=start, end=start + len(sentence), text=sentence
    )


def test_what_is_no_sentence_stands_on_a_line_of_its_own():
    assert [each.text for each in sources(COLLECTION)] == [
        "Bidder | Price\nHale & Co | 4.1 million\nIt was accepted.\nQ. By whom? A. By Ms. Roe.\n"
        "Deadline\nIt ends.",
        "Nobody has signed.\n- The lift, naïve or not, is 🛗 out of order.",
    ]


def test_a_candidate_answers_if_it_is_or_holds_most_of_a_sentence_that_does():
    bid, broken, unknown = COLLECTION.questions
    row, lift = whole(0, "Hale & Co | 4.1 million"), whole(1, "- The lift, naïve or not, is 🛗 out of order.")
    both = whole(0, "Bidder | Price\nHale & Co | 4.1 million")
    assert answering(COLLECTION, bid, [row, lift, both]) == [True, False, True]
    assert answering(COLLECTION, broken, [row, lift, both]) == [False, True, False]
    assert answering(COLLECTION, unknown, [row, lift, both]) == [False, False, False]


def test_half_a_sentence_without_the_answer_is_none():
    (broken,) = COLLECTION.questions[1:2]
    rest = whole(1, "naïve or not, is 🛗 out of order.")
    assert answering(COLLECTION, broken, [rest]) == [False]


def test_nothing_that_is_held_out_is_learnt_from():
    learnt, kept = ([*libraries(held_out=held_out, passages=False)] for held_out in (False, True))
    ours, theirs = (
        {(document.title, document.sentences) for each in some for document in each.documents}
        for some in (learnt, kept)
    )
    assert ours and theirs and not ours & theirs
    assert sum(each.kind == CASES for each in kept) > 20


def test_a_short_answer_stands_in_a_sentence_that_answers():
    for held_out in (False, True):
        for each in libraries(held_out=held_out, passages=False):
            for question in each.questions:
                gold = [each.documents[document].sentences[number] for document, number in question.gold]
                answer = (question.answer or "").casefold()
                assert any(answer in sentence.casefold() for sentence in gold) or not answer, question
