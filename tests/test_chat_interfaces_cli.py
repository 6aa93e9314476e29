"""The command line: every command, what it writes, and how it ends."""

import io
import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import assistant_at
from pdf_maker import make_pdf

from chat.interfaces import cli, show
from chat.interfaces.terminal import Screen, as_json, clean, one_line

ROOT = Path(__file__).parents[1]
MEMO = (
    "Memo on the ferry\n\nThe ferry Aurora was sold to Northwind Lines for 3 million crowns. "
    "Director Ilse Brandt signed the sale on 4 March 2021.\n"
)
LETTER = "Letter from the harbour\n\nThe harbour at Vellin closes every night at ten o'clock.\n"
ANSWER = [
    "question", "standalone_question", "conversation", "turn", "status", "text", "short", "sentences",
    "citations", "rejected", "missing", "nearest", "unreadable", "answerer", "library_version", "timings_ms",
]  # fmt: skip
CITATION = [
    "number", "document_id", "document_version", "content_hash", "state", "title", "source", "collection",
    "page", "locator", "start", "end", "quote", "passage", "context", "published", "score",
]  # fmt: skip
HEAVY = (
    "rich", "pydantic", "numpy", "torch", "chromadb", "gradio", "langchain_core", "langsmith", "tantivy",
    "sentence_transformers", "transformers", "kreuzberg", "pypdfium2", "trafilatura", "fastapi", "uvicorn",
)  # fmt: skip
SIGNED = "Who signed the sale of the ferry Aurora?"


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


@pytest.fixture
def run(capsys):
    """Run `main`; gives the status, stdout and stderr."""

    def run(*argv):
        capsys.readouterr()
        status = cli.main([str(each) for each in argv])
        return status, *capsys.readouterr()

    return run


def data(result):
    status, out, err = result
    assert status == 0, err
    return json.loads(out)


def failed_with_one_line(result, *words, status=1):
    found, out, err = result
    assert (found, out) == (status, ""), err
    assert err.startswith("footnote: ") and err.count("\n") == 1
    for word in words:
        assert word in err


