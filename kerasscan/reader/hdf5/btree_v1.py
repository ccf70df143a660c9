"""Version 1 B-trees: the children of old groups, and the chunks of old datasets.

HDF5 File Format Specification, III.A.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.open_file import OpenFile

GROUP_NODES = 0
CHUNK_NODES = 1
_ANY_LEVEL = -1


class Leaf(NamedTuple):
    """An entry at the lowest level: the key in front of it, and what it points to."""

    key: bytes
    child: int


def leaves(file: OpenFile, address: int, kind: int, key_size: int) -> Iterator[Leaf]:
    """Yield the tree's lowest entries in order; damaged nodes are filed and left out."""
    pending = [(address, _ANY_LEVEL)]
    seen: set[int] = set()
    while pending:
        node, level = pending.pop()
        with file.ledger.filing():
            if node in seen:
                raise Damaged("B-tree node reached twice", file.buffer.start + node)
            seen.add(node)
            found_level, found = _read_node(file, node, kind, key_size, level)
            if found_level:
                pending.extend((leaf.child, found_level - 1) for leaf in reversed(found))
            else:
                yield from found


def _read_node(
    file: OpenFile, address: int, kind: int, key_size: int, level: int
) -> tuple[int, list[Leaf]]:
    buffer = file.buffer
    prefix = buffer.cursor(address, 8 + 2 * buffer.offset_size)
    prefix.expect(b"TREE", "B-tree node")
    prefix.version("B-tree node", kind)
    found_level = prefix.byte()
    if level not in (_ANY_LEVEL, found_level):
        raise Damaged(f"B-tree node of level {found_level} instead of {level}", prefix.here - 1)
    used = prefix.number(2)
    file.ledger.step(1 + used)
    pair = key_size + buffer.offset_size
    body = buffer.cursor(address + len(prefix.data), used * pair)
    found = []
    for _ in range(used):
        key = body.take(key_size)
        child = body.address()
        if child is None:
            raise Damaged("B-tree entry at the undefined address", body.here)
        found.append(Leaf(key, child))
    return found_level, found
