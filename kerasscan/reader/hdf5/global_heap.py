"""The global heap: where values of variable length are.

HDF5 File Format Specification, III.E. A collection's objects are found once and kept.
"""

from __future__ import annotations

from kerasscan.reader.hdf5.flaws import Damaged, Flaw
from kerasscan.reader.hdf5.open_file import OpenFile

_FREE_SPACE = 0


def heap_object(file: OpenFile, address: int, index: int) -> tuple[int, int]:
    """Return address and size of an object of a collection.

    A collection that is damaged anywhere has no objects: the HDF5 library reads none either.
    """
    found = file.collections.get(address)
    if found is None:
        found = file.collections[address] = _try_collection(file, address)
    if isinstance(found, Flaw):
        raise found.with_traceback(None)  # raised again and again, it would grow
    if index not in found:
        raise Damaged(f"global heap without an object {index}", file.buffer.start + address)
    return found[index]


def _try_collection(file: OpenFile, address: int) -> dict[int, tuple[int, int]] | Flaw:
    if file.heap_objects > file.ledger.limits.hdf5_objects:
        file.collections.clear()
        file.heap_objects = 0
    try:
        objects = _read_collection(file, address)
    except Flaw as flaw:
        return flaw
    file.heap_objects += len(objects)
    return objects


def _read_collection(file: OpenFile, address: int) -> dict[int, tuple[int, int]]:
    """Find the objects of a collection, those behind free space too.

    Free space whose size would not lead on ends the collection: some readers walk in place
    for ever there.
    """
    buffer = file.buffer
    prefix = 8 + buffer.length_size
    cursor = buffer.cursor(address, prefix)
    cursor.expect(b"GCOL", "global heap collection")
    cursor.version("global heap collection", 1)
    cursor.skip(3)
    size = cursor.length()
    if size > buffer.size - buffer.start - address:
        raise Damaged(f"global heap collection of {size} bytes", cursor.origin)
    step = _aligned(prefix)  # an object's header is as long as the collection's
    objects: dict[int, tuple[int, int]] = {}
    twice: set[int] = set()
    at, end = address + step, address + size
    while at + step <= end:
        file.ledger.step()
        entry = buffer.cursor(at, prefix)
        index = entry.number(2)
        entry.skip(6)  # reference count and reserved
        length = entry.length()
        if index == _FREE_SPACE:
            if length < step:
                break
            at += length
            continue
        if at + step + length > end:
            raise Damaged(f"global heap object of {length} bytes leaves its heap", entry.origin)
        if index in objects:
            twice.add(index)
        objects[index] = (at + step, length)
        at += step + _aligned(length)
    for index in twice:  # which of the two a loader sees is not known
        del objects[index]
    return objects


def _aligned(size: int) -> int:
    return (size + 7) // 8 * 8
