"""The documentation: mkdocs builds a site of it; see `docs/make`."""
