"""Readers: bytes of one family of formats -> the text, pages and properties of a document."""
