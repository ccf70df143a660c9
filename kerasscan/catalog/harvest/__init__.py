"""From a wheel or sdist to a snapshot of what the release's loader can find, by `ast` alone.

Nothing of Keras is imported or run. Maintainers run it as `python -m kerasscan.catalog.harvest`.
"""
