"""What `load_model` does, replayed on paper, for every release since Keras 2.0.

May enter: one package per loader family, following that family's source step by step, and the
parts they share. It takes a `Saved` and what the catalog knows of a release, and gives an
`Outcome`. It reads no file, knows no rules, and runs nothing that a file holds.
"""
