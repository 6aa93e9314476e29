"""Every mention, exactly: what is folded away, where words end, and nothing lost against a plain scan."""

import re
import unicodedata

import pytest
from fakes import add_texts, library_at, text_source
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import InvalidSetting
from retrieval.fold import Folded, Form, squeezed
from retrieval.hit import Filter
from retrieval.mentions import Name, parse_names, spans_of

EVERYWHERE = Filter()


def found(text, *forms):
    return [text[start:end] for start, end in spans_of(Folded(text), [Form(form) for form in forms])]


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("Vance. VANCE's, (vance) Vances, Vancey, deVance", "Vance", ["Vance", "VANCE", "vance"]),
        ("Ada Vance; Ada\u00a0Vance; Ada\r\nVance; Ada\u2009 \nVance; AdaVance", "ada vance",
         ["Ada Vance", "Ada\u00a0Vance", "Ada\r\nVance", "Ada\u2009 \nVance"]),
        ("O'Brien O’Brien OʼBrien O Brien", "O’Brien", ["O'Brien", "O’Brien", "OʼBrien"]),
        ("Marsh-Falk Marsh–Falk Marsh‑Falk Marsh-\nFalk Marsh Falk MarshFalk", "Marsh-Falk",
         ["Marsh-Falk", "Marsh–Falk", "Marsh‑Falk", "Marsh-\nFalk"]),
        ("bridge bri-\ndge bri-\r\n  dge bri\u00addge bri\u00ad\ndge bri-dge bri- dge", "bridge",
         ["bridge", "bri-\ndge", "bri-\r\n  dge", "bri\u00addge", "bri\u00ad\ndge"]),
        ("re-sign resign re-\nsign", "re-sign", ["re-sign", "re-\nsign"]),
        ("résumé re\u0301sume\u0301 resume RÉSUMÉ résumés", "Resume",
         ["résumé", "re\u0301sume\u0301", "resume", "RÉSUMÉ"]),
        ("İstanbul ISTANBUL ıstanbul istanbul i\u0307stanbul", "Istanbul",
         ["İstanbul", "ISTANBUL", "ıstanbul", "istanbul", "i\u0307stanbul"]),
        ("Straße STRASSE STRAẞE Strase", "strasse", ["Straße", "STRASSE", "STRAẞE"]),
        ("oﬃce office ofﬁce", "office", ["oﬃce", "office", "ofﬁce"]),
        ("the oﬃce", "o", []),
        ("Łódź and Lodz, Øre and ore", "lodz", ["Łódź", "Lodz"]),
        ("東京都の東\n京、東 京 京東", "東京", ["東京", "東\n京", "東 京"]),
        ("NHKは ＮＨＫ nhks", "NHK", ["NHK", "ＮＨＫ"]),
        ("が か\u3099 か", "か", ["か"]),
        ("が か\u3099 ｶﾞ", "が", ["が", "か\u3099"]),
        ("각하 가 가나", "가", ["가", "가"]),
        ("السَّلام السلام والسلام", "السلام", ["السَّلام", "السلام"]),
        ("שָׁלוֹם שלום", "שלום", ["שָׁלוֹם", "שלום"]),
        ("می\u200cخواهم میخواهم", "میخواهم", ["می\u200cخواهم", "میخواهم"]),
        ("कि का क", "क", ["क"]),
        ("👩\u200d👩\u200d👧 👩 👩🏽 👩x", "👩", ["👩", "👩"]),
        ("🇩🇪🇫🇷", "🇫🇷", ["🇫🇷"]),
        ("🇩🇪🇫🇷", "🇪🇫", []),
        ("C++ C C# (C++)", "C++", ["C++", "C++"]),
        ("Vance² said; Vance12", "Vance", ["Vance"]),
        ("e\u0301 e e\u0301", "e", ["e\u0301", "e", "e\u0301"]),
        ("Ада Йорк ада йорк", "ада йорк", ["Ада Йорк", "ада йорк"]),
        ("snake_case Vance_memo.txt", "vance", ["Vance"]),
        ("na na na na", "na na", ["na na", "na na"]),
        ("\ud800Vance\udfff Vance", "Vance", ["Vance", "Vance"]),
    ],
)  # fmt: skip
def test_what_is_the_same_word(text, form, words):
    assert found(text, form) == words


def test_a_divided_word_is_found_whole_and_its_second_part_only_where_a_hyphen_may_stand():
    assert found("pol-\nice", "police") == ["pol-\nice"]
    assert found("Marsh-\nFalk", "Falk") == ["Falk"]
    assert found("pol\u00ad\nice", "ice") == []


def test_of_one_name_the_longest_form_counts_and_each_place_once():
    assert found("Ada Vance met Vance.", "Vance", "Ada Vance") == ["Ada Vance", "Vance"]


def test_a_pasted_list():
    text = 'Ada Vance = A. Vance, "Vance, Ada", Vance\r\nBob Ito, Carol\n\n bob ito\n“quoted, too”\n'
    assert parse_names(text) == (
        Name("Ada Vance", ("Ada Vance", "A. Vance", "Vance, Ada", "Vance")),
        Name("Bob Ito", ("Bob Ito",)),
        Name("Carol", ("Carol",)),
        Name("quoted, too", ("quoted, too",)),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [(" \n,", "nothing to look for"), ("—", "holds nothing"), ("x" * 201, "at most")],
)
def test_a_list_without_a_name_says_why(text, why):
    with pytest.raises(InvalidSetting, match=why):
        parse_names(text)


def test_more_names_than_there_may_be():
    with pytest.raises(InvalidSetting, match="2,000 names"):
        parse_names("\n".join(f"name{number}" for number in range(2001)))


