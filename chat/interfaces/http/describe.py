"""What the OpenAPI document says beyond the routes' own signatures: scopes, problems, events, examples."""

from typing import TYPE_CHECKING, Any

from chat.interfaces.http import examples, models
from chat.interfaces.http.access import needed
from chat.interfaces.http.desk import EVENTS
from chat.interfaces.http.problem import MEDIA_TYPE

if TYPE_CHECKING:
    from fastapi import FastAPI

_SCHEMAS = "#/components/schemas/"
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "Made by `footnote token add`; needed as soon as there is one.",
}
_PROBLEM = {
    "description": "An error, which says what, why and what to do",
    "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}{models.ProblemDetails.__name__}"}}},
}
_LOCATION = {"description": "The job's address", "schema": {"type": "string"}, "required": True}
_EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["standalone", "sentence", "rejected", "done", "error"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["data"],
}
_STREAMS = {"ask": examples.EVENTS, "completions": "data: {…a chunk…}\n\ndata: [DONE]\n\n"}


def describe(api: "FastAPI") -> None:
    """Complete an application's OpenAPI document, which is made when it is first asked for."""
    from pydantic.json_schema import models_json_schema

    bare = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema:
            return api.openapi_schema
        schema = bare()
        problem = models_json_schema(
            [(models.ProblemDetails, "serialization")], ref_template=_SCHEMAS + "{model}"
        )[1]
        schema["components"]["schemas"].update(problem["$defs"])
        schema["components"]["securitySchemes"] = {"token": _TOKEN}
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                operation["security"] = [{"token": [needed(method.upper(), path)]}]
                _complete(operation)
        return schema

    api.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way of extending the document


def _complete(operation: dict[str, Any]) -> None:
    name, responses = operation["operationId"], operation["responses"]
    responses.pop("422", None)  # a problem, as every other error
    if name in examples.REQUESTS:
        operation["requestBody"]["content"]["application/json"]["example"] = examples.REQUESTS[name]
    (done,) = responses.values()
    if name in examples.ANSWERS:
        done["content"]["application/json"]["example"] = examples.ANSWERS[name]
    if name in _STREAMS:
        done["content"][EVENTS] = {"schema": _EVENT, "example": _STREAMS[name]}
    if "202" in responses:
        done["headers"] = {"Location": _LOCATION}
    responses["default"] = _PROBLEM
