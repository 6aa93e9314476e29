"""How the owner of a library is set up, told to another process: `chat.setup` from both sides."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from chat.privacy import Leaving
from chat.setup import SettingRow, Setup
from chat.succession import Caller
from retrieval.owner import Handler

if TYPE_CHECKING:
    from chat.assistant import Assistant


class RemoteDescribing:
    """The methods of `RemoteAssistant` that say how the owner is set up; those of `Describing`."""

    _client: Caller

    def setup(self) -> Setup:
        """Return how the owner is set up: its settings are those that count."""
        told = self._client.call("setup", {})
        told["leaving"] = Leaving(**told["leaving"])
        told["rows"] = tuple(SettingRow(**row) for row in told["rows"])
        return Setup(**told)

    def re_embedding_seconds(self) -> float:
        """Return about how long embedding every passage anew takes."""
        return float(self._client.call("re_embedding_seconds", {}))


def setup_handlers(assistant: "Assistant") -> Mapping[str, Handler]:
    """Return what an owner answers to `RemoteDescribing`, call by call."""
    return {
        "setup": lambda given, _: asdict(assistant.setup()),
        "re_embedding_seconds": lambda given, _: assistant.re_embedding_seconds(),
    }