def subprocess_of(*argv, cwd=ROOT, given="", **environment):
    return subprocess.run(
        [sys.executable, "-m", "chat.interfaces.cli", *map(str, argv)],
        cwd=cwd,
        input=given,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


# What goes to a terminal


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


# Starting


def test_help_is_quick_to_import():
    script = (
        "import sys\nfrom chat.interfaces.cli import main\nstatus = main(['--help'])\n"
        f"print(status, [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False
    )
    assert done.stdout.startswith("usage: footnote ")
    assert done.stdout.endswith("\n0 []\n"), done.stdout + done.stderr


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


def test_the_page_of_the_command_line_shows_the_help_texts():
    page = ROOT / "docs" / "cli.md"
    renewed = runpy.run_path(str(ROOT / "docs" / "cli_help.py"))["renewed"]
    assert page.read_text(encoding="utf-8") == renewed(page.read_text(encoding="utf-8")), (
        "run `python docs/cli_help.py`"
    )


def test_the_help_names_every_command_that_is_there_and_no_other(run):
    status, out, _ = run("--help")
    assert status == 0
    names = re.findall(r"^    ([a-z]+)  ", out, re.MULTILINE)
    assert names[:4] == ["add", "list", "show", "remove"] and set(names) == set(cli.parsers()[1])


def test_the_version_is_that_of_the_project(run):
    status, out, _ = run("--version")
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
    assert (status, out) == (0, f"footnote {version}\n")


# Wrong usage and errors


@pytest.mark.parametrize(
    "argv",
    [
        [], ["nothing"], ["add"], ["show"], ["show", "a", "b"], ["remove"], ["check"], ["ask"], ["ask", " "],
        ["search"], ["search", "a", "--limit", "0"], ["search", "a", "--limit", "x"], ["list", "--home"],
        ["serve", "--port", "70000"], ["list", "--js"], ["serve", "--json"], ["--json", "serve"],
        ["--collection", "a", "doctor"],
        ["--collection", "", "list"], ["--home", "", "list"], ["ask", "a", "--documents"],
    ],
)  # fmt: skip
def test_wrong_usage_is_2(argv, run):
    status, out, err = run(*argv)
    assert (status, out) == (2, "")
    assert err.startswith("usage: footnote") and "error: " in err


def test_options_may_stand_on_either_side_and_the_later_wins():
    before = cli.parse(["--home", "a", "--json", "--collection", "c", "list"])
    after = cli.parse(["list", "--home", "a", "--json", "--collection", "c"])
    assert vars(before) == vars(after)
    both = cli.parse(["--home", "a", "--collection", "c", "ask", "q", "--home", "b"])
    assert (both.home, both.collection, both.json) == ("b", "c", False)


def test_a_home_that_cannot_be_is_one_line(run, tmp_path):
    (tmp_path / "file").write_text("x")
    failed_with_one_line(run("list", "--home", tmp_path / "file" / "home"), "cannot hold a library")


def test_an_unknown_setting_is_one_line_but_debug_is_known(run, home, monkeypatch):
    monkeypatch.setenv("FOOTNOTE_DEBUG", "1")
    assert run("list", "--home", home)[0] == 0
    monkeypatch.delenv("FOOTNOTE_DEBUG")
    monkeypatch.setenv("FOOTNOTE_COLOUR", "1")
    failed_with_one_line(run("list", "--home", home), "FOOTNOTE_COLOUR")


def raising(error):
    def command(given, screen):
        raise error

    return command


def test_how_commands_end(run, monkeypatch):
    monkeypatch.setattr(cli.commands, "list_", raising(KeyboardInterrupt()))
    assert run("list") == (130, "", "")
    monkeypatch.setattr(cli.commands, "list_", raising(ValueError("bad\n\x1b[2Jvalue")))
    failed_with_one_line(run("list"), "ValueError: bad ␛[2Jvalue", "FOOTNOTE_DEBUG=1")
    monkeypatch.setenv("FOOTNOTE_DEBUG", "1")
    status, _, err = run("list")
    assert status == 1 and err.startswith("Traceback") and "\nfootnote: ValueError: bad" in err


def test_a_reader_that_leaves_is_no_error(home):
    script = (
        f'{sys.executable} -m chat.interfaces.cli --home "$0" list --json | true; echo "${{PIPESTATUS[0]}}"'
    )
    done = subprocess.run(
        ["bash", "-c", script, str(home)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("141\n", "")


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


def test_text_on_a_terminal_is_clean_and_in_a_pipe_exact(run, tmp_path, monkeypatch):
    text = "First\x1b[2J line\r\nsecond"
    with assistant_at(tmp_path / "home") as assistant:
        (identity,) = assistant.add_text(text, source="note").added
        assert run("show", identity, "--text", "--home", tmp_path / "home")[1] == text
        monkeypatch.setattr(sys, "stdout", Terminal())
        assert cli.main(["show", identity, "--text", "--home", str(tmp_path / "home")]) == 0
        assert sys.stdout.getvalue() == "First␛[2J line\nsecond\n"


def test_unknown_names_are_one_line(run, owned):
    failed_with_one_line(run("show", "none", "--home", owned), "'none'", "footnote list")
    failed_with_one_line(run("remove", "none", "--home", owned), "'none'")
    failed_with_one_line(run("ask", "Who?", "--conversation", "none", "--home", owned), "'none'")
    failed_with_one_line(run("ask", "Who?", "--documents", "none", "--home", owned), "'none'")
    failed_with_one_line(run("search", "a", "--collection", "none", "--home", owned), "default, harbour")
    failed_with_one_line(run("list", "--collection", "none", "--home", owned), "default, harbour")
    failed_with_one_line(run("check", "nowhere.txt", "--home", owned), "nowhere.txt", "no such file")


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


# Serving


def test_serve_hands_over_what_it_was_given(monkeypatch, run):
    import chat.interfaces.serve

    calls = []
    monkeypatch.setattr(
        chat.interfaces.serve, "serve_command", lambda *given, **named: calls.append((given, named))
    )
    assert run("--home", "here", "serve", "--port", "0", "--host", "::1")[0] == 0
    asked = ["--allow-host", "a.example", "--allow-host", "b.example", "--rate", "0", "--log", "info"]
    assert run("serve", *asked)[0] == 0
    given = {"host": "::1", "port": 0, "hosts": (), "rate": None, "log": "warning"}
    more = {"host": "127.0.0.1", "port": 7860, "hosts": ["a.example", "b.example"], "rate": 0, "log": "info"}
    assert calls == [(("here",), given), ((None,), more)]


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


# Through the process that owns the library


def test_commands_work_through_the_process_that_owns_the_library(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    (folder / "memo.txt").write_text(MEMO, encoding="utf-8")
    (folder / "letter.txt").write_text(LETTER, encoding="utf-8")
    script = (
        "import sys\nfrom chat import Assistant\n"
        "with Assistant.open(sys.argv[1]):\n    print('open', flush=True)\n    sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout.readline() == "open\n"
        added = subprocess_of("add", "memo.txt", "gone.txt", "letter.txt", "--home", home, cwd=folder)
        assert added.returncode == 3, added.stderr
        assert added.stdout.startswith("2 added, 1 could not be read\n")
        assert str(folder / "gone.txt") in added.stdout
        asked = subprocess_of("ask", "-", "--home", home, "--json", given=f"{SIGNED}\n")
        assert json.loads(asked.stdout)["status"] == "answered"
        listed = subprocess_of("list", "--home", home)
        assert "Memo on the ferry" in listed.stdout and "Letter from the harbour" in listed.stdout
        assert (asked.stderr, listed.stderr) == ("", "")
        owner.stdin.close()
    assert owner.returncode == 0
