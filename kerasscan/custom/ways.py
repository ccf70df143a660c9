"""What release families do with a custom object, in words.

Source: ``_retrieve_class_or_fn`` in keras/src/saving/serialization_lib.py (2.12 and later, Keras 3)
and ``class_and_config_for_serialized_keras_object`` in keras/utils/generic_utils.py; recorded in
``tests/recordings/customs``.
"""

from __future__ import annotations

from typing import Final

from kerasscan.custom.needs import Lookup
from kerasscan.custom.standing import Standing, Verdict
from kerasscan.model.saved import Container, Saved

IMPORTING: Final = ("tensorflow>=2.12,<2.16", "tf-keras", "keras>=3,<3.9")
"""Releases that import the module that a ``.keras`` file names, whatever it is."""

_IMPORTING_IN_WORDS: Final = "TensorFlow 2.12-2.15, tf-keras, Keras 3.0-3.8"

_ARCHIVES: Final = (Container.KERAS_ZIP, Container.KERAS_DIR)


def is_imported(saved: Saved, seen: Verdict) -> bool:
    """Whether some releases import the module of a need by themselves."""
    return saved.artifact.container in _ARCHIVES and seen.need.lookup is Lookup.MODULE


def otherwise(saved: Saved, seen: Verdict) -> str:
    """Return what a loader does with a need that is neither registered nor passed."""
    need = seen.need
    if need.is_revived:
        return "revived from saved functions by TensorFlow 2"
    if seen.standing is Standing.SHADOWED:
        return f"taken for Keras' own {need.name}"
    if is_imported(saved, seen):
        return f"imported by {_IMPORTING_IN_WORDS}"
    return "refused, unless compile=False" if need.is_training else "refused"
