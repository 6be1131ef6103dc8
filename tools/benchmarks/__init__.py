"""Benchmarks: one module each, with the harness that they share."""
