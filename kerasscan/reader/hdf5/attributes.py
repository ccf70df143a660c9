"""Attributes of an object: in its header, or in a heap where they are many or large.

HDF5 File Format Specification, IV.A.2.m (attribute), IV.A.2.v (attribute info), III.A.2
(record types 8 and 9).
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5 import btree_v2
from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.dataspace import read_dataspace
from kerasscan.reader.hdf5.datatype import read_datatype
from kerasscan.reader.hdf5.flaws import Damaged, Exceeded
from kerasscan.reader.hdf5.fractal_heap import FractalHeap
from kerasscan.reader.hdf5.object_header import (
    ATTRIBUTE,
    ATTRIBUTE_INFO,
    DATASPACE,
    DATATYPE,
    ObjectHeader,
)
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5.shared import body, follow, shared_heap
from kerasscan.reader.hdf5.values import read_value
from kerasscan.reader.hdf5_tree import AttributeValue

_HEAP_ID = 8
_SHARED = 0x02
"""Flag of a record whose message is in the shared message table."""
_SHARED_TYPE = 0x01
_SHARED_SPACE = 0x02


class _Found(NamedTuple):
    """An attribute message of which the beginning was read: what orders and names it."""

    order: int
    name: bytes
    version: int
    flags: int
    type_size: int
    space_size: int
    rest: Cursor


def read_attributes(file: OpenFile, header: ObjectHeader) -> MappingProxyType[str, AttributeValue]:
    """Read all attributes: by creation order where it is tracked, else by name."""
    found: list[_Found] = []
    for order, cursor in _messages(file, header):
        with file.ledger.filing():
            found.append(_begin(file, order, cursor))
    if header.tracks_attributes:
        found.sort(key=lambda one: one.order)
    else:
        found.sort(key=lambda one: one.name)
    return MappingProxyType(_values(file, found))


def _messages(file: OpenFile, header: ObjectHeader) -> Iterator[tuple[int, Cursor]]:
    """Yield creation order and body of each attribute message.

    An attribute info message counts in version 2 headers only, and where it names a heap,
    messages in the header do not count: so does the HDF5 library.
    """
    heap = index = None
    info = header.first(ATTRIBUTE_INFO) if header.version == 2 else None
    if info is not None:
        with file.ledger.filing():
            heap, index = _read_info(body(file, info))
    if heap is not None:
        with file.ledger.filing():
            yield from _dense(file, heap, index)
        return
    for message in header.messages:
        if message.kind == ATTRIBUTE:
            with file.ledger.filing():
                yield message.order, body(file, message)


def _read_info(cursor: Cursor) -> tuple[int | None, int | None]:
    cursor.version("attribute info", 0)
    if cursor.byte() & 0x01:
        cursor.skip(2)  # the largest creation index
    return cursor.address(), cursor.address()


def _dense(file: OpenFile, heap_address: int, index: int | None) -> Iterator[tuple[int, Cursor]]:
    heap = FractalHeap(file, heap_address)
    if index is None:
        raise Damaged("attributes in a heap without an index", heap.address)
    for record in btree_v2.records(file, index, btree_v2.ATTRIBUTES_BY_NAME):
        with file.ledger.filing():
            heap_id = record.piece(_HEAP_ID)
            flags = record.byte()
            order = record.number(4)
            holder = shared_heap(file, ATTRIBUTE, record.origin) if flags & _SHARED else heap
            yield order, holder.get(file, heap_id)


def _begin(file: OpenFile, order: int, cursor: Cursor) -> _Found:
    """Read an attribute message up to its name."""
    version = cursor.version("attribute", 1, 2, 3)
    flags = cursor.byte()
    if version == 1:
        flags = 0  # the byte is reserved
    name_size = cursor.number(2)
    type_size = cursor.number(2)
    space_size = cursor.number(2)
    if version == 3:
        cursor.skip(1)  # the name's character set: UTF-8 reads ASCII too
    most = file.ledger.limits.name_bytes
    if name_size > most:
        raise Exceeded(f"a name is longer than {most} bytes, at byte {cursor.here}")
    file.ledger.attribute(name_size + cursor.left)
    stored = cursor.take(name_size)
    name = stored[:-1].partition(b"\0")[0]
    if name + b"\0" != stored:
        what = f"an attribute's name does not end at its length of {name_size} bytes"
        file.ledger.problem(ProblemKind.DAMAGED_HDF5, what, incomplete=True)
    if version == 1:
        cursor.skip(-name_size % 8)
    return _Found(order, name, version, flags, type_size, space_size, cursor)


def _values(file: OpenFile, found: list[_Found]) -> dict[str, AttributeValue]:
    values: dict[str, AttributeValue] = {}
    ledger = file.ledger
    where = ledger.place.rstrip("/")
    for one in found:
        name = one.name.decode("utf-8", "backslashreplace")
        with ledger.filing(f"{where}@attrs/{name}"):
            if name in values:
                what = "the attribute is stored twice, and loaders may see either"
                ledger.problem(ProblemKind.ODD_ATTRIBUTE, what, incomplete=True)
            else:
                values[name] = _value(file, one)
    return values


def _value(file: OpenFile, found: _Found) -> AttributeValue:
    rest = found.rest
    padded = found.version == 1
    type_cursor = rest.piece(found.type_size)
    rest.skip(-found.type_size % 8 if padded else 0)
    space_cursor = rest.piece(found.space_size)
    rest.skip(-found.space_size % 8 if padded else 0)
    if found.flags & _SHARED_TYPE:
        type_cursor = follow(file, type_cursor, DATATYPE)
    if found.flags & _SHARED_SPACE:
        space_cursor = follow(file, space_cursor, DATASPACE)
    return read_value(file, read_dataspace(space_cursor), read_datatype(type_cursor), rest)
