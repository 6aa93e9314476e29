"""Benchmarks: each prints a table with a baseline beside it; `make bench` runs them."""
