"""The pages of saved conversations: the list, one to read, print and mark, and files of them.

/conversations                   the list; `?q=words`, `?marked=disputed`, `?page=2`
/conversations/ID                a whole conversation; `?show=unchecked`
/conversations/ID/file           it as a file: `?format=docx&kind=filing&marked=checked&turn=2`
/conversations/ID/remove         asks whether to remove it, and does
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlencode

from chat.answer import ConversationInfo
from chat.page.saved import SHOWN, counts, saved
from ingest.errors import InvalidSetting

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response

    from chat.assistant import Assistant
    from chat.page.shell import Site
    from chat.remote import RemoteAssistant

HERE = "/conversations"
FORMATS = (("docx", "Word"), ("md", "Markdown"), ("json", "JSON"))
KINDS = (("publishable", "To publish"), ("filing", "To file"))
MARKED = (
    ("", "All"),
    ("unchecked", "With unchecked footnotes"),
    ("checked", "All checked"),
    ("disputed", "With disputed footnotes"),
)
_PER_PAGE = 100


def build_conversations(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Form, Query, Request, Response
    from starlette.responses import HTMLResponse, RedirectResponse

    router = APIRouter(prefix=HERE)

    @router.get("")
    def conversations(
        request: Request, q: str = "", marked: str = "", page: Annotated[int, Query(ge=1, le=10_000)] = 1
    ) -> HTMLResponse:
        found = site.mine(request).conversations(words=q[:1000])
        rows = [info for info in found if is_marked(info, marked)]
        return site.page(
            request,
            "conversations.html",
            HERE,
            rows=rows[(page - 1) * _PER_PAGE : page * _PER_PAGE],
            total=len(rows),
            q=q,
            marked=marked,
            choices=MARKED,
            formats=FORMATS,
            kinds=KINDS,
            again=_again(q, marked, page),
            earlier=_again(q, marked, page - 1) if page > 1 else None,
            later=_again(q, marked, page + 1) if len(rows) > page * _PER_PAGE else None,
        )

    @router.get("/{identity}")
    def conversation(request: Request, identity: str, show: str = "all") -> HTMLResponse:
        return _whole(site, request, identity, show if show in SHOWN else "all")

    @router.post("/{identity}/rename")
    def rename(
        request: Request, identity: str, title: Annotated[str, Form()], back: Annotated[str, Form()] = HERE
    ) -> RedirectResponse:
        site.mine(request).rename_conversation(identity, title)
        return RedirectResponse(_inside(back), 303)

    @router.get("/{identity}/remove")
    def ask_whether_to_remove(request: Request, identity: str) -> HTMLResponse:
        assistant = site.mine(request)
        return site.page(
            request,
            "remove_conversation.html",
            HERE,
            info=_info(assistant, identity),
            said=len(assistant.feedback(identity)),
        )

    @router.post("/{identity}/remove")
    def remove(request: Request, identity: str) -> RedirectResponse:
        site.mine(request).remove_conversation(identity)
        return RedirectResponse(HERE, 303)

    @router.post("/{identity}/mark")
    def mark(
        request: Request,
        identity: str,
        turn: Annotated[int, Form()],
        number: Annotated[int, Form()],
        state: Annotated[str, Form()],
        initials: Annotated[str, Form()] = "",
        note: Annotated[str, Form()] = "",
        show: Annotated[str, Form()] = "all",
    ) -> RedirectResponse:
        given: Any = None if state == "unchecked" else state
        site.mine(request).mark(identity, turn, number, given, initials, note)
        query = f"?show={show}" if show in SHOWN[1:] else ""
        return RedirectResponse(f"{HERE}/{quote(identity)}{query}#footnote-{turn}-{number}", 303)

    @router.get("/{identity}/file")
    def file(
        request: Request,
        identity: str,
        format: str = "docx",
        kind: str = "publishable",
        marked: str = "",
        turn: int | None = None,
    ) -> Response:
        given: Any = {"format": format, "kind": kind, "marked": [marked] if marked else [], "turn": turn}
        return sent(site.mine(request).export_conversation(identity, **given), format, kind)

    return router


def sent(data: bytes, format: str, kind: str) -> "Response":
    """Return a file to be saved; its name tells its kind and nothing of what is in it."""
    from starlette.responses import Response

    from chat.export.make import MEDIA_TYPES

    media: Any = MEDIA_TYPES
    headers = {
        "Content-Disposition": f'attachment; filename="footnote-{kind}.{format}"',
        "Cache-Control": "no-store",
    }
    return Response(data, media_type=media[format], headers=headers)


def is_marked(info: ConversationInfo, marked: str) -> bool:
    """Tell whether a conversation's footnotes are marked as somebody wants to see them."""
    if marked == "disputed":
        return info.disputed > 0
    if marked == "checked":
        return 0 < info.footnotes == info.checked
    if marked == "unchecked":
        return info.footnotes > info.checked + info.disputed
    return True


def _whole(site: "Site", request: "Request", identity: str, show: str) -> "HTMLResponse":
    assistant = site.mine(request)
    turns, marks = assistant.turns(identity), assistant.marks(identity)
    return site.page(
        request,
        "conversation.html",
        HERE,
        info=_info(assistant, identity),
        answers=[saved(turn, marks, show) for turn in turns],
        show=show,
        shown=counts(turns, marks),
        formats=FORMATS,
        kinds=KINDS,
    )


def _info(assistant: "Assistant | RemoteAssistant", identity: str) -> ConversationInfo:
    found: Sequence[ConversationInfo] = assistant.conversations()
    for info in found:
        if info.id == identity:
            return info
    assistant.turns(identity)  # says so if it is not there
    raise InvalidSetting(f"the conversation {identity!r} is just being saved; try again")


def _inside(address: str) -> str:
    """Return an address of these pages, whatever a form says where to go back to."""
    return address if address == HERE or address.startswith((f"{HERE}/", f"{HERE}?")) else HERE


def _again(q: str, marked: str, page: int) -> str:
    return f"{HERE}?{urlencode({'q': q, 'marked': marked, 'page': page})}"
