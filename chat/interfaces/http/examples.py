"""Examples for the OpenAPI document; a test compares each with the schema that it stands beside."""

from typing import Any

from chat.interfaces.http import many_examples
from chat.interfaces.http.search_examples import ALL_PASSAGES, DOCUMENT_HITS, HITS

CITATION: dict[str, Any] = {
    "number": 1,
    "document_id": "ccda83a073e2b546",
    "document_version": 1,
    "content_hash": "5f0c1f2ab3d1c6a0b1c7f1f0a4e6d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2",
    "state": "current",
    "title": "Memo on the ferry",
    "source": "memo.txt",
    "collection": "default",
    "page": None,
    "locator": None,
    "start": 83,
    "end": 136,
    "quote": "Director Ilse Brandt signed the sale on 4 March 2021.",
    "passage": "ccda83a073e2b546:1:0-136",
    "context": [],
    "published": "2021-03-04",
    "score": 0.71,
}
SENTENCE: dict[str, Any] = {
    "text": "Director Ilse Brandt signed the sale on 4 March 2021.",
    "citations": [1],
    "support": "supported",
    "reason": None,
    "verbatim": True,
    "relation": "answers",
    "speaker": None,
}
ANSWER: dict[str, Any] = {
    "question": "Who signed the sale of the ferry?",
    "standalone_question": "Who signed the sale of the ferry?",
    "conversation": "759211cd4b0b599f",
    "turn": 1,
    "status": "answered",
    "text": "Director Ilse Brandt [1]. Director Ilse Brandt signed the sale on 4 March 2021. [1]",
    "short": {"text": "Director Ilse Brandt", "citation": 1, "start": 83, "end": 103},
    "sentences": [SENTENCE],
    "citations": [CITATION],
    "rejected": [],
    "missing": [],
    "nearest": [],
    "unreadable": [],
    "answerer": "extractive",
    "library_version": "7",
    "timings_ms": {"retrieve": 12.4, "answer": 3.1, "verify": 1.9},
}
EVENTS = (
    'event: standalone\ndata: {"standalone_question": "Who signed the sale of the ferry?"}\n\n'
    'event: sentence\ndata: {"sentence": {…}, "citations": [{…}], "short": {…}}\n\n'
    'event: rejected\ndata: {"text": "…", "reason": "…"}\n\n'
    "event: done\ndata: {…the whole answer…}\n\n"
)
CHECKED: dict[str, Any] = {
    "sentences": [
        {
            "start": 0,
            "end": 53,
            "text": "Director Ilse Brandt signed the sale on 5 March 2021.",
            "support": "contradicted",
            "reason": "the dates differ: 5 March 2021, and 4 March 2021 in the source",
            "supporting": [],
            "contradicting": [CITATION],
        }
    ]
}
DOCUMENT: dict[str, Any] = {
    "id": "ccda83a073e2b546",
    "version": 1,
    "collection": "default",
    "source": "memo.txt",
    "origin": "upload:5f0c1f2ab3d1c6a0/memo.txt",
    "title": "Memo on the ferry",
    "published": "2021-03-04",
    "author": None,
    "media_type": "text/plain",
    "content_hash": CITATION["content_hash"],
    "passages": 1,
    "characters": 136,
    "pages": 0,
    "added_at": "2026-01-02T03:04:05.000000+00:00",
    "note": None,
    "enabled": True,
    "edited": [],
}
DOCUMENTS: dict[str, Any] = {"documents": [DOCUMENT], "total": 1, "next": None}
TEXT: dict[str, Any] = {
    "document_id": "ccda83a073e2b546",
    "version": 1,
    "title": "Memo on the ferry",
    "start": 83,
    "end": 136,
    "characters": 136,
    "text": CITATION["quote"],
}
FAILURE: dict[str, Any] = {"source": "scan.pdf", "reason": "it has pages but no text; it needs OCR"}
FAILURES: dict[str, Any] = {
    "failures": [
        {
            **FAILURE,
            "remedy": "send it with text",
            "collection": "default",
            "origin": "upload:3d1c6a0b1c7f1f0a/scan.pdf",
            "failed_at": "2026-01-02T03:04:05.000000+00:00",
        }
    ],
    "total": 1,
    "next": None,
}
WAITING: dict[str, Any] = {"waiting": [{"source": "fax.pdf", "reason": "its pages are read one by one"}]}
COLLECTIONS: dict[str, Any] = {
    "collections": [{"name": "default", "documents": 1, "created_at": "2026-01-02T03:04:05.000000+00:00"}]
}
JOB: dict[str, Any] = {
    "id": "0b1c2d3e4f506172",
    "state": "done",
    "sources": ["memo.txt", "scan.pdf"],
    "collection": "default",
    "done": 2,
    "total": 2,
    "added": ["ccda83a073e2b546"],
    "unchanged": [],
    "failed": [FAILURE],
    "waiting": [],
    "passages": 1,
    "rate": 38.5,
    "remaining": 0.0,
    "error": None,
    "created": "2026-01-02T03:04:05.000+00:00",
    "finished": "2026-01-02T03:04:06.000+00:00",
}
JOBS: dict[str, Any] = {"jobs": [JOB]}
RECEIPTS: dict[str, Any] = {
    "receipts": [
        {
            "document_id": "ccda83a073e2b546",
            "source": "memo.txt",
            "versions": 1,
            "passages": 1,
            "left": 0,
            "before": {"versions": 1, "passages": 1},
            "after": {"versions": 0, "passages": 0},
        }
    ]
}
CONVERSATIONS: dict[str, Any] = {
    "conversations": [
        {
            "id": "759211cd4b0b599f",
            "title": "Who signed the sale of the ferry?",
            "turns": 1,
            "updated": "2026-01-02T03:04:05.000000+00:00",
            "created": "2026-01-02T03:04:05.000000+00:00",
            "owner": "",
            "footnotes": 1,
            "checked": 1,
            "disputed": 0,
        }
    ],
    "total": 1,
    "next": None,
}
MARKS: dict[str, Any] = {
    "marks": [
        {
            "turn": 1,
            "number": 1,
            "state": "checked",
            "initials": "A.B.",
            "note": "seen in print",
            "at": "2026-01-02T03:05:06.000000+00:00",
        }
    ]
}
FEEDBACK: dict[str, Any] = {
    "id": 1,
    "at": "2026-01-02T03:05:06.000000+00:00",
    "owner": "",
    "conversation": "759211cd4b0b599f",
    "turn": 1,
    "number": 1,
    "kind": "wrong evidence",
    "note": "",
    "evidence": {"standalone_question": ANSWER["question"], "status": "answered", "citations": []},
}
PINS: dict[str, Any] = {
    "pins": [
        {
            "id": "4f1c2ab3d1c6a0b1",
            "owner": "",
            "position": 1,
            **{name: CITATION[name] for name in ("document_id", "start", "end", "content_hash", "state")},
            **{name: CITATION[name] for name in ("quote", "title", "source", "collection", "published")},
            "version": 1,
            "note": "to quote",
            "conversation": "759211cd4b0b599f",
            "at": "2026-01-02T03:05:06.000000+00:00",
            "page": None,
            "locator": None,
        }
    ]
}
LOG: dict[str, Any] = {
    "log": [
        {
            "at": "2026-01-02T03:05:06.000000+00:00",
            "owner": "",
            "what": "marked",
            "conversation": "759211cd4b0b599f",
            "turn": 1,
            "number": 1,
            "document_id": None,
            "version": None,
            "detail": {"state": "checked", "initials": "A.B."},
        }
    ],
    "total": 1,
    "next": None,
}
EXPORT: dict[str, Any] = {
    "footnote_export": 1,
    "kind": "publishable",
    "title": ANSWER["question"],
    "made_at": "2026-01-02T03:06:07.000000+00:00",
    "answers": [
        {
            "turn": 1,
            "question": ANSWER["question"],
            "searched": ANSWER["question"],
            "status": "answered",
            "remarks": [],
            "sentences": [
                {
                    "text": CITATION["quote"],
                    "verbatim": True,
                    "caveat": "",
                    "speaker": "",
                    "footnotes": [1],
                }
            ],
            "nearest": [],
            "left_out": 0,
        }
    ],
    "footnotes": [
        {
            "number": 1,
            "turn": 1,
            "footnote": 1,
            "source": 1,
            "label": "Memo on the ferry",
            "state": "current",
            "quote": CITATION["quote"],
            "context": [],
            "place": "",
            "published": "2021-03-04",
            "mark": {"state": "checked"},
        }
    ],
    "sources": [{"number": 1, "label": "Memo on the ferry"}],
}
TURNS: dict[str, Any] = {
    "conversation": "759211cd4b0b599f",
    "turns": [{"number": 1, "question": ANSWER["question"], "answer": ANSWER}],
}
HEALTH: dict[str, Any] = {"status": "ok", "version": "0.1.0"}
MODEL: dict[str, Any] = {"id": "footnote", "object": "model", "created": 0, "owned_by": "footnote"}
MODELS: dict[str, Any] = {"object": "list", "data": [MODEL, {**MODEL, "id": "footnote:default"}]}
COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-759211cd4b0b599f",
    "object": "chat.completion",
    "created": 1767323045,
    "model": "footnote",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": ANSWER["text"]
                + "\n\nSources:\n- [1] Memo on the ferry, 2021-03-04: "
                + "http://127.0.0.1:7860/library/ccda83a073e2b546/83-136?v=1",
                "footnote": ANSWER,
            },
            "finish_reason": "stop",
        }
    ],
}


