"""Tables as programs export them: lines above the header, and a first line for Excel alone."""

from ingest.readers.choose import read

SUMS = "Name;Sum\nAnn;5\nBob;6\n"


def rows(source: str) -> list[tuple[str, str]]:
    """Each block with the label of its mark."""
    reading = read(source.encode(), "sums.csv")
    return [(mark.label, reading.text[mark.start : mark.end]) for mark in reading.marks]


def test_several_lines_above_a_header_name_no_column():
    found = rows(f"Sums of the year;\nAs of 2 March 2020;\n;\n{SUMS}")
    assert found == [
        ("row 1", "Sums of the year"),
        ("row 2", "As of 2 March 2020"),
        ("row 5", "Name: Ann; Sum: 5"),
        ("row 6", "Name: Bob; Sum: 6"),
    ]


def test_a_first_line_that_states_the_separator_is_followed_and_is_no_text():
    expected = [("row 3", "Name: Ann; Sum: 5"), ("row 4", "Name: Bob; Sum: 6")]
    assert rows(f"sep=;\r\n{SUMS}") == expected
    assert rows(f"\ufeffsep=^\n{SUMS.replace(';', '^')}") == expected


def test_a_table_of_one_column_is_read_as_it_is():
    assert rows("Name\nAnn\nBob\n") == [("row 1", "Name"), ("row 2", "Ann"), ("row 3", "Bob")]
