"""The containers: `.keras` archive, its directory form, legacy HDF5, architecture JSON.

The same call writes the same bytes: dates are fixed, members and keys keep their order.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import h5py
import numpy as np

from tests.hostile.configs import FEATURES, UNITS, Json
from tests.hostile.payloads import CANARY, CANARY_NUMBER

Fill: TypeAlias = Callable[[h5py.File], None]
Member: TypeAlias = tuple[str | zipfile.ZipInfo, bytes]

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
DATE = (1980, 1, 1, 0, 0, 0)
VERSION = "3.8.0"
SHAPES = {"0": (FEATURES, UNITS), "1": (UNITS,)}
LEGACY_NAMES = {"0": "kernel:0", "1": "bias:0"}


def encoded(config: Any) -> bytes:
    """Return a config as JSON."""
    return json.dumps(config).encode("ascii")


def metadata() -> bytes:
    """Return the ``metadata.json`` of an archive."""
    return encoded({"keras_version": VERSION, "date_saved": "2025-01-01@00:00:00"})


def hdf5(fill: Fill) -> bytes:
    """Return an HDF5 file with what ``fill`` writes into it."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        fill(file)
    return buffer.getvalue()


def values(key: str) -> Any:
    """Return the stored weight of the usual Dense: ``0`` is its kernel, ``1`` its bias."""
    return np.full(SHAPES[key], 0.5, dtype="float32")


def dense_weights(file: h5py.File) -> None:
    """Store what the usual Dense has, as ``model.weights.h5`` does."""
    no_weights(file)
    for key in SHAPES:
        file[f"layers/dense/vars/{key}"] = values(key)


def no_weights(file: h5py.File) -> None:
    """Store the groups that every release up to keras 3.3 wants to find."""
    file.create_group("vars")
    file.create_group("layers")


def legacy_weights(file: h5py.File) -> None:
    """Store what the usual Dense has, as a legacy file does."""
    legacy_frame(file)
    for key, name in LEGACY_NAMES.items():
        file[f"model_weights/dense/dense/{name}"] = values(key)


def legacy_frame(file: h5py.File) -> None:
    """Write the groups of a legacy file, and the attributes that name the weights."""
    group = file.require_group("model_weights")
    group.attrs["layer_names"] = np.array([b"dense"])
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = VERSION.encode()
    names = [f"dense/{name}".encode() for name in LEGACY_NAMES.values()]
    group.require_group("dense").attrs["weight_names"] = np.array(names)


def entry(name: str) -> zipfile.ZipInfo:
    """Return the header of a member with the fixed date."""
    info = zipfile.ZipInfo(name, date_time=DATE)
    info.external_attr = 0o600 << 16
    return info


def archive(members: Iterable[Member]) -> bytes:
    """Return a zip archive of the members, in their order, stored."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in members:
            made.writestr(name if isinstance(name, zipfile.ZipInfo) else entry(name), content)
    return buffer.getvalue()


def members(config: Json | bytes, fill: Fill = dense_weights, *more: Member) -> list[Member]:
    """Return the members of a usual archive, and some more."""
    text = config if isinstance(config, bytes) else encoded(config)
    usual: list[Member] = [(METADATA, metadata()), (CONFIG, text), (WEIGHTS, hdf5(fill))]
    return [*usual, *more]


def keras_file(
    folder: Path, config: Json | bytes, fill: Fill = dense_weights, *more: Member
) -> Path:
    """Write a ``.keras`` archive."""
    return written(folder / "model.keras", archive(members(config, fill, *more)))


def keras_directory(
    folder: Path, config: Json | bytes, fill: Fill = dense_weights, *more: Member
) -> Path:
    """Write the directory form of an archive."""
    path = folder / "model_directory"
    for name, content in members(config, fill, *more):
        written(path / str(name), content)
    return path


def h5_file(
    folder: Path, config: Json | bytes, fill: Fill | None = None, training: Json | None = None
) -> Path:
    """Write a legacy whole-model HDF5 file."""

    def write(file: h5py.File) -> None:
        text = config if isinstance(config, bytes) else encoded(config)
        file.attrs["model_config"] = text
        file.attrs["keras_version"] = VERSION.encode()
        file.attrs["backend"] = b"tensorflow"
        if training is not None:
            file.attrs["training_config"] = encoded(training)
        (fill or _legacy_fill(text))(file)

    return written(folder / "model.h5", hdf5(write))


def _legacy_fill(config: bytes) -> Fill:
    """A legacy file lists the layers that have weights: the usual Dense, where it is there."""
    return legacy_weights if b'"name": "dense"' in config else legacy_empty


def legacy_empty(file: h5py.File) -> None:
    """Store what a model without weights has, as a legacy file does."""
    group = file.require_group("model_weights")
    group.attrs["layer_names"] = np.array([], dtype="S1")
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = VERSION.encode()


def json_file(folder: Path, config: Json | bytes) -> Path:
    """Write what ``to_json`` returns."""
    return written(folder / "model.json", config if isinstance(config, bytes) else encoded(config))


def written(path: Path, content: bytes) -> Path:
    """Write a file, and the directories above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def canary_text(folder: Path, name: str = "canary.txt") -> Path:
    """Write a text file that nobody has a reason to read."""
    return written(folder / name, f"{CANARY}\nsecond\nthird\n".encode())


def canary_hdf5(folder: Path, name: str = "canary.h5") -> Path:
    """Write an HDF5 file that nobody has a reason to read; it fits as weights of either layout."""

    def fill(file: h5py.File) -> None:
        for key, shape in SHAPES.items():
            there = np.full(shape, CANARY_NUMBER, dtype="float32")
            for place in (f"layers/dense/vars/{key}", f"dense/vars/{key}"):
                file[place] = there
            file[f"model_weights/dense/dense/{LEGACY_NAMES[key]}"] = there
            file[key] = there
        legacy_frame(file)

    return written(folder / name, hdf5(fill))


def canary_array(folder: Path, name: str = "canary.npy") -> Path:
    """Write a NumPy array that nobody has a reason to read."""
    buffer = io.BytesIO()
    np.save(buffer, np.full((FEATURES,), CANARY_NUMBER, dtype="float32"))
    return written(folder / name, buffer.getvalue())
