"""What an answer looks like on the page, as markup, and what stands behind it on a page of its own."""

import html
import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from page_fakes import Scripted, built, reading

from chat.answer import Answer, Citation, Context, Rejected, Sentence, Short
from chat.page import beside, messages
from chat.page.closing import closing, names_in, together
from chat.page.within import Choice, allowed, day, in_words, matching
from ingest.errors import InvalidSetting
from ingest.passage import Passage
from retrieval.hit import Filter, Hit

CITED = Citation(
    1, "d1", 2, "h", "current", "Memo <b>", "memo.pdf", "default", 3, "12:7", 0, 5, "Words", "d1:2:0-5",
    (Context(0, 3, "in €", "the unit line"), Context(0, 5, "Words", beside.HIDDEN)), "2023-04-02", 1.0,
)  # fmt: skip


def sentence(text="Words of it.", **given):
    fields = {"citations": (1,), "support": "supported", "reason": None, "verbatim": True}
    return Sentence(text, **{**fields, "relation": "answers", "speaker": None, **given})


def answer(**given):
    fields = {
        "question": "Who?", "standalone_question": "Who signed the Lowick memo?",
        "conversation": "c", "turn": 3, "status": "answered",
        "text": "", "short": None, "sentences": (sentence(),), "citations": (CITED,), "rejected": (),
        "missing": (), "nearest": (), "unreadable": (), "answerer": "extractive", "library_version": "1",
    }  # fmt: skip
    return Answer(**{**fields, **given})


def hit(text, number=1):
    passage = Passage(f"d{number}", 1, 0, len(text), text, None, None, ((0, len(text)),))
    return Hit(passage, "T", "s", "default", None, 0.5, 0.4, 2.0, 1, None, (0.4,), "meaning")


def shown(message):
    return html.unescape(re.sub(r"<[^>]+>", " ", message["content"]))


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "Word for word"),
        ({"verbatim": False}, "Reworded, supported"),
        ({"support": "partial", "reason": "the date is another"}, "Partly supported"),
        ({"support": "contradicted"}, "Contradicted"),
        ({"support": "unsupported"}, "No source"),
    ],
)
def test_a_sentence_says_its_support_in_words_and_shape(given, state):
    made = messages.sentence(sentence(**given), {1: CITED}, lambda cited: ())
    assert state in shown(made) and given.get("reason", "") in shown(made)
    kind = "verbatim" if state == "Word for word" else given.get("support", "supported")
    assert f'class="fn-mark fn-mark-{kind}"' in made["content"]


def test_what_a_quote_needs_beside_it_is_shown_and_hidden_words_are_marked():
    copies = {"d1": "d1", "d2": "d1", "d3": "d1", "d9": "d8"}
    ocr = replace(CITED, context=(Context(0, 5, "Words", "read by OCR, 71% sure, the least sure word"),))
    assert beside.marks([CITED], copies) == ["Hidden on the page", "3 copies, 1 origin"]
    assert beside.marks([ocr, CITED], {}) == ["OCR", "Hidden on the page"]
    made = messages.sentence(
        sentence(speaker="Vance, as minuted"), {1: CITED}, lambda cited: beside.marks(cited, copies)
    )
    words = " ".join(shown(made).split())
    assert "Vance, as minuted" in words and "the unit line: in €" in words
    assert words.count("idden on the page") == 1 and "3 copies, 1 origin" in words


def test_only_a_first_short_verbatim_answer_is_the_short_answer():
    def short(part, first=True):
        return "fn-short" in messages.sentence(part, {1: CITED}, lambda cited: (), first=first)["content"]

    assert short(sentence()) and not short(sentence(), first=False)
    assert not short(sentence(verbatim=False)) and not short(sentence(relation="relates"))
    assert not short(sentence("word " * 15))


def test_a_short_answer_is_shown_before_its_sentence_with_its_footnote():
    made = messages.sentence(sentence(), {1: CITED}, lambda cited: (), Short("<b>Ada", 1, 0, 6), first=True)
    opening, _, rest = made["content"].partition("</p>")
    assert 'class="fn-opening"' in opening and "&#60;b&#62;Ada" in opening and "<b>" not in opening
    assert 'class="fn-mark' in opening and 'class="fn-mark' in rest and "fn-short" not in made["content"]


