"""Fuzz of everything that reads an input.

    python -m tests.fuzz --cases 20000 --out results.json

A target writes the input of a case from a seed, reads it with the package and
judges the result against an independent reading. Each case ends in one of the
outcomes of :mod:`.outcomes`. Cases run in a child process, so that a hang or a
crash of the interpreter is an outcome as well. The folders in ``corpus/`` are
inputs that were once read wrongly; each is judged again in the tests.
"""
