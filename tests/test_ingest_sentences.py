"""Sentence spans on hard prose and on awkward text."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sentences import sentence_spans

AWKWARD = st.lists(
    st.sampled_from(
        [
            ".",
            "!",
            "?",
            "…",
            "。",
            "؟",
            " ",
            "\xa0",
            "\u200b",
            "\r\n",
            "\n\n",
            "\t",
            "“",
            "”",
            '"',
            "(",
            ")",
            "[1]",
            "Dr",
            "U.S",
            "No",
            "7",
            "e.g",
            "The",
            "a",
            "É",
            "é",
            "🎉",
            "👩\u200d👩\u200d👧",
            "שלום",
            "日本",
            "''",
        ]
    )
    | st.text(max_size=3),
    max_size=40,
).map("".join)


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text, [(0, len(text))])]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. Senate passed it.", "It goes on."],
        ["Under Sec. 12(b) of the Act, notice is due.", "See No. 7."],
        ["Dr. Smith met Mr. O'Neil Jr. at noon.", "They left."],
        ["See Fed. R. Civ. P. 12(b)(6).", "Under Fed. R. Evid. 403 it is out.", "Tex. R. App. P. 3 applies."],
        ["It is in 86 Fed. Reg. 1234 and Treas. Reg. § 1.1.", "Rates were set by the Fed.", "Markets fell."],
        ["“We will appeal.”", "The minister left."],
        ["“Is that so?” she asked.", "He was silent."],
        ["It cost $1.2 million.", "In Roe v. Wade it did not."],
        ["Launch 🚀 was fine.", "🎉 Everyone cheered."],
        ["شكرا جزيلا لكم.", "وصل الوزير أمس."],
        ["これは決定である。", "次の文。"],
        ["4.2. The tenant pays.", "4.3. The owner signs.", "Rents rose to 4.2.", "Costs fell."],
        ["It failed.¹²", "It cost 10⁶ of it.", "The end."],
        ["It failed.[12]", "A second plan came.[iv]", "It worked."],
        ["Talks began in May.", "12 people spoke.", "It is owned by Acme Inc.", "40 people work there."],
        ["He left for the U.S. 12 years ago.", "U.S. 101 was closed.", "She said no.", "5 people left."],
        ["See No. 5 and Art. 3.", "He paid Rs. 500 of it."],
        ["See Cal. Penal Code § 187.", "The court agreed.", "Cal. Bus. & Prof. Code § 17200 bars it."],
        [
            "Under Tex. Penal Code Ann. § 19.02 it is.",
            "See Cal. Civ. Proc. Code § 425.16 and Pub. L. No. 104-1.",
        ],
        ["Messrs. X & Y. Cal. Corp. sued.", "See Ex. A.", "Plaintiff objected.", "Exh. B was not filed."],
        ["It was plan B.", "Plan C failed.", "Schedule A.", "Landlord shall pay."],
        ["Gen. Sec. Lee spoke.", "Her Ph. D was new.", "It took 5 sec.", "Smith won."],
        ["They met at 5 p.m.", "The room was full.", "Pens, e.g. Bics, are out."],
        ["He joined the F.B.I.", "Agents say that he left.", "An article by George F. Will appeared."],
        ["He lives in Washington, D.C.", "Mr. Smith knew.", "She met Mr. Jones of Acme Inc.", "Ms. Lee did."],
        ["They left the U.S.", "Earlier they had won.", "The F.B.I. Agents Association met."],
        ["He took vitamin C.", "Will it help?", "They live in the E.U.", "Officials said so."],
        ["The U.S. Army left.", "The C.I.A. Director spoke.", "U.S. Officials Say Talks Failed"],
    ],
)
def test_ends_sentences_where_people_do(expected):
    joint = "" if expected[0].endswith("。") else " "
    assert sentences(joint.join(expected)) == expected


def test_a_sentence_that_is_glued_to_the_one_before_begins_where_a_word_says_so():
    assert sentences("It ended.The court left.It was late!We went.") == [
        "It ended.",
        "The court left.",
        "It was late!",
        "We went.",
    ]
    kept = "See example.Com, whoIs.The and Acme.Inc of U.S.The file a.The is."
    assert sentences(kept) == [kept]


@settings(max_examples=150, deadline=None)
@given(AWKWARD, st.lists(st.integers(0, 60), max_size=6))
def test_spans_are_ordered_trimmed_within_blocks_and_cover_everything(text, cuts):
    borders = sorted({min(cut, len(text)) for cut in cuts})
    blocks = [(a, b) for a, b in pairwise(borders) if b > a]
    spans = sentence_spans(text, blocks)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[position:start].strip()
        assert all(start >= b or end <= a or (a <= start and end <= b) for a, b in blocks)
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize("unit", ["." * 50 + "x", "A. ", '."', "[1]", ". [1", "x.'' ''", "(", "e.g. "])
def test_time_grows_with_length_only(unit):
    text = unit * (100_000 // len(unit))
    began = time.process_time()
    sentence_spans(text, [(0, len(text))])
    assert time.process_time() - began < 2
