"""Fuzzing of everything in kerasscan that reads bytes; README.md says how to run it."""
