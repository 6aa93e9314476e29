"""Sheets with the place of every cell, slides with their number, and what files state about themselves."""

import io
import zipfile

import pytest

from chat.verify.place import locator_of
from ingest import errors
from ingest.document import Document
from ingest.readers.choose import read
from ingest.readers.sheets import plain

CORE = (
    '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="urn:dc"><dc:title>{title}</dc:title>'
    "<dc:creator>{creator}</dc:creator></cp:coreProperties>"
)
ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def packed(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(
    sheets: dict[str, tuple[str, dict[str, str | float]]], title: str = "", creator: str = ""
) -> bytes:
    """An xlsx of sheets: their state (visible, hidden) and their cells by place."""
    entries = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, (name, (state, _)) in enumerate(sheets.items(), 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": "<Relationships xmlns="
        '"http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
        f'2006/relationships"><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": "<Relationships xmlns="
        f'"http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>',
        "docProps/core.xml": CORE.format(title=title, creator=creator),
    }
    for number, (_, cells) in enumerate(sheets.values(), 1):
        rows: dict[int, str] = {}
        for place, value in cells.items():
            row = int("".join(filter(str.isdigit, place)))
            cell = (
                f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
                if isinstance(value, str)
                else f'<c r="{place}"><v>{value}</v></c>'
            )
            rows[row] = rows.get(row, "") + cell
        body = "".join(f'<row r="{row}">{content}</row>' for row, content in sorted(rows.items()))
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
        )
    return packed(**parts)


SUMS: dict[str, str | float] = {
    "C5": "In thousand euros",
    "C7": "Year",
    "D7": "Income",
    "F7": "Costs",
    "C8": 2023.0,
    "D8": 12.5,
    "F8": "none",
    "C9": 2024.0,
    "D9": 13.0,
}


def test_cells_have_their_places_and_rows_their_columns_names():
    reading = read(workbook({"Sums": ("visible", SUMS)}, "Accounts", "Ann Lee"), "a.xlsx")
    assert reading.text == (
        "Sums\n\nIn thousand euros\n\nYear; Income; Costs\nYear: 2023; Income: 12.5; Costs: none\n"
        "Year: 2024; Income: 13"
    )
    assert (reading.title, reading.metadata["author"]) == ("Accounts", "Ann Lee")
    assert reading.found["author"].how == "document properties"
    places = {mark.label: reading.text[mark.start : mark.end] for mark in reading.marks}
    assert places["Sums!C5"] == "In thousand euros"
    assert places["Sums!F8"] == "Costs: none"
    assert places["Sums!D9"] == "Income: 13"
    document = Document("d", 1, "default", "a", "a", "a", "0" * 64, reading)
    start = reading.text.index("Year: 2023")
    assert locator_of(document, start, start + 38) == "Sums!C8:F8"


def test_a_hidden_sheet_is_marked_hidden_and_software_is_no_author():
    data = workbook(
        {"Open": ("visible", {"A1": "Seen."}), "Secret": ("hidden", {"A1": "Unseen."})}, "", "openpyxl"
    )
    reading = read(data, "a.xlsx")
    assert [reading.text[start:end] for start, end in reading.hidden] == ["Secret", "Unseen."]
    assert "author" not in reading.metadata


def test_values_without_a_format_are_plain():
    from datetime import date, datetime, time

    values = [
        1.0,
        0.1 + 0.2,
        1e20,
        True,
        datetime(2024, 3, 1),
        datetime(2024, 3, 1, 9, 30),
        date(2024, 3, 1),
        time(9),
    ]
    assert [plain(value) for value in [*values, " a\nb ", None]] == [
        "1", "0.3", "100000000000000000000", "TRUE", "2024-03-01", "2024-03-01 09:30:00", "2024-03-01",
        "09:00:00", "a b", "",
    ]  # fmt: skip


def odp(*slides: str, manifest: str = "<manifest/>") -> bytes:
    pages = "".join(f"<draw:page>{slide}</draw:page>" for slide in slides)
    kinds = {"draw": "drawing", "text": "text", "presentation": "presentation", "office": "office"}
    names = " ".join(f'xmlns:{short}="{ODF}{full}:1.0"' for short, full in kinds.items())
    return packed(
        mimetype="application/vnd.oasis.opendocument.presentation",
        **{
            "META-INF/manifest.xml": manifest,
            "content.xml": f"<office:document-content {names}>{pages}</office:document-content>",
            "meta.xml": CORE.format(title="The plan", creator="Ann Lee"),
        },
    )


def test_slides_of_an_open_document_have_their_number_and_their_notes():
    notes = "<presentation:notes><text:p>Say this slowly.</text:p></presentation:notes>"
    first = "<text:p>The plan</text:p><text:p>Nobody<text:s/>signed<text:tab/>it.</text:p>"
    reading = read(odp(first + notes, "<text:h>Later</text:h>"), "a.odp")
    assert reading.text == "The plan\n\nNobody signed it.\n\nSay this slowly.\n\nLater"
    assert [(page.number, page.label) for page in reading.pages] == [(1, "slide 1"), (2, "slide 2")]
    assert (reading.title, reading.metadata["author"]) == ("The plan", "Ann Lee")


def test_protected_and_damaged_files_say_so():
    with pytest.raises(errors.ProtectedSource):
        read(odp("<text:p>x</text:p>", manifest="<a><encryption-data/></a>"), "a.odp")
    whole = odp("<text:p>Words.</text:p>")
    with pytest.raises(errors.UnknownFormat):
        read(whole[: len(whole) // 2], "a.odp")
    with pytest.raises(errors.UnknownFormat):
        read(packed(**{"xl/workbook.xml": "<broken", "xl/x": ""}), "a.xlsx")
