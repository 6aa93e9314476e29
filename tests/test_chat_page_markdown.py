"""Whatever stands in a document, the Chatbot shows it as text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.page.markdown import clip, escape, fragment, showable

AWKWARD = [
    "[x](javascript:alert(1))",
    "![](http://evil.example/p.png)",
    "<img src=x onerror=alert(1)>",
    "$x$ and $$y$$ and \\(z\\)",
    "`code` ```fence```",
    "| a | b |",
    "# heading",
    "1. item",
    "- item",
    "> quote",
    "http://evil.example and www.evil.example and me@evil.example",
    "[ref]: http://evil.example",
    "[ref][ref]",
    "&lt;b&gt; &amp; &#60;",
    "a\n\n    indented code",
    "*bold* _em_ ~~gone~~",
    "\\[x\\]",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_no_character_that_markup_is_made_of_is_left(text):
    bare = re.sub(r"&#\d+;", "", escape(text))
    assert re.fullmatch(r"[\w\s]*", bare)


@pytest.mark.parametrize("text", AWKWARD)
def test_the_reader_sees_the_very_text_with_single_spaces(text):
    assert html.unescape(escape(text)) == " ".join(text.split())


@given(st.text())
def test_any_text_survives_but_for_blanks_and_what_no_page_can_show(text):
    shown = html.unescape(escape(text))
    expected = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
    assert shown == showable(re.sub(r"\s+", " ", expected).strip())
    escape(text).encode("utf-8")


def test_marks_that_turn_the_text_around_are_dropped():
    assert escape("a\u202eb\u2066c") == "abc"


def test_controls_and_lone_surrogates_are_shown_as_replacements_one_for_one():
    assert showable("a\x00b\ud800c") == "a\ufffdb\ufffdc"


def test_clip_cuts_at_a_word():
    assert clip("one two three", 9) == "one two…"
    assert clip("one two", 9) == "one two"


def test_a_fragment_holds_nothing_but_its_five_parts():
    assert fragment(3, "0a1b", 2, 10, 20) == "#fn-3~0a1b~2~10~20"
    assert fragment(1, '"><b>', 1, 0, 1) == "#fn-1~%22%3E%3Cb%3E~1~0~1"
