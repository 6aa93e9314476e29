"""With the network unreachable, native code included, a new library is filled and answers."""

import pytest


@pytest.mark.offline
def test_a_new_library_answers_without_any_network(sample):
    answered, unanswered = sample.answers  # by the process that filled it, see sample.py
    assert sample.added == 14 and not sample.failed
    assert "Corless Foundry" in answered["citations"][0]["quote"]
    assert unanswered["status"] == "not_found" and not unanswered["citations"]
