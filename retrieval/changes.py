"""Changes beside documents' texts: collections, what the user says of a document, what is set aside, moves.

Each is one transaction; the indexes follow (`retrieval.writer`). Nothing is read again, and only a changed
title is embedded anew, since passages are embedded with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from ingest.catalogue import forget_failure
from ingest.collection import (
    DEFAULT,
    check_name,
    delete_collection,
    put_collection,
    rename_collection,
)
from ingest.document import Document
from ingest.edits import FIELDS, checked, delete_edits, put_beside, put_edits, with_values
from ingest.errors import InvalidSetting
from retrieval import removing
from retrieval.passages import put_aside, put_passages
from retrieval.prepare import Cut, Prepared, encode
from retrieval.report import Receipt
from retrieval.within import below

if TYPE_CHECKING:
    from retrieval.library import Library


def create(library: "Library", name: str) -> None:
    """Make an empty collection; raises InvalidSetting if there is one of that name."""
    with library.writing(), library.database.write() as connection:
        if not put_collection(connection, check_name(name)) or name == DEFAULT:
            raise InvalidSetting(f"there is a collection {name!r} already; choose another name")


def rename(library: "Library", old: str, new: str) -> None:
    """Give a collection another name; its documents keep their ids. Raises NotInLibrary, InvalidSetting."""
    with library.writing():
        library.collections.require(old)
        if old == DEFAULT:
            raise InvalidSetting(f"the collection {DEFAULT!r} keeps its name: documents go there unless told")
        if check_name(new) in {each.name for each in library.collections.all()}:
            raise InvalidSetting(f"there is a collection {new!r} already; choose another name")
        library.writer.change(lambda connection: rename_collection(connection, old, new))


def remove_collection(
    library: "Library", name: str, *, with_documents: bool = False, purge: bool = False
) -> list[Receipt]:
    """Remove a collection, with the documents that are in it only if that is said.

    Raises NotInLibrary, and InvalidSetting when there are documents in it.
    """
    with library.writing():
        library.collections.require(name)
        rows = library.catalogue.states("ready", "superseded")
        ids = list(dict.fromkeys(row["id"] for row in rows if row["collection"] == name))
        if ids and not with_documents:
            raise InvalidSetting(
                f"there are {len(ids)} documents in the collection {name!r}; "
                "say that they are to go with it (--with-documents)"
            )
        receipts = removing.remove(library, ids, purge=purge)
        with library.database.write() as connection:
            delete_collection(connection, name)
        return receipts


def edit(library: "Library", name: str, values: Mapping[str, str | None], reset: Sequence[str] = ()) -> None:
    """Set what is known of a document, or take that back; the text and every footnote stay as they are.

    An empty value says that nothing is known. Raises NotInLibrary, and InvalidSetting for a value that
    cannot be.
    """
    with library.writing():
        given = checked(values)
        for field in reset:
            if field not in FIELDS:
                raise InvalidSetting(f"{field!r} cannot be set; there are {', '.join(FIELDS)}")
        document = library.document(name)
        source = library.edits.undone(document)
        edits = {k: v for k, v in {**library.edits.of(name), **given}.items() if k not in reset}
        _put(library, document, source, edits)


def move(library: "Library", name: str, origin: str, label: str) -> None:
    """Say that a document's file has another name now; it keeps its id, and its footnotes.

    So does what stands within it. The caller holds the library for writing.
    """
    rows = library.catalogue.states("ready")
    old = library.document(name)
    for each in [name, *below(rows, [name])]:
        document = library.document(each)
        source = library.edits.undone(document)
        metadata = dict(source.reading.metadata)
        if "parent_source" in metadata:
            metadata["parent_source"] = _begun(metadata["parent_source"], old.source, label)
        moved = replace(
            source,
            origin=_begun(source.origin, old.origin, origin),
            source=_begun(source.source, old.source, label),
            title=Path(label).name if source.title == Path(old.source).name else source.title,
            reading=replace(source.reading, metadata=metadata),
        )
        _put(library, document, moved, library.edits.of(each))


def _begun(text: str, old: str, new: str) -> str:
    """Give a text that begins with the old words the new ones."""
    return new + text.removeprefix(old) if text.startswith(old) else text


def set_aside(library: "Library", names: Sequence[str], aside: bool) -> None:
    """Keep documents and search them no more, or search them again; raises NotInLibrary and changes none."""
    with library.writing():
        for name in names:
            library.document(name)

        def change(connection: Connection) -> Sequence[str]:
            put_aside(connection, names, aside)
            return names

        library.writer.change(change)


def _put(library: "Library", old: Document, source: Document, edits: Mapping[str, str | None]) -> None:
    """Store a document as its source has it, with the user's edits on top of that."""
    new = with_values(source, edits)
    again = list[Prepared]()
    if new.title != old.title:
        passages = library.passages.of_document(new.id, new.version)
        again = encode([Cut(new, passages, None, {})], library.embedder)
    generation = library.passages.generation

    def change(connection: Connection) -> Sequence[str]:
        delete_edits(connection, new.id)
        put_edits(connection, source, edits)
        put_beside(connection, new)
        forget_failure(connection, new.origin, new.collection)
        for item in again:
            put_passages(connection, generation, item.passages, item.encoded)
        return [new.id]

    library.writer.change(change)
