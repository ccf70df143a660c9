"""Attributes of every kind that h5py can write, for the files of `hdf5_maker`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

if TYPE_CHECKING:
    from tests.reader.hdf5_maker import Maker

NUMBERS = ("f2", "f4", "f8", ">f4", ">f8", "i1", "u1", "i2", ">u2", "i4", "u4", "i8", ">i8", "u8")
_TEXTS = ("", "relu", '{"class_name": "Model"}', "naïve ⇒ 层", "x" * 300, " padded ", "tail\n")


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
    owner.attrs[name] = np.dtype(maker.random.choice(NUMBERS)).type(maker.random.randint(0, 100))


def _numbers(maker: Maker, owner: Any, name: str) -> None:
    shape = maker.random.choice(((1,), (5,), (0,), (2, 0), (0, 2), (2, 3), (2, 1, 3)))
    values = np.array(maker.random.choices(range(-128, 128), k=int(np.prod(shape))), dtype="i8")
    owner.attrs.create(name, values.reshape(shape).astype(maker.random.choice(NUMBERS)))


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
            np.array([maker.file.ref] * 3, dtype=h5py.ref_dtype),
            np.array([(b"x", True)], dtype=[("a", h5py.string_dtype()), ("b", "?")]),
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


ATTRIBUTES: tuple[Callable[[Maker, Any, str], None], ...] = (
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
