"""JSON and XML are read as records whose values have their place; what is broken is read as it is."""

import pytest

from ingest.readers.choose import read


def rows(data: str, name: str) -> tuple[list[str], dict[str, str]]:
    """The blocks, and what stands at each place."""
    reading = read(data.encode(), name)
    blocks = [reading.text[start:end] for start, end in reading.blocks]
    return blocks, {mark.label: reading.text[mark.start : mark.end] for mark in reading.marks}


def test_json_values_are_exact_and_know_their_path():
    data = '{"title": "Caf\\u00e9", "paid": 1.50, "open": false, "no": null, "tags": ["a", "b"], "paid": 2e3}'
    blocks, places = rows(data, "a.json")
    assert blocks == ["title: Café; paid: 1.50; open: false; tags: a; tags: b; paid: 2e3"]
    assert places["$.title"] == "title: Café"
    assert places["$.tags[1]"] == "tags: b"


def test_a_record_a_row_and_long_texts_as_paragraphs():
    blocks, places = rows('[{"n": 1, "s": "x"}, {"n": 2, "text": "One.\\n\\nTwo."}]', "a.json")
    assert blocks == ["n: 1; s: x", "n: 2", "text: One.", "Two."]
    assert places["$[1].n"] == "n: 2"


def test_json_lines_count_their_lines():
    blocks, places = rows('{"a": 1}\n\n{"a": 2}\n', "a.ndjson")
    assert blocks == ["a: 1", "a: 2"]
    assert places["line 2.a"] == "a: 2"


@pytest.mark.parametrize(
    ("name", "data"), [("a.json", '{"a": '), ("a.json", "words"), ("a.xml", "<a><b></a>")]
)
def test_what_is_broken_is_read_as_it_is(name, data):
    assert read(data.encode(), name).text == data


def test_xml_records_paragraphs_and_attributes():
    data = (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
        "<r><c><name>France</name>\n<capital>Paris</capital></c>"
        '\n<p>Nobody <b>signed</b> it.</p><row id="3" sum="12"/><z>&x;</z></r>'
    )
    blocks, places = rows(data, "a.xml")
    assert blocks[:3] == ["name: France; capital: Paris", "Nobody signed it.", "row: id: 3; sum: 12"]
    assert places["line 3"] == "capital: Paris"
    assert "root:" not in " ".join(blocks)
