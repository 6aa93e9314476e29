"""Words of a docx that stand elsewhere than in its lines, put where a reader looks for them.

Text boxes, charts and hidden words stand behind the paragraph that they are in, which would be cut or lost
by them; footnotes behind the paragraph that refers to them, endnotes at the end, each behind its number in
brackets.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ingest.readers.charts import chart_paragraphs
from ingest.readers.word_numbers import FORMATS

NOTES = {"footnote": "decimal", "endnote": "lowerRoman"}
"""The kinds of notes, and how their numbers look."""

_DRAWN = ("{*}AlternateContent", "{*}drawing", "{*}pict", "{*}object")


def put_boxes_behind(root: Any) -> None:
    """Move the paragraphs of each text box behind the paragraph, or the table, that it hangs on."""
    for box in list(root.iter("{*}txbxContent")):
        if next(box.iterancestors("{*}Fallback"), None) is not None:
            box.getparent().remove(box)  # the same again, for older programs
            continue
        for colour in list(box.iter("{*}color")):
            _drop(colour)  # white is seen on the ground of a box
        place = _outermost(box)
        if place is not None:
            _add_behind(place, list(box))
    for box in list(root.iter("{*}txbxContent")):
        drawn = [each for each in box.iterancestors(*_DRAWN)]
        if drawn and next(drawn[-1].iter("{*}blip", "{*}imagedata"), None) is None:
            _drop(drawn[-1])
        else:
            _drop(box)


def put_charts_behind(root: Any, charts: Mapping[str, Any]) -> None:
    """Write what charts say, given by the names that the document has for them, behind their paragraphs."""
    from lxml import etree

    for chart in list(root.iter("{*}chart")):
        place = _outermost(chart)
        drawn = next((charts[value] for value in chart.values() if value in charts), None)
        if place is None or drawn is None:
            continue
        space = str(place.tag).rpartition("}")[0] + "}"
        written = []
        for words in chart_paragraphs(drawn):
            written.append(etree.Element(f"{space}p"))
            etree.SubElement(etree.SubElement(written[-1], f"{space}r"), f"{space}t").text = words
        _add_behind(place, written)


def put_hidden_behind(root: Any, is_hidden: Any) -> None:
    """Move the runs that `is_hidden` is true of behind the words of their paragraph that are seen."""
    from copy import deepcopy

    from lxml import etree

    for paragraph in list(root.iter("{*}p")):
        runs = [run for run in paragraph.iter("{*}r") if any(part.text for part in run.iter("{*}t"))]
        hidden = [run for run in runs if is_hidden(run.find("{*}rPr"))]
        if not hidden or len(hidden) == len(runs):
            continue
        behind = etree.Element(paragraph.tag)
        for run in hidden:
            behind.append(deepcopy(run))
            _drop(run)
        _add_behind(paragraph, [behind])


def put_notes_in(root: Any, notes: dict[str, Any]) -> bool:
    """Write the notes of each kind into the document's tree; return whether there were any."""
    placed: dict[Any, list[Any]] = {}
    last: list[Any] = []
    for kind, part in notes.items():
        known = {_attribute(note, "id"): note for note in part.iterchildren(f"{{*}}{kind}")}
        for note in known.values():
            part.remove(note)  # one that nothing refers to is on no page
        count = 0
        for reference in list(root.iter(f"{{*}}{kind}Reference")):
            note = known.pop(_attribute(reference, "id"), None)
            if note is None:
                continue
            place = _outermost(reference)
            if _attribute(reference, "customMarkFollows") in ("1", "true", "on"):
                number = "".join(reference.getparent().itertext()).strip()
            else:
                count += 1
                number = FORMATS[NOTES[kind]](count) or str(count)
                _say(reference, f"[{number}]")
            said = list(_numbered(note, number))
            if kind == "footnote" and place is not None:
                placed.setdefault(place, []).extend(said)
            else:
                last += said
    for place, said in placed.items():
        _add_behind(place, said)
    body = root.find("{*}body")
    for said in last:
        body.append(said)
    return bool(placed or last)


def _numbered(note: Any, number: str) -> Iterator[Any]:
    """The paragraphs and tables of a note, its number before the first one's words."""
    from lxml import etree

    parts = list(note.iterchildren("{*}p", "{*}tbl"))
    for part in parts:
        for properties in part.findall("{*}pPr"):
            part.remove(properties)
    if parts:
        own = next(parts[0].iter("{*}footnoteRef", "{*}endnoteRef"), None)
        if own is not None:
            _drop(own)
        first = parts[0]
        stated = first if str(first.tag).endswith("}p") else next(first.iter("{*}p"), first)
        run = etree.Element(str(stated.tag).removesuffix("p") + "r")
        stated.insert(0, run)
        text = etree.SubElement(run, str(stated.tag).removesuffix("p") + "t")
        begins = "".join(stated.itertext()).lstrip()
        for said in stated.iter("{*}t"):
            if said is not text and said.text:
                said.text = said.text.lstrip()
                break
        text.text = "" if begins.startswith(number) else f"[{number}] "
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    yield from parts


def _say(reference: Any, words: str) -> None:
    """Turn a reference into words of its run."""
    reference.tag = re.sub(r"\w+$", "t", str(reference.tag))
    reference.attrib.clear()
    reference.text = words


def _outermost(element: Any) -> Any:
    """The paragraph or table of the text itself that an element is in."""
    found = None
    for each in element.iterancestors("{*}p", "{*}tbl", "{*}txbxContent"):
        found = None if str(each.tag).endswith("}txbxContent") else each
    return found


def _add_behind(place: Any, elements: Iterable[Any]) -> None:
    for element in elements:
        place.addnext(element)
        place = element


def _drop(element: Any) -> None:
    """Take an element out; what follows it stays."""
    element.getparent().remove(element)


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.items() if key.endswith(f"}}{name}")), "")
