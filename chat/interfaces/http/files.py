"""Exported files as answers of the API, and how its OpenAPI document describes them."""

from typing import TYPE_CHECKING, Any

from chat.export.make import MEDIA_TYPES

if TYPE_CHECKING:
    from starlette.responses import Response

    from chat.interfaces.http.record_models import FileWish

_SCHEMAS: dict[str, dict[str, str]] = {
    "md": {"type": "string"},
    "docx": {"type": "string", "format": "binary"},
    "json": {"type": "object"},
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {
            media.partition(";")[0]: {"schema": _SCHEMAS[format]} for format, media in MEDIA_TYPES.items()
        },
    }
}
"""What is said of a route that returns one."""


def file(data: bytes, wish: "FileWish") -> "Response":
    """Return a file that was asked for."""
    from starlette.responses import Response

    return Response(data, media_type=MEDIA_TYPES[wish.format])
