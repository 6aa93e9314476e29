"""Exported files: exact words, real footnotes in Word, no markup in Markdown, nothing told that must not."""

import io
import json
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from fakes import QuoteAll, assistant_at
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.export.markdown import escape
from chat.export.naming import Names
from chat.export.text import closed, writable
from chat.export.word_text import runs
from chat.remote import RemoteAssistant
from ingest.errors import InvalidSetting, NotInLibrary
from retrieval.client import Client
from retrieval.hit import Filter

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    "=HYPERLINK(1) <img src=x onerror=1> [x](javascript:1) ![p](http://evil.example/a) **b** `c` $x$ "
    "www.evil.example me@evil.example {{7*7}} <script>1</script> &lt;b&gt; | a | ~~s~~ signed"
)
SCRIPTS = "قال المجلس إن الجسر مغلق signed. 船は売られた signed。"
OVERRIDE = "The \u202eedirrevo signed words\u202c and \u2067 an open one signed it."


@pytest.fixture
def assistant(tmp_path):
    with assistant_at(tmp_path / "home", answerer=QuoteAll(20)) as assistant:
        yield assistant


@pytest.fixture
def memo(assistant, tmp_path):
    """A file whose title is its name, and a text with a title of its own; the file's path."""
    path = tmp_path / "client-smith" / "Lowick memo_v2.txt"
    path.parent.mkdir()
    path.write_text("The ferry Aurora was sold.\nIlse Brandt signed it.")
    assistant.add(path, collection="smithcase")
    assistant.add_text(
        "A heron nests at the quay.", source="wire/123", title="Herons", metadata={"published": "2021-03-04"}
    )
    return path


