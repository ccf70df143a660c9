"""Hostile but inert model files, made on demand: see `tests.hostile.tricks`."""
