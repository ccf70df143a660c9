"""Makes HDF5 files of every kind that h5py can write, from a seed."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import h5py
import numpy as np

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
_TEXTS = ("", "relu", '{"class_name": "Model"}', "naïve ⇒ 层", "x" * 300, " padded ", "tail\n")
_NUMBERS = ("f2", "f4", "f8", ">f4", ">f8", "i1", "u1", "i2", ">u2", "i4", "u4", "i8", ">i8", "u8")
_PATH = "unused.bin"


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
        self.budget = random.choice((3, 12, 30))
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
        if self.random.random() < 0.3:
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
            except (OSError, ValueError):  # old libraries lack some layouts
                return None
        links = (
            h5py.SoftLink("/some/where"),
            h5py.SoftLink("größe"),
            h5py.ExternalLink("other.h5", "/secret"),
            self.random.choice(groups),
        )
        parent[name] = np.dtype("f4") if what > 0.95 else self.random.choice(links)
        return None

    def attributes(self, owner: Any) -> None:
        """Give an object some attributes; now and then so many that they move to a heap."""
        count = self.random.choice((0, 1, 2, 4, 20))
        for _ in range(count):
            self.random.choice(_ATTRIBUTES)(self, owner, self.name(owner.attrs))

    def crowd(self, parent: h5py.Group) -> None:
        """Make so many links that they need trees of some depth."""
        kept = parent.create_group(self.name(parent))
        group = parent.create_group(self.name(parent))
        numbers = list(range(self.random.choice((9, 40, 300))))
        self.random.shuffle(numbers)
        for number in numbers:
            group[f"layer_{number}" + "long" * self.random.choice((0, 1, 20))] = kept


def _plain_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    shape = maker.random.choice(((), (0,), (3,), (2, 3), (4, 0, 2), (7, 5, 2)))
    return parent.create_dataset(name, shape, maker.random.choice(_NUMBERS))


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
        compression=random.choice((None, "gzip")),
        shuffle=random.random() < 0.3,
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
            h5py.ref_dtype,
            h5py.enum_dtype({"ONE": 1, "TWO": 2}, "i2"),
            np.dtype(bool),
            h5py.vlen_dtype("f4"),
            np.dtype(("f4", (2, 3))),
            np.dtype("c8"),
        )
    )
    return parent.create_dataset(name, (2,), dtype)


def _empty_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    return parent.create_dataset(name, dtype=maker.random.choice(_NUMBERS), data=None, shape=None)


def _compact_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((maker.random.randint(1, 50),))
    kind = h5py.h5t.IEEE_F32LE
    return h5py.Dataset(h5py.h5d.create(parent.id, name.encode(), kind, space, plist))


def _external_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    files = [(f"{i}{_PATH}", 0, 40) for i in range(maker.random.randint(1, 3))]
    return parent.create_dataset(name, (10 * len(files),), "f4", external=files)


def _virtual_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    layout = h5py.VirtualLayout((2, 4), "f4")
    for row in range(maker.random.randint(1, 2)):
        layout[row] = h5py.VirtualSource(_PATH, f"data{row}", (4,))
    return parent.create_virtual_dataset(name, layout)


def _committed_dataset(maker: Maker, parent: h5py.Group, name: str) -> Any:
    parent[name] = np.dtype(maker.random.choice(_NUMBERS))
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


def _text(maker: Maker, owner: Any, name: str) -> None:
    owner.attrs[name] = maker.random.choice(_TEXTS)


def _bytes(maker: Maker, owner: Any, name: str) -> None:
    text = maker.random.choice(_TEXTS).encode()
    how = maker.random.choice((np.bytes_, lambda raw: np.bytes_(raw + b"\xff\x00\xfe"), None))
    value = how(text or b"x") if how else text
    dtype = h5py.string_dtype("ascii") if how is None else None
    owner.attrs.create(name, value, dtype=dtype)


def _texts(maker: Maker, owner: Any, name: str) -> None:
    texts = [maker.random.choice(_TEXTS) for _ in range(maker.random.randint(1, 6))]
    if maker.random.random() < 0.5:
        owner.attrs[name] = np.array([text.encode() or b"y" for text in texts])
    else:
        owner.attrs[name] = np.array(texts, dtype=h5py.string_dtype())


def _padded(maker: Maker, owner: Any, name: str) -> None:
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(9)
    paddings = (h5py.h5t.STR_NULLTERM, h5py.h5t.STR_NULLPAD, h5py.h5t.STR_SPACEPAD)
    kind.set_strpad(maker.random.choice(paddings))
    attribute = h5py.h5a.create(owner.id, name.encode(), kind, h5py.h5s.create_simple((3,)))
    raw = maker.random.choice(((b"abc", b"", b"12345678"), (b"ab  ", b"    x", b"a")))
    attribute.write(np.array(raw, dtype="S9"))


def _number(maker: Maker, owner: Any, name: str) -> None:
    owner.attrs[name] = np.dtype(maker.random.choice(_NUMBERS)).type(maker.random.randint(0, 100))


def _numbers(maker: Maker, owner: Any, name: str) -> None:
    shape = maker.random.choice(((1,), (5,), (0,), (2, 0), (0, 2), (2, 3), (2, 1, 3)))
    values = np.array(maker.random.choices(range(-128, 128), k=int(np.prod(shape))), dtype="i8")
    owner.attrs.create(name, values.reshape(shape).astype(maker.random.choice(_NUMBERS)))


def _flags(maker: Maker, owner: Any, name: str) -> None:
    owner.attrs[name] = maker.random.choice((np.bool_(True), False, np.array([True, False])))


def _special(maker: Maker, owner: Any, name: str) -> None:
    owner.attrs[name] = maker.random.choice(
        (
            h5py.Empty("f4"),
            h5py.Empty(h5py.string_dtype()),
            np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
            np.void(b"opaque"),
            maker.file.ref,
            float("nan"),
            float("-inf"),
            1 + 2j,
            np.longdouble(1.5),
        )
    )


def _typed(maker: Maker, owner: Any, name: str) -> None:
    value, dtype = maker.random.choice(
        (
            (np.array([[1, 2], [3, 4]]), np.dtype(("i2", (2,)))),
            (2, h5py.enum_dtype({"ONE": 1, "TWO": 2}, "u1")),
            ([1, 2], h5py.enum_dtype({"FALSE": 0, "TRUE": 1}, "i2")),
            (0, h5py.enum_dtype({"NO": 0, "YES": 1}, "i1")),
        )
    )
    shape = (2,) if dtype.subdtype else None
    owner.attrs.create(name, value, shape=shape, dtype=dtype)


def _ragged(maker: Maker, owner: Any, name: str) -> None:
    kind = maker.random.choice(("f4", "i2", "u4", np.dtype(bool), h5py.string_dtype()))
    lengths = maker.random.choices(range(5), k=maker.random.randint(1, 3))
    values = np.empty(len(lengths), dtype=object)
    for i, length in enumerate(lengths):
        is_text = kind is not None and h5py.check_string_dtype(np.dtype(kind)) is not None
        values[i] = np.array(["t"] * length, dtype=object) if is_text else np.ones(length, kind)
    owner.attrs.create(name, values, dtype=h5py.vlen_dtype(kind))


def _huge(maker: Maker, owner: Any, name: str) -> None:
    text = "{" + "k" * maker.random.choice((5_000, 60_000, 70_000)) + "}"
    value = text if maker.random.random() < 0.5 else np.bytes_(text)
    try:
        owner.attrs[name] = value
    except (OSError, RuntimeError, ValueError):
        owner.attrs[name] = text[:1_000]  # 64 KiB need a heap, which old files have not


_ATTRIBUTES: tuple[Callable[[Maker, Any, str], None], ...] = (
    _text,
    _text,
    _bytes,
    _texts,
    _padded,
    _number,
    _number,
    _numbers,
    _flags,
    _special,
    _typed,
    _ragged,
    _huge,
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
    return plist


def make(seed: int, folder: Path) -> bytes:
    """Return the bytes of a file made from a seed; ``folder`` is for scratch."""
    random = Random(seed)  # noqa: S311 - a test generator
    path = folder / "made.h5"
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    library = random.choice(_LIBRARIES)
    with h5py.File(folder / "probe.h5", "w", libver=library) as probe:
        access = probe.id.get_access_plist()
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
