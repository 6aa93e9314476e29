"""Nothing outside of what was given is read, written or fetched, whatever names and documents say."""

# ruff: noqa: E501

import io
import os
import socket
import threading
import zipfile
from pathlib import Path

import pytest
from fakes import library_at

from ingest.files import expand
from retrieval import changes
from retrieval.sources import BytesSource, resolve

CANARY = "Qvyzklmwp"

DOTS = [
    "..",
    "../..",
    "../../..",
    "./..",
    "a/../..",
    "..%2f..",
    "%2e%2e",
    "..\\..",
    "....//",
    ". ./..",
    "..;/",
]
TARGETS = ["catalogue.sqlite3", "owner.json", ".env", "etc/passwd", "originals/x", "C:\\boot.ini"]
SINGLE = [
    "/etc/passwd", "//host/share/x", "\\\\host\\share\\x", "file:///etc/passwd", "C:\\x.txt", "~root/x", "~/x",
    "x\0.txt", "x\n../y", "CON", "aux.txt", ".", "..", " ", "a/", "/", "a" * 300, "$HOME/x", "`id`", "|id",
    "x\u202e/../y", "\uff0e\uff0e/x", "\u2025/x", "%00", "..%c0%af..", "-rf", "--help", "{0}", "%s", "a:b:c",
]  # fmt: skip
NAMES = [f"{dots}/{target}" for dots in DOTS for target in TARGETS] + SINGLE
NAMES += [f"{name}{end}" for name in NAMES for end in (".txt", ".html")]


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def outside_of(home: Path, folder: Path) -> set[str]:
    """What is in a folder but not in the library's home, whose indexes come and go as they please."""
    inner = f"{home.relative_to(folder)}/"
    return {each for each in tree(folder) if not each.startswith(inner)}


def test_there_are_enough_names():
    assert len(set(NAMES)) >= 200


