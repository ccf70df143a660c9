"""Which package provides a custom object: ``rules/providers.toml``, and who is asked by what.

``providers.json`` holds the same entries, written by ``python -m kerasscan.custom.compile``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from kerasscan.catalog.compiled import compiled_entries, rules_file, written_entries
from kerasscan.model.objects import SavedObject
from kerasscan.model.provider import Provided, Provider

COMPILED: Final = Path(__file__).with_name("providers.json")
KEY: Final = "provider"

_UNNAMED: Final = "Custom"
"""The package that Keras registers under when none is given: it tells nothing."""

_OURS: Final = frozenset({"builtins", "keras", "tensorflow", "tf_keras"})
"""Roots of modules that do not say where an object was defined: Keras writes ``builtins`` for every
function, and its own modules for what it takes for its own."""


def providers_file() -> Path:
    """Return the entries as they are written: in the wheel, or in a source checkout."""
    return rules_file("providers.toml")


@cache
def providers() -> tuple[Provider, ...]:
    """Return all known providers, sorted by package."""
    return compiled_providers(COMPILED, providers_file()) or written_providers(providers_file())


def written_providers(path: Path) -> tuple[Provider, ...]:
    """Return the providers of a TOML file.

    Raises:
        tomllib.TOMLDecodeError: It is no TOML.
        KeyError: An entry lacks what the schema requires.
    """
    return _made(written_entries(path, KEY))


def compiled_providers(compiled: Path, written: Path) -> tuple[Provider, ...] | None:
    """Return the providers of a compiled file, or None when it is absent or the TOML differs."""
    entries = compiled_entries(compiled, written, KEY)
    return None if entries is None else _made(entries)


def provider_of(found: SavedObject) -> tuple[Provider, Provided | None] | None:
    """Return the package that provides an object, and how it is had from there.

    The registered name is asked first, then the module, then the bare name. A bare name tells
    nothing where the file says that the object comes from elsewhere: registered under another
    package, or defined in another module.

    Returns:
        The provider, and the object where it is listed, ambiguous only if nothing but its bare
        name led to it; None where no provider is known.
    """
    index = _index()
    name = (found.registered_name or found.class_name).rpartition(">")[2]
    provider = _by_package(found, index) or _by_module(found, index)
    if provider is not None:
        provided = _named(provider, name) or _named(provider, found.class_name)
        return provider, provided and replace(provided, is_ambiguous=False)
    is_elsewhere = found.package not in {None, _UNNAMED}
    if is_elsewhere or (found.module or "builtins").partition(".")[0] not in _OURS:
        return None
    return index.by_name.get(name)


class _Index:
    """The providers by what files name."""

    def __init__(self, known: Iterable[Provider]) -> None:
        self.by_package: dict[str, Provider] = {}
        self.by_module: dict[str, Provider] = {}
        self.by_registered: dict[str, Provider] = {}
        self.by_name: dict[str, tuple[Provider, Provided]] = {}
        for each in known:
            self.by_package |= dict.fromkeys(each.registered, each)
            self.by_module |= dict.fromkeys(each.modules, each)
            for thing in each.objects:
                self.by_name[thing.name] = (each, thing)
                if thing.registered is not None:
                    self.by_registered[thing.registered] = each


@cache
def _index() -> _Index:
    return _Index(providers())


def _by_package(found: SavedObject, index: _Index) -> Provider | None:
    """Ask by ``package>Name``; ``keras_cv.models`` and ``kecam/gpt2`` are also tried by their root.

    Both ways of dividing occur: keras-cv registers under its modules, kecam under its models. The
    whole name goes first: two providers may share a package.
    """
    package = found.package
    if package is None or package == _UNNAMED:
        return None
    whole = index.by_registered.get(found.registered_name or found.class_name)
    root = package.replace("/", ".").partition(".")[0]
    return whole or index.by_package.get(package) or index.by_package.get(root)


def _by_module(found: SavedObject, index: _Index) -> Provider | None:
    """Ask by the longest part of the module that is known."""
    module = found.module or ""
    while module:
        if module in index.by_module:
            return index.by_module[module]
        module = module.rpartition(".")[0]
    return None


def _named(provider: Provider, name: str) -> Provided | None:
    return next((thing for thing in provider.objects if thing.name == name), None)


def _made(entries: Iterable[Mapping[str, Any]]) -> tuple[Provider, ...]:
    return tuple(_provider(entry) for entry in entries)


def _provider(entry: Mapping[str, Any]) -> Provider:
    return Provider(
        package=entry["package"],
        imports=entry["imports"],
        modules=tuple(entry["modules"]),
        registered=tuple(entry["registered"]),
        objects=tuple(_provided(*item) for item in entry.get("objects", {}).items()),
        releases=tuple(entry["releases"]),
        ended=entry.get("ended"),
        ending=entry.get("ending", ""),
        offers=entry.get("offers", ""),
        sources=tuple(entry["sources"]),
        checked=entry["checked"],
    )


def _provided(name: str, value: str | Mapping[str, Any]) -> Provided:
    """Make an object of ``name = "path"``, or of the longer form with a table."""
    if isinstance(value, str):
        return Provided(path=value, name=name)
    return Provided(
        path=value["path"],
        name=name,
        registered=value.get("registered"),
        is_ambiguous=value.get("ambiguous", False),
    )
