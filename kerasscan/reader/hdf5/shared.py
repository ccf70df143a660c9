"""Messages that are stored elsewhere: committed datatypes, and the shared message table.

HDF5 File Format Specification, IV.A.2 (shared messages), III.I (the table), IV.A.2.p (the
message that says where the table is).
"""

from __future__ import annotations

from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.checksums import WIDTH
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.fractal_heap import FractalHeap
from kerasscan.reader.hdf5.object_header import (
    ATTRIBUTE,
    DATASPACE,
    DATATYPE,
    FILL_VALUE,
    FILTERS,
    KEPT_FOR_VALUES,
    Message,
    read_header,
)
from kerasscan.reader.hdf5.open_file import OpenFile

_IN_HEAP = 1
_COMMITTED = 2
_SHARABLE = (DATASPACE, DATATYPE, FILL_VALUE, FILTERS, ATTRIBUTE)
_INDEXES_AT_MOST = 8


def body(file: OpenFile, message: Message) -> Cursor:
    """Return a cursor over a message's body, wherever that is."""
    cursor = file.buffer.over(message.body, message.origin)
    return follow(file, cursor, message.kind) if message.shared else cursor


def follow(file: OpenFile, cursor: Cursor, kind: int) -> Cursor:
    """Return a cursor over the message of a type that a shared message refers to."""
    origin = cursor.here
    version = cursor.version("shared message", 1, 2, 3)
    how = cursor.byte()
    if version == 3 and how == _IN_HEAP:
        return shared_heap(file, kind, origin).get(file, cursor)
    if version == 3 and how != _COMMITTED:
        raise Damaged(f"shared message of unknown type {how}", origin)
    if version == 1:
        cursor.skip(6 + file.buffer.length_size)  # reserved, and a name's offset
    address = cursor.address()
    if address is None:
        raise Damaged("shared message at the undefined address", origin)
    return _committed(file, address, kind, origin)


def _committed(file: OpenFile, address: int, kind: int, origin: int) -> Cursor:
    message = read_header(file, address, KEPT_FOR_VALUES).first(kind)
    if message is None or message.shared:
        raise Damaged("shared message that leads to no message", origin)
    return file.buffer.over(message.body, message.origin)


def shared_heap(file: OpenFile, kind: int, origin: int) -> FractalHeap:
    """Return the heap that holds shared messages of a type."""
    address = file.shared_heaps.get(kind)
    if address is None:
        raise Damaged("shared message in a table that the file has not", origin)
    if address not in file.heaps:
        file.heaps[address] = FractalHeap(file, address)
    return file.heaps[address]


def read_shared_table(file: OpenFile, message: Message) -> None:
    """Note the heaps of the shared message table.

    III.I numbers the bits of the types from 0; the HDF5 library takes the type itself for the
    bit's number (H5SM.c, ``H5SM__type_to_flag``).
    """
    cursor = body(file, message)
    cursor.version("shared message table", 0)
    address = cursor.address()
    count = cursor.byte()
    if address is None or count > _INDEXES_AT_MOST:
        raise Damaged("shared message table with impossible sizes", message.origin)
    table = file.buffer.cursor(address, 4 + count * (14 + 2 * file.buffer.offset_size))
    table.expect(b"SMTB", "shared message table")
    file.check("shared message table", address, len(table.data) + WIDTH)
    for _ in range(count):
        table.skip(2)  # version and kind of the index
        types = table.number(2)
        table.skip(10)  # thresholds and number of messages
        table.address()  # the index, needed only to write
        heap = table.address()
        for kind in _SHARABLE:
            if types & 1 << kind and heap is not None:
                file.shared_heaps[kind] = heap
