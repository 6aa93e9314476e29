"""Find the passages that a question is about; imports `ingest` only."""
