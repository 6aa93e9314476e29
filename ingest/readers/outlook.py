"""Outlook messages (.msg): body and headers through kreuzberg, attachments from the file's own streams."""

import io
import re
from typing import Any

from ingest.document import Reading
from ingest.parts import Parts
from ingest.readers import office
from ingest.readers.mail import letter
from ingest.readers.stated import date_in
from ingest.readers.text import paragraphs

_LONG_NAME, _SHORT_NAME, _DATA, _MESSAGE = "3707", "3704", "37010102", "3701000D"
_TEXT_KINDS = (("001F", "utf-16-le"), ("001E", "cp1252"))


def read(data: bytes, name: str, parts: Parts) -> Reading:
    """Read one message; its attachments go to `parts`, a message within it is listed with the reason."""
    result = office.extracted(data, name, "msg")
    stated: dict[str, Any] = dict(result.metadata or {})
    body = _body(str(result.content)).strip("\n")
    _attachments(data, parts)
    people = (
        ("From", [stated.get("from_email") or stated.get("from_name")]),
        ("To", stated.get("to_emails")),
        ("Cc", stated.get("cc_emails")),
        ("Bcc", stated.get("bcc_emails")),
        ("Date", [stated.get("created_at")]),
        ("Subject", [stated.get("subject")]),
    )
    headers = {
        field: " ".join(", ".join(str(value) for value in values or () if value).split())
        for field, values in people
    }
    return letter(
        name,
        office.MEDIA_TYPES["msg"],
        {field: value for field, value in headers.items() if value},
        date_in(headers["Date"].split("T")[0]),
        body,
        paragraphs(body),
        parts,
    )


def _body(content: str) -> str:
    """The content without the headers that kreuzberg puts before it."""
    content = content.replace("\r\n", "\n")
    head = re.match(r"(?:(?:Subject|From|To|CC|BCC|Date):[^\n]*\n)+\n?", content)
    body = content[head.end() :] if head else content
    return re.sub(r"\n+Attachments: [^\n]*\Z", "", body)


def _attachments(data: bytes, parts: Parts) -> None:
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as file:
        folders = sorted(
            {
                path[0]
                for path in file.listdir()
                if len(path) > 1 and path[0].startswith("__attach_version1.0_")
            }
        )
        for folder in folders:
            filename = _text(file, folder, _LONG_NAME) or _text(file, folder, _SHORT_NAME) or "attachment"
            stream = f"{folder}/__substg1.0_{_DATA}"
            if file.exists(stream):
                parts.take(filename, file.openstream(stream).read())
            elif file.exists(f"{folder}/__substg1.0_{_MESSAGE}"):
                parts.refuse(filename, "it is a message within a message; save it as a file and add that")


def _text(file: Any, folder: str, field: str) -> str:
    for kind, encoding in _TEXT_KINDS:
        stream = f"{folder}/__substg1.0_{field}{kind}"
        if file.exists(stream):
            return str(file.openstream(stream).read().decode(encoding, "replace")).strip("\0 ")
    return ""
