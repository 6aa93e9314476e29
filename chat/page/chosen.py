"""What is done to rows that were ticked in the library's table, and the receipts of what was removed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from chat.page.adding import owner_of
from chat.page.closing import counted
from ingest.errors import NotInLibrary
from retrieval.report import Receipt

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response

    from chat.assistant import Assistant
    from chat.page.adding import Adding
    from chat.page.shell import Site
    from chat.remote import RemoteAssistant


def done(
    site: "Site",
    adding: "Adding",
    request: "Request",
    deed: str,
    ids: Sequence[str],
    sources: Sequence[tuple[str, str]],
    back: str,
) -> "Response":
    """Do what a button says to documents and to sources that could not be read; then show the table again."""
    assistant = site.mine(request)
    if deed == "retry-all":
        return _started(adding.retry(assistant, None, owner_of(request)), back)
    if not (ids or sources):
        return _back(back, "Nothing was ticked, so nothing was done.")
    if deed == "remove" and ids:
        return _asked_first(site, request, assistant, ids, back)
    if deed == "retry" and sources:
        return _started(adding.retry(assistant, sources, owner_of(request)), back)
    if deed == "dismiss" and sources:
        for origin, collection in sources:
            assistant.forget_failure(origin, collection)
        return _back(back, f"{counted(len(sources), 'source')} dismissed; a new try lists it again.")
    known = [name for name in ids if _is_document(assistant, name)]
    if deed == "aside" and known:
        assistant.disable(*known)
        return _back(back, f"{counted(len(known), 'document')} set aside: kept, and not searched.")
    if deed == "enable" and known:
        assistant.enable(*known)
        return _back(back, f"{counted(len(known), 'document')} searchable again.")
    return _back(back, "That cannot be done with what was ticked, so nothing was done.")


def shown_receipts(
    site: "Site", request: "Request", receipts: Sequence[Receipt], back: str, back_words: str
) -> "HTMLResponse":
    """Return the page that proves a removal."""
    return site.page(
        request,
        "receipts.html",
        "/library",
        receipts=receipts,
        left=sum(each.left for each in receipts),
        back=back,
        back_words=back_words,
    )


def _asked_first(
    site: "Site", request: "Request", assistant: "Assistant | RemoteAssistant", ids: Sequence[str], back: str
) -> "HTMLResponse":
    rows = []
    for name in ids:
        try:
            info = assistant.document_info(name)
            rows.append((name, info.title, info.source, info.passages, len(assistant.versions(name))))
        except NotInLibrary:
            rows.append((name, "", "waiting for OCR", 0, 0))
    return site.page(request, "remove.html", "/library", rows=rows, back=back)


def _is_document(assistant: "Assistant | RemoteAssistant", name: str) -> bool:
    try:
        assistant.document_info(name)
    except NotInLibrary:  # it waits for OCR, or went meanwhile
        return False
    return True


def _started(job: str, back: str) -> "Response":
    from starlette.responses import RedirectResponse

    return RedirectResponse(f"{back}#job-{job}", 303)


def _back(back: str, said: str) -> "Response":
    from starlette.responses import RedirectResponse

    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}said={quote(said)}", 303)
