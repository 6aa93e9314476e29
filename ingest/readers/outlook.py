"""Outlook messages (.msg): body and headers through kreuzberg, attachments from the file's own streams."""

import io
import re
from typing import Any

from ingest.document import Reading
from ingest.parts import Parts
from ingest.readers import office
from ingest.readers.mail import letter
from ingest.readers.outlook_inner import Storage, as_mail, attachments, content, inner, named
from ingest.readers.stated import date_in
from ingest.readers.text import paragraphs


def read(data: bytes, name: str, parts: Parts) -> Reading:
    """Read one message; its attachments and the messages within it go to `parts`."""
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
        for each in attachments(Storage(file, 32)):
            found, within = content(each), inner(each)
            if within is not None:
                _take_message(within, named(each), parts)
            elif found is not None:
                parts.take(named(each), found)


def _take_message(message: Storage, name: str, parts: Parts) -> None:
    """Hand over a message within the message, as the file that it would be if it had been saved as mail."""
    made = as_mail(message)
    if made is None:
        parts.refuse(name, "it is a message in rich text only; save it as a file and add that")
        return
    subject = str(made["Subject"] or "a forwarded message").replace("/", "-")
    parts.take(f"{subject}.eml", made.as_bytes())