REQUESTS: dict[str, Any] = {
    "ask": {"question": ANSWER["question"], "collections": ["default"]},
    "search": {"words": HITS["words"], "limit": 5},
    "search_documents": {"words": HITS["words"], "limit": 5},
    "search_all": {"words": ALL_PASSAGES["words"]},
    "check": {"text": CHECKED["sentences"][0]["text"]},
    "add_pages": {"urls": ["https://example.org/report"]},
    "add_text": {
        "text": "The ferry Aurora was sold.",
        "source": "wire/123",
        "title": "Wire",
        "metadata": {"published": "2025-01-22"},
    },
    "change_document": {"title": "Memo on the ferry", "published": "2021-03-04", "enabled": True},
    "create_collection": {"name": "harbour"},
    "rename_collection": {"name": "port"},
    "rename_conversation": {"title": "The sale of the ferry"},
    "mark": {"state": "checked", "initials": "A.B.", "note": "seen in print"},
    "give_feedback": {"kind": "wrong evidence", "number": 1},
    "pin": {"document_id": CITATION["document_id"], "start": 83, "end": 136, "note": "to quote"},
    "change_pin": {"position": 1},
    "completions": {"model": "footnote", "messages": [{"role": "user", "content": ANSWER["question"]}]},
    **many_examples.REQUESTS,
}
"""By operation, what may be sent."""

