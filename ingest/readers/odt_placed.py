"""Words of an OpenDocument text that are not in its lines: notes, boxes, comments, hidden ones."""

from dataclasses import dataclass, field, replace
from typing import Any

from ingest.document import Mark, Reading, Utterance
from ingest.readers.raised import raised

_URN = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _STYLE, _OFFICE, _TABLE, _DRAW = (
    f"{_URN}{name}:1.0}}" for name in ("text", "style", "office", "table", "drawing")
)
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_BODY = (f"{_OFFICE}text", f"{_TEXT}section")


@dataclass(slots=True)
class Beside:
    """What is taken out of a text: hidden and struck words, and comments with who made them."""

    hidden: list[str] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)


def put_in_place(root: Any, styles: Any) -> Beside:
    """Put notes and boxes behind their paragraphs, write raised figures, and take out what is not shown."""
    looks = {
        each.get(f"{_STYLE}name"): each.find(f"{_STYLE}text-properties")
        for part in (styles, root)
        if part is not None
        for each in part.iter(f"{_STYLE}style")
    }
    beside = Beside()
    for comment in list(root.iter(f"{_OFFICE}annotation")):
        words = "\n".join(filter(None, map(_line, comment.iter(*_PARAGRAPHS))))
        if words:
            beside.comments.append((_line(next(comment.iter("{*}creator"), None)), words))
        _take_out(comment)
    for part in list(root.iter(f"{_TEXT}span", f"{_TEXT}section", f"{_TEXT}hidden-text", *_PARAGRAPHS)):
        if part.getparent() is not None and _is_hidden(part, looks):
            beside.hidden += filter(None, map(_line, list(part.iter(*_PARAGRAPHS)) or [part]))
            _take_out(part)
    for span in root.iter(f"{_TEXT}span"):
        if _is_raised(looks.get(span.get(f"{_TEXT}style-name"))) and not len(span) and span.text:
            span.text = raised(_before(span), span.text, span.tail or "")
    _place_notes(root)
    for box in list(root.iter(f"{_DRAW}text-box")):
        place = _outermost(box)
        if place is not None:
            _add_behind(place, list(box))
    return beside


def with_beside(reading: Reading, beside: Beside) -> Reading:
    """Return the reading with these behind its words: hidden ones marked so, comments with their place."""
    text, blocks, hidden = reading.text, list(reading.blocks), list(reading.hidden)
    marks, said = list(reading.marks), list(reading.utterances)
    for number, (author, words) in enumerate(beside.comments, 1):
        start = len(text) + 2
        text += f"\n\n{words}"
        blocks.append((start, len(text)))
        marks.append(Mark(start, len(text), f"comment {number}"))
        said += [Utterance(start, len(text), author)] if author else []
    for words in beside.hidden:
        hidden.append((len(text) + 2, len(text) + 2 + len(words)))
        text += f"\n\n{words}"
        blocks.append(hidden[-1])
    return replace(
        reading,
        text=text,
        blocks=tuple(blocks),
        marks=tuple(marks),
        utterances=tuple(said),
        hidden=tuple(hidden),
    )


def _place_notes(root: Any) -> None:
    placed: dict[Any, list[Any]] = {}
    last: list[Any] = []
    for note in list(root.iter(f"{_TEXT}note")):
        number = _line(note.find(f"{_TEXT}note-citation"))
        body = note.find(f"{_TEXT}note-body")
        parts = list(body) if body is not None else []
        first = next((each for each in parts if each.tag in _PARAGRAPHS), None)
        if first is not None:
            first.text = f"[{number}] {(first.text or '').lstrip()}"
        place = _outermost(note)
        if place is None or note.get(f"{_TEXT}note-class") == "endnote":
            last += parts
        else:
            placed.setdefault(place, []).extend(parts)
        note.tail = f"[{number}]{note.tail or ''}"
        _take_out(note)
    for place, parts in placed.items():
        _add_behind(place, parts)
    for body in root.iter(f"{_OFFICE}text"):
        body.extend(last)


def _is_hidden(part: Any, looks: dict[str, Any]) -> bool:
    if part.tag == f"{_TEXT}section":
        return str(part.get(f"{_TEXT}display")) == "none"
    if part.tag == f"{_TEXT}hidden-text":
        return True
    look = looks.get(part.get(f"{_TEXT}style-name"))
    if look is None:
        return False
    struck = look.get(f"{_STYLE}text-line-through-style") or look.get(f"{_STYLE}text-line-through-type")
    return look.get(f"{_TEXT}display") == "none" or struck not in (None, "none")


def _is_raised(look: Any) -> bool:
    position = look.get(f"{_STYLE}text-position") or "" if look is not None else ""
    return position.startswith("super") or (position[:1].isdigit() and not position.startswith("0"))


def _before(span: Any) -> str:
    previous = span.getprevious()
    if previous is None:
        return span.getparent().text or ""
    return previous.tail or "".join(previous.itertext())


def _line(element: Any) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _outermost(element: Any) -> Any:
    """The paragraph, list or table of the text itself that an element is in."""
    found = None
    for each in element.iterancestors():
        if each.tag in _BODY:
            break
        found = each
    return found


def _add_behind(place: Any, parts: list[Any]) -> None:
    for part in parts:
        place.addnext(part)
        place = part


def _take_out(element: Any) -> None:
    """Take an element out; the words behind it stay."""
    previous, parent = element.getprevious(), element.getparent()
    if element.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
