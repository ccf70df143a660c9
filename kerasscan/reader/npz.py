"""Arrays of an ``.npz`` archive: names, shapes and dtypes from the ``.npy`` headers.

Format: numpy/lib/format.py. Nothing is unpickled; an array of objects is reported. Values are
read of small arrays only, by `ArrayReader`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from itertools import product
from typing import BinaryIO

from kerasscan.model.address import Address
from kerasscan.model.saved import Problem, ProblemKind
from kerasscan.model.tensors import Tensor
from kerasscan.reader.limits import Limits
from kerasscan.reader.number_arrays import Allowance, Numbers, Refusal, Refused, numbers, width
from kerasscan.reader.pickle_stream import begins_pickle
from kerasscan.reader.zip.archive import read_archive
from kerasscan.reader.zip.entry import Entry
from kerasscan.reader.zip.oddity import Oddity
from kerasscan.reader.zip.unpack import head

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 65_536
_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
_DESCR = re.compile(r"[<>|=]?([?bBfiuc])(\d{0,3})")
_START = 256
"""Bytes of a member that hold the header of most arrays."""


def read_npz(
    stream: BinaryIO, limits: Limits, member: str, most: int | None = None
) -> tuple[list[Tensor], list[Problem]]:
    """Read the array headers of an npz archive.

    Args:
        stream: The archive, seekable.
        limits: Budget ``archive_members``.
        member: Name of the archive inside its container, for addresses.
        most: Arrays that are read, where that is less than ``archive_members``.
    """
    archive = read_archive(stream, limits, most)
    if not archive.has_end:
        return _no_archive(stream, member)
    if archive.is_cut:
        detail = f"more than the {limits.archive_members:,} arrays read"
        return [], [Problem(ProblemKind.LIMIT_EXCEEDED, detail, Address(member), incomplete=True)]
    tensors: list[Tensor] = []
    problems = [_odd(member, oddity) for oddity in archive.oddities]
    for entry in (*archive.entries, *archive.hidden):
        where = f"{member}/{entry.label}"
        try:
            header, _ = _header(_Member(stream, entry))
            found = _tensor(header, entry.name.removesuffix(".npy"), where)
            tensors.append(replace(found, stored_bytes=entry.packed))
        except _BadArray as error:
            if not entry.refusal:  # which is among the oddities
                problems.append(_damaged(where, str(error)))
    return tensors, problems


def object_array(data: bytes, name: str, member: str) -> Tensor | None:
    """Return the tensor of an ``.npy`` file by itself if it holds objects, else None.

    ``numpy.load`` tells such a file by its first bytes, whatever it is called.

    Args:
        data: Its first bytes, its header among them.
        name: Of the array.
        member: Address of the file.
    """
    try:
        found = _tensor(_header(data)[0], name, member)
    except _BadArray:
        return None
    return found if found.dtype == "object" else None


def _no_archive(stream: BinaryIO, member: str) -> tuple[list[Tensor], list[Problem]]:
    """Tell what stands in the place of an archive: ``numpy.load`` goes by its first bytes."""
    stream.seek(0)
    data = stream.read(_MAX_HEADER + 12)
    if data.startswith(_MAGIC):
        found = object_array(data, member.removesuffix(".npz"), member)
        detail = "it is one array by itself, not an archive of arrays"
        return [found] if found else [], [_damaged(member, detail)]
    if begins_pickle(data, is_cut=len(data) == _MAX_HEADER + 12):
        return [], [_damaged(member, "it is a pickle, not an archive of arrays")]
    return [], [_damaged(member, "File is not a zip file")]


class _BadArray(ValueError):
    """An ``.npy`` member that is not one."""


def _damaged(member: str, detail: str) -> Problem:
    return Problem(ProblemKind.DAMAGED_ARRAY, detail, Address(member), incomplete=True)


def _odd(member: str, oddity: Oddity) -> Problem:
    is_damage = oddity.kind is ProblemKind.DAMAGED_ZIP
    kind = ProblemKind.DAMAGED_ARRAY if is_damage else oddity.kind
    where = f"{member}/{oddity.label}" if oddity.label else member
    return Problem(kind, oddity.clause, Address(where), oddity.incomplete)


class _Member:
    """The beginning of an array's member."""

    def __init__(self, stream: BinaryIO, entry: Entry) -> None:
        self._stream = stream
        self._entry = entry

    def begin(self, size: int) -> bytes:
        """Return so many bytes, or all there are.

        Raises:
            _BadArray: It is not read.
        """
        entry = self._entry
        if entry.is_encrypted:
            raise _BadArray("the member is encrypted")
        if not entry.is_readable:
            raise _BadArray(entry.refusal or entry.method_clause)
        return head(self._stream, entry, min(size, entry.size))


def _header(stored: _Member | bytes) -> tuple[object, int]:
    """Return an array's header, which is a Python literal, and where its values begin."""
    start = stored[:_START] if isinstance(stored, bytes) else stored.begin(_START)
    if not start.startswith(_MAGIC) or len(start) < 12:
        raise _BadArray("it does not begin as a NumPy array does")
    begin = 12 if start[6] >= 2 else 10
    length = int.from_bytes(start[8:begin], "little")
    if length > _MAX_HEADER:
        raise _BadArray(f"its header claims {length:,} bytes")
    end = begin + length
    if end > len(start):
        start = stored[:end] if isinstance(stored, bytes) else stored.begin(end)
    try:
        return ast.literal_eval(start[begin:end].decode("latin-1").strip()), end
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
        self._stream = stream
        self._archive = read_archive(stream, limits)
        if self._archive.is_cut:
            detail = f"it is one of more than the {limits.archive_members:,} arrays read"
            raise Refused(Refusal.LIMIT, detail)
        self._allowance = allowance
        if not self._archive.has_end:
            raise Refused(Refusal.DAMAGED, "its archive cannot be read: File is not a zip file")

    def values(self, name: str, shape: tuple[int, ...]) -> Numbers:
        """Return the values of an array; of two with one name those of the last.

        Args:
            name: Of the member, with its ``.npy``.
            shape: What it was when the file was read.

        Raises:
            Refused: They cannot be read, or are not read.
        """
        entry = self._archive.last.get(name)
        if entry is None:
            raise Refused(Refusal.ABSENT, "the file has no array of its name")
        if entry.method_clause:
            raise Refused(Refusal.UNSUPPORTED, "its compression is neither none nor deflate")
        if entry.refusal:
            raise Refused(Refusal.DAMAGED, entry.refusal)
        try:
            return self._numbers(_Member(self._stream, entry), name, shape)
        except _BadArray as error:
            raise Refused(Refusal.DAMAGED, str(error)) from error

    def _numbers(self, stored: _Member, name: str, shape: tuple[int, ...]) -> Numbers:
        header, begin = _header(stored)
        found = _tensor(header, name, "")
        if found.shape != shape:
            raise Refused(Refusal.CHANGED, f"its shape is {found.shape} by now, not {shape}")
        size = self._allowance.count(shape) * width(found.dtype)
        self._allowance.pay(size)
        raw = stored.begin(begin + size)[begin:]
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
