"""Packages that are known to provide custom objects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Provided:
    """How one class or function is had from a package.

    Attributes:
        path: Where to import it from: ``tensorflow_hub.KerasLayer``.
        name: Its name in files, without a package.
        registered: The name under which importing the package registers it, such as
            ``Addons>Lookahead``; None: it has to be passed in ``custom_objects``.
        is_ambiguous: Whether many projects give this name to a class of their own.
    """

    path: str
    name: str
    registered: str | None = None
    is_ambiguous: bool = False


@dataclass(frozen=True)
class Provider:
    """A package, an entry of ``rules/providers.toml``.

    Attributes:
        package: Name on PyPI: ``tensorflow-addons``.
        imports: Statement that imports it, and registers what it registers:
            ``import tensorflow_addons``.
        modules: Its modules, without those below them: ``tensorflow_addons``.
        registered: Packages of registered names: ``Addons``.
        objects: Classes and functions that are known by name.
        releases: Requirements for the Keras that it works with: ``tensorflow>=2.12,<2.16``.
        ended: When it was given up, ``2024-05``; None: it is maintained.
        ending: What was said of its end and what to use instead, as a clause; ``""``.
        offers: What it offers to load with, as code:
            ``custom_objects=keras_bert.get_custom_objects()``; ``""``: nothing.
        sources: URLs.
        checked: What was run to check the entry: ``0.23.0 beside tensorflow 2.15.1``; ``""``: it
            was not imported, the entry is from its source.
    """

    package: str
    imports: str
    modules: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    objects: tuple[Provided, ...] = ()
    releases: tuple[str, ...] = ()
    ended: str | None = None
    ending: str = ""
    offers: str = ""
    sources: tuple[str, ...] = ()
    checked: str = ""
