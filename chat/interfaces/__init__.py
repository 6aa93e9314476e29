"""Ways in and out of an assistant: the command line and the server."""
