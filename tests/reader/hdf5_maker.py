"""Makes HDF5 files of every kind that h5py can write, from a seed."""

from __future__ import annotations

import ctypes
import io
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import h5py
import numpy as np

from tests.reader.hdf5_attributes import ATTRIBUTES, NUMBERS

_LIBRARIES: tuple[Any, ...] = (
    ("earliest", "latest"),
    ("earliest", "v108"),
    ("v108", "v108"),
    ("v110", "v110"),
    ("v112", "v112"),
    ("v114", "v114"),
    "latest",
)
_NAMES = ("dense", "kernel:0", "a", "B", "conv2d_1", "größe", "层", "x y", "model_weights", "_")
_PATH = "unused.bin"
_SHARED = (1 << 1, 1 << 3, 1 << 12)
"""Indexes of shared messages: dataspaces, datatypes, attributes (H5Opublic.h, H5O_SHMESG)."""
CAN_SHARE = sys.platform != "win32"


class Maker:
    """One file in the making.

    Attributes:
        random: The only source of chance.
        file: The open file.
        budget: How many more children may be made.
        grows: Whether the HDF5 library could read an unlimited size that it wrote.
    """

    def __init__(self, random: Random, file: h5py.File) -> None:
        self.random = random
        self.file = file
        self.budget = random.choice((1, 3, 3, 6, 6, 12, 30))
        self.grows = file.id.get_create_plist().get_sizes()[1] == 8

    def fill(self) -> None:
        """Put groups, datasets, links and attributes into the file."""
        groups = [self.file["/"]]
        self.attributes(self.file)
        while self.budget > 0:
            self.budget -= 1
            parent = self.random.choice(groups)
            child = self.child(parent, groups)
            if isinstance(child, h5py.Group):
                groups.append(child)
            if child is not None:
                self.attributes(child)
        if self.random.random() < 0.2:
            self.crowd(self.random.choice(groups))

    def name(self, parent: Any) -> str:
        """Return a name that the group has not."""
        taken = set(parent)  # ``in`` would miss a link that leads nowhere
        name = self.random.choice(_NAMES)
        while name in taken:
            name += self.random.choice("ab1_é")
        return name

    def child(self, parent: h5py.Group, groups: list[h5py.Group]) -> Any:
        """Make one child: a group, a dataset, a link or a committed type."""
        name = self.name(parent)
        what = self.random.random()
        if what < 0.3:
            return parent.create_group(name, track_order=self.random.choice((None, True, False)))
        if what < 0.7:
            try:
                return self.random.choice(_DATASETS)(self, parent, name)
            except (OSError, RuntimeError, ValueError):  # old libraries lack some layouts
                return None
        links = (
            h5py.SoftLink("/some/where"),
            h5py.SoftLink("größe"),
            h5py.SoftLink(name),
            h5py.ExternalLink("other.h5", "/secret"),
            self.random.choice(groups),
        )
        parent[name] = np.dtype("f4") if what > 0.95 else self.random.choice(links)
        return None

    def attributes(self, owner: Any) -> None:
        """Give an object some attributes; now and then so many that they move to a heap."""
        count = self.random.choice((0, 0, 1, 1, 2, 4, 4, 20))
        for _ in range(count):
            self.random.choice(ATTRIBUTES)(self, owner, self.name(owner.attrs))

    def crowd(self, parent: h5py.Group) -> None:
        """Make so many links that they need trees of some depth."""
        kept = parent.create_group(self.name(parent))
        group = parent.create_group(self.name(parent))
        numbers = list(range(self.random.choice((9, 40, 300))))
        self.random.shuffle(numbers)
        for number in numbers:
            group[f"layer_{number}" + "long" * self.random.choice((0, 1, 20))] = kept


def _plain_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    shape = maker.random.choice(((), (0,), (3,), (2, 3), (4, 0, 2), (7, 5, 2), (1,) * 32))
    return parent.create_dataset(name, shape, maker.random.choice(NUMBERS))


def _filled_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    return parent.create_dataset(name, data=np.arange(maker.random.randint(1, 40), dtype="f4"))