ODD = st.text(
    st.sampled_from(
        "aAéE\u0301ßsSıİiIﬁf-"
        "\u00ad‑'’ \u00a0\n\r\t.東京がか\u3099가각👩\u200d\U0001f3fd\ufe0f1²_нй\u200b\ufeff\ud800"
    ),
    max_size=40,
)  # fmt: skip


def plain_scan(text, form):
    """Find a form by looking at every span of the text: slow, and the same whatever is indexed."""
    spans = []
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            cut = text[start:end]
            if Folded(cut).text == form.text and form.is_written(cut) and not cut[0].isspace():
                spans.append((start, end))
    return spans


@settings(max_examples=60)
@given(ODD, st.data())
def test_nothing_is_lost_against_a_plain_scan(text, data):
    first = data.draw(st.integers(0, max(0, len(text) - 1)))
    piece = text[first : first + data.draw(st.integers(1, 6))]
    try:
        form = Form(piece)
    except ValueError:
        return
    folded = Folded(text)
    spans = spans_of(folded, [form])
    everywhere = plain_scan(text, form)
    for start, end in spans:
        assert Folded(text[start:end]).text == form.text
        assert end == len(text) or unicodedata.category(text[end])[0] != "M"
    if everywhere:
        assert form.squeezed in squeezed(text)
    # Where letters stand alone between blanks, a mention is a mention.
    for start, end in everywhere:
        alone = text[start - 1 : start] in ("", " ", "\n", ".") and text[end : end + 1] in (
            "",
            " ",
            "\n",
            ".",
        )
        if alone and text[start].isalnum() and not re.search(r"[\s\ufeff\u200b-]", text[start:end]):
            assert any(a < end and b > start for a, b in spans), (text, piece)


NAMES = ("Ada Vance", "Łukasz O’Neill", "Straße", "Marsh-Falk", "Özil")


PIECES = st.tuples(
    st.sampled_from(NAMES),
    st.integers(0, 5),
    st.sampled_from([". ", "\n\n", " (", "—", "’s ", "\u00a0"]),
)


@settings(max_examples=50)
@given(st.lists(PIECES, max_size=12))
def test_every_mention_that_was_put_in_is_found_where_it_was_put(pieces):
    ways = (
        str,
        str.upper,
        lambda name: unicodedata.normalize("NFD", name),
        lambda name: name.replace(" ", "\u00a0\n").replace("-", "‑"),
        lambda name: f"{name[:2]}\u00ad{name[2:]}",
        lambda name: f"{name[:2]}-\n{name[2:]}",
    )
    text, wanted = "Start: ", []
    for name, way, after in pieces:
        words = ways[way](name)
        wanted.append((len(text), len(text) + len(words)))
        text += words + after
    spans = sorted(span for name in NAMES for span in spans_of(Folded(text), [Form(name)]))
    assert spans == wanted


def test_a_long_text_is_folded_in_linear_time_whatever_it_is_made_of():
    for unit in ("-\n", "\u00ad\n", " ", "\u0301", "a-", "\u200d", "東 ", "🇩"):
        assert spans_of(Folded(unit * 50_000), [Form("x")]) == []
        assert squeezed(unit * 50_000) is not None


def test_a_library_counts_by_document_filters_and_forgets_what_is_gone(tmp_path):
    with library_at(tmp_path / "home") as library:
        add_texts(library, {"one": "Vance wrote. Vance left.", "two": "Nobody."})
        report = library.add([text_source("dated", "Ada VANCE’s memo.", published="2023-04-02")], "papers")
        names = parse_names("Vance\nNobody")

        def counts(where=EVERYWHERE):
            looked = library.mentions.look(names, where)
            return {each.source: len(each.places) for each in looked.documents}, looked.searched

        assert counts() == ({"one": 2, "two": 1, "dated": 1}, 3)
        assert counts(Filter(collections=("papers",))) == ({"dated": 1}, 1)
        assert counts(Filter(published_from="2023-04-01")) == ({"dated": 1}, 1)
        assert counts(Filter(documents=report.added)) == ({"dated": 1}, 1)
        add_texts(library, {"one": "Vance came back."})  # a new version
        library.remove(report.added)
        assert counts() == ({"one": 1, "two": 1}, 2)


def test_hidden_words_are_counted_and_shown_only_when_asked(tmp_path):
    from fakes import text_document

    from retrieval.hidden import put_hidden

    with library_at(tmp_path / "home") as library:
        add_texts(library, {"one": "Vance wrote. Vance hid."})
        document = library.document(library.documents()[0].id)
        hidden = text_document(document.text, "one", hidden=((13, 23),))
        with library.database.write() as connection:
            put_hidden(connection, hidden)
        looked = library.mentions.look(parse_names("Vance"), Filter())
        assert ([place.start for place in looked.documents[0].places], looked.hidden) == ([0], 1)
        looked = library.mentions.look(parse_names("Vance"), Filter(hidden=True))
        assert [(place.start, place.hidden) for place in looked.documents[0].places] == [
            (0, False),
            (13, True),
        ]


def test_what_is_kept_in_memory_is_bounded_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.mentions._KEPT", 10_000)
    with library_at(tmp_path / "home") as library:
        add_texts(library, {f"note {number}": f"Vance wrote note number {number}." for number in range(6)})
        for name in ("Vance", "wrote", "note number"):
            assert len(library.mentions.look(parse_names(name), EVERYWHERE).documents) == 6
        assert len(library.mentions._letters) == 2 and 0 < library.mentions._held <= 10_000
        library.remove([each.id for each in library.documents()])
        assert library.mentions.look(parse_names("Vance"), EVERYWHERE).documents == ()
        assert (library.mentions._letters, library.mentions._held) == ({}, 0)
