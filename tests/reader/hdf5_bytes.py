"""Bytes of HDF5 files for tests: as h5py writes them, changed, or built by hand.

Built by hand are files that no library writes (HDF5 File Format Specification, II.A, IV.A.1.b,
IV.A.2), with the checksums that a loader wants.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import h5py

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5 import snapshot
from kerasscan.reader.hdf5.checksums import lookup3
from kerasscan.reader.hdf5_tree import H5Snapshot
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits

SIGNATURE = b"\x89HDF\r\n\x1a\n"
NOWHERE = b"\xff" * 8
GROUP = (0x02, b"\0\0" + NOWHERE + NOWHERE)
BYTE = b"\x10\0\0\0\x01\0\0\0\0\0\x08\0"


def read(content: bytes, limits: Limits = DEFAULT_LIMITS) -> H5Snapshot:
    """Read a file's bytes."""
    return snapshot(io.BytesIO(content), limits)


def written(fill: Callable[[h5py.File], Any], **options: Any) -> bytes:
    """Return what h5py writes."""
    stream = io.BytesIO()
    with h5py.File(stream, "w", **options) as file:
        fill(file)
    return stream.getvalue()


def problems(found: H5Snapshot, kind: ProblemKind) -> list[tuple[str, str]]:
    """Return place and detail of the problems of a kind."""
    return [(p.address.member, p.detail) for p in found.problems if p.kind is kind]


def swap(content: bytes, old: bytes, new: bytes, count: int = 1) -> bytes:
    """Replace bytes that must be there."""
    assert content.count(old) >= count
    return content.replace(old, new, count)


def summed(block: bytes) -> bytes:
    """Return a block with its checksum behind it."""
    return block + struct.pack("<I", lookup3(block))


def header(*messages: tuple[int, bytes]) -> bytes:
    """Return an object header of version 2."""
    body = b"".join(struct.pack("<BHB", kind, len(of), 0) + of for kind, of in messages)
    return summed(b"OHDR\x02\x02" + struct.pack("<I", len(body)) + body)


def file_of(*headers: bytes) -> bytes:
    """Return a file of a superblock of version 2 and structures; the first one is the root."""
    prefix = SIGNATURE + b"\x02\x08\x08\x00" + bytes(8) + NOWHERE
    size = 48 + sum(map(len, headers))
    return summed(prefix + struct.pack("<QQ", size, 48)) + b"".join(headers)


def attribute(datatype: bytes, *axes: int, data: bytes = b"") -> tuple[int, bytes]:
    """Return the message of an attribute ``a``."""
    space = b"\x02" + bytes([len(axes)]) + b"\0\x01" + struct.pack(f"<{len(axes)}Q", *axes)
    sizes = struct.pack("<HHH", 2, len(datatype), len(space))
    return 0x0C, b"\x03\0" + sizes + b"\0a\0" + datatype + space + data


def link(name: str, address: int) -> tuple[int, bytes]:
    """Return the message of a hard link with a name of up to 255 bytes."""
    stored = name.encode()
    return 0x06, b"\x01\0" + bytes([len(stored)]) + stored + struct.pack("<Q", address)
