"""Tests of who provides and who defines custom objects."""
