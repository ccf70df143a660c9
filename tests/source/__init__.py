"""Tests of the room that reads Python files."""
