"""A document's own date and author, off the lines below its title; a date in prose is none."""

import pytest
from test_ingest_readers_word import docx

from ingest.readers.choose import read

PROSE = "The harbour board met in private on Tuesday and heard what the engineers had found there.\n" * 3


def stated(line: str) -> tuple[str | None, str | None]:
    reading = read(f"Harbour report\n\n{line}\n\n{PROSE}".encode(), "a.txt")
    place = reading.found.get("published")
    assert place is None or reading.text[place.start : place.end] == line
    return reading.published, reading.metadata.get("author")


@pytest.mark.parametrize(
    "line",
    [
        "Published 27 April 2023",
        "PUBLISHED: APRIL 27, 2023",
        "Published Thu 27 Apr 2023 10.00 BST",
        "First published on 27 April 2023",
        "Posted April 27, 2023 at 5:04 p.m. ET",
        "Last updated: 27 April 2023",
        "Updated 27 April 2023",
        "Published 27 April 2023, last updated 3 May 2024",
        "Updated: 3 May 2024 | Published: 12:01 GMT, 27 April 2023",
        "FOR IMMEDIATE RELEASE: April 27, 2023",
        "Release date: 27 April 2023",
        "London, 27 April 2023",
        "LONDON, April 27, 2023 (Harrow Wire) -- The board met.",
        "Argued December 1, 2021—Decided April 27, 2023",
        "Dated this 27th day of April, 2023",
        "Thursday, April 27, 2023",
    ],
)
def test_a_line_that_is_about_a_date_is_the_documents_date(line):
    assert stated(line) == ("2023-04-27", None)


@pytest.mark.parametrize(
    "line",
    ["By Ann Lee | 27 April 2023", "By Ann Lee, 27 April 2023", "Published on 27 April 2023 by Ann Lee"],
)
def test_with_who_wrote_it(line):
    assert stated(line) == ("2023-04-27", "Ann Lee")


@pytest.mark.parametrize(
    "line",
    [
        "Published 27 April 2023 in the gazette, the order took effect.",
        "It was published 27 April 2023",
        "published 27 April 2023",
        "Updated daily since 27 April 2023",
        "Date of birth: 27 April 1954",
        "27 April 2023 – The board met",
        "Effective date: 27 April 2023",
        "Published 27/04/2023",
    ],
)
def test_other_lines_with_dates_are_not(line):
    assert stated(line)[0] is None


def test_what_was_first_counts_before_what_was_changed():
    lines = "Last updated 3 May 2024\n\nPublished 27 April 2023"
    assert read(f"Report\n\n{lines}\n\n{PROSE}".encode(), "a.txt").published == "2023-04-27"
    words = ("Harbour report", "Published 27 April 2023", PROSE)
    body = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in words)
    assert read(docx(body), "a.docx").published == "2023-04-27"
    page = f"<html><body><h1>Harbour report</h1><p>Published 27 April 2023</p><p>{PROSE}</p></body></html>"
    assert read(page.encode(), "a.html").published == "2023-04-27"
