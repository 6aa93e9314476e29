"""/library/ID/about: all that is known of one document, where each thing was found, and what can be changed.

GET  /library/ID/about       the page
POST /library/ID/about       sets what is known of it, or takes that back
POST /library/ID/enabled     searches it again, or sets it aside
GET  /library/ID/original    the file as it came, to be saved, never shown
"""

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from chat.page.listed import kind, size
from ingest.edits import FIELDS, value_of
from ingest.errors import InvalidSetting, NotInLibrary

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.assistant import Assistant
    from chat.page.shell import Site
    from chat.remote import RemoteAssistant
    from ingest.document import Document

_NAMES = {
    "title": "Title",
    "author": "Author",
    "publisher": "Publisher",
    "language": "Language",
    "published": "Date of publication",
}
_OTHERS = {
    "url": "Fetched from",
    "retrieved_at": "Fetched at",
    "parent_source": "Stands within",
    "description": "Description",
}
_LISTED = 12  # places and near-duplicates that are named


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is known of a document; `said` is what its source says where the user says otherwise."""

    name: str
    label: str
    value: str
    how: str
    edited: bool


def build_about(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Form, Request
    from fastapi.responses import HTMLResponse, RedirectResponse, Response

    router = APIRouter()

    @router.get("/library/{identity}/about")
    def about(request: Request, identity: str, said: str = "") -> HTMLResponse:
        """Show all that is known of a document."""
        assistant = site.mine(request)
        return site.page(
            request,
            "about.html",
            "/library",
            **known(assistant, identity),
            said=said[:200],
            wrong="",
            given={},
        )

    @router.post("/library/{identity}/about")
    def change(
        request: Request,
        identity: str,
        title: Annotated[str | None, Form()] = None,
        author: Annotated[str | None, Form()] = None,
        publisher: Annotated[str | None, Form()] = None,
        language: Annotated[str | None, Form()] = None,
        published: Annotated[str | None, Form()] = None,
        reset: Annotated[str, Form()] = "",
    ) -> Response:
        """Set what differs from what is known; what was typed stays on the page if it cannot be."""
        assistant = site.mine(request)
        given = {
            name: value
            for name, value in zip(FIELDS, (title, author, publisher, language, published), strict=True)
            if value is not None
        }
        document = assistant.document(identity)
        changed = {
            name: value
            for name, value in given.items()
            if " ".join(value.split()) != (value_of(document, name) or "")
        }
        try:
            if reset:
                assistant.edit(identity, {}, reset=[reset])
            elif changed:
                assistant.edit(identity, changed)
        except InvalidSetting as error:
            values = known(assistant, identity)
            return site.page(
                request, "about.html", "/library", 409, **values, said="", wrong=str(error), given=given
            )
        if reset:
            words = f"{_NAMES.get(reset, reset)} is what the source says again."
        else:
            names = ", ".join(_NAMES[name].lower() for name in changed)
            words = f"Kept: {names}." if changed else "Nothing differed, so nothing was changed."
        return RedirectResponse(f"/library/{quote(identity)}/about?said={quote(words)}", 303)

    @router.post("/library/{identity}/enabled")
    def enabled(request: Request, identity: str, enabled: Annotated[bool, Form()]) -> Response:
        """Search it again, or set it aside."""
        assistant = site.mine(request)
        (assistant.enable if enabled else assistant.disable)(identity)
        words = "It is searched again." if enabled else "It is set aside: kept, and not searched."
        return RedirectResponse(f"/library/{quote(identity)}/about?said={quote(words)}", 303)

    @router.get("/library/{identity}/original")
    def original(request: Request, identity: str, v: int | None = None) -> Response:
        """Give the file as it came; a browser saves it, whatever it is."""
        assistant = site.mine(request)
        document = assistant.document(identity, v)
        data = assistant.original(identity, v)
        if data is None:
            raise NotInLibrary(f"{document.source} came as text; there is no file of it")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name(document), safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return Response(data, media_type="application/octet-stream", headers=headers)

    return router


def known(assistant: "Assistant | RemoteAssistant", identity: str) -> dict[str, Any]:
    """Return what the page shows; raises NotInLibrary."""
    info = assistant.document_info(identity)
    document = assistant.document(identity)
    reading = document.reading
    edited = assistant.edits(identity)
    fields = []
    for name in FIELDS:
        how = "you set it" if name in edited else reading.found[name].how if name in reading.found else ""
        if not how:
            how = "as the source states it" if value_of(document, name) else "not stated in the source"
        if name == "title" and name not in edited and not reading.title:
            how = "the file's name, since the source states none"
        fields.append(Field(name, _NAMES[name], value_of(document, name) or "", how, name in edited))
    groups = assistant.origins()
    mine = groups.get(identity)
    copies = [name for name, group in groups.items() if mine is not None and group == mine]
    original = assistant.original(identity)
    return {
        "info": info,
        "kind": kind(info.media_type),
        "fields": fields,
        "others": [
            (label, reading.metadata[name]) for name, label in _OTHERS.items() if reading.metadata.get(name)
        ],
        "versions": assistant.versions(identity),
        "notes": _notes(document, info.note),
        "places": [mark.label for mark in reading.marks[:_LISTED]],
        "more_places": max(0, len(reading.marks) - _LISTED),
        "copies": [_named(assistant, name) for name in copies if name != identity][:_LISTED],
        "copies_in_all": len(copies),
        "size": size(len(original)) if original is not None else "",
        "parts": [part.name for part in reading.parts[:_LISTED]],
        "more_parts": max(0, len(reading.parts) - _LISTED),
    }


def file_name(document: "Document") -> str:
    """Return what a document's file is to be called when it is saved."""
    name = PurePath(document.source.replace("\\", "/").rstrip("/")).name or document.title
    return (
        "".join("_" if sign in '/\\:*?"<>|' or ord(sign) < 32 else sign for sign in name)[:150] or "document"
    )


def _named(assistant: "Assistant | RemoteAssistant", name: str) -> tuple[str, str, str]:
    info = assistant.document_info(name)
    return name, info.title, info.source


def _notes(document: "Document", unread: str | None) -> list[str]:
    notes = [f"{unread[0].upper()}{unread[1:]}."] if unread else []
    if document.reading.hidden:
        words = " … ".join(
            document.text[start:end].strip()[:80] for start, end in document.reading.hidden[:3]
        )
        notes.append(f"Words in the file that are not to be seen on its page, kept out of answers: {words}")
    if document.reading.ocr:
        doubtful = sum(word.confidence < 0.8 for word in document.reading.ocr)
        notes.append(f"Read by OCR: {len(document.reading.ocr):,} words, {doubtful:,} of them doubtful.")
    return notes
