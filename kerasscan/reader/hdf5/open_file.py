"""A file that is being read: its bytes, its books, and what was already read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.buffer import Buffer
from kerasscan.reader.hdf5.checksums import WIDTH, Checksums
from kerasscan.reader.hdf5.flaws import Damaged, Flaw
from kerasscan.reader.hdf5.ledger import Ledger

if TYPE_CHECKING:
    from kerasscan.reader.hdf5.fractal_heap import FractalHeap

_CHECKED_AT_MOST = 4 * 1024 * 1024
"""Bytes of one structure: the HDF5 library hardly ever writes more than 64 KiB."""


class OpenFile:
    """The one thing that every reader of a structure is given.

    Attributes:
        buffer: The bytes.
        ledger: Budgets and problems.
        checksums: Those to be verified; None if they are not.
        collections: Global heap collections by address: address and size of objects by
            index, or what is wrong with the collection.
        heap_objects: How many there are in it.
        shared_heaps: Address of the heap that holds shared messages, by message type.
        heaps: Those heaps, by address.
    """

    def __init__(self, buffer: Buffer, ledger: Ledger, checksums: Checksums | None = None) -> None:
        self.buffer = buffer
        self.ledger = ledger
        self.checksums = checksums
        self.heap_objects = 0
        self.collections: dict[int, dict[int, tuple[int, int]] | Flaw] = {}
        self.shared_heaps: dict[int, int] = {}
        self.heaps: dict[int, FractalHeap] = {}

    def check(self, what: str, address: int, size: int, at: int | None = None) -> None:
        """Note a structure with a checksum, to be verified later.

        Args:
            what: Its name, for people.
            address: Where it is.
            size: Bytes, those of the checksum included.
            at: Where in them the checksum is, with zeros in its place when it is computed; it is
                at the end if not given.
        """
        if self.checksums is None:
            return
        if size > _CHECKED_AT_MOST:
            detail = f"{what} of {size} bytes, whose checksum was not verified"
            self.ledger.problem(ProblemKind.LIMIT_EXCEEDED, detail, incomplete=True)
            return
        try:
            found = self.buffer.read(address, size)
        except Damaged as flaw:
            self.ledger.problem(flaw.kind, flaw.detail, incomplete=True)
            return
        if at is not None:
            end = at + WIDTH
            found = b"".join((found[:at], bytes(WIDTH), found[end:], found[at:end]))
        self.checksums.expect(what, self.buffer.start + address, found)
