"""The chat page: Gradio for the conversation, our own routes for reading the sources."""
