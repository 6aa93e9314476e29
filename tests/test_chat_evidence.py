"""What is quoted together, and what is not quoted, because alone it would say nothing."""

from dataclasses import replace
from itertools import pairwise

import pytest
from fakes import assistant_at

from chat.evidence import Lexicon, gather
from retrieval.embed import SentenceTransformerEmbedder

MINUTES = (
    "(b) Mr. Ijebor presented the budget of $5.36 million. He said a grant of the Vennick Fund pays half. "
    "“We are not borrowing a dollar for this,” he said. Ms. Dace thanked him."
)
LETTER = "Subject: Osier Lane Bridge: limit goes down today\n\nFrom noon the limit is 10 tons. Be careful.\n"


@pytest.fixture
def texts(tmp_path):
    """The texts of all that could be quoted from one document for a question."""
    with assistant_at(tmp_path) as assistant:

        def found(text, question, **about):
            assistant.add_text(text, source="memo.txt", **about)
            library = assistant._library
            words = library.indexes.words
            lexicon = Lexicon(words.terms, words.document_frequencies, library.passages.count)
            evidence = gather(question, library.search(question, limit=5), lexicon)
            return [candidate.text for candidate in evidence.candidates]

        yield found


def test_who_he_is_stands_farther_back_than_the_sentence_that_says_he_too(texts):
    quoted = texts(MINUTES, "Who said “We are not borrowing a dollar for this”?")
    assert MINUTES[: MINUTES.index(" Ms. Dace")] in quoted
    assert not any(text.startswith("He said") for text in quoted if "borrowing" in text)


def test_a_line_that_gives_the_subject_is_no_answer(texts):
    title = "Osier Lane Bridge: limit goes down today"
    quoted = texts(LETTER, "What is the limit of the Osier Lane Bridge?", title=title)
    assert "From noon the limit is 10 tons." in quoted
    assert not any(text.startswith("Subject") for text in quoted)


def test_no_words_are_quoted_twice(tmp_path):
    """A sentence that restates the one before is quoted with it; that one is not quoted once more alone."""
    text = (
        "Some older papers speak of 36 tons. That was a design aim of the engineer, who has not agreed to it."
    )
    with assistant_at(tmp_path) as assistant:
        assistant.add_text(text, source="faq.txt")
        spans = [(each.start, each.end) for each in assistant.ask("Do papers speak of 36 tons?").citations]
    assert spans and all(one[1] <= other[0] for one, other in pairwise(sorted(spans))), spans


def test_words_beyond_the_title_count_by_how_like_they_are(tmp_path):
    """Of sentences that share no further word with the question one may have a word that is likelier."""
    text = "The bridge was erected in 1958. The bridge was painted in 1987."
    question = "When was the Osier bridge constructed?"
    with assistant_at(tmp_path, SentenceTransformerEmbedder()) as assistant:
        assistant.add_text(text, source="memo.txt", title="The Osier bridge")
        library = assistant._library
        words = library.indexes.words
        lexicon = Lexicon(words.terms, words.document_frequencies, library.passages.count)
        (hit,) = library.search(question, limit=5)
        erected, painted = gather(question, [hit], lexicon).candidates
        plain = gather(question, [replace(hit, word_scores=())], lexicon).candidates
    assert erected.beyond == painted.beyond == 0
    assert erected.alike > painted.alike + 0.1
    # Of "Osier", "bridge", "constructed" only the last is not in the title.
    assert erected.alike == pytest.approx(hit.word_scores[0][2])
    assert [each.alike for each in plain] == [0, 0]  # an embedder that tells nothing of words


def test_an_item_of_an_agenda_and_a_numbered_heading_answer_nothing(texts):
    agenda = (
        "Agenda\n\n1. Approval of minutes\n\n2) Halden Quay warehouse conversion\n\n"
        "The board refused consent.\n\n4. Fee of 30 pounds\n\n5. Any other business\n"
    )
    quoted = texts(agenda, "Was the Halden Quay warehouse conversion approved?")
    assert quoted == ["The board refused consent.", "4. Fee of 30 pounds"]


def test_a_heading_that_runs_in_a_label_and_a_greeting_answer_nothing(texts):
    lease = (
        "Dear Ms Marchetti,\n\n5. Pets. The tenant keeps no dog. Item 6. Phone policy. "
        "Batiste abstained on pets.\n\nArticle 9. Pets left.\n\nYours sincerely,\n"
    )
    quoted = texts(lease, "Which pets may be kept?")
    assert not {"Dear Ms Marchetti,", "5. Pets.", "Phone policy.", "Article 9.", "Yours sincerely,"} & {
        *quoted
    }
    assert {"The tenant keeps no dog.", "Batiste abstained on pets."} <= {*quoted}


def test_what_came_of_a_thing_is_quoted_with_it_and_the_study_with_its_name(texts):
    report = "The ward lost two nurses in May. Because of that its list grew by a third."
    assert report in texts(report, "Why did the list grow?")
    review = "Orr treated 39 patients in Lviv. The study had no control group."
    assert review in texts(review, "Which study had no control group?")
    assert review not in texts(review, "What did the study lack?")
