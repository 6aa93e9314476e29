"""What is in a language that the embedder does not speak is said to be found by its words only."""

import pytest
from fakes import BagOfWords, assistant_at, library_at, text_source

from retrieval.hit import Filter
from retrieval.languages import spoken_by, unspoken

GERMAN = (
    "Der Gemeinderat hat gestern beschlossen, die alte Brücke über den Fluss bis zum Herbst zu sanieren. "
    "Die Kosten von zwei Millionen Euro trägt der Kreis, wie die Bürgermeisterin am Abend sagte."
)
ENGLISH = (
    "The council decided yesterday to repair the old bridge over the river before the autumn. "
    "The county bears the cost of two million, as the mayor said in the evening."
)


class English(BagOfWords):
    """Speaks English, and says so."""

    def __init__(self):
        super().__init__()
        self.languages = frozenset({"en"})


def test_a_text_has_the_language_of_its_words_unless_one_is_said(tmp_path):
    with library_at(tmp_path, English()) as library:
        sources = [
            text_source("de", GERMAN),
            text_source("en", ENGLISH),
            text_source("said", GERMAN, language="nl"),
            text_source("short", "Grüße"),
        ]
        report = library.add(sources, "default")
        found = {library.document(name).source: library.document(name) for name in report.added}
        languages = {source: each.reading.metadata.get("language") for source, each in found.items()}
        assert languages == {"de": "de", "en": "en", "said": "nl", "short": None}
        assert found["de"].reading.found["language"].how == "the words of the text"
        assert "language" not in found["said"].reading.found
        assert library.add(sources, "default").unchanged == report.added
        assert report.foreign == ((found["de"].id, "German"), (found["said"].id, "Dutch"))
        assert library.languages.foreign() == dict(report.foreign)


def test_the_note_is_in_lists_until_the_language_is_set_otherwise(tmp_path):
    with assistant_at(tmp_path, embedder=English()) as assistant:
        (german,) = assistant.add_text(GERMAN, source="de").added
        assistant.add_text(ENGLISH, source="en")
        told = "in German, which the embedder does not speak: only its words find it"
        assert [info.note for info in assistant.documents()] == [told, None]
        assert [row.note for row in assistant.list_documents().rows] == [told, None]
        assistant.edit(german, {"language": "en"})
        assert assistant.document_info(german).note is None


def test_an_answer_from_such_a_document_says_so_and_one_from_another_does_not(tmp_path):
    with assistant_at(tmp_path, embedder=English()) as assistant:
        assistant.add_text(GERMAN, source="de", collection="german")
        assistant.add_text(ENGLISH, source="en", collection="english")

        answers = [
            assistant.ask(question, where=Filter((collection,)))
            for question, collection in (
                ("Was sagte die Bürgermeisterin?", "german"),
                ("What did the mayor say?", "english"),
            )
        ]
        assert "in German, which the embedder does not speak" in answers[0].text
        assert "does not speak" not in answers[1].text


def test_an_embedder_of_which_nothing_is_known_is_said_nothing_of(tmp_path):
    with library_at(tmp_path) as library:
        report = library.add([text_source("de", GERMAN)], "default")
        assert report.foreign == () and library.documents()[0].note is None
    assert unspoken("de", None) is None
    assert unspoken(None, frozenset({"en"})) is None
    assert unspoken("en-GB", frozenset({"en"})) is None
    assert unspoken("de-AT", frozenset({"en"})) == "German"
    assert unspoken("qqq", frozenset({"en"})) == "the language 'qqq'"


@pytest.mark.parametrize(
    ("card", "languages"),
    [
        ("---\nlanguage: en\nlicense: mit\n---\n# Model", {"en"}),
        ("---\nlicense: mit\nlanguage:\n- en\n  - de\ntags:\n- fr\n---\n", {"en", "de"}),
        ("---\nlanguage: [en, 'de']\n---\n", {"en", "de"}),
        ("---\nlanguage: multilingual\n---\n", None),
        ("---\nlicense: mit\n---\nlanguage: en\n", None),
        ("# Model\n", None),
        (None, None),
    ],
)
def test_what_a_model_speaks_stands_in_its_card(tmp_path, card, languages):
    if card is not None:
        (tmp_path / "README.md").write_text(card, encoding="utf-8")
    assert spoken_by(tmp_path) == languages