@pytest.mark.parametrize(
    "names", [NAMES[::9], pytest.param(NAMES, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_a_name_leads_nowhere(tmp_path, names):
    """As a source's name: it is stored and shown, and no file is made of it."""
    (tmp_path / "secret.txt").write_text(CANARY)
    home = tmp_path / "deep" / "home"
    with library_at(home) as library:
        outside = outside_of(home, tmp_path)
        sources = [BytesSource(f"Words of number {n}.".encode(), name) for n, name in enumerate(names)]
        report = library.add(sources, "default")
        assert len(report.added) + len(report.failed) == len(set(names))
        assert outside_of(home, tmp_path) == outside
        kept = {path.name for path in library.originals.iterdir()}
        assert all(len(name) == 64 for name in kept)
        assert CANARY not in "".join(library.document(each).text for each in report.added)
        for info in library.documents()[:20]:
            changes.edit(library, info.id, {"title": info.source or "x"})
        assert outside_of(home, tmp_path) == outside


def test_links_pipes_and_hard_links_lead_out_of_no_folder(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    (folder / "sub").mkdir(parents=True)
    (outside / "secret.txt").write_text(CANARY)
    (folder / "fine.txt").write_text("Fine words.")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "folder link").symlink_to(outside)
    (folder / "sub" / "up").symlink_to(tmp_path)
    (folder / "hard.txt").hardlink_to(outside / "secret.txt")
    (folder / "twin.txt").write_text("Both names are here.")
    (folder / "sub" / "twin too.txt").hardlink_to(folder / "twin.txt")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener, library_at(tmp_path / "home") as library:
        listener.bind(str(folder / "socket"))
        report = library.add(resolve([folder]), "default")
        named = {Path(failure.source).name: failure.reason for failure in report.failed}
        assert set(named) == {"hard.txt", "pipe", "socket"} and "hard link" in named["hard.txt"]
        assert {Path(info.source).name for info in library.documents()} == {
            "fine.txt", "twin.txt", "twin too.txt"
        }  # fmt: skip
        assert library.search(CANARY) == [] or all(
            CANARY not in hit.passage.text for hit in library.search(CANARY)
        )
        pattern = list(expand([folder / "**" / "*.txt"]))
        assert {path.name for path in pattern if isinstance(path, Path)} == {
            "fine.txt", "twin.txt", "twin too.txt"
        }  # fmt: skip
        assert len(library.add(resolve([folder / "hard.txt"]), "default").added) == 1  # named, so meant


def test_hidden_and_version_control_folders_are_left_out(tmp_path):
    for name in (".git/config", ".hidden/x.txt", "CVS/Entries", "node_modules/x.js", ".env", "seen/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [path.name for path in expand([tmp_path])] == ["x.txt"]
    assert [path.name for path in expand([tmp_path / "**" / "*"])] == ["x.txt"]
    assert [path.name for path in expand([tmp_path / ".env"])] == [".env"]


# What documents refer to


class Canary:
    """Counts who connects to it."""

    def __init__(self) -> None:
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()


MARKUP = [
    '<img src="URL/a.png">', '<img srcset="URL/a.png 2x">', '<link rel="stylesheet" href="URL/a.css">',
    '<script src="URL/a.js"></script>', '<iframe src="URL/a.html"></iframe>', '<object data="URL/a.pdf"></object>',
    '<embed src="URL/a.pdf">', '<video poster="URL/a.png" src="URL/a.mp4"></video>', '<audio src="URL/a.mp3"></audio>',
    '<meta http-equiv="refresh" content="0;url=URL/a">', '<base href="URL/">', '<body background="URL/a.png">',
    '<div style="background:url(URL/a.png)">x</div>', "<style>@import url(URL/a.css);</style>",
    '<svg><image href="URL/a.png"/><use href="URL/a.svg#x"/></svg>', '<input type="image" src="URL/a.png">',
    '<link rel="preload" href="URL/a.woff" as="font">', '<form action="URL/a"><input autofocus></form>',
    '<table background="URL/a.png"><tr><td>x</td></tr></table>', '<frameset><frame src="URL/a"></frameset>',
]  # fmt: skip
PLAIN = {
    "image.md": "Words.\n\n![x](URL/a.png)\n\n![y][z]\n\n[z]: URL/b.png\n",
    "page.rst": "Words.\n\n.. image:: URL/a.png\n\n.. include:: URL/a.txt\n\n.. raw:: html\n   :url: URL/a\n",
    "notes.org": "Words.\n\n#+INCLUDE: \"URL/a.org\"\n[[URL/a.png]]\n",
    "sheet.csv": 'name,value\nx,"=WEBSERVICE(""URL/a"")"\ny,=IMAGE("URL/a.png")\n',
    "data.json": '{"$ref": "URL/a.json", "words": "some words"}',
    "data.xml": '<!DOCTYPE a SYSTEM "URL/a.dtd"><a><b>Some words.</b></a>',
    "entity.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "URL/a.txt">]><a>Some words. &x;</a>',
    "include.xml": '<a xmlns:xi="http://www.w3.org/2001/XInclude">Words.<xi:include href="URL/a.xml"/></a>',
    "style.xml": '<?xml-stylesheet href="URL/a.xsl" type="text/xsl"?><a>Some words.</a>',
    "picture.svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="URL/a.png"/><text>Words.</text></svg>',
    "words.rtf": r"{\rtf1 Some words. {\field{\*\fldinst INCLUDEPICTURE URL/a.png}}{\*\template URL/a.dot}}",
    "mail.eml": "From: a@b.c\nSubject: x\nContent-Type: text/html\n\n<p>Words.</p><img src='URL/a.png'>",
    "body.eml": 'From: a@b.c\nSubject: x\nContent-Type: message/external-body; URL="URL/a"; '
    "access-type=URL\n\nContent-Type: text/plain\n\nWords.",
    "text.txt": "Some words, and URL/a is an address.",
    "code.py": "import urllib.request\nurllib.request.urlopen('URL/a')\n",
    "config.yaml": "a: !!python/object/apply:os.system ['curl URL/a']\nb: some words\n",
}  # fmt: skip
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def word(kind: str, url: str) -> bytes:
    """Return a Word document with a relationship of a kind to an outside address."""
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    main = f'<Relationship Id="r1" Type="{REL}/officeDocument" Target="word/document.xml"/>'
    outer = f'<Relationship Id="r9" Type="{REL}/{kind}" Target="{url}/a" TargetMode="External"/>'
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>Some words in a letter.</w:t></w:r></w:p></w:body></w:document>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", relations.format(main))
        archive.writestr("word/document.xml", body)
        archive.writestr("word/_rels/document.xml.rels", relations.format(outer))
    return data.getvalue()


def pdf(url: str, action: str) -> bytes:
    """Return a PDF that opens, submits to or imports from an outside address."""
    from pdf_maker import make_pdf

    return make_pdf([[(72, 700, 11, "Some words on a page.")]]).replace(
        b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /%s /URI (%s/a) /F (%s/a) >>"
        % (action.encode(), url.encode(), url.encode()),
    )  # fmt: skip


def documents(url: str) -> dict[str, bytes]:
    found = {f"page{n}.html": f"<p>Some words.</p>{markup}" for n, markup in enumerate(MARKUP)} | PLAIN
    data = {name: text.replace("URL", url).encode() for name, text in found.items()}
    kinds = (
        "image",
        "attachedTemplate",
        "oleObject",
        "hyperlink",
        "frame",
        "subDocument",
        "video",
        "mailMergeSource",
    )
    data |= {f"{kind}.docx": word(kind, url) for kind in kinds}
    data |= {
        f"{action}.pdf": pdf(url, action) for action in ("URI", "SubmitForm", "ImportData", "GoToR", "Launch")
    }
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("inner.html", f"<p>Words within.</p><img src='{url}/a.png'>")
    return {**data, "bundle.zip": bundle.getvalue()}


def test_nothing_that_a_document_refers_to_is_fetched(tmp_path):
    canary = Canary()
    try:
        with socket.create_connection(("127.0.0.1", int(canary.address.rpartition(":")[2]))):
            pass  # it sings
        for name, data in documents(canary.address).items():
            (tmp_path / "in").mkdir(exist_ok=True)
            (tmp_path / "in" / name).write_bytes(data)
        assert len(list((tmp_path / "in").iterdir())) >= 50
        with library_at(tmp_path / "home") as library:
            report = library.add(resolve([tmp_path / "in"], allow_private=True), "default")
            assert len(report.added) >= 40
    finally:
        canary.close()
    assert canary.connections == 1


@pytest.mark.parametrize("name", ["../x.txt", "/abs.txt", "a/../../x.txt", "C:\\x.txt", "..\\x.txt"])
def test_a_member_of_an_archive_is_written_nowhere(tmp_path, name):
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "bundle.zip", "w") as archive:
        archive.writestr(name, "Some words within.")
    before = tree(tmp_path)
    with library_at(tmp_path / "home") as library:
        library.add(resolve([tmp_path / "in"]), "default")
        assert all(len(path.name) == 64 for path in library.originals.iterdir())
    assert {each for each in tree(tmp_path) if not each.startswith("home")} == before
