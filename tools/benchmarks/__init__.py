"""Benchmarks, one module each, and their common harness."""
