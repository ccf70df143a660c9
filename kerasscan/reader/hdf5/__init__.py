"""A reader of HDF5 metadata: groups, attributes, links, how arrays are stored; no values.

Written for hostile files: standard library only, every length checked against the file,
every structure read once, no recursion, budgets for everything that grows. Checksums are not
verified: a wrong one hides nothing from this reader. The format is cited by sections of the
*HDF5 File Format Specification*, version 4.0, which covers versions 1.0 to 3.0.

`snapshot` is the entry; `NotHdf5` its only exception.
"""

from __future__ import annotations

from typing import BinaryIO

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.buffer import Buffer
from kerasscan.reader.hdf5.flaws import Damaged, Exhausted, Truncated
from kerasscan.reader.hdf5.ledger import Ledger
from kerasscan.reader.hdf5.object_header import (
    CACHE_IMAGE,
    DRIVER_INFO,
    SHARED_TABLE,
    read_header,
)
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5.shared import read_shared_table
from kerasscan.reader.hdf5.superblock import NotHdf5, Superblock, read_superblock
from kerasscan.reader.hdf5.tree import TreeBuilder
from kerasscan.reader.hdf5_tree import H5Snapshot
from kerasscan.reader.limits import Limits

__all__ = ["NotHdf5", "snapshot"]


def snapshot(stream: BinaryIO, limits: Limits, *, size: int | None = None) -> H5Snapshot:
    """Read the metadata of an HDF5 file.

    Args:
        stream: Anything with ``seek``, ``read`` and ``tell``; byte 0 is the file's first.
        limits: Budgets.
        size: Bytes of the file, by default up to the stream's end.

    Returns:
        The tree, as far as it could be read, and everything odd as problems.

    Raises:
        NotHdf5: There is no superblock where one may be.
        OSError: The stream itself cannot be read.
    """
    buffer = Buffer(stream, size)
    ledger = Ledger(limits, buffer.size)
    file = OpenFile(buffer, ledger)
    tree = TreeBuilder(file)
    try:
        with ledger.filing(""):
            superblock = read_superblock(buffer)
            _look_around(file, superblock)
            if superblock.root is None:
                raise Damaged("superblock without a root group", buffer.start)
            tree.walk(superblock.root)
    except Exhausted as end:
        ledger.problem(ProblemKind.LIMIT_EXCEEDED, end.detail, incomplete=True)
    return H5Snapshot(tree.root, ledger.close(), buffer.start)


def _look_around(file: OpenFile, superblock: Superblock) -> None:
    """File what the superblock and its extension (II.C) say of the file as a whole."""
    ledger = file.ledger
    with ledger.filing():
        if superblock.end > file.buffer.size:
            raise Truncated(superblock.end, file.buffer.size)
    has_driver = superblock.driver is not None
    if superblock.extension is not None:
        with ledger.filing():
            header = read_header(file, superblock.extension)
            has_driver = header.first(DRIVER_INFO) is not None
            if header.first(CACHE_IMAGE):
                what = "a metadata cache image, which is not read, replaces what the file holds"
                ledger.problem(ProblemKind.DAMAGED_HDF5, what, incomplete=True)
            table = header.first(SHARED_TABLE)
            if table:
                read_shared_table(file, table)
    if has_driver:
        what = "a driver information block: parts may be in other files"
        ledger.problem(ProblemKind.OUTSIDE_LINK, what, incomplete=True)
