"""Tests of the room that reads stored bytecode. No payload is ever run or unmarshalled here."""
