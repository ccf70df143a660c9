"""Arrays of an ``.npz`` archive: names, shapes and dtypes from the ``.npy`` headers.

Format: numpy/lib/format.py. Nothing is unpickled; an array of objects is reported. Values are
read of small arrays only, by `ArrayReader`.
"""

from __future__ import annotations

import ast
import lzma
import re
import struct
import zipfile
import zlib
from itertools import product
from typing import IO, BinaryIO

from kerasscan.model.address import Address
from kerasscan.model.saved import Problem, ProblemKind
from kerasscan.model.tensors import Tensor
from kerasscan.reader.limits import Limits
from kerasscan.reader.number_arrays import Allowance, Numbers, Refusal, Refused, numbers, width
from kerasscan.reader.zip_directory import entry_count

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 65_536
_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
_DESCR = re.compile(r"[<>|=]?([?bBfiuc])(\d{0,3})")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What ``zipfile``, its decompressors and `_array` raise on a member that is no array."""


def read_npz(stream: BinaryIO, limits: Limits, member: str) -> tuple[list[Tensor], list[Problem]]:
    """Read the array headers of an npz archive.

    Args:
        stream: The archive, seekable.
        limits: Budget ``archive_members``.
        member: Name of the archive inside its container, for addresses.
    """
    tensors: list[Tensor] = []
    problems: list[Problem] = []
    entries = entry_count(stream)
    if entries > limits.archive_members:
        detail = f"{entries:,} arrays, more than the {limits.archive_members:,} read"
        return [], [Problem(ProblemKind.LIMIT_EXCEEDED, detail, Address(member), incomplete=True)]
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        return [], [_damaged(member, str(error))]
    with archive:
        for info in archive.infolist():
            where = f"{member}/{info.filename}"
            try:
                with archive.open(info) as stored:
                    tensors.append(_array(stored, info.filename.removesuffix(".npy"), where))
            except _DAMAGE as error:
                problems.append(_damaged(where, str(error)))
    return tensors, problems


class _BadArray(ValueError):
    """An ``.npy`` member that is not one."""


def _damaged(member: str, detail: str) -> Problem:
    return Problem(ProblemKind.DAMAGED_ARRAY, detail, Address(member), incomplete=True)


def _array(stored: IO[bytes], name: str, member: str) -> Tensor:
    return _tensor(_header(stored), name, member)


def _header(stored: IO[bytes]) -> object:
    """Read an array's header, which is a Python literal, up to where the values begin."""
    start = stored.read(12)
    if not start.startswith(_MAGIC) or len(start) < 12:
        raise _BadArray("it does not begin as a NumPy array does")
    wide = start[6] >= 2
    length = int.from_bytes(start[8:12] if wide else start[8:10], "little")
    if length > _MAX_HEADER:
        raise _BadArray(f"its header claims {length:,} bytes")
    text = (b"" if wide else start[10:12]) + stored.read(max(0, length - (0 if wide else 2)))
    try:
        return ast.literal_eval(text.decode("latin-1").strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise _BadArray("its header is not a Python literal") from error


def _tensor(header: object, name: str, member: str) -> Tensor:
    if not isinstance(header, dict):
        raise _BadArray("its header is not a dictionary")
    shape, descr = header.get("shape"), header.get("descr")
    if not isinstance(shape, tuple) or not all(isinstance(axis, int) for axis in shape):
        raise _BadArray("its header has no shape")
    if isinstance(descr, str) and "O" in descr:
        return Tensor(name, shape, "object", Address(member))
    match = _DESCR.fullmatch(descr) if isinstance(descr, str) else None
    if match is None:
        return Tensor(name, shape, "compound", Address(member))
    kind, digits = match.groups()
    if kind in "?bB":
        names = {"?": "bool", "b": "bool" if digits else "int8", "B": "uint8"}
        return Tensor(name, shape, names[kind], Address(member), 1)
    size = int(digits or 0)
    return Tensor(name, shape, f"{_KINDS[kind]}{size * 8}", Address(member), size)


class ArrayReader:
    """The values of one npz archive's arrays.

    Args:
        stream: The archive, seekable.
        limits: Budget ``archive_members``.
        allowance: Budget of the values.

    Raises:
        Refused: It is no zip archive, or has too many members.
        OSError: The stream itself cannot be read.
    """

    def __init__(self, stream: BinaryIO, limits: Limits, allowance: Allowance) -> None:
        if entry_count(stream) > limits.archive_members:
            detail = f"it is one of more than the {limits.archive_members:,} arrays read"
            raise Refused(Refusal.LIMIT, detail)
        self._allowance = allowance
        try:
            self._archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise Refused(Refusal.DAMAGED, f"its archive cannot be read: {error}") from error

    def values(self, name: str, shape: tuple[int, ...]) -> Numbers:
        """Return the values of an array; of two with one name those of the last.

        Args:
            name: Of the member, with its ``.npy``.
            shape: What it was when the file was read.

        Raises:
            Refused: They cannot be read, or are not read.
        """
        try:
            info = self._archive.getinfo(name)
        except KeyError as error:
            raise Refused(Refusal.ABSENT, "the file has no array of its name") from error
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # ``zipfile`` bounds what one read unpacks for these two only
            raise Refused(Refusal.UNSUPPORTED, "its compression is neither none nor deflate")
        try:
            with self._archive.open(info) as stored:
                return self._numbers(stored, name, shape)
        except _DAMAGE as error:
            raise Refused(Refusal.DAMAGED, str(error) or "its data ends too early") from error

    def _numbers(self, stored: IO[bytes], name: str, shape: tuple[int, ...]) -> Numbers:
        header = _header(stored)
        found = _tensor(header, name, "")
        if found.shape != shape:
            raise Refused(Refusal.CHANGED, f"its shape is {found.shape} by now, not {shape}")
        size = self._allowance.count(shape) * width(found.dtype)
        self._allowance.pay(size)
        raw = stored.read(size)
        if len(raw) != size:
            raise _BadArray(f"its values are {len(raw):,} bytes instead of {size:,}")
        fields = header if isinstance(header, dict) else {}
        big_endian = str(fields.get("descr")).startswith(">")
        values = numbers(raw, found.dtype, big_endian=big_endian)
        return _by_rows(values, shape) if fields.get("fortran_order") is True else values


def _by_rows(values: Numbers, shape: tuple[int, ...]) -> Numbers:
    """Bring values of which the first axis runs fastest into row-major order."""
    strides = [1]
    for axis in shape[:-1]:
        strides.append(strides[-1] * axis)
    places = product(*map(range, shape))
    return tuple([values[sum(map(int.__mul__, at, strides))] for at in places])
