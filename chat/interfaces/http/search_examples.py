"""Examples of what searching gives, for the OpenAPI document; part of `examples`."""

from typing import Any

HITS: dict[str, Any] = {
    "words": "sale of the ferry",
    "hits": [
        {
            "rank": 1,
            "passage": {
                "id": "ccda83a073e2b546:1:83-136",
                "document_id": "ccda83a073e2b546",
                "version": 1,
                "start": 83,
                "end": 136,
                "text": "Director Ilse Brandt signed the sale on 4 March 2021.",
                "page": None,
                "heading": None,
                "sentences": [[83, 136]],
            },
            "title": "Memo on the ferry",
            "source": "memo.txt",
            "collection": "default",
            "published": "2021-03-04",
            "score": 0.93,
            "dense": 0.71,
            "words": 4.2,
            "dense_rank": 1,
            "words_rank": 1,
            "sentence_scores": [0.71],
            "reason": "both",
            "interaction": 0.64,
            "word_scores": [[0.71, 0.58]],
        }
    ],
}
DOCUMENT_HITS: dict[str, Any] = {
    "words": HITS["words"],
    "documents": [
        {
            "rank": 1,
            "document_id": "ccda83a073e2b546",
            "title": "Memo on the ferry",
            "source": "memo.txt",
            "collection": "default",
            "published": "2021-03-04",
            "score": 0.93,
            "hits": HITS["hits"],
        }
    ],
}
ALL_PASSAGES: dict[str, Any] = {
    "words": "signed the sale",
    "statement": "2 documents looked through to the end: 1 passage with these very words, 0 more with other"
    " forms of them, in 1 document.",
    "exact": 1,
    "near": 0,
    "documents": 1,
    "searched": 2,
    "hidden": 0,
    "unread": [],
    "passages": [
        {
            "passage": HITS["hits"][0]["passage"],
            "title": "Memo on the ferry",
            "source": "memo.txt",
            "collection": "default",
            "published": "2021-03-04",
            "form": "exact",
        }
    ],
}
