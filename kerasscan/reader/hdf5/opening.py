"""The way into a file: its superblock, what that says of the file as a whole, its root group."""

from __future__ import annotations

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.flaws import Damaged, Truncated
from kerasscan.reader.hdf5.object_header import (
    CACHE_IMAGE,
    DRIVER_INFO,
    SHARED_TABLE,
    read_header,
)
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5.shared import read_shared_table
from kerasscan.reader.hdf5.superblock import Superblock, read_superblock


def open_root(file: OpenFile) -> int:
    """Return the address of the root group's object header.

    Raises:
        NotHdf5: There is no superblock where one may be.
        Damaged: The superblock cannot be read.
    """
    superblock = read_superblock(file.buffer)
    if superblock.checked:
        file.check("superblock", 0, superblock.checked)
    _look_around(file, superblock)
    if superblock.root is None:
        raise Damaged("superblock without a root group", file.buffer.start)
    return superblock.root


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
        ledger.problem(ProblemKind.EXTERNAL_STORAGE, what, incomplete=True)
