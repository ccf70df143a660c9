"""Tests of how it is said."""