def word(data):
    """Return a Word file's body and its footnotes, by number, as plain text; parts must be well-formed."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        parts = {
            name: ElementTree.fromstring(file.read(name))
            for name in file.namelist()
            if name.endswith((".xml", ".rels"))
        }
    notes = {each.get(f"{W}id"): _text(each) for each in parts["word/footnotes.xml"]}
    return parts, _text(parts["word/document.xml"]), notes


def _text(element):
    words = {f"{W}br": "\n", f"{W}tab": "\t"}
    return "".join(
        words.get(each.tag, each.text or "") for each in element.iter() if each.tag in {f"{W}t", *words}
    )


class Shown(HTMLParser):
    """What a browser would show of rendered Markdown, and the elements that it is made of."""

    def __init__(self, markdown):
        from markdown_it import MarkdownIt

        super().__init__()
        self.text, self.tags = "", set()
        self.feed(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown))

    def handle_starttag(self, tag, attrs):
        """A line break is one, without the one after it that only lays out the HTML."""
        self.tags.add(tag)
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data):
        """Words, without the line break that follows `<br>` in the HTML."""
        self.text += data.removeprefix("\n") if self.text.endswith("\n") else data


def test_every_format_holds_each_quote_document_place_and_date(assistant, memo):
    answer = assistant.ask("Who signed the sale?")
    quotes = [citation.quote for citation in answer.citations]
    assert len(quotes) == 3
    for kind in ("publishable", "filing"):
        markdown = assistant.export_conversation(answer.conversation, "md", kind).decode()
        data = json.loads(assistant.export_conversation(answer.conversation, "json", kind))
        parts, body, notes = word(assistant.export_conversation(answer.conversation, "docx", kind))
        assert [note["quote"] for note in data["footnotes"]] == quotes
        assert [sentence["footnotes"] for sentence in data["answers"][0]["sentences"]] == [[1], [2], [3]]
        real = [notes[number] for number in sorted(notes, key=int)][2:]
        for quote, note, number in zip(quotes, real, (1, 2, 3), strict=True):
            assert f"“{quote}”" in note
            assert f"[^{number}]: “{quote}”" in markdown
        heron = next(note for note in real if "heron" in note)
        assert "Herons, 2021-03-04" in heron and "Herons, 2021-03-04" in markdown
        references = parts["word/document.xml"].findall(f".//{W}footnoteReference")
        assert [each.get(f"{W}id") for each in references] == ["2", "3", "4"]
        assert body.startswith("Who signed the sale?")
        assert {"separator", "continuationSeparator"} == {
            each.get(f"{W}type") for each in parts["word/footnotes.xml"] if each.get(f"{W}type")
        }
        hashes = {citation.content_hash for citation in answer.citations}
        for whole in (markdown, json.dumps(data), "".join(real)):
            assert all((each in whole) == (kind == "filing") for each in hashes)


def test_a_filing_names_the_files_the_marks_and_what_was_done_when(assistant, memo):
    answer = assistant.ask("Who signed the sale?", owner="anna")
    assistant.mark(answer.conversation, 1, 2, "disputed", "Q.Z.", "not what it says")
    for format in ("md", "docx", "json"):
        data = assistant.export_conversation(answer.conversation, format, "filing")
        whole = data.decode() if format != "docx" else "".join([word(data)[1], *word(data)[2].values()])
        whole = whole.replace("\\", "")
        for told in (
            str(memo),
            "smithcase",
            "anna",
            "Q.Z.",
            "not what it says",
            answer.conversation,
            "exported",
            "asked",
        ):
            assert told in whole, (format, told)
        assert answer.citations[0].document_id in whole
    log = json.loads(assistant.export_conversation(answer.conversation, "json", "filing"))["log"]
    assert [each["what"] for each in log if each["what"] != "exported"] == [
        "added",
        "added",
        "asked",
        "marked",
    ]


def test_nothing_of_a_publishable_file_tells_a_path_file_name_hash_or_user(assistant, memo, tmp_path):
    bad = tmp_path / "client-smith" / "secret list.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing")
    assistant.add(bad)
    (removed,) = assistant.add_text("A pike signed it.", source="/home/zoe/pike.txt").added
    first = assistant.ask(
        f"Who signed {memo.name}, as {memo} and C:\\Users\\zoe\\x.docx say?", owner="annabella"
    )
    assistant.ask("Is a zebra in Lowick memo_v2?", conversation=first.conversation, owner="annabella")
    assistant.rename_conversation(first.conversation, f"{memo.name} and {memo.parent}/other.pdf")
    assistant.mark(first.conversation, 1, 1, "disputed", "Q.Z.", "wrong, says annabella")
    for citation in first.citations:
        assistant.pin(
            citation.document_id, citation.start, citation.end, note="for annabella", owner="annabella"
        )
    assistant.remove(removed)
    infos = assistant.documents()
    secrets = [
        str(memo), memo.name, memo.stem, str(memo.parent), "client-smith", bad.name, "wire/123", "pike.txt",
        "zoe", "smithcase", "annabella", "Q.Z.", first.conversation, removed, str(assistant.home),
        *(info.id for info in infos), *(info.content_hash for info in infos),
    ]  # fmt: skip
    for format in ("md", "docx", "json"):
        for data in (
            assistant.export_conversation(first.conversation, format),
            assistant.export_conversation(first.conversation, format, turn=2),
            assistant.export_tray(format, owner="annabella"),
        ):
            strings = list(_strings(data, format))
            assert len(strings) > 5
            for string in strings:
                for secret in secrets:
                    assert secret.casefold() not in string.casefold(), (format, secret, string[:300])
    markdown = assistant.export_conversation(first.conversation).decode().replace("\\", "")
    assert "Who signed [file], as [file] and [path] say?" in markdown
    assert "Ilse Brandt signed it." in markdown
    assert re.search(
        r"Document \d+, text", markdown
    )  # which number it has hangs on the ids, and they on the path
    assert "Disputed" in markdown and "removed" in markdown


def test_what_could_not_be_read_is_counted_in_a_publishable_file_and_named_in_a_filing(tmp_path):
    bad = tmp_path / "secret list.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing")
    with assistant_at(tmp_path / "home") as assistant:
        assistant.add(bad, collection="smithcase")
        assistant.add_text("A heron nests at the quay.", source="wire/123", collection="smithcase")
        answer = assistant.ask("Who paid the 40 bolts?", where=Filter(collections=("smithcase",)))
        assert answer.status == "not_found" and answer.nearest and answer.unreadable
        for format in ("md", "docx", "json"):
            strings = list(_strings(assistant.export_conversation(answer.conversation, format), format))
            assert not [each for each in strings if re.search("secret|smithcase|wire/", each)]
            assert any("1 file could not be read" in each for each in strings)
            assert any("A heron nests at the quay." in each for each in strings)
        filed = assistant.export_conversation(answer.conversation, "md", "filing").decode()
        assert "secret list.pdf" in filed and "smithcase" in filed


def _strings(data, format):
    """Every string of a file: keys and values, or lines, or each text and attribute of each part."""
    if format == "json":
        yield from _walk(json.loads(data))
    elif format == "md":
        yield from data.decode().replace("\\", "").splitlines()
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            for name in file.namelist():
                yield name
                yield file.read(name).decode("utf-8", "replace")
            assert not file.comment
        _, body, notes = word(data)
        yield body
        yield from notes.values()


def _walk(value):
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _walk(part)
    elif isinstance(value, list):
        for part in value:
            yield from _walk(part)
    else:
        yield str(value)


@pytest.mark.parametrize("text", [HOSTILE, SCRIPTS, OVERRIDE], ids=["hostile", "scripts", "override"])
def test_words_are_exact_and_never_markup(assistant, text):
    assistant.add_text(text, source="x.txt", title=f"T {text[:40]}")
    answer = assistant.ask("Who signed?")
    assert answer.citations
    markdown = assistant.export_conversation(answer.conversation).decode()
    shown = Shown(markdown)
    assert shown.tags <= {"h1", "h2", "p", "br", "pre", "code", "ol", "li"}
    parts, _, notes = word(assistant.export_conversation(answer.conversation, "docx"))
    for citation in answer.citations:
        assert citation.quote in shown.text
        assert any(citation.quote in note for note in notes.values())
    if text == SCRIPTS:
        rtl = parts["word/footnotes.xml"].findall(f".//{W}rtl")
        hints = parts["word/footnotes.xml"].findall(f".//{W}rFonts[@{W}hint='eastAsia']")
        bidi = parts["word/document.xml"].findall(f".//{W}bidi")
        assert rtl and hints and bidi


def test_libraries_of_others_read_the_word_file_and_its_footnotes(assistant, memo, tmp_path):
    import docx
    import kreuzberg

    answer = assistant.ask("Who signed the sale?")
    path = tmp_path / "answer.docx"
    path.write_bytes(assistant.export_conversation(answer.conversation, "docx", "filing"))
    read = docx.Document(str(path))
    assert read.paragraphs[0].text == "Who signed the sale?"
    assert {
        read.core_properties.author,
        read.core_properties.last_modified_by,
        read.core_properties.comments,
    } == {""}
    content = kreuzberg.extract_file_sync(str(path)).content
    for citation in answer.citations:
        assert f"“{citation.quote}”" in content and citation.content_hash in content


def test_footnotes_are_chosen_by_their_marks(assistant, memo):
    answer = assistant.ask("Who signed the sale?")
    place = answer.conversation, 1
    assistant.mark(*place, 1, "checked")
    assistant.mark(*place, 2, "disputed")

    def exported(*marked):
        data = json.loads(assistant.export_conversation(answer.conversation, "json", marked=marked))
        return [note["footnote"] for note in data["footnotes"]], data["answers"][0]["left_out"]

    assert exported() == ([1, 2, 3], 0)
    assert exported("checked") == ([1], 2)
    assert exported("disputed", "unchecked") == ([2, 3], 1)
    assert "2 left out" in assistant.export_conversation(answer.conversation, marked=["checked"]).decode()
    for wrong in ({"format": "pdf"}, {"kind": "secret"}, {"marked": ["believed"]}):
        with pytest.raises(InvalidSetting):
            assistant.export_conversation(answer.conversation, **wrong)
    with pytest.raises(NotInLibrary):
        assistant.export_conversation(answer.conversation, turn=2)
    with pytest.raises(NotInLibrary):
        assistant.export_conversation("none")


def test_what_xml_cannot_hold_is_replaced_one_for_one_and_lines_stay(assistant):
    text = "A bell\x07 and\x0c a tab\there signed.\r\nNext\x00 line."
    assistant.add_text(text, source="x.txt")
    (info,) = assistant.documents()
    stored = assistant.document(info.id).text
    assistant.pin(info.id, 0, len(stored))
    _, body, notes = word(assistant.export_tray("docx"))
    wanted = writable(stored).replace("\r\n", "\n")
    assert "\ufffd" in wanted and len(writable(stored)) == len(stored)
    assert wanted in body and wanted in notes["2"]
    assert wanted in Shown(assistant.export_tray("md").decode()).text
    assert json.loads(assistant.export_tray("json"))["footnotes"][0]["quote"] == stored


def test_whoever_works_through_the_owner_gets_the_same_file(assistant, memo):
    answer = assistant.ask("Who signed the sale?")
    assistant.pin(answer.citations[0].document_id, 0, 9)
    remote = RemoteAssistant(assistant.home, Client.connect(assistant.home))
    when = re.compile(rb"20\d\d-\d\d-\d\dT[\d:.+]+")
    for one, other in (
        (
            assistant.export_conversation(answer.conversation, "json"),
            remote.export_conversation(answer.conversation, "json"),
        ),
        (assistant.export_tray("json"), remote.export_tray("json")),
    ):
        assert when.sub(b"", one) == when.sub(b"", other)
    remote.close()


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=60))
def test_markdown_shows_any_text_as_it_is(text):
    shown = Shown(f"“{escape(text)}”[^1]")
    assert shown.tags <= {"p", "br"}
    lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", writable(closed(text)))
    assert shown.text.removesuffix("\n") == f"“{chr(10).join(lines)}”[^1]"


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_runs_are_the_whole_text_in_order(text):
    assert "".join(piece for piece, _ in runs(text)) == text
    assert closed(closed(text)) == closed(text)
    assert closed(text).startswith(text)


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        ("see REPORT number 17_v3.pdf, or Report number 17_v3", "see [file], or [file]"),
        ("in /home/x/Report number 17_v3.pdf and ~/other/y.txt", "in [file] and [path]"),
        ("as wire/123 has it", "as [file] has it"),
        ("at https://a.example/x?y=1 or \\\\server\\share\\z", "at [path] or [path]"),
        ("a note of 12/03/2021, and/or later, 3.5 tonnes", "a note of 12/03/2021, and/or later, 3.5 tonnes"),
        ("conversation 759211cd4b0b599f of deadbeef", "conversation [id] of deadbeef"),
    ],
)
def test_own_words_lose_names_of_files_and_nothing_else(own, shown):
    places = ["/home/x/Report number 17_v3.pdf", "wire/123", "note", "", "."]
    assert Names(places).clean(own) == shown
