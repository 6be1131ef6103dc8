"""Trainings of several configs and seeds, and tables of their metrics."""
