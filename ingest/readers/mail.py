"""Mail (.eml): its headers and its own text; what is attached becomes documents of their own."""

import email
import email.policy
import email.utils
import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage

from ingest.document import Found, Reading
from ingest.errors import UnknownFormat
from ingest.parts import Parts
from ingest.readers.decode import decode
from ingest.readers.mail_quoted import said_by_others, unflowed
from ingest.readers.text import paragraphs

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_SMALL_PICTURE = 30_000  # bytes; smaller pictures within a message are logos and signatures


def read(data: bytes, name: str, parts: Parts) -> Reading:
    """Read one message: a line for each header people know, a blank line, the body as it is written.

    Attachments and forwarded messages are handed to `parts` and named in `metadata["attachments"]`.
    """
    if b"\0" in data[:200]:  # UTF-16
        data = decode(data, name)[0].encode("utf-8")
    message = email.message_from_bytes(data.lstrip(b"\r\n"), policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise UnknownFormat(name, "it has no mail headers; if it is plain text, name it .txt")
    text, blocks = _body(message, name)
    headers = {field: value for field in _HEADERS if (value := _header(message, field))}
    for part, attached in _own(message):
        if attached:
            _hand_over(part, parts)
    return letter(name, "message/rfc822", headers, _day(message), text, blocks, parts)


def letter(
    name: str,
    media_type: str,
    headers: dict[str, str],
    published: str | None,
    text: str,
    blocks: Sequence[tuple[int, int]],
    parts: Parts,
) -> Reading:
    """Return the reading of a message; `blocks` are spans of its body's `text`.

    What it quotes of somebody else, as far as it says of whom, are utterances.
    """
    top = "".join(f"{field}: {value}\n" for field, value in headers.items())
    spans: list[tuple[int, int]] = []
    for line in top.splitlines():
        start = spans[-1][1] + 1 if spans else 0
        spans.append((start, start + len(line)))
    whole = f"{top}\n{text}" if text.strip() else top
    if not whole.strip():
        raise UnknownFormat(name, "it has neither headers nor words; export the message again")
    shift = len(top) + 1
    body = [(start + shift, end + shift) for start, end in blocks if end > start]
    metadata = {
        "author": headers.get("From", ""),
        "to": headers.get("To", ""),
        "cc": headers.get("Cc", ""),
        "attachments": ", ".join(parts.names()),
    }
    found = {}
    for span, field in zip(spans, headers, strict=True):
        known = {"From": "author", "Date": "published", "Subject": "title"}.get(field)
        if known and (known != "published" or published):
            found[known] = Found("mail header", *span)
    return Reading(
        text=whole,
        media_type=media_type,
        title=headers.get("Subject") or None,
        published=published,
        blocks=(*spans, *body),
        utterances=said_by_others(whole, body),
        metadata={key: value for key, value in metadata.items() if value},
        found=found,
        parts=parts.all(),
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
        if str(plain.get_param("format", "")).lower() == "flowed":
            whole = unflowed(text, delete_spaces=str(plain.get_param("delsp", "")).lower() == "yes")
            if whole.count("\n") < text.count("\n"):  # a line is a paragraph, however long it is
                return whole, [(match.start(), match.end()) for match in re.finditer(r"\S.*(?<!\s)", whole)]
            text = whole
        if text.strip():
            return text, paragraphs(text)
    if page is not None:
        from ingest.readers.web import visible_text

        reading = visible_text(_decoded(page, name), name)
        return reading.text, list(reading.blocks)
    leaves = (part for part, attached in _own(message) if not attached)
    texts = [_decoded(part, name) for part in leaves if part.get_content_type() == "text/plain"]
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


def _own(message: EmailMessage) -> Iterator[tuple[EmailMessage, bool]]:
    """Each part, and whether it is a file or message of its own; what is within those is left out."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        attached = part is not message and (
            part.get_content_type() == "message/rfc822"
            or (part.get_filename() is not None and not part.is_multipart())
        )
        yield part, attached
        if not attached and part.is_multipart():
            waiting[:0] = [each for each in part.get_payload() if isinstance(each, EmailMessage)]


def _hand_over(part: EmailMessage, parts: Parts) -> None:
    """Give one attachment's bytes to the parts."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        message = inner[0] if isinstance(inner, list) and inner else None
        if not isinstance(message, EmailMessage):
            parts.refuse("a forwarded message", "it is damaged; export it again")
            return
        try:
            data = message.as_bytes(policy=email.policy.compat32)
        except (UnicodeError, LookupError, ValueError, AttributeError, TypeError):
            parts.refuse("a forwarded message", "it is damaged; export it again")
            return
        parts.take(f"{_header(message, 'Subject') or 'a forwarded message'}.eml".replace("/", "-"), data)
        return
    filename = _clean(str(part.get_filename()))
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    if part.get("Content-ID") and part.get_content_maintype() == "image" and len(data) < _SMALL_PICTURE:
        return
    parts.take(filename, data)


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
