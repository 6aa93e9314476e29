"""The reading process: limits, crashes, and what it may see."""

import io
import zipfile
from pathlib import Path

import pytest

from ingest import errors
from ingest.worker import Worker


@pytest.fixture(scope="module")
def worker():
    with Worker(seconds=3, memory_bytes=300 << 20, output_chars=2_000_000) as running:
        yield running


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "kept"
    path.write_text("A fine day. 🎉 Nothing to add.\r\n", newline="")
    return path


def zipped(parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def docx_of(paragraphs):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "<w:p><w:r><w:t>Words here</w:t></w:r></w:p>" * paragraphs
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        }
    )


def far_cell():
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/s.xml"/>'
            "</Relationships>",
            "xl/worksheets/s.xml": f'<worksheet xmlns="{main}">'
            '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>',
        }
    )


def test_reads_in_a_child_what_the_file_holds(worker, good):
    reading = worker.read(good, "day.txt")
    assert reading.text == "A fine day. 🎉 Nothing to add.\r\n"
    assert reading.blocks == ((0, 29),)


@pytest.mark.parametrize("bomb", ["docx", "xlsx"])
def test_a_bomb_is_stopped_or_refused_and_the_next_file_reads(worker, good, tmp_path, bomb):
    path = tmp_path / "bomb"
    path.write_bytes(docx_of(1_000_000) if bomb == "docx" else far_cell())
    try:
        reading = worker.read(path, f"bomb.{bomb}")
    except errors.UnreadableSource as error:
        assert error.source == f"bomb.{bomb}"
        assert "\n" not in error.reason
    else:
        assert len(reading.text) < 2_000_000
    assert worker.read(good, "day.txt").text.startswith("A fine day")


def test_time_is_limited(good):
    with Worker(seconds=0.0) as hasty, pytest.raises(errors.TooLarge, match="0 seconds"):
        for _ in range(20):
            hasty.read(good, "day.txt")
            hasty.close()


def test_memory_is_limited(good):
    with Worker(memory_bytes=1 << 20) as small, pytest.raises(errors.TooLarge, match="1 MB of memory"):
        for _ in range(20):
            small.read(good, "day.txt")
            small.close()


def test_output_is_limited(tmp_path):
    path = tmp_path / "long"
    path.write_text("word " * 1000)
    with Worker(output_chars=100) as terse, pytest.raises(errors.TooLarge, match="100 characters"):
        terse.read(path, "long.txt")


def test_a_child_killed_while_idle_is_replaced(worker, good):
    worker.read(good, "day.txt")
    worker._child.kill()
    worker._child.wait()
    assert worker.read(good, "day.txt").text.startswith("A fine day")


def test_errors_keep_their_kind_and_the_folder_goes_at_close(tmp_path):
    path = tmp_path / "empty"
    path.write_bytes(b" ")
    worker = Worker()
    with pytest.raises(errors.EmptySource) as caught:
        worker.read(path, "empty.txt")
    assert caught.value.source == "empty.txt"
    folder = worker._folder
    assert Path(folder).stat().st_mode & 0o777 == 0o700
    worker.close()
    assert not Path(folder).exists()


def test_the_child_sees_no_keys_and_runs_nothing_from_the_folder(tmp_path, good, monkeypatch):
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest" / "__init__.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    monkeypatch.setenv("HTTPS_PROXY", "http://canary")
    with Worker() as worker:
        assert worker.read(good, "day.txt").text
        import psutil

        environment = psutil.Process(worker._child.pid).environ()
    assert "canary" not in " ".join(environment.values())
