"""Readers: one small file a family, each turning a source's bytes into a `Reading`."""
