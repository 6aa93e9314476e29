"""The commands on a library: adding, looking, removing, asking, checking and mending."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import MEMO, failed_with_one_line
from fakes import assistant_at
from http_fakes import LETTER, SIGNED
from pdf_maker import make_pdf

from chat.interfaces import cli, show
from chat.interfaces.terminal import one_line

ROOT = Path(__file__).parents[1]
ANSWER = [
    "question", "standalone_question", "conversation", "turn", "status", "text", "short", "sentences",
    "citations", "rejected", "missing", "nearest", "unreadable", "answerer", "library_version", "timings_ms",
]  # fmt: skip
CITATION = [
    "number", "document_id", "document_version", "content_hash", "state", "title", "source", "collection",
    "page", "locator", "start", "end", "quote", "passage", "context", "published", "score",
]  # fmt: skip


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    (folder / "memo.txt").write_text(MEMO, encoding="utf-8")
    (folder / "letter.txt").write_text(LETTER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory, papers):
    """A library of the memo and, in the collection `harbour`, the letter; added from the command line."""
    home = tmp_path_factory.mktemp("library") / "home"
    assert cli.main(["--home", str(home), "add", str(papers / "memo.txt")]) == 0
    assert cli.main(["add", str(papers / "letter.txt"), "--home", str(home), "--collection", "harbour"]) == 0
    return home


@pytest.fixture(scope="module")
def owned(home):
    """The same library while this process holds it open, so that the model is loaded once."""
    from chat import Assistant

    with Assistant.open(home):
        yield home


def data(result):
    status, out, err = result
    assert status == 0, err
    return json.loads(out)


# An empty library


def test_an_empty_library_says_so_and_how_to_fill_it(run, tmp_path, monkeypatch):
    home = tmp_path / "empty"
    with assistant_at(home):
        status, out, err = run("list", "--home", home)
        assert status == 0 and out == show.empty_line(home) + "\n"
        status, out, err = run("ask", "Who signed?", "--home", home)
        assert status == 0 and "library is empty" in out and "footnote add" in out
        answer = data(run("ask", "Who signed?", "--home", home, "--json", "--collection", "any"))
        assert list(answer) == ANSWER and answer["status"] == "not_found"
        status, out, err = run("search", "words", "--home", home)
        assert status == 0 and out == "Nothing was found.\n" and "footnote add" in err
        monkeypatch.setattr(sys, "stdin", io.StringIO("The moon is made of cheese."))
        status, out, err = run("check", "-", "--home", home)
        assert status == 0 and "UNSUPPORTED: The moon" in out and "footnote add" in err


# Adding


def blank_pdf(path):
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200).close()
    document.save(path)
    document.close()


def protected_pdf(path):
    words = make_pdf([[(72, 700, 11, "Nobody may read this.")]])
    encrypt = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>] "
    secret = encrypt % (b"5A" * 32, b"A5" * 32)
    path.write_bytes(words.replace(b"/Root 1 0 R ", b"/Root 1 0 R " + secret))


def test_bad_inputs_are_listed_one_by_one_and_the_rest_goes_in(run, tmp_path):
    folder, home = tmp_path / "mixed", tmp_path / "home"
    folder.mkdir()
    (folder / "good.txt").write_text(LETTER, encoding="utf-8")
    (folder / "empty.txt").touch()
    (folder / "unknown.bin").write_bytes(bytes(range(256)) * 20)
    (folder / "evil\x1b[2J.txt").touch()
    blank_pdf(folder / "scan.pdf")
    protected_pdf(folder / "protected.pdf")
    os.mkfifo(folder / "pipe")
    expected = ["empty.txt", "evil␛[2J.txt", "gone.txt", "pipe", "protected.pdf", "scan.pdf", "unknown.bin"]
    if os.getuid():
        (folder / "forbidden.txt").write_text("x")
        (folder / "forbidden.txt").chmod(0)
        expected.append("forbidden.txt")
    with assistant_at(home):
        status, out, err = run("add", folder, folder / "gone.txt", "--home", home)
        assert (status, err) == (3, "")
        head, title, *lines = out.splitlines()
        assert head == f"1 added, {len(expected)} could not be read"
        assert title == "Could not be read:"
        named = {
            re.match(rf"  {re.escape(str(folder))}/(.*?)  +(\S.{{10,}})", line).groups() for line in lines
        }
        assert sorted(name for name, _ in named) == sorted(expected)
        reasons = dict(named)
        assert "no such file" in reasons["gone.txt"]
        assert "password" in reasons["protected.pdf"]
        assert "empty" in reasons["empty.txt"]
        assert "no words were found" in reasons["scan.pdf"]

        documents = data(run("list", "--home", home, "--json"))
        assert [Path(each["source"]).name for each in documents["documents"]] == ["good.txt"]
        assert len(documents["failures"]) == len(expected)
        status, out, _ = run("list", "--home", home)
        assert status == 0 and "\nCould not be read:\n" in out and "\x1b" not in out

        status, out, _ = run("add", folder / "gone.txt", "--home", home, "--json")
        assert status == 3
        report = json.loads(out)
        assert list(report) == [
            "added",
            "unchanged",
            "failed",
            "waiting",
            "identical",
            "cancelled",
            "foreign",
        ]
        assert list(report["failed"][0]) == ["source", "reason"]
        status, out, _ = run("ask", "Who signed the treaty of Utrecht?", "--home", home)
        assert status == 0 and "Closest passages:" in out and "Could not be read:" in out


def test_what_is_in_already_is_unchanged(run, owned, papers):
    before = data(run("list", "--home", owned, "--json"))
    status, out, _ = run("add", papers / "memo.txt", "--home", owned)
    assert (status, out) == (0, "0 added, 1 unchanged\n")
    assert data(run("list", "--home", owned, "--json")) == before


def test_a_folder_without_files_is_said_to_be_empty(run, owned, tmp_path):
    status, out, _ = run("add", tmp_path, "--home", owned)
    assert status == 0 and "nothing to add" in out


# Looking


def test_list_and_show(run, owned, papers):
    both = data(run("list", "--home", owned, "--json"))
    assert list(both) == ["documents", "failures", "waiting"]
    assert list(both["documents"][0])[:3] == ["id", "version", "collection"]
    status, out, _ = run("list", "--home", owned)
    head, *rows = out.splitlines()
    assert head.split() == ["ID", "TITLE", "DATE", "COLLECTION", "PASSAGES", "NOTE"]
    assert [row.split()[0] for row in rows] == [each["id"] for each in both["documents"]]
    only = data(run("list", "--home", owned, "--json", "--collection", "harbour"))["documents"]
    assert [each["source"] for each in only] == [str(papers / "letter.txt")]
    memo = both["documents"][0]["id"]
    status, out, _ = run("show", memo, "--home", owned)
    assert status == 0 and f"source      {papers / 'memo.txt'}\n" in out
    assert run("show", memo, "--text", "--home", owned) == (0, MEMO, "")
    shown = data(run("show", memo, "--home", owned, "--json", "--text"))
    assert shown == {**both["documents"][0], "text": MEMO}
    assert data(run("show", memo, "--home", owned, "--json")) == both["documents"][0]


@pytest.mark.parametrize("name", ["list", "show", "remove"])
def test_looking_and_removing_load_no_model(name, home):
    identity = {"list": [], "show": ["none"], "remove": ["none"]}[name]
    script = (
        "import sys\nfrom chat.interfaces.cli import main\n"
        f"status = main({['--home', str(home), name, *identity]})\n"
        "print(status, {'torch', 'sentence_transformers', 'transformers', 'gradio'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[-1] == f"{0 if name == 'list' else 1} set()", done.stderr


def test_a_reader_that_leaves_is_no_error(home):
    script = (
        f'{sys.executable} -m chat.interfaces.cli --home "$0" list --json | true; echo "${{PIPESTATUS[0]}}"'
    )
    done = subprocess.run(
        ["bash", "-c", script, str(home)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("141\n", "")


def test_unknown_names_are_one_line(run, owned):
    failed_with_one_line(run("show", "none", "--home", owned), "'none'", "footnote list")
    failed_with_one_line(run("remove", "none", "--home", owned), "'none'")
    failed_with_one_line(run("ask", "Who?", "--conversation", "none", "--home", owned), "'none'")
    failed_with_one_line(run("ask", "Who?", "--documents", "none", "--home", owned), "'none'")
    failed_with_one_line(run("search", "a", "--collection", "none", "--home", owned), "default, harbour")
    failed_with_one_line(run("list", "--collection", "none", "--home", owned), "default, harbour")
    failed_with_one_line(run("check", "nowhere.txt", "--home", owned), "nowhere.txt", "no such file")


def test_an_unknown_setting_is_one_line_but_debug_is_known(run, home, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_DEBUG", "1")
    assert run("list", "--home", home)[0] == 0
    monkeypatch.delenv("FOOTNOTE_DEBUG")
    monkeypatch.setenv("FOOTNOTE_COLOUR", "1")
    failed_with_one_line(run("list", "--home", home), "FOOTNOTE_COLOUR")


def test_removing_gives_receipts_and_all_or_none(run, tmp_path):
    home = tmp_path / "home"
    with assistant_at(home) as assistant:
        one, two = (assistant.add_text(text, source=text[:4]).added[0] for text in (MEMO, LETTER))
        failed_with_one_line(run("remove", one, "none", "--home", home), "'none'")
        status, out, _ = run("remove", one, "--home", home)
        assert status == 0
        assert out.splitlines()[0].split() == [
            "REMOVED",
            "VERSIONS",
            "PASSAGES",
            "TRACES",
            "BEFORE",
            "AFTER",
            "SOURCE",
        ]
        assert out.splitlines()[1].split() == [one, "1", "1", "6", "0", "Memo"]
        failed_with_one_line(run("show", one, "--home", home), "was removed on")
        (receipt,) = data(run("remove", two, "--home", home, "--json"))
        assert list(receipt)[:5] == ["document_id", "source", "versions", "passages", "left"]
        assert list(receipt.values())[:5] == [two, "Lett", 1, 1, 0]
        assert set(receipt["after"].values()) == {0} and receipt["before"].keys() == receipt["after"].keys()


def test_search_shows_both_legs(run, owned):
    found = data(run("search", "ferry Aurora sold", "--home", owned, "--json", "--limit", "1"))
    assert list(found) == ["words", "hits"]
    (hit,) = found["hits"]
    assert list(hit) == [
        "rank", "passage", "title", "source", "collection", "published", "score", "dense", "words",
        "dense_rank", "words_rank", "sentence_scores", "reason",
        "interaction", "word_scores",
    ]  # fmt: skip
    passage = hit["passage"]
    assert passage["id"] == f"{passage['document_id']}:1:{passage['start']}-{passage['end']}"
    assert MEMO[passage["start"] : passage["end"]] == passage["text"]
    status, out, _ = run("search", "ferry Aurora sold", "--home", owned)
    assert status == 0
    assert re.search(r"score \d\.\d{3}, found by an exact name: meaning 0\.\d{3} \(rank 1\), words \d", out)
    assert passage["id"] in out
    hits = data(run("search", "night", "--home", owned, "--json", "--collection", "harbour"))["hits"]
    assert {each["collection"] for each in hits} == {"harbour"}


# Asking and checking


def test_ask_gives_footnotes_to_the_exact_words(run, owned, papers):
    answer = data(run("ask", SIGNED, "--home", owned, "--json"))
    assert list(answer) == ANSWER and answer["status"] == "answered"
    for citation in answer["citations"]:
        assert list(citation) == CITATION
        assert MEMO[citation["start"] : citation["end"]] == citation["quote"]
    assert "Ilse Brandt" in answer["text"]
    status, out, _ = run("ask", SIGNED, "--home", owned)
    assert status == 0
    first = answer["citations"][0]
    assert f"{one_line(first['quote'])} [1]" in out
    assert f"\n[1] {first['title']}" in out and f"    “{one_line(first['quote'])}”\n" in out
    span = f"{first['document_id']}:1:{first['start']}-{first['end']}"
    assert f"    {span}  {papers / 'memo.txt'}\n" in out
    assert re.search(r"\nconversation [0-9a-f]+, turn 1\n\Z", out)


def test_a_conversation_goes_on(run, owned):
    first = data(run("ask", SIGNED, "--home", owned, "--json"))
    second = data(run("ask", "When?", "--home", owned, "--json", "--conversation", first["conversation"]))
    assert (second["conversation"], second["turn"]) == (first["conversation"], 2)


def test_documents_and_collections_restrict_an_answer(run, owned):
    documents = {
        each["collection"]: each["id"] for each in data(run("list", "--home", owned, "--json"))["documents"]
    }
    argv = ("ask", SIGNED, "--home", owned, "--json")
    for restriction in (("--documents", documents["harbour"]), ("--collection", "harbour")):
        answer = data(run(*argv, *restriction))
        assert {each["document_id"] for each in answer["citations"] + answer["nearest"]} <= {
            documents["harbour"]
        }
    answer = data(run(*argv, "--documents", *documents.values()))
    assert answer["status"] == "answered"


def test_a_batch_of_questions_is_answered_line_by_line(run, owned, monkeypatch):
    questions = f"{SIGNED}\n\n  When does the harbour at Vellin close?  \n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(questions))
    status, out, _ = run("ask", "-", "--json", "--home", owned)
    answers = [json.loads(line) for line in out.splitlines()]
    assert status == 0 and [list(answer) for answer in answers] == 2 * [["id", *ANSWER]]
    assert [answer["id"] for answer in answers] == [1, 3]
    assert [answer["question"] for answer in answers] == [SIGNED, "When does the harbour at Vellin close?"]
    assert [answer["conversation"] for answer in answers] == ["", ""]
    monkeypatch.setattr(sys, "stdin", io.StringIO(questions))
    status, out, _ = run("ask", "-", "--home", owned)
    assert status == 0
    assert [line[3:] for line in out.splitlines() if line.startswith("Q: ")] == [
        each["question"] for each in answers
    ]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert run("ask", "-", "--home", owned) == (0, "", "")


def test_a_draft_is_checked_sentence_by_sentence(run, owned, tmp_path, monkeypatch):
    draft = "The ferry Aurora was sold to Northwind Lines for 3 million crowns. The moon is made of cheese."
    (tmp_path / "draft.txt").write_text(draft, encoding="utf-8")
    rows = data(run("check", tmp_path / "draft.txt", "--home", owned, "--json"))["sentences"]
    assert [list(row) for row in rows] == 2 * [
        ["start", "end", "text", "support", "reason", "supporting", "contradicting"]
    ]
    assert [draft[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]
    assert [row["support"] for row in rows] == ["supported", "unsupported"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(draft))
    status, out, _ = run("check", "-", "--home", owned)
    assert status == 0 and out.startswith(f"SUPPORTED: {draft[:66]}\n")
    assert out.endswith("2 sentences: 1 supported, 1 unsupported\n")
    (tmp_path / "blank.txt").write_text(" \n")
    failed_with_one_line(run("check", tmp_path / "blank.txt", "--home", owned), "blank.txt")
    failed_with_one_line(run("check", tmp_path, "--home", owned), "folder")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    failed_with_one_line(run("check", "-", "--home", owned), "standard input")


def test_doctor_checks_and_re_embeds_only_what_it_owns(run, owned, tmp_path, monkeypatch):
    assert len(data(run("doctor", "--home", owned, "--json"))["checks"]) >= 3
    status, out, _ = run("doctor", "--home", owned)
    assert status == 0 and out.startswith("catalogue: sound\n")
    failed_with_one_line(run("doctor", "--re-embed", "--home", owned), "another process", "end it")


def test_re_embedding_mends_a_library_of_another_model(run, tmp_path):
    home = tmp_path / "home"
    with assistant_at(home) as assistant:
        assistant.add_text(MEMO, source="memo")
    failed_with_one_line(run("search", "ferry", "--home", home), "footnote doctor --re-embed")
    status, out, _ = run("doctor", "--re-embed", "--home", home)
    assert status == 0 and "0 of 1 differ" in out
    assert data(run("search", "ferry", "--home", home, "--json"))["hits"][0]["dense"] > 0.2
