"""A message within an Outlook message, written as one of the kind that everything reads (RFC 5322).

What its streams mean stands in [MS-OXMSG]; it has no bytes of its own that could be kept as they are.
"""

import email.policy
import email.utils
import re
import struct
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_SENDER = (("0C1A", "5D01"), ("0C1A", "0C1F"), ("0042", "5D02"), ("0042", "0065"))  # name, address
_SENT, _ARRIVED, _CODE_PAGE, _KIND_OF_RECIPIENT = 0x0039, 0x0E06, 0x3FFD, 0x0C15
_FIELDS = {1: "To", 2: "Cc", 3: "Bcc"}
_LONG_NAME, _SHORT_NAME, _DATA, _MESSAGE = "3707", "3704", "37010102", "3701000D"
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_DEEPEST = 8  # messages within one another
_MOST = 2_000  # attachments of one message


class Storage:
    """One storage of a compound file: a message, an attachment or a recipient."""

    def __init__(
        self, file: Any, header: int, path: tuple[str, ...] = (), listed: list[tuple[str, ...]] | None = None
    ) -> None:
        self._file = file
        self._header = header  # bytes before the fixed properties
        self._path = path
        self._listed = [tuple(each) for each in file.listdir()] if listed is None else listed

    def has(self, name: str) -> bool:
        """Whether there is such a stream or storage in it."""
        return bool(self._file.exists("/".join((*self._path, name))))

    def below(self, name: str, *, header: int = 8) -> "Storage":
        """A storage within it."""
        return Storage(self._file, header, (*self._path, name), self._listed)

    def folders(self, start: str) -> list[str]:
        """The names of the storages within it that begin so."""
        depth = len(self._path)
        inside = {
            path[depth] for path in self._listed if len(path) > depth + 1 and path[:depth] == self._path
        }
        return sorted(name for name in inside if name.startswith(start))

    def data(self, stream: str) -> bytes:
        """A stream's bytes; none where it is not there."""
        name = "/".join((*self._path, stream))
        return bytes(self._file.openstream(name).read()) if self._file.exists(name) else b""

    def text(self, field: str) -> str:
        """A text property on one line or more; "" where it is not there."""
        wide = self.data(f"__substg1.0_{field}001F")
        if wide:
            return wide.decode("utf-16-le", "replace").strip("\0 ")
        narrow = self.data(f"__substg1.0_{field}001E")
        page = self.number(_CODE_PAGE) if narrow else None
        try:
            return narrow.decode("utf-8" if page == 65001 else f"cp{page or 1252}", "replace").strip("\0 ")
        except LookupError:
            return narrow.decode("cp1252", "replace").strip("\0 ")

    def number(self, field: int) -> int | None:
        """A number among the fixed properties, 16 bytes each: type, field, flags, value."""
        found = self._fixed(field)
        return None if found is None else int(struct.unpack("<I", found[:4])[0])

    def moment(self, field: int) -> datetime | None:
        """A time among the fixed properties."""
        found = self._fixed(field)
        if found is None:
            return None
        try:
            return _EPOCH + timedelta(microseconds=struct.unpack("<Q", found)[0] // 10)
        except OverflowError:
            return None

    def _fixed(self, field: int) -> bytes | None:
        properties = self.data("__properties_version1.0")
        for start in range(self._header, len(properties) - 15, 16):
            if struct.unpack_from("<H", properties, start + 2)[0] == field:
                return properties[start + 8 : start + 16]
        return None


def attachments(message: Storage) -> list[Storage]:
    """The storages of a message's attachments, in their order."""
    return [message.below(name) for name in message.folders("__attach_version1.0_")[:_MOST]]


def named(attachment: Storage) -> str:
    """What an attached file is called."""
    return attachment.text(_LONG_NAME) or attachment.text(_SHORT_NAME) or "attachment"


def content(attachment: Storage) -> bytes | None:
    """An attached file's bytes; None where it is no file."""
    stream = f"__substg1.0_{_DATA}"
    return attachment.data(stream) if attachment.has(stream) else None


def inner(attachment: Storage) -> Storage | None:
    """The message that is attached; None where it is no message."""
    name = f"__substg1.0_{_MESSAGE}"
    return attachment.below(name, header=24) if attachment.has(name) else None


def as_mail(message: Storage, depth: int = 1) -> EmailMessage | None:
    """Return a message with all that is attached to it; None where its words are in rich text only."""
    made = EmailMessage(policy=email.policy.default)
    for field, value in _headers(message):
        made[field] = value
    body = message.text(_BODY).replace("\r\n", "\n")
    page = message.data(f"__substg1.0_{_HTML}0102") or message.text(_HTML).encode()
    if not body.strip() and not page and message.data(f"__substg1.0_{_RTF}0102"):
        return None
    made.set_content(_storable(body))
    if page and not body.strip():
        made.add_alternative(page, maintype="text", subtype="html")
    for each in attachments(message):
        data, within = content(each), inner(each)
        if within is not None and depth < _DEEPEST:
            forwarded = as_mail(within, depth + 1)
            if forwarded is not None:
                made.add_attachment(forwarded)
        elif data:
            made.add_attachment(
                data, maintype="application", subtype="octet-stream", filename=_line(named(each))
            )
    return made


def _headers(message: Storage) -> list[tuple[str, str]]:
    people: dict[str, list[str]] = {"From": [_sender(message)], "To": [], "Cc": [], "Bcc": []}
    for name in message.folders("__recip_version1.0_"):
        recipient = message.below(name)
        address = recipient.text("39FE") or recipient.text("3003")
        field = _FIELDS.get(recipient.number(_KIND_OF_RECIPIENT) or 1, "To")
        people[field].append(_person(recipient.text("3001"), address))
    headers = [(field, ", ".join(filter(None, each))) for field, each in people.items()]
    sent = message.moment(_SENT) or message.moment(_ARRIVED)
    headers.append(("Date", email.utils.format_datetime(sent) if sent else ""))
    headers.append(("Subject", _line(message.text(_SUBJECT))))
    return [(field, value) for field, value in headers if value]


def _sender(message: Storage) -> str:
    for name, address in _SENDER:
        if "@" in message.text(address):
            return _person(message.text(name), message.text(address))
    return _person(message.text("0C1A") or message.text("0042"), "")


def _person(name: str, address: str) -> str:
    """A name and an address as a header has them; an address that only Exchange knows is left out."""
    name, address = _line(name), _line(address)
    if "@" not in address or any(sign in address for sign in '<>",; '):
        address = ""
    if not name or name == address:
        return address
    if re.search(r"[^\w .'-]", name):
        name = '"' + re.sub(r'["\\]', "'", name) + '"'
    return f"{name} <{address}>" if address else name


def _line(value: str) -> str:
    return " ".join(_storable(value).split())


def _storable(value: str) -> str:
    return value.encode("utf-8", "replace").decode().replace("\0", " ")
