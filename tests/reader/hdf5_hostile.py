"""Hostile HDF5 files, all of them inert: whole Keras models with one thing wrong.

Links and lists of files lead to paths that do not exist, and nothing in them can run.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any, TypeAlias

import h5py
import numpy as np

from tests.reader.hdf5_bytes import (
    BYTE,
    GROUP,
    NOWHERE,
    attribute,
    file_of,
    header,
    link,
    summed,
    written,
)

CONFIG = (
    '{"class_name": "Sequential", "config": {"name": "m", "layers": '
    '[{"class_name": "Dense", "config": {"name": "dense", "units": 3}}]}}'
)
ELSEWHERE = "/no/such/folder/secret"
WEIGHT = "model_weights/dense/dense/kernel:0"
PLACES = ("model_weights", "model_weights/dense", WEIGHT)

Fill: TypeAlias = Callable[[h5py.File], Any]


def model(fill: Fill | None = None, *, without: str = "", **options: Any) -> bytes:
    """Return a model file of the legacy layout.

    Args:
        fill: Adds what is wrong, last.
        without: Path of what is left out of it.
        **options: As of `h5py.File`.
    """

    def everything(file: h5py.File) -> None:
        file.attrs["model_config"] = CONFIG
        file.attrs["keras_version"] = "2.15.0"
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [b"dense"]
        weights.create_group("dense").attrs["weight_names"] = [b"dense/kernel:0"]
        weights["dense/dense/kernel:0"] = np.zeros((2, 3), "f4")
        if without:
            del file[without]
        if fill is not None:
            fill(file)

    return written(everything, **options)


def linked(place: str, target: Any) -> bytes:
    """Return a model that has a link at a place."""

    def fill(file: h5py.File) -> None:
        file[place] = target

    return model(fill, without=place)


def shape_bomb() -> bytes:
    """Return a model with a weight of 4 TiB, of which nothing is stored."""

    def fill(file: h5py.File) -> None:
        file.create_dataset(WEIGHT, (2**20, 2**20), "f4", chunks=(1024, 1024), compression="gzip")

    return model(fill, without=WEIGHT)


def attribute_bomb() -> bytes:
    """Return a model with 5,000 attributes on its weights."""

    def fill(file: h5py.File) -> None:
        for number in range(5_000):
            file["model_weights"].attrs[f"attribute_{number}"] = "x" * 100

    return model(fill, libver="latest")


def huge_attribute() -> bytes:
    """Return a file whose attribute says that it has 100 MB, in a message of 60,000 bytes."""
    return file_of(header(GROUP, attribute(BYTE, 100_000_000, data=bytes(60_000))))


def stored_huge_attribute() -> bytes:
    """Return a model that has an attribute of 70 MB and holds it."""

    def fill(file: h5py.File) -> None:
        file.attrs["model_config"] = CONFIG.ljust(70_000_000)

    return model(fill)


def many_groups() -> bytes:
    """Return a model with 20,000 more groups."""

    def fill(file: h5py.File) -> None:
        for number in range(20_000):
            file.create_group(f"model_weights/group_{number}")

    return model(fill, libver="latest")


def deep_groups() -> bytes:
    """Return a model with 3,000 groups inside each other."""

    def fill(file: h5py.File) -> None:
        group = file["model_weights"]
        for _ in range(3_000):
            group = group.create_group("g")

    return model(fill)


def polyglot() -> bytes:
    """Return a file that is an HDF5 model to one program and a Keras 3 archive to another."""
    return model() + archive(model())


def user_block() -> bytes:
    """Return a model behind 512 bytes that begin as a zip archive does."""
    return b"PK\x03\x04".ljust(512, b"\0") + model()


def link_cycle() -> bytes:
    """Return a model whose layer contains the root group."""

    def fill(file: h5py.File) -> None:
        file["model_weights/dense/again"] = file["/"]

    return model(fill)


def soft_loop() -> bytes:
    """Return a model with two soft links that lead to each other."""

    def fill(file: h5py.File) -> None:
        file["model_weights/one"] = h5py.SoftLink("/model_weights/two")
        file["model_weights/two"] = h5py.SoftLink("/model_weights/one")

    return model(fill)


def external_storage() -> bytes:
    """Return a model whose weight lies in two other files, named by absolute paths."""

    def fill(file: h5py.File) -> None:
        files = [(ELSEWHERE, 0, 12), (ELSEWHERE + "2", 0, 12)]
        file.create_dataset(WEIGHT, (2, 3), "f4", external=files)

    return model(fill, without=WEIGHT)


def virtual_dataset() -> bytes:
    """Return a model whose weight is a view of another file."""

    def fill(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((2, 3), "f4")
        layout[:] = h5py.VirtualSource(ELSEWHERE, "/data", (2, 3))
        file.create_virtual_dataset(WEIGHT, layout)

    return model(fill, without=WEIGHT)


def object_references() -> bytes:
    """Return a model whose weight is made of references to other objects."""

    def fill(file: h5py.File) -> None:
        file.create_dataset(WEIGHT, data=np.array([file.ref] * 6, dtype=h5py.ref_dtype))

    return model(fill, without=WEIGHT)


def named_datatype() -> bytes:
    """Return a model that has a datatype in the place of a weight."""

    def fill(file: h5py.File) -> None:
        file[WEIGHT] = np.dtype("f4")

    return model(fill, without=WEIGHT)


def empty_heap_object() -> bytes:
    """Return a model whose texts are behind a heap object of no size: h5py does not return."""
    content = model()
    at = content.index(b"GCOL") + 16
    return content[:at] + bytes(16) + content[at + 16 :]


def rank(number: int) -> bytes:
    """Return a file with a dataset of so many axes, of 1 each."""
    axes = struct.pack(f"<{number}Q", *[1] * number)
    space = (0x01, b"\x02" + bytes([number]) + b"\0\x01" + axes)
    layout = (0x08, b"\x03\x01" + NOWHERE + bytes(8))
    return weights_file(header(space, (0x03, BYTE), layout))


def weights_file(dataset: bytes) -> bytes:
    """Return a file of the ``vars`` layout, built by hand, whose only weight is given."""
    inner = 48 + len(header(GROUP, link("vars", 0)))
    root = header(GROUP, link("vars", inner))
    group = header(GROUP, link("0", inner + len(header(GROUP, link("0", 0)))))
    return file_of(root, group, dataset)


def huge_index(chunks: int, *, sound: bool = True) -> bytes:
    """Return a file with a dataset whose chunk index has so many entries, of 1 byte each."""
    space = (0x01, b"\x02\x01\0\x01" + struct.pack("<Q", chunks))
    at = len(weights_file(_chunked(space, 0)))
    block = at + 28
    array = summed(b"FAHD\0\0\x08\x20" + struct.pack("<QQ", chunks, block))
    entries = struct.pack("<Q", at) * chunks
    whole = weights_file(_chunked(space, at)) + array
    index = b"FADB\0\0" + struct.pack("<Q", at) + entries
    return whole + (summed(index) if sound else index + bytes(4))


def overlapping_headers() -> bytes:
    """Return a file of 20,000 object headers of 60,000 bytes, 64 bytes apart."""
    count, step = 20_000, 64
    first = len(file_of(header(GROUP, *[link(f"{i:05d}", 0) for i in range(count)])))
    root = header(GROUP, *[link(f"{i:05d}", first + i * step) for i in range(count)])
    each = (b"OHDR\x02\x02" + struct.pack("<I", 60_000)).ljust(step, b"\0")
    return file_of(root, each * count) + bytes(60_000)


def _chunked(space: tuple[int, bytes], index: int) -> bytes:
    layout = b"\x04\x02\0\x02\x01\x01\x01\x03\x20" + struct.pack("<Q", index)
    return header(space, (0x03, BYTE), (0x08, layout))


def archive(weights: bytes) -> bytes:
    """Return a Keras 3 archive around a weights file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("metadata.json", '{"keras_version": "3.3.3", "date_saved": "never"}')
        file.writestr("config.json", CONFIG)
        file.writestr("model.weights.h5", weights)
    return stream.getvalue()
