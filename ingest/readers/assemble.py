"""Putting a stored text together piece by piece, with its blocks, headings and marks."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import Heading, Mark, OcrWord, Page, Reading
from ingest.errors import EmptySource

if TYPE_CHECKING:
    from ingest.readers.pdf_layout import Layout


class Assembly:
    """Text that grows by blocks; offsets are taken while it grows, so they cannot drift."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._page_start: int | None = None
        self.blocks: list[tuple[int, int]] = []
        self.headings: list[Heading] = []
        self.marks: list[Mark] = []
        self.pages: list[Page] = []
        self.ocr: list[OcrWord] = []

    def write(self, text: str) -> tuple[int, int]:
        """Append `text` as it is and return its span."""
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start, self._length

    def add(
        self, text: str, *, level: int | None = None, mark: str | None = None, joint: str = "\n\n"
    ) -> None:
        """Append one block after `joint`; a `level` makes it a heading. Blank text is left out."""
        text = text.strip()
        if not text:
            return
        if self._length:
            self.write(joint)
        start, end = self.write(text)
        if self._page_start is None:
            self._page_start = start
        self.blocks.append((start, end))
        if level is not None:
            self.headings.append(Heading(start, end, level))
        if mark is not None:
            self.marks.append(Mark(start, end, mark))

    def row(self, cells: list[tuple[str, str]], *, joint: str = "\n") -> None:
        """Append one block of cells, pairs of place and text, each with its place as a mark."""
        cells = [(place, " ".join(text.split())) for place, text in cells if text.strip()]
        self.add("; ".join(text for _, text in cells), joint=joint)
        position = self.blocks[-1][0] if cells else 0
        for place, text in cells:
            self.marks.append(Mark(position, position + len(text), place))
            position += len(text) + 2

    def picture(self, layout: "Layout", mark: str) -> None:
        """Append what was read from a picture, one place for all of it."""
        if self._length:
            self.write("\n\n")
        start, end = self.write("".join(layout.parts))
        if self._page_start is None:
            self._page_start = start
        self.blocks += [(first + start, last + start) for first, last in layout.blocks]
        self.ocr += [replace(word, start=word.start + start, end=word.end + start) for word in layout.ocr]
        self.marks.append(Mark(start, end, mark))

    def close_page(self, number: int, label: str | None = None) -> None:
        """Call what was added since the last page one page; without text it is none."""
        if self._page_start is not None:
            self.pages.append(Page(number, self._page_start, self._length, label))
        self._page_start = None

    def table(
        self, rows: list[list[str]], *, has_header: bool = True, marks: list[str] | None = None
    ) -> None:
        """Append one block a row: `Header: value; Header: value`, empty cells left out.

        Without a header, columns are named as in a spreadsheet: A, B… A table of one row or one column is
        written as it is. `marks` holds a label for each row, header included.
        """
        rows = [[" ".join(cell.split()) for cell in row] for row in rows]
        plain = max((sum(map(bool, row)) for row in rows), default=0) <= 1 or (len(rows) == 1 and has_header)
        names: list[str] = []
        for index, row in enumerate(rows):
            mark = marks[index] if marks else None
            joint = "\n" if index else "\n\n"
            if plain:
                self.add("; ".join(filter(None, row)), mark=mark, joint=joint)
            elif index == 0 and has_header:
                names = row
            elif row == names:
                self.add("; ".join(filter(None, row)), mark=mark, joint=joint)  # a header repeated
            else:
                named = ((_name(names, column), cell) for column, cell in enumerate(row) if cell)
                self.add(
                    "; ".join(f"{name}: {cell}" if name else cell for name, cell in named),
                    mark=mark,
                    joint=joint,
                )
        if has_header and not plain and not any(map(any, rows[1:])):
            self.add("; ".join(filter(None, rows[0])))

    @property
    def text(self) -> str:
        """What was assembled so far."""
        return "".join(self._parts)

    def reading(
        self,
        name: str,
        media_type: str,
        *,
        title: str | None = None,
        published: str | None = None,
        metadata: dict[str, str] | None = None,
    ) -> Reading:
        """The finished reading. Raises EmptySource when nothing but blank was added."""
        text = self.text
        if not text.strip():
            raise EmptySource(name, "it holds no text; nothing to add")
        return Reading(
            text=text,
            media_type=media_type,
            title=" ".join((title or "").split()) or None,
            published=published,
            blocks=tuple(self.blocks),
            pages=tuple(self.pages),
            headings=tuple(self.headings),
            marks=tuple(self.marks),
            ocr=tuple(self.ocr),
            metadata={key: value for key, value in (metadata or {}).items() if value},
        )


def _name(names: list[str], column: int) -> str:
    """A column's header; a spreadsheet letter where the table has none at all."""
    if names:
        return names[column].rstrip(":") if column < len(names) else ""
    return column_letters(column)


def column_letters(column: int) -> str:
    """A column's letters as a spreadsheet names it; columns count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
