"""By which way a release reads a file: what is guarded differs between them.

Source: `load_model` in keras/src/saving/saving_api.py (3.x), keras/saving/saving_api.py and
keras/saving/legacy/save.py (2.12 and newer), keras/saving/save.py (before).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kerasscan.catalog.behaviours import has_behaviour
from kerasscan.catalog.releases import Release
from kerasscan.model.saved import Artifact, Container


class Route(StrEnum):
    """A way of reading."""

    ARCHIVE = "archive"
    """A ``.keras`` archive or its folder."""
    HDF5 = "hdf5"
    """A whole model, or weights for `load_weights`, in HDF5."""
    JSON = "json"
    """An architecture, by `model_from_json`."""
    YAML = "yaml"
    """An architecture, by `model_from_yaml`."""
    SAVEDMODEL = "savedmodel"
    """A SavedModel."""
    REFUSED = "refused"
    """The release reads no such file."""


_TEXTS: Final = {Container.JSON: Route.JSON, Container.TFJS: Route.JSON}
_HDF5: Final = (Container.H5_MODEL, Container.H5_WEIGHTS, Container.HDF5_DATA)


def route(artifact: Artifact, release: Release) -> Route:
    """Return by which way a release reads a file."""
    container = artifact.container
    if container in _TEXTS:
        return _TEXTS[container]
    if container is Container.YAML:
        return _yaml(release)
    if release.line == "keras3":
        return _in_keras_3(artifact, release)
    if container is Container.KERAS_ZIP:
        reads = artifact.extension == ".keras" and has_behaviour(release.known, "archives-read")
        return Route.ARCHIVE if reads else Route.REFUSED
    if container in _HDF5:
        return Route.HDF5
    if container is Container.SAVEDMODEL and release.line != "keras2":
        return Route.SAVEDMODEL
    return Route.REFUSED


def _yaml(release: Release) -> Route:
    is_gone = release.line == "keras3" or has_behaviour(release.known, "yaml-removed")
    return Route.REFUSED if is_gone else Route.YAML


def _in_keras_3(artifact: Artifact, release: Release) -> Route:
    container = artifact.container
    if container is Container.KERAS_ZIP and artifact.extension == ".keras":
        return Route.ARCHIVE
    if container is Container.KERAS_DIR:
        reads = has_behaviour(release.known, "keras-directory-loads")
        return Route.ARCHIVE if reads else Route.REFUSED
    if container in _HDF5 and artifact.extension in (".h5", ".hdf5"):
        return Route.HDF5
    return Route.REFUSED
