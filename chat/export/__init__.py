"""Saved answers and pinned quotes as files for other programs: Markdown, Word and JSON, in two kinds."""
