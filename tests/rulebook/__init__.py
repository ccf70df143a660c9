"""Tests of the rulebook: cards in, rules out, findings said."""
