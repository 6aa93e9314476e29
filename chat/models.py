"""The chat model that the settings name, by LangChain's `init_chat_model`; making it contacts nothing."""

import os
from typing import TYPE_CHECKING, Any

from ingest.errors import InvalidSetting, ModelMissing

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from chat.settings import Settings

ASSUMED_WINDOW = 4096  # tokens, where neither the settings nor LangChain's profiles know better


def open_model(settings: "Settings") -> "BaseChatModel":
    """Return the model of FOOTNOTE_MODEL.

    Raises ModelMissing with the command that installs its package, InvalidSetting if it cannot be made.
    """
    from langchain.chat_models import init_chat_model

    provider, _, name = (settings.model or "").partition(":")
    try:
        model: BaseChatModel = init_chat_model(name, model_provider=provider, **_details(provider, settings))
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise ModelMissing(
            f"FOOTNOTE_MODEL={settings.model} needs the package {package}, which is not installed; "
            f"run `pip install {package}` in Footnote's environment"
        ) from error
    except Exception as error:  # each provider has its own; their texts may repeat a key
        raise InvalidSetting(
            f"FOOTNOTE_MODEL={settings.model} cannot be used ({type(error).__name__}): is its provider one "
            "that LangChain knows, and is the key that it needs in the environment?"
        ) from error
    return model


def window_of(model: "BaseChatModel", settings: "Settings") -> int:
    """Return how many tokens the model reads: as set, as LangChain's profiles know it, or ASSUMED_WINDOW."""
    known = (model.profile or {}).get("max_input_tokens")
    if settings.model_window is None and isinstance(known, int) and known > 0:
        return known
    return settings.model_window or ASSUMED_WINDOW


def _details(provider: str, settings: "Settings") -> dict[str, Any]:
    """Return what is told to a provider's class; retries and limits on waiting are ours, not its."""
    details: dict[str, Any] = {"temperature": 0}
    if settings.base_url is not None:
        details["base_url"] = settings.base_url
    if provider == "ollama":
        details["num_ctx"] = settings.model_window or ASSUMED_WINDOW
        return details
    details["max_retries"] = 0
    if provider == "openai" and settings.base_url is not None and not os.environ.get("OPENAI_API_KEY"):
        details["api_key"] = "none"  # servers of one's own want none, and its class insists on one
    return details
