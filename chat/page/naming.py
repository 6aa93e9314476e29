"""What an export of the pages for work is called, and what its documents are called in it."""

from typing import TYPE_CHECKING

from chat.export.naming import Names
from chat.work_tables import Clean, Kind, Label

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant


def labels(assistant: "Assistant | RemoteAssistant", kind: Kind) -> tuple[Label, Clean]:
    """Return how a table of this kind names documents, and what it leaves of our own words.

    Documents whose titles tell a file's name are numbered as they come.
    """
    known = assistant.documents()
    if kind == "filing":
        titles = {(each.id, each.version): each.title for each in known}
        return _remembered(
            lambda name, version: titles.get((name, version)) or assistant.document(name, version).title
        ), str
    names = Names(place for each in known for place in (each.source, each.origin))
    numbers: dict[str, int] = {}

    def label(name: str, version: int) -> str:
        number = numbers.setdefault(name, len(numbers) + 1)
        return names.label(assistant.document(name, version), number)

    return _remembered(label), names.clean


def _remembered(label: Label) -> Label:
    said: dict[tuple[str, int], str] = {}

    def remembered(name: str, version: int) -> str:
        if (name, version) not in said:
            said[name, version] = label(name, version)
        return said[name, version]

    return remembered
