"""Layers of Keras that are made to load something else, and what hides behind a built-in name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from kerasscan.catalog.builtin import SERIALIZATION_TAGS, is_builtin_function
from kerasscan.hazards.roles import is_keras
from kerasscan.model.hazard import Hazard, HazardKind
from kerasscan.model.objects import Form, SavedObject

_LOOKUPS: Final = ("IndexLookup", "IntegerLookup", "StringLookup", "TextVectorization")
"""Layers whose ``vocabulary`` may be a path, which they read (`set_vocabulary` in
keras/src/layers/preprocessing/index_lookup.py)."""

_PATHS: Final = frozenset(
    {"directory", "file", "file_path", "filename", "filepath", "origin", "path", "url", "weights"}
    | {"cache_dir", "weights_path", "checkpoint", "checkpoint_path", "handle", "fname"}
)
"""Arguments that hold a path or an address, in Keras and in layers of others."""

_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://|/|~|\\\\|[A-Za-z]:[\\/]|\.\.[\\/])", re.I)
"""The beginning of a URL, of an absolute or home path, or of one that leads upward."""

_LONGEST: Final = 300


def layers(found: SavedObject) -> Iterator[Hazard]:
    """Yield what an object loads from elsewhere."""
    if found.form is Form.FUNCTION:
        yield from _registered(found)
    if found.form is not Form.OBJECT or found.class_name in SERIALIZATION_TAGS:
        return
    bare = found.class_name.rpartition(">")[2]
    for look in (_LOADERS.get(bare), _registered):
        if look is not None:
            yield from look(found)
    if bare not in ("TFSMLayer", *_LOOKUPS):
        yield from _paths(found)


def _hazard(
    kind: HazardKind, found: SavedObject, subject: str, argument: str = "", detail: str = ""
) -> Hazard:
    address = found.address.down("config", argument) if argument else found.address
    evidence = f"{found.class_name}:{argument}:{subject}"
    facts = {"class_name": found.class_name, "argument": argument}
    return Hazard(kind, address, subject[:_LONGEST], detail, evidence, found.role.value, facts)


def _torch(found: SavedObject) -> Iterator[Hazard]:
    """`TorchModuleWrapper.from_config` gives its ``module`` to `torch.load`."""
    stored = found.config.get("module")
    size = f"{len(stored):,} characters" if isinstance(stored, str) else "no text"
    yield _hazard(HazardKind.TORCH_MODULE, found, found.class_name, "module", size)


def _saved_model(found: SavedObject) -> Iterator[Hazard]:
    path = found.config.get("filepath")
    shown = path if isinstance(path, str) else "no path"
    yield _hazard(HazardKind.SAVED_MODEL_LAYER, found, shown, "filepath")


def _jax(found: SavedObject) -> Iterator[Hazard]:
    yield _hazard(HazardKind.JAX_FUNCTION, found, found.class_name)


def _vocabulary(found: SavedObject) -> Iterator[Hazard]:
    vocabulary = found.config.get("vocabulary")
    if isinstance(vocabulary, str) and vocabulary:
        yield _hazard(HazardKind.VOCABULARY_PATH, found, vocabulary, "vocabulary")


_LOADERS: Final[dict[str, Callable[[SavedObject], Iterator[Hazard]]]] = {
    "TorchModuleWrapper": _torch,
    "TFSMLayer": _saved_model,
    "JaxLayer": _jax,
    "FlaxLayer": _jax,
    **dict.fromkeys(_LOOKUPS, _vocabulary),
}


def _registered(found: SavedObject) -> Iterator[Hazard]:
    """A registered name on a class or function that Keras finds by its module.

    Up to 3.14.1 the registered name is looked for first: what the file calls ``Dense`` may be made
    by anything that the program has registered (keras 3.15.0 refuses it).
    """
    explicit, module, bare = found.raw.get("registered_name"), found.module, found.class_name
    if not isinstance(explicit, str) or not module:
        return
    is_function = found.form is Form.FUNCTION
    is_named = is_function and module == "builtins" and is_builtin_function(bare)
    if not is_named and not is_keras(module):
        return
    own = (bare, f"keras>{bare}", "function" if is_function else bare)
    if explicit and explicit not in own and ">" not in bare:
        yield _hazard(
            HazardKind.REGISTERED_BUILTIN, found, f"{module}.{bare}", detail=explicit[:_LONGEST]
        )


def _paths(found: SavedObject) -> Iterator[Hazard]:
    for argument, value in found.config.items():
        if argument in _PATHS or _is_remote(value):
            text = _address(value)
            if text:
                yield _hazard(HazardKind.PATH_VALUE, found, text, argument)


def _is_remote(value: Any) -> bool:
    return isinstance(value, str) and "://" in value[:16]


def _address(value: Any) -> str:
    return value if isinstance(value, str) and _ADDRESS.match(value) else ""
