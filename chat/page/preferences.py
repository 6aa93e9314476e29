"""/settings: how Footnote is set up, what leaves this machine, and what can be changed while it runs.

GET  /settings              the page; `estimate=1` tries how long re-embedding would take
POST /settings/look         light, dark, or as the system has it, kept in a cookie
POST /settings/backup       writes the whole library to one archive
"""

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from chat.interfaces.tokens import Tokens
from chat.page.closing import counted
from chat.page.listed import duration, size
from chat.page.look import COOKIE, LOOKS, SECONDS, look_of
from ingest.errors import BadBackup, InvalidSetting

if TYPE_CHECKING:
    from fastapi import APIRouter

    from chat.page.shell import Site

_LOOK_NAMES = {"system": "As the system has it", "light": "Light", "dark": "Dark"}


def build_preferences(site: "Site") -> "APIRouter":
    """Return the routes."""
    from fastapi import APIRouter, Form, Request
    from fastapi.responses import HTMLResponse, RedirectResponse, Response

    router = APIRouter(prefix="/settings")

    def shown(request: Request, status: int = 200, **values: Any) -> HTMLResponse:
        assistant = site.mine(request)
        setup = assistant.setup()
        at_home = hasattr(assistant, "backup")  # nobody else is told of tokens, or may write a file
        try:
            tokens, unread = Tokens(assistant.home).all() if at_home else (), ""
        except InvalidSetting as error:
            tokens, unread = (), str(error)
        usual: dict[str, Any] = {"said": "", "wrong": "", "path": "", "seconds": None}
        return site.page(
            request,
            "settings.html",
            "/settings",
            status,
            setup=setup,
            sizes=[(name, size(number)) for name, number in setup.sizes.items()],
            whole=size(sum(setup.sizes.values())),
            looks=[(name, _LOOK_NAMES[name]) for name in LOOKS],
            look=look_of(request.scope),
            at_home=at_home,
            tokens=tokens,
            tokens_unread=unread,
            **{**usual, **values},
        )

    @router.get("")
    def settings(request: Request, estimate: bool = False, said: str = "") -> HTMLResponse:
        """Show how everything is set."""
        seconds = duration(site.mine(request).re_embedding_seconds()) if estimate else None
        return shown(request, seconds=seconds, said=said[:300])

    @router.post("/look")
    def look(look: Annotated[str, Form()]) -> Response:
        """Keep how the pages are to look; this browser sends it with every request from now on."""
        if look not in LOOKS:
            raise InvalidSetting(f"there is no look {look[:40]!r}; there are {', '.join(LOOKS)}")
        answer = RedirectResponse("/settings#look", 303)
        answer.set_cookie(COOKIE, look, max_age=SECONDS, httponly=True, samesite="lax")
        return answer

    @router.post("/backup")
    def backup(request: Request, path: Annotated[str, Form()] = "") -> Response:
        """Write everything to one archive at a new path of this machine."""
        if not path.strip():
            return shown(request, 409, wrong="name a new file, by its whole path, for the archive")
        try:
            info = site.mine(request).backup(path.strip())
        except BadBackup as error:
            return shown(request, 409, wrong=str(error), path=path)
        words = (
            f"Written and read back: {info.path}, {size(info.bytes)}, with "
            f"{counted(info.documents, 'document')} and {counted(info.conversations, 'conversation')}."
        )
        return RedirectResponse(f"/settings?said={quote(words)}#data", 303)

    return router
