"""An export as JSON, for other programs: words exactly as they are, numbers as in the other formats."""

import json
from dataclasses import asdict
from typing import Any

from chat.export.content import Export, Note, Section

FORM = 1
"""Counts up when what a name stands for changes."""


def to_json(export: Export) -> bytes:
    """Return the file, UTF-8; half a surrogate pair stands as its escape."""
    data: dict[str, Any] = {
        "footnote_export": FORM,
        "kind": export.kind,
        "title": export.title,
        "made_at": export.made_at,
        "answers": [_section(section) for section in export.sections],
        "footnotes": [_note(note) for note in export.notes],
        "sources": [
            {"number": source.number, "label": source.label, **(asdict(source.filed) if source.filed else {})}
            for source in export.sources
        ],
    }
    if export.log is not None:
        data |= {
            "conversation": export.conversation,
            "owner": export.owner,
            "log": [asdict(each) for each in export.log],
        }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(data, indent=1).encode("ascii")


def _section(section: Section) -> dict[str, Any]:
    data: dict[str, Any] = {
        "turn": section.turn,
        "question": section.question,
        "searched": section.searched or section.question,
        "status": section.status,
        "remarks": list(section.remarks),
        "short": {"text": section.short.text, "footnotes": [note.number for note in section.short.notes]}
        if section.short
        else None,
        "sentences": [
            {
                "text": said.text,
                "verbatim": said.verbatim,
                "caveat": said.caveat,
                "speaker": said.speaker,
                "footnotes": [note.number for note in said.notes],
                **({"note": said.remark} if said.remark else {}),
            }
            for said in section.said
        ],
        "nearest": [note.number for note in section.nearest],
        "left_out": section.left_out,
    }
    return data | ({"answer": section.answer} if section.answer else {})


def _note(note: Note) -> dict[str, Any]:
    data: dict[str, Any] = {
        "number": note.number,
        "turn": note.turn,
        "footnote": note.footnote,
        "source": note.source.number,
        "label": note.source.label,
        "state": note.state,
        "quote": note.quote,
        "context": [{"why": why, "quote": words} for why, words in note.context],
        "place": note.place,
        "published": note.published,
        "mark": None,
    }
    if note.mark is not None:
        data["mark"] = {"state": note.mark.state} if note.filed is None else asdict(note.mark)
    return data | (asdict(note.filed) if note.filed else {})
