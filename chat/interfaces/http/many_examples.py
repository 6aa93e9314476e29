"""Examples for /mentions and /grid; `examples` puts them with the others."""

from typing import Any

REQUESTS: dict[str, Any] = {
    "mentions": {"names": ["Brandt = Ilse Brandt, I. Brandt", "ferry"], "limit": 1},
    "grid": {"questions": ["Who signed the sale?"], "documents": ["ccda83a073e2b546"]},
}


def answers(answer: dict[str, Any]) -> dict[str, Any]:
    """Return, by operation, what may come back; `answer` is a question's."""
    return {
        "mentions": {
            "names": [
                {
                    "name": "Brandt",
                    "forms": ["Brandt", "Ilse Brandt", "I. Brandt"],
                    "mentions": 1,
                    "documents": 1,
                },
                {"name": "ferry", "forms": ["ferry"], "mentions": 1, "documents": 1},
            ],
            "documents": [
                {
                    "document_id": "ccda83a073e2b546",
                    "document_version": 1,
                    "title": "Memo on the ferry",
                    "source": "memo.txt",
                    "collection": "default",
                    "published": "2021-03-04",
                    "mentions": 2,
                    "first": 1,
                }
            ],
            "total": 2,
            "searched": 2,
            "hidden": 0,
            "offset": 0,
            "next": 1,
            "mentions": [
                {
                    "number": 1,
                    "name": "Brandt",
                    "document_id": "ccda83a073e2b546",
                    "document_version": 1,
                    "start": 92,
                    "end": 103,
                    "words": "Ilse Brandt",
                    "sentence_start": 83,
                    "sentence_end": 136,
                    "sentence": "Director Ilse Brandt signed the sale on 4 March 2021.",
                    "page": None,
                    "locator": None,
                    "hidden": False,
                }
            ],
        },
        "grid": {
            "cells": [
                {
                    "number": 0,
                    "question": "Who signed the sale?",
                    "document_id": "ccda83a073e2b546",
                    "state": "answered",
                    "answer": {**answer, "conversation": ""},
                    "reason": None,
                    "seconds": 0.21,
                }
            ]
        },
    }
