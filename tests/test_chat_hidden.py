"""Hidden words stay out of answers unless asked for; doubtful words of OCR are marked on the quote."""

from dataclasses import replace

from fakes import assistant_at, text_document
from test_ingest_readers_hidden import PLAIN, page

from chat.answer import Quote
from chat.verify.context import context_for
from ingest.document import OcrWord
from ingest.passage import split
from retrieval.hit import Filter
from retrieval.passages import keyword_rows

SECRET = "The payment went to Jonathan Wildermuth of Lowick."
TEXT = "The board met in May.\n\nThe payment went to Jonathan Wildermuth of Lowick.\n\nNobody signed."


def hidden_document():
    start = TEXT.index("The payment")
    end = TEXT.index("\n\nNobody")
    blocks = ((0, 21), (start, end), (end + 2, len(TEXT)))
    return text_document(TEXT, blocks=blocks, hidden=((start, end),))


def minutes():
    """A page on which a black box covers one line of three."""
    lines = [(700, "The board met in May."), (600, SECRET), (500, "Nobody signed.")]
    drawn = "".join(PLAIN.format(y=height, text=text) for height, text in lines)
    return page(drawn + "0 g 60 590 400 30 re f\n")


def test_a_passage_is_all_hidden_or_not_at_all_and_together_they_hold_everything():
    document = hidden_document()
    passages = split(document, lambda texts: [len(text.split()) + 2 for text in texts], max_tokens=64)
    assert [passage.text for passage in passages] == TEXT.split("\n\n")


def test_hidden_words_are_found_only_when_asked_for_and_are_gone_with_their_document(tmp_path):
    (tmp_path / "minutes.pdf").write_bytes(minutes())
    with assistant_at(tmp_path / "home") as assistant:
        (name,) = assistant.add(tmp_path / "minutes.pdf").added
        words = "payment Jonathan Wildermuth Lowick"
        assert all("Wildermuth" not in hit.passage.text for hit in assistant.search(words))
        shown = assistant.search(words, where=Filter(hidden=True))
        assert shown[0].passage.text == SECRET
        question = "Who did the payment go to?"
        assert "Wildermuth" not in str(assistant.ask(question).to_dict())
        found = assistant.ask(question, where=Filter(hidden=True)).to_dict()
        cited = [*found["citations"], *found["nearest"]]
        assert any(citation["quote"] == SECRET for citation in cited)
        passage = shown[0].passage
        quote = Quote(name, 1, passage.start, passage.end, passage.text, passage.id, 1.0)
        context = context_for(assistant.document(name), quote)
        assert [(part.quote, part.why) for part in context] == [(SECRET, "hidden on the page")]
        assistant.remove(name)
        rows = assistant._library.database.read().execute("SELECT count(*) FROM hidden")
        assert rows.fetchone()[0] == 0


def test_words_that_ocr_is_not_sure_of_are_marked_and_else_the_least_sure_one():
    text = "Nobody signed it."
    words = [(0, 6, 0.97), (7, 13, 0.62), (14, 17, 0.91)]
    ocr = tuple(OcrWord(start, end, sure, 1, 0.1, 0.1, 0.2, 0.2) for start, end, sure in words)
    document = text_document(text, ocr=ocr)
    quote = Quote(document.id, 1, 0, len(text), text, "p", 1.0)
    assert [(part.quote, part.why) for part in context_for(document, quote)] == [
        ("signed", "read by OCR, 62% sure")
    ]
    surer = replace(document, reading=replace(document.reading, ocr=(ocr[0], ocr[2])))
    assert [(part.quote, part.why) for part in context_for(surer, quote)] == [
        ("it.", "read by OCR, 91% sure, the least sure word")
    ]


def test_hidden_words_lend_nothing_to_the_passages_beside_them(tmp_path):
    (tmp_path / "minutes.pdf").write_bytes(minutes())
    with assistant_at(tmp_path / "home") as assistant:
        (name,) = assistant.add(tmp_path / "minutes.pdf").added
        passages = assistant._library.passages
        written = keyword_rows(assistant.document(name), passages.of_document(name, 1))
        assert written == [row for rows, _ in passages.batches() for row in rows]
        assert [row.text for row in written if SECRET in row.text] == [SECRET] and len(written) == 3
        assert all(SECRET not in row.around for row in written)
