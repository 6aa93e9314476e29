"""The terminal: what is written to one is clean, coloured and fits, and how an answer is shown there."""

import io
import json
import re
import sys

from fakes import assistant_at

from chat.interfaces import cli, show
from chat.interfaces.terminal import Screen, as_json, clean, one_line


def test_control_characters_are_shown_and_not_obeyed():
    assert clean("a\x1b[31mb\x9b2J\x07\x7f\u202ec\r") == "a␛[31mb\ufffd2J␇␡\ufffdc␍"
    assert clean("kept:\n\ttext, שלום, 🎉 e\u0301") == "kept:\n\ttext, שלום, 🎉 e\u0301"
    every = "".join(map(chr, range(0x110000)))
    assert len(clean(every)) == len(every)  # so that spans stay true
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", clean(every))


def test_one_line_is_one():
    assert one_line(" a\r\nb\fc\u2028d\x85e\tf \x1bg\n") == "a b c d e f ␛g"


def test_json_for_a_terminal_is_the_same_json():
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x3000), 0x2028, 0x202E, 0x1F389]))
    written = as_json({every: [every]})
    assert json.loads(written) == {every: [every]}
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069]", written)
    assert json.loads(as_json("\udc9f")) == "\udc9f"
    as_json("\udc9f é").encode("utf-8")


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self):
        """Lie."""
        return True


def test_colours_and_widths_are_for_terminals(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    row = ("1234", "a title that is much longer than there is room for", "x")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    piped = Screen()
    assert piped.paint("bold", "a") == "a"
    assert piped.table(("ID", "TITLE", ""), [row])[1] == "  ".join(row)
    assert piped.wrapped("word " * 100) == [("word " * 100).strip()]
    monkeypatch.setattr(sys, "stdout", Terminal())
    shown = Screen()
    assert shown.paint("bold", "a") == "\x1b[1ma\x1b[0m"
    assert shown.table(("ID", "TITLE", ""), [row])[1] == f"1234  {row[1][:40]}…  x"
    assert all(len(line) <= 50 for line in shown.wrapped("word " * 100, indent="    "))
    monkeypatch.setenv("NO_COLOR", "1")
    assert Screen().paint("bold", "a") == "a"
    monkeypatch.setenv("NO_COLOR", "")  # https://no-color.org: only when it is not empty
    assert Screen().paint("bold", "a") != "a"


def test_columns_fit_wide_letters(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert Screen().table((), [("大臣", "a"), ("e\u0301", "b")]) == ["大臣  a", "e\u0301     b"]


def test_the_bar_is_for_terminals_and_its_names_are_clean(monkeypatch):
    from chat.interfaces.progress import bar
    from retrieval.report import AddProgress

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with bar() as told:
        assert told is None
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with bar() as told:
        told(AddProgress("/folder/[bold]a\x1b]0;title\x07.txt", 1, 3, "ready"))
    written = sys.stderr.getvalue()
    assert "1/3" in written and "ready: [bold]a␛]0;title␇.txt" in written
    assert "\x1b]0" not in written


def test_text_on_a_terminal_is_clean_and_in_a_pipe_exact(run, tmp_path, monkeypatch):
    text = "First\x1b[2J line\r\nsecond"
    with assistant_at(tmp_path / "home") as assistant:
        (identity,) = assistant.add_text(text, source="note").added
        assert run("show", identity, "--text", "--home", tmp_path / "home")[1] == text
        monkeypatch.setattr(sys, "stdout", Terminal())
        assert cli.main(["show", identity, "--text", "--home", str(tmp_path / "home")]) == 0
        assert sys.stdout.getvalue() == "First␛[2J line\nsecond\n"


# Showing what the extractive answerer alone does not give


def test_whatever_a_verifier_found_is_shown(monkeypatch):
    from chat.answer import Answer, Citation, Context, Rejected, Sentence
    from retrieval.report import Failure

    monkeypatch.setattr(sys, "stdout", io.StringIO())
    citation = Citation(
        1, "d" * 16, 2, "hash", "removed", "A\x1btitle", "/a", "default", 3, "3:4", 5, 9, "some\nwords",
        "p", (Context(1, 2, "in crowns", "unit"),), "2020-01-02", 0.5,
    )  # fmt: skip
    answer = Answer(
        question="When?", standalone_question="When was it sold?", conversation="c", turn=2, status="partial",
        text="It was sold. [1]", short=None,
        sentences=(Sentence("It was sold.", (1,), "partial", "no date there", False, "relates", "Ms. Ek"),),
        citations=(citation,), rejected=(Rejected("It was dear.", "no source"),), missing=("the price",),
        nearest=(), unreadable=(Failure("/b", "a scan"),), answerer="x", library_version="1",
    )  # fmt: skip
    assert show.answer_lines(answer, Screen()) == [
        "asked: When was it sold?",
        "It was sold. [1]",
        "",
        "  “It was sold.”: partial by its source: no date there; it relates to the question and may not"
        " answer it; said by Ms. Ek",
        "",
        "[1] A␛title, p. 3, 3:4, 2020-01-02 (removed)",
        "    “some words”",
        "    unit: “in crowns”",
        f"    {'d' * 16}:2:5-9  /a",
        "",
        "No sentence surely answers this; these are the closest:",
        "  the price",
        "",
        "Rejected, since the sources do not bear it out:",
        "  It was dear. (no source)",
        "",
        "Could not be read:",
        "  /b  a scan",
        "",
        "conversation c, turn 2",
    ]
