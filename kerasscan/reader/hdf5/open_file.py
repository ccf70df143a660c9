"""A file that is being read: its bytes, its books, and what was already read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerasscan.reader.hdf5.buffer import Buffer
from kerasscan.reader.hdf5.flaws import Flaw
from kerasscan.reader.hdf5.ledger import Ledger

if TYPE_CHECKING:
    from kerasscan.reader.hdf5.fractal_heap import FractalHeap


class OpenFile:
    """The one thing that every reader of a structure is given.

    Attributes:
        buffer: The bytes.
        ledger: Budgets and problems.
        collections: Global heap collections by address: address and size of objects by
            index, or what is wrong with the collection.
        heap_objects: How many there are in it.
        shared_heaps: Address of the heap that holds shared messages, by message type.
        heaps: Those heaps, by address.
    """

    def __init__(self, buffer: Buffer, ledger: Ledger) -> None:
        self.buffer = buffer
        self.ledger = ledger
        self.heap_objects = 0
        self.collections: dict[int, dict[int, tuple[int, int]] | Flaw] = {}
        self.shared_heaps: dict[int, int] = {}
        self.heaps: dict[int, FractalHeap] = {}
