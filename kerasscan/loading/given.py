"""What a file cannot tell about the program that will load it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Given:
    """What the loading program is like.

    Attributes:
        python: Its Python, such as ``(3, 11)``; None is unknown.
        backend: ``tensorflow``, ``jax``, ``torch`` or ``numpy``; Keras 3 has the choice.
        custom_objects: Names of the custom classes and functions that it passes to `load_model`.
        registered: Names under which it has registered some, or put them into a scope.
        importable: Dotted names of custom classes and functions whose modules it can import.
    """

    python: tuple[int, int] | None = None
    backend: str = "tensorflow"
    custom_objects: frozenset[str] = frozenset()
    registered: frozenset[str] = frozenset()
    importable: frozenset[str] = frozenset()
