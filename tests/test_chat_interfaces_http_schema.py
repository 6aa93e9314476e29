"""Schemathesis over the OpenAPI document: no server error, and no answer that is not as described."""

from dataclasses import replace

import hypothesis
import pytest
import schemathesis
from http_fakes import UNLIMITED, Unconnected, desk_at, gated, listening
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from chat.interfaces.tokens import Tokens


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """Give every operation, and the header to send."""
    home = tmp_path_factory.mktemp("library") / "home"
    token = {"Authorization": f"Bearer {Tokens(home).add('fuzz', 'write')[1]}"}
    with desk_at(home, UNLIMITED) as desk:
        app = gated(replace(desk, assistant=Unconnected(desk.assistant)))
        with listening(app) as base:
            schema = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json", headers=token)
            yield [each.ok() for each in schema.get_all_operations()], token


@pytest.mark.parametrize("examples", [3, pytest.param(100, marks=pytest.mark.slow)], ids=["a few", "many"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_whatever_is_sent_the_answer_is_as_described(described, mode, examples):
    operations, token = described
    assert len(operations) > 20
    for operation in operations:
        # What is right by the schema may still name what is not there; a form's fields are all text.
        unfit = [positive_data_acceptance]
        if operation.path.endswith("/files"):
            unfit.append(negative_data_rejection)

        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def check(case):
            case.call_and_validate(headers=token, excluded_checks=unfit)  # noqa: B023  called at once

        check()
