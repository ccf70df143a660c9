"""The zoo: tiny models saved by many real Keras releases, and loaded by many."""
