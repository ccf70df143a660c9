"""What real releases did, and tests that it can be read."""