def _chunked_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    random = maker.random
    size = random.choice(((30,), (9, 8), (300,), (6, 5, 4)))
    growing = random.choice(((), (0,), tuple(range(len(size))))) if maker.grows else ()
    most = tuple(None if axis in growing else length for axis, length in enumerate(size))
    chunks = random.choice((size, tuple(max(1, length // 4) for length in size), (1,) * len(size)))
    made = parent.create_dataset(
        name,
        size,
        "i4",
        chunks=chunks,
        maxshape=most,
        compression=random.choice((None, "gzip", "lzf")),
        shuffle=random.random() < 0.3,
        fletcher32=random.random() < 0.2,
    )
    if random.random() < 0.8:
        made[: random.randint(1, size[0])] = random.randint(0, 99)
    return made


def _text_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    dtype = maker.random.choice((h5py.string_dtype(), h5py.string_dtype("ascii", 7), "S12"))
    return parent.create_dataset(name, (3,), dtype)


def _odd_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    dtype = maker.random.choice(
        (
            np.dtype([("a", "i4"), ("b", "f8", (2,))]),
            np.dtype("V5"),
            np.dtype(
                [("name", h5py.string_dtype()), ("in", [("flag", "?"), ("at", h5py.ref_dtype)])]
            ),
            h5py.ref_dtype,
            h5py.regionref_dtype,
            h5py.enum_dtype({"ONE": 1, "TWO": 2}, "i2"),
            np.dtype(bool),
            h5py.vlen_dtype("f4"),
            np.dtype(("f4", (2, 3))),
            h5py.vlen_dtype(h5py.vlen_dtype("i2")),
            np.dtype("c8"),
        )
    )
    return parent.create_dataset(name, (2,), dtype)


def _empty_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    return parent.create_dataset(name, dtype=maker.random.choice(NUMBERS), data=None, shape=None)


def _compact_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((maker.random.randint(1, 50),))
    kind = h5py.h5t.IEEE_F32LE
    return h5py.Dataset(h5py.h5d.create(parent.id, name.encode(), kind, space, plist))


def _external_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    folder = maker.random.choice(("", "../", "/some/where/"))
    files = [(f"{folder}{i}{_PATH}", 8 * i, 40) for i in range(maker.random.randint(1, 3))]
    if maker.random.random() < 0.3:
        last, offset, _ = files[-1]
        files[-1] = (last, offset, h5py.h5f.UNLIMITED)
    return parent.create_dataset(name, (10 * len(files),), "f4", external=files)


def _virtual_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    layout = h5py.VirtualLayout((2, 4), "f4")
    place = maker.random.choice((_PATH, ".", "/some/where.h5"))
    name = maker.random.choice(("data", "größe"))
    for row in range(maker.random.randint(0, 2)):
        layout[row] = h5py.VirtualSource(place, f"{name}{row * maker.random.randint(0, 1)}", (4,))
    return parent.create_virtual_dataset(name, layout)


def _committed_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    parent[name] = np.dtype(maker.random.choice(NUMBERS))
    made = parent.create_dataset(maker.name(parent), (2,), parent[name])
    made.attrs.create("typed", np.zeros(3), dtype=parent[name])
    return made


_DATASETS: tuple[Callable[[Maker, h5py.Group, str], Any], ...] = (
    _plain_dataset,
    _plain_dataset,
    _filled_dataset,
    _filled_dataset,
    _chunked_dataset,
    _chunked_dataset,
    _text_dataset,
    _odd_dataset,
    _empty_dataset,
    _compact_dataset,
    _external_dataset,
    _virtual_dataset,
    _committed_dataset,
)


def _creation_list(random: Random) -> Any:
    plist = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    if random.random() < 0.3:
        plist.set_sizes(random.choice((4, 8)), random.choice((4, 8)))
    if random.random() < 0.4:
        tracked = h5py.h5p.CRT_ORDER_TRACKED
        indexed = tracked | h5py.h5p.CRT_ORDER_INDEXED
        plist.set_link_creation_order(random.choice((tracked, indexed)))
        plist.set_attr_creation_order(random.choice((tracked, indexed)))
    if random.random() < 0.2:
        plist.set_userblock(random.choice((512, 1024, 4096)))
    if random.random() < 0.2:
        plist.set_attr_phase_change(4, 2)
    if random.random() < 0.1 and CAN_SHARE:
        _share(plist, random.choice((_SHARED, (sum(_SHARED),))), random.choice((1, 30)))
    return plist


def creation_list_that_shares() -> Any:
    """Return a file creation list with a table of shared messages, where that can be had."""
    plist = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    if CAN_SHARE:
        _share(plist, _SHARED, 30)
    return plist


def _share(plist: Any, indexes: tuple[int, ...], smallest: int) -> None:
    """Let messages of some types, and of so many bytes, be stored once: h5py has no word for it."""
    library = ctypes.CDLL(h5py.h5p.__file__)  # it leads to the HDF5 library itself
    identifier = ctypes.c_int64(plist.id)
    library.H5Pset_shared_mesg_nindexes(identifier, ctypes.c_uint(len(indexes)))
    for number, types in enumerate(indexes):
        numbers = (ctypes.c_uint(value) for value in (number, types, smallest))
        library.H5Pset_shared_mesg_index(identifier, *numbers)


@cache
def _access_list(library: Any) -> Any:
    with h5py.File(io.BytesIO(), "w", libver=library) as probe:
        bounds = probe.id.get_access_plist().get_libver_bounds()
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(*bounds)
    access.set_fclose_degree(h5py.h5f.CLOSE_STRONG)
    return access


def make(seed: int, folder: Path) -> bytes:
    """Return the bytes of a file made from a seed; ``folder`` is for scratch."""
    random = Random(seed)  # noqa: S311 - a test generator
    path = folder / "made.h5"
    access = _access_list(random.choice(_LIBRARIES))
    created = h5py.h5f.create(bytes(path), fcpl=_creation_list(random), fapl=access)
    with h5py.File(created) as file:
        Maker(random, file).fill()
    made = path.read_bytes()
    if random.random() < 0.1:
        made = bytes(512) + made if made.startswith(b"\x89HDF") else made
    return made


def stream(made: bytes) -> io.BytesIO:
    """Return bytes as a file."""
    return io.BytesIO(made)
