"""Question and hits -> draft -> verified answer. `from chat import Assistant` is the way in from Python."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.asynchronous import AsyncAssistant

__all__ = ["Assistant", "AsyncAssistant"]


def __getattr__(name: str) -> Any:
    """Resolve the assistants at first use, so that `import chat` stays light."""
    if name == "Assistant":
        from chat.assistant import Assistant

        return Assistant
    if name == "AsyncAssistant":
        from chat.asynchronous import AsyncAssistant

        return AsyncAssistant
    raise AttributeError(f"module 'chat' has no attribute {name!r}")
