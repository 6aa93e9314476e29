"""Writes the JSON Schemas of the program's JSON into docs/schema/: run `python docs/schemas.py`.

They are read off the dataclasses that the output is made of; descriptions come from docs/answer.md.
"""

import json
import re
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

FOLDER = Path(__file__).with_name("schema")
ANSWER = Path(__file__).with_name("answer.md")
SECTION = re.compile(r"^## (\w+)$(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}

Schema = dict[str, Any]


class Maker:
    """Turns types into schemas; each dataclass becomes a definition of its own."""

    def __init__(self, names: dict[str, type]) -> None:
        """Take what annotations name without importing it."""
        self._names = names
        page = ANSWER.read_text(encoding="utf-8")
        self._words = {name: dict(ROW.findall(body)) for name, body in SECTION.findall(page)}
        self.definitions: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """Return a type's schema."""
        if kind in PLAIN:
            return {"type": PLAIN[kind]}
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(part) for part in parts]}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        if origin is tuple and parts[-1] is not Ellipsis:
            return {"type": "array", "prefixItems": [self.of(part) for part in parts], "items": False}
        if origin in (list, tuple):
            return {"type": "array", "items": self.of(parts[0])}
        if not is_dataclass(kind):
            raise TypeError(f"{kind} has no schema")
        return {"$ref": f"#/$defs/{self._defined(kind)}"}

    def _defined(self, kind: Any) -> str:
        name: str = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # so that a type may hold itself
            hints = get_type_hints(kind, localns=self._names)
            self.definitions[name] |= record(
                {each.name: self._field(name, each.name, hints[each.name]) for each in fields(kind)}
            )
        return name

    def _field(self, owner: str, name: str, kind: Any) -> Schema:
        words = self._words.get(owner, {}).get(name)
        return {**self.of(kind), **({"description": words} if words else {})}


def record(properties: dict[str, Schema], *optional: str) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def schemas() -> dict[str, Schema]:
    """Return the schema of each command's output, by the name of its file."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from chat.answer import Answer, Checked, ConversationInfo
    from chat.evaluate import Evaluation, Regression
    from chat.interfaces.tokens import Token
    from chat.marks import Mark
    from chat.mentions import Mentions
    from ingest.collection import CollectionInfo, SyncedFolder
    from ingest.passage import Passage
    from retrieval.backup import BackupInfo
    from retrieval.exhaustive import DocumentHits, Everything, Held
    from retrieval.hit import Hit
    from retrieval.report import AddReport, DocumentInfo, FailedSource, Failure, Receipt
    from retrieval.syncing import SyncReport

    sys.path.pop(0)
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}

    def opened(maker: Maker, kind: type) -> dict[str, Schema]:
        """A dataclass's properties, to put others beside them."""
        properties: dict[str, Schema] = maker.definitions.pop(maker.of(kind)["$ref"].rpartition("/")[2])[
            "properties"
        ]
        return properties

    def search(maker: Maker) -> Schema:
        passage = {"id": text, **opened(maker, Passage)}
        hit = {"rank": {"type": "integer", "minimum": 1}, **opened(maker, Hit), "passage": record(passage)}
        maker.definitions.clear()
        return record({"words": text, "hits": {"type": "array", "items": record(hit)}})

    def search_by_document(maker: Maker) -> Schema:
        passage = {"id": text, **opened(maker, Passage)}
        rank = {"type": "integer", "minimum": 1}
        hit = {"rank": rank, **opened(maker, Hit), "passage": record(passage)}
        found = {"rank": rank, **opened(maker, DocumentHits)}
        found["hits"] = {"type": "array", "items": record(hit)}
        maker.definitions.clear()
        return record({"words": text, "documents": {"type": "array", "items": record(found)}})

    def search_exhaustive(maker: Maker) -> Schema:
        passage = {"id": text, **opened(maker, Passage)}
        held = {**opened(maker, Held), "passage": record(passage)}
        found = {**opened(maker, Everything), "statement": text}
        found["passages"] = {"type": "array", "items": record(held)}
        found["unread"] = {"type": "array", "items": record(opened(maker, Failure))}
        maker.definitions.clear()
        return record(found)

    def token(maker: Maker) -> dict[str, Schema]:
        return {name: kind for name, kind in opened(maker, Token).items() if name != "hash"}

    def several(key: str, kind: type) -> Any:
        return lambda maker: record({key: maker.of(list[kind])})  # type: ignore[valid-type]

    made = {
        "add": lambda maker: maker.of(AddReport),
        "retry": lambda maker: maker.of(AddReport),
        "sync": lambda maker: maker.of(SyncReport),
        "sync-folders": lambda maker: maker.of(list[SyncedFolder]),
        "list": lambda maker: record(
            {
                "documents": maker.of(list[DocumentInfo]),
                "failures": maker.of(list[Failure]),
                "waiting": maker.of(list[Failure]),
            }
        ),
        "list-failed": lambda maker: maker.of(list[FailedSource]),
        "edit": lambda maker: maker.of(DocumentInfo),
        "collection": lambda maker: maker.of(list[CollectionInfo]),
        "collection-remove": lambda maker: maker.of(list[Receipt]),
        "backup": lambda maker: maker.of(BackupInfo),
        "restore": lambda maker: maker.of(BackupInfo),
        "show": lambda maker: record({**opened(maker, DocumentInfo), "text": text}, "text"),
        "remove": lambda maker: maker.of(list[Receipt]),
        "doctor": several("checks", str),
        "check": several("sentences", Checked),
        "mentions": lambda maker: maker.of(Mentions),
        "search": search,
        "search-by-document": search_by_document,
        "search-exhaustive": search_exhaustive,
        "ask": lambda maker: maker.of(Answer),
        "ask-many": lambda maker: record({"id": maker.of(str | int), **opened(maker, Answer)}),
        "ask-out": lambda maker: record({"answered": count, "before": count, "out": text}),
        "conversations": lambda maker: maker.of(list[ConversationInfo]),
        "conversations-show": lambda maker: record(
            {
                "conversation": text,
                "turns": {
                    "type": "array",
                    "items": record(
                        {"number": {"type": "integer", "minimum": 1}, "answer": maker.of(Answer)}
                    ),
                },
                "marks": maker.of(list[Mark]),
            }
        ),
        "token": lambda maker: record(token(maker)),
        "token-add": lambda maker: record({**token(maker), "token": text}),
        "token-list": lambda maker: {"type": "array", "items": record(token(maker))},
        "eval": lambda maker: record(
            {**opened(maker, Evaluation), "regressions": maker.of(list[Regression])}
        ),
    }
    found = {}
    for name, make in made.items():
        maker = Maker({"Passage": Passage, "Hit": Hit})
        schema = make(maker)
        found[name] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **schema,
            **({"$defs": maker.definitions} if maker.definitions else {}),
        }
    return found


def written(schema: Schema) -> str:
    """Return a schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(written(schema), encoding="utf-8")
