"""Tests of the catalog: its data and the harvest that makes it."""
