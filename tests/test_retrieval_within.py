"""Attachments and members of archives: documents that know, follow and leave with their parent."""

import io
import zipfile

from fakes import library_at

from retrieval.sources import resolve


def packed(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def mail(subject: str, **attached: bytes) -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.org", "bob@example.org", subject
    message.set_content("See what is attached.")
    for name, content in attached.items():
        message.add_attachment(content, maintype="text", subtype="plain", filename=name)
    return message.as_bytes()


def added(library, *paths):
    return library.add(resolve([str(path) for path in paths]), "default")


def sources(library, root) -> dict[str, str]:
    """Each document's source below the folder, and its parent's source."""
    found = {}
    for info in library.documents():
        parent = library.document(info.id).reading.metadata.get("parent")
        name = info.source.removeprefix(f"{root}/")
        found[name] = library.document(parent).source.removeprefix(f"{root}/") if parent else ""
    return found


def test_members_within_members_are_documents_that_know_their_parent(tmp_path):
    letter = mail("Invoice", **{"sums.txt": b"The total was 4,200 euros."})
    (tmp_path / "box.zip").write_bytes(packed(**{"in/letter.eml": letter, "note.txt": b"Nobody signed it."}))
    with library_at(tmp_path / "home") as library:
        report = added(library, tmp_path / "box.zip")
        assert not report.failed
        assert sources(library, tmp_path) == {
            "box.zip": "",
            "box.zip › in/letter.eml": "box.zip",
            "box.zip › in/letter.eml › sums.txt": "box.zip › in/letter.eml",
            "box.zip › note.txt": "box.zip",
        }
        hit = library.search("total euros", limit=1)[0]
        assert hit.source.endswith("sums.txt")
        assert library.original(hit.passage.document_id) == b"The total was 4,200 euros."


def test_what_left_the_parent_leaves_the_library_and_removal_takes_all(tmp_path):
    path = tmp_path / "box.zip"
    with library_at(tmp_path / "home") as library:
        path.write_bytes(
            packed(**{"a.txt": b"Alpha was here.", "b.txt": b"Beta was here.", "bad.pdf": b"%PDF-x"})
        )
        assert [failure.source.rpartition(" › ")[2] for failure in added(library, path).failed] == ["bad.pdf"]
        assert added(library, path).added == ()
        path.write_bytes(packed(**{"a.txt": b"Alpha was here."}))
        assert len(added(library, path).added) == 1
        assert sources(library, tmp_path) == {"box.zip": "", "box.zip › a.txt": "box.zip"}
        assert library.failures() == []
        assert not any("Beta" in hit.passage.text for hit in library.search("beta"))
        parent = next(info.id for info in library.documents() if info.source.endswith("box.zip"))
        receipts = library.remove([parent])
        assert [receipt.left for receipt in receipts] == [0, 0]
        assert library.documents() == []


def test_names_that_lead_out_are_names_only(tmp_path):
    members = {
        "../../evil.txt": b"Words of one.",
        "/etc/evil.txt": b"Words of another.",
        "a\\..\\b.txt": b"Third.",
    }
    (tmp_path / "slip.zip").write_bytes(packed(**members))
    before = {path for path in tmp_path.parent.rglob("evil.txt")}
    with library_at(tmp_path / "home") as library:
        assert len(added(library, tmp_path / "slip.zip").added) == 4
    assert {path for path in tmp_path.parent.rglob("evil.txt")} == before


def test_deep_nesting_and_bombs_are_listed_with_their_reason(tmp_path):
    data = b"The innermost words."
    for depth in range(6):
        data = packed(**{f"{depth}.zip" if depth else "words.txt": data})
    (tmp_path / "deep.zip").write_bytes(data)
    huge = io.BytesIO()
    with zipfile.ZipFile(huge, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", b"0" * (210 << 20))
        archive.writestr("good.txt", "A good word.")
    (tmp_path / "bomb.zip").write_bytes(huge.getvalue())
    with library_at(tmp_path / "home") as library:
        reasons = {
            failure.source.rpartition("/")[2]: failure.reason
            for failure in added(library, tmp_path / "deep.zip", tmp_path / "bomb.zip").failed
        }
        assert "within 5 files" in reasons.pop("deep.zip › 5.zip › 4.zip › 3.zip › 2.zip › 1.zip")
        assert "over the limits" in reasons.pop("bomb.zip › zeros.txt")
        assert not reasons
        assert any(info.source.endswith("good.txt") for info in library.documents())