def test_the_bar_links_to_this_answer_and_asks_again_only_where_a_model_writes():
    quoted = closing(answer(rejected=(Rejected("No.", "no source"),)))
    assert 'href="/?conversation=c&amp;turn=3"' in quoted and "0 of 1 checked" in quoted
    assert 'href="/mentions?term=Lowick"' in quoted and 'href="/conversations/c"' in quoted
    assert "1 withheld" in quoted and "Ask again" not in quoted
    assert "Ask again" in closing(answer(answerer="openai:x"))
    assert "/conversations/" not in closing(answer(conversation=""))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who signed the Lowick memo?", ["Lowick"]),
        ("What did Ada Vance and Ada Vance say to the Bridge Board?", ["Ada Vance", "Bridge Board"]),
        ("How much will repairs cost?", ["cost"]),
        ("Orvane", ["Orvane"]),
        ("?", []),
    ],
)
def test_what_to_look_for_every_mention_of(question, names):
    assert names_in(question) == names


def test_words_that_stand_together_are_counted_over_the_passages_found():
    texts = ("Orvane settled the case.", "Orvane was there.", "They settle. Orvane paid.")
    hits = [hit(text, number) for number, text in enumerate(texts)]
    assert together("Did Orvane settle with the castle?", hits) == ("Orvane", "settle", 2)
    assert together("Did Orvane leave?", hits) is None and together("Orvane?", []) is None
    asked = {"standalone_question": "Did Orvane settle?", "sentences": (), "citations": ()}
    made = closing(answer(status="not_found", text="None.", **asked), hits)
    assert "“Orvane” and “settle” occur together in 2 passages of those found" in html.unescape(made)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        (" 2023-4-2 ", "2023-04-02", "2023-04-02"),
        ("", None, None),
    ],
)
def test_dates_may_be_years_and_months(text, first, last):
    assert (day(text), day(text, last=True)) == (first, last)


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "0000", "May 2023", "2023-1x", "2023-04-02-01"])
def test_what_is_no_date_is_said(text):
    with pytest.raises(InvalidSetting, match="is no date"):
        day(text)
    with pytest.raises(InvalidSetting, match="after the last"):
        Choice(since="2024", until="2023").filter()


def test_what_is_chosen_is_counted_and_said(tmp_path):
    assistant = Scripted(tmp_path, {f"/d/note {number}.txt": "A text." for number in range(12)})
    assistant.put("/d/dated.txt", reading("B.", published="2023-05-01"))
    documents = assistant.documents()
    chosen = documents[3].id
    where = Choice(("default",), (chosen,), "2023", "").filter()
    assert in_words(where) == "default · 1 chosen document · from 2023-01-01"
    assert in_words(Filter()) == ""
    filters = (Filter(), where, Choice(until="2023-06").filter())
    assert [allowed(documents, each) for each in filters] == [13, 0, 1]
    found = matching(assistant, "NOTE txt", [chosen])
    assert found[0] == ("note 3.txt", chosen) and len(found) == 9 and len(set(found)) == 9
    assert matching(assistant, "", [chosen, "gone"]) == found[:1]
    assert matching(assistant, "dated", []) == [("dated.txt, 2023-05-01", documents[-1].id)]


@pytest.fixture
def looked(tmp_path):
    assistant = Scripted(tmp_path, {"/d/<img src=x>.txt": "The <b>bridge</b> is shut. The bridge is old."})
    answered = list(assistant.stream("What of the bridge?"))[-1].answer
    with TestClient(built(assistant), base_url="http://localhost") as client:
        yield assistant, client, f"/answers/{answered.conversation}/{answered.turn}"


def test_what_stands_behind_an_answer_is_a_page_without_scripts_of_documents(looked):
    _, client, path = looked
    page = client.get(path)
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy and "script-src 'self';" in policy
    assert "&lt;img src=x&gt;.txt" in page.text and "<img" not in page.text
    assert "2 footnotes in 1 document" in page.text and "The &lt;b&gt;bridge&lt;/b&gt; is shut." in page.text
    considered = client.get(path, params={"tab": "considered"}).text
    assert "2 passages considered" in considered and "1st by meaning" in considered
    assert "footnote 1" in considered and "footnote 2" in considered
    assert "The bridge is closed." in client.get(path, params={"tab": "withheld"}).text
    assert "No language model was used" in client.get(path, params={"tab": "model"}).text


def test_behind_an_answer_nothing_is_left_of_a_removed_document(looked):
    assistant, client, path = looked
    assistant.remove(assistant.documents()[0].id)
    for tab in ("footnotes", "considered", "model"):
        assert "is old" not in client.get(path, params={"tab": tab}).text
    assert "This source was removed" in client.get(path).text


@pytest.mark.parametrize("place", ["/answers/nobody/1", "/answers/c1/9", "/answers/c1/1?tab=x"])
def test_an_answer_that_is_not_there_is_said_in_one_line(looked, place):
    _, client, _ = looked
    page = client.get(place)
    assert page.status_code in (404, 422)
    assert "Traceback" not in page.text and "That did not work" in page.text
