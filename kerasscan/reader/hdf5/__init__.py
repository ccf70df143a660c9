"""A reader of HDF5 metadata: groups, attributes, links, how arrays are stored.

Written for hostile files: standard library only, every length checked against the file,
every structure read once, no recursion, budgets for everything that grows. A wrong checksum is
a problem, since loaders refuse what it belongs to, and hides nothing from this reader. The format
is cited by sections of the *HDF5 File Format Specification*, version 4.0, which covers versions
1.0 to 3.0.

`snapshot` is the entry; `NotHdf5` its only exception. It reads no values of arrays: that is the
module `datasets`, for a few small arrays that are asked for by name.
"""

from __future__ import annotations

from typing import BinaryIO

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.buffer import Buffer
from kerasscan.reader.hdf5.checksums import Checksums
from kerasscan.reader.hdf5.flaws import Exhausted
from kerasscan.reader.hdf5.ledger import Ledger
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5.opening import open_root
from kerasscan.reader.hdf5.superblock import NotHdf5
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
    checksums = Checksums(ledger)
    file = OpenFile(buffer, ledger, checksums)
    tree = TreeBuilder(file)
    try:
        with ledger.filing(""):
            tree.walk(open_root(file))
    except Exhausted as end:
        ledger.problem(ProblemKind.LIMIT_EXCEEDED, end.detail, incomplete=True)
    checksums.verify()
    return H5Snapshot(tree.root, ledger.close(), buffer.start)
