"""Mail (.eml): the message's own text, its subject, sender and day."""

import email
import email.policy
import email.utils
import re
from email.message import EmailMessage

from ingest.document import Reading
from ingest.errors import EmptySource, UnknownFormat
from ingest.readers.decode import decode
from ingest.readers.text import paragraphs

_HEADERS = ("To", "Cc")


def read(data: bytes, name: str) -> Reading:
    """Read one message. Attachments are named in `metadata["attachments"]`, not read."""
    if b"\0" in data[:200]:  # UTF-16
        data = decode(data, name)[0].encode("utf-8")
    message = email.message_from_bytes(data.lstrip(b"\r\n"), policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise UnknownFormat(name, "it has no mail headers; if it is plain text, name it .txt")
    metadata = {"author": _header(message, "From")}
    metadata |= {field.lower(): _header(message, field) for field in _HEADERS}
    metadata["attachments"] = ", ".join(_attachments(message))
    text, blocks = _body(message, name)
    if not text.strip():
        held = f" (attachments: {metadata['attachments']})" if metadata["attachments"] else ""
        raise EmptySource(name, f"the message has no text of its own{held}; save what it carries as files")
    return Reading(
        text=text,
        media_type="message/rfc822",
        title=_header(message, "Subject") or None,
        published=_day(message),
        blocks=tuple(blocks),
        metadata={key: value for key, value in metadata.items() if value},
    )


def _body(message: EmailMessage, name: str) -> tuple[str, list[tuple[int, int]]]:
    """The body's text and its paragraphs: the plain part if it says anything, else the page."""
    try:
        plain = message.get_body(("plain",))
        page = message.get_body(("html",))
    except (AttributeError, KeyError) as error:
        raise UnknownFormat(name, "its parts are damaged; export the message again") from error
    if plain is not None:
        text = _decoded(plain, name).replace("\r\n", "\n").strip("\n")
        if text.strip():
            return text, paragraphs(text)
    if page is not None:
        from ingest.readers.web import visible_text

        reading = visible_text(_decoded(page, name), name)
        return reading.text, list(reading.blocks)
    texts = [_decoded(part, name) for part in message.walk() if part.get_content_type() == "text/plain"]
    text = "\n\n".join(text.replace("\r\n", "\n").strip("\n") for text in texts)
    return text, paragraphs(text)


def _decoded(part: object, name: str) -> str:
    """A part's text by its stated charset, by our own decoder where that is wrong or unknown."""
    if not hasattr(part, "get_payload"):
        return ""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes) or not raw.strip():
        return ""
    charset = str(part.get_content_charset() or "utf-8")  # type: ignore[attr-defined]
    try:
        return raw.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decode(raw, name)[0]


def _attachments(message: EmailMessage) -> list[str]:
    names = []
    for part in message.walk():
        filename = part.get_filename()
        if filename and not part.is_multipart():
            names.append(_clean(str(filename)))
        elif part.get_content_type() == "message/rfc822" and part is not message:
            names.append("a forwarded message")
    return names


def _header(message: EmailMessage, field: str) -> str:
    """A header, decoded; damaged encoded words are kept as they stand."""
    try:
        value = message.get(field)
    except (ValueError, IndexError, AttributeError, TypeError):  # the stdlib parser on damaged headers
        value = dict(message.raw_items()).get(field)
    return _clean(str(value or ""))


def _clean(value: str) -> str:
    value = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"\s+", " ", value).strip()


def _day(message: EmailMessage) -> str | None:
    """The day of the Date header in the sender's own time zone."""
    try:
        return email.utils.parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None
