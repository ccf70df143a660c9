"""Whether a layer that bears the name of one of Keras' own lacks what Keras' own always writes.

HDF5 files name no modules, so a class of the author's with such a name looks like Keras' own. But
``get_config`` of Keras' own writes all its arguments, whatever their values. The keys that every
release near the one that saved the file writes are known from their sources (`catalog`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.lines import Line
from kerasscan.catalog.shipped import KnownRelease, known_releases
from kerasscan.model.objects import SavedObject

_BASE: Final = frozenset(
    {"name", "trainable", "dtype", "batch_input_shape", "batch_shape", "ragged", "layers"}
)
"""Keys of all layers; some are left out where they say nothing."""

_WITHIN_OLD_TENSORFLOW: Final = ((1, 13), (2, 2))
"""TensorFlow releases that write ``2.2.4-tf`` or ``2.3.0-tf``."""


def foreign(
    layers: Iterable[SavedObject], version: tuple[int, ...], *, within_tensorflow: bool
) -> frozenset[int]:
    """Return the identities of the layers that are not Keras' own, whatever their names.

    Args:
        layers: Layers of one file that name no module and whose class Keras ships.
        version: As the file states it.
        within_tensorflow: Whether it is of a Keras inside of TensorFlow or of tf-keras.
    """
    near = _near(version, within_tensorflow=within_tensorflow)
    lacking, whole = set(), 0
    for found in layers:
        if _lacks(found, near):
            lacking.add(id(found))
        else:
            whole += 1
    # A file in which most layers lack something was written by another program than Keras.
    return frozenset(lacking) if whole >= len(lacking) else frozenset()


def _near(version: tuple[int, ...], *, within_tensorflow: bool) -> Sequence[KnownRelease]:
    """Return the releases around a version: what a file states is not always exact."""
    line: Line = "keras3" if version >= (3,) else "tf.keras" if within_tensorflow else "keras2"
    those = [each for each in known_releases() if each.line == line]
    if within_tensorflow and version < (2, 4):
        first, last = _WITHIN_OLD_TENSORFLOW
        return [each for each in those if first <= _numbers(each)[:2] <= last]
    before = [each for each in those if _numbers(each) <= version][-2:]
    after = [each for each in those if _numbers(each) > version][:1]
    return [*before, *after]


def _numbers(release: KnownRelease) -> tuple[int, ...]:
    return tuple(int(part) for part in release.version.split("."))


def _lacks(found: SavedObject, near: Sequence[KnownRelease]) -> bool:
    """Whether a key is absent that every class of that name writes in every release near."""
    always: frozenset[str] | None = None
    for release in near:
        for shipped in contents_of(release).by_name(found.class_name):
            if shipped.kind == "operation":
                return False  # ``keras.ops.reshape`` leaves a ``Reshape`` with other keys
            if shipped.kind in ("layer", "cell") and shipped.name == found.class_name:
                written = frozenset(shipped.written)
                always = written if always is None else always & written
    return bool((always or frozenset()) - _BASE - found.config.keys())