ANSWERS: dict[str, Any] = {
    "ask": ANSWER,
    "search": HITS,
    "search_documents": DOCUMENT_HITS,
    "search_all": ALL_PASSAGES,
    "check": CHECKED,
    "documents": DOCUMENTS,
    "document": DOCUMENT,
    "change_document": DOCUMENT,
    "text": TEXT,
    "failures": FAILURES,
    "waiting": WAITING,
    "collections": COLLECTIONS,
    "create_collection": COLLECTIONS,
    "rename_collection": COLLECTIONS,
    "remove_collection": RECEIPTS,
    "add_pages": JOB,
    "add_text": JOB,
    "add_files": JOB,
    "jobs": JOBS,
    "job": JOB,
    "cancel_job": {**JOB, "state": "cancelled"},
    "remove_document": RECEIPTS,
    "conversations": CONVERSATIONS,
    "conversation_turns": TURNS,
    "considered": {"hits": HITS["hits"], "model": None, "messages": [], "left_out": []},
    "rename_conversation": CONVERSATIONS["conversations"][0],
    "marks": MARKS,
    "mark": MARKS,
    "unmark": {"marks": []},
    "give_feedback": FEEDBACK,
    "feedback": {"feedback": [FEEDBACK], "total": 1, "next": None},
    "pins": PINS,
    "pin": PINS,
    "change_pin": PINS,
    "unpin": {"pins": []},
    "log": LOG,
    "export_conversation": EXPORT,
    "export_pins": EXPORT,
    "health": HEALTH,
    "models": MODELS,
    "model": MODEL,
    "completions": COMPLETION,
    **many_examples.answers(ANSWER),
}
"""By operation, what may come back."""
