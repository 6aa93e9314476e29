"""The events of a streamed answer as plain values, and back: what travels over a socket or as JSON."""

from dataclasses import asdict
from typing import Any

from chat.answer import (
    Answer,
    Done,
    Event,
    Found,
    Rejected,
    Sentence,
    Standalone,
    Verified,
    citation_from_dict,
    plain,
    short_from_dict,
)
from ingest.passage import Passage
from retrieval.hit import Hit

_NAMES: dict[type, str] = {
    Standalone: "standalone",
    Found: "found",
    Verified: "verified",
    Rejected: "rejected",
    Done: "done",
}


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return the event as plain JSON values: its fields, and its kind as `event`."""
    return {"event": _NAMES[type(event)], **plain(asdict(event))}


def event_from_dict(data: dict[str, Any]) -> Event:
    """Return the event that `event_to_dict` gave; what it holds was verified before it travelled."""
    match data["event"]:
        case "standalone":
            return Standalone(data["question"])
        case "found":
            return Found(tuple(hit_from_dict(row) for row in data["hits"]))
        case "verified":
            sentence = {**data["sentence"], "citations": tuple(data["sentence"]["citations"])}
            return Verified(
                Sentence(**sentence),
                tuple(citation_from_dict(row) for row in data["citations"]),
                short_from_dict(data["short"]),
            )
        case "rejected":
            return Rejected(data["text"], data["reason"])
        case "done":
            return Done(Answer.from_dict(data["answer"]))
        case other:
            raise ValueError(f"{other!r} is no kind of event")


def hit_from_dict(row: dict[str, Any]) -> Hit:
    """Return the hit that `asdict` gave."""
    passage = dict(row["passage"])
    passage["sentences"] = tuple((start, end) for start, end in passage["sentences"])
    scores = {
        "sentence_scores": tuple(row["sentence_scores"]),
        "word_scores": tuple(map(tuple, row.get("word_scores", ()))),
    }
    return Hit(**{**row, **scores, "passage": Passage(**passage)})
