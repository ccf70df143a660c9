"""Measurements of kerasscan: not a part of the package."""
