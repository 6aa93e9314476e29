"""The HTTP API and the OpenAI-compatible one, beside the page in one process."""
