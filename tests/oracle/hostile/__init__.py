"""Hostile files in real releases: what loading them does."""
