"""Arrays of an ``.npz`` archive: names, shapes and dtypes from the ``.npy`` headers.

Format: numpy/lib/format.py. Nothing is unpickled; an array of objects is reported.
"""

from __future__ import annotations

import ast
import lzma
import re
import struct
import zipfile
import zlib
from typing import IO, BinaryIO

from kerasscan.model.address import Address
from kerasscan.model.saved import Problem, ProblemKind
from kerasscan.model.tensors import Tensor
from kerasscan.reader.limits import Limits
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
    start = stored.read(12)
    if not start.startswith(_MAGIC) or len(start) < 12:
        raise _BadArray("it does not begin as a NumPy array does")
    wide = start[6] >= 2
    length = int.from_bytes(start[8:12] if wide else start[8:10], "little")
    if length > _MAX_HEADER:
        raise _BadArray(f"its header claims {length:,} bytes")
    text = (b"" if wide else start[10:12]) + stored.read(max(0, length - (0 if wide else 2)))
    try:
        header = ast.literal_eval(text.decode("latin-1").strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise _BadArray("its header is not a Python literal") from error
    return _tensor(header, name, member)


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
