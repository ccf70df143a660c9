"""Checksums of metadata: noted while structures are read, verified many at a time.

The hash is Jenkins' lookup3 (HDF5 File Format Specification, all fields *Checksum*; H5checksum.c,
``H5_checksum_lookup3`` from 0). It takes 12 bytes a round. A round over 100 blocks side by
side, in the lanes of one large integer, costs hardly more than a round over one; so blocks wait
until there are enough of them.
"""

from __future__ import annotations

from typing import NamedTuple

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.ledger import Ledger

WIDTH = 4
"""Bytes of a checksum."""

_ROUND = 12
_LANE = 64
"""Bits of a lane: a number of 32 bits, and room for what is carried or shifted out of it."""
_START = 0xDEADBEEF
_WORD = 0xFFFFFFFF
_LANES_AT_MOST = 128
_WAITING_AT_MOST = 1024 * 1024
_UNEVEN = 240
"""By how many bytes, and as part of the longest, the lengths of blocks side by side differ."""


_ROUND_COST = 16
"""What a round costs besides its blocks: as much as so many blocks."""


class _Block(NamedTuple):
    """A block that waits: its bytes, the checksum behind them, and what to say if it is wrong."""

    data: bytes
    checksum: int
    what: str
    offset: int
    place: str


class Checksums:
    """The blocks of one file.

    Args:
        ledger: Pays for the bytes, and is told what is wrong.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[_Block] = []
        self._size = 0
        self._seen: set[tuple[int, int]] = set()

    def expect(self, what: str, offset: int, stored: bytes) -> None:
        """Note a block with the checksum at its end; one that was noted before is not again.

        Args:
            what: Its name, for people.
            offset: Where it is in the file.
            stored: Its bytes.
        """
        if (offset, len(stored)) in self._seen:
            return
        self._seen.add((offset, len(stored)))
        number = int.from_bytes(stored[-WIDTH:], "little")
        self._waiting.append(_Block(stored[:-WIDTH], number, what, offset, self._ledger.place))
        self._size += len(stored)
        if self._size > _WAITING_AT_MOST:
            self.verify()

    def verify(self) -> None:
        """Verify what waits, and file what is wrong."""
        waiting = sorted(self._waiting, key=lambda block: len(block.data))
        self._waiting, self._size = [], 0
        wrong: list[_Block] = []
        for group in _groups(waiting):
            rounds = -(-len(group[-1].data) // _ROUND)
            if not self._ledger.hash(rounds * (_ROUND_COST + len(group))):
                break
            wrong.extend(_wrong(group))
        for block in sorted(wrong, key=lambda block: block.offset):
            what = f"{block.what} at byte {block.offset}: its checksum is wrong, loaders refuse it"
            with self._ledger.filing(block.place):
                self._ledger.problem(ProblemKind.DAMAGED_HDF5, what)


def lookup3(data: bytes) -> int:
    """Return the hash of one piece of data that is not empty."""
    return next(iter(_hashes([data])))


def _groups(blocks: list[_Block]) -> list[list[_Block]]:
    """Cut blocks that are sorted by length into groups of similar lengths."""
    groups: list[list[_Block]] = []
    room = 0
    for block in blocks:
        if not groups or len(groups[-1]) >= _LANES_AT_MOST or len(block.data) > room:
            groups.append([])
            room = len(block.data) * 5 // 4 + _UNEVEN
        groups[-1].append(block)
    return groups


def _wrong(blocks: list[_Block]) -> list[_Block]:
    found = _hashes([block.data for block in blocks])
    return [block for block, sum_ in zip(blocks, found, strict=True) if block.checksum != sum_]


class _Lanes:
    """Pieces of data side by side, each padded with zeros to the longest.

    Lanes are in an order of their own: first the pieces at even places, then the others. So
    words of 32 bits come apart into lanes of 64 with two masks.
    """

    def __init__(self, pieces: list[bytes]) -> None:
        rounds = [(len(piece) + _ROUND - 1) // _ROUND for piece in pieces]
        self.rounds = max(rounds)
        width = self.rounds * _ROUND
        self._words = memoryview(b"".join(piece.ljust(width, b"\0") for piece in pieces)).cast("I")
        self._half = (len(pieces) + 1) // 2
        ones = (1 << _LANE * self._half) // ((1 << _LANE) - 1)
        self._half_mask = ones * _WORD
        self.carry = (ones | ones << _LANE * self._half) << 32
        self.mask = self.carry - (self.carry >> 32)
        self.first = self.spread([_START + len(piece) & _WORD for piece in pieces])
        self.ends = {
            last - 1: self.spread([_WORD * (last == number) for number in rounds])
            for last in set(rounds)
        }

    def words(self, index: int) -> int:
        """Return a word of every piece."""
        return self._apart(self._words[index :: self.rounds * 3].tobytes())

    def spread(self, numbers: list[int]) -> int:
        """Return numbers, one a piece, as lanes."""
        return self._apart(b"".join([number.to_bytes(4, "little") for number in numbers]))

    def gather(self, lanes: int) -> list[int]:
        """Return the numbers of lanes, one a piece."""
        half = self._half
        raw = lanes.to_bytes(2 * half * 8, "little")
        numbers = [int.from_bytes(raw[at : at + 4], "little") for at in range(0, len(raw), 8)]
        return [
            number for pair in zip(numbers[:half], numbers[half:], strict=True) for number in pair
        ]

    def _apart(self, packed: bytes) -> int:
        number = int.from_bytes(packed, "little")
        odd = number >> 32 & self._half_mask
        return number & self._half_mask | odd << _LANE * self._half


def _hashes(pieces: list[bytes]) -> list[int]:
    """Return the hash of each piece: rounds of mixing, the last one of another kind."""
    lanes = _Lanes(pieces)
    a = b = c = lanes.first
    last_a = last_b = last_c = 0
    for number in range(lanes.rounds):
        a += lanes.words(3 * number)
        b += lanes.words(3 * number + 1)
        c += lanes.words(3 * number + 2)
        ends = lanes.ends.get(number)
        if ends is not None:
            last_a, last_b, last_c = last_a | a & ends, last_b | b & ends, last_c | c & ends
        mask = lanes.mask
        a, b, c = _mix(a & mask, b & mask, c & mask, mask, lanes.carry)
    found = _final(last_a, last_b, last_c, lanes.mask, lanes.carry)
    return lanes.gather(found)[: len(pieces)]


def _mix(a: int, b: int, c: int, mask: int, carry: int) -> tuple[int, int, int]:
    a = ((a | carry) - c ^ (c << 4 | c >> 28)) & mask
    c = c + b & mask
    b = ((b | carry) - a ^ (a << 6 | a >> 26)) & mask
    a = a + c & mask
    c = ((c | carry) - b ^ (b << 8 | b >> 24)) & mask
    b = b + a & mask
    a = ((a | carry) - c ^ (c << 16 | c >> 16)) & mask
    c = c + b & mask
    b = ((b | carry) - a ^ (a << 19 | a >> 13)) & mask
    a = a + c & mask
    c = ((c | carry) - b ^ (b << 4 | b >> 28)) & mask
    return a, b + a & mask, c


def _final(a: int, b: int, c: int, mask: int, carry: int) -> int:
    c = ((c ^ b | carry) - ((b << 14 | b >> 18) & mask)) & mask
    a = ((a ^ c | carry) - ((c << 11 | c >> 21) & mask)) & mask
    b = ((b ^ a | carry) - ((a << 25 | a >> 7) & mask)) & mask
    c = ((c ^ b | carry) - ((b << 16 | b >> 16) & mask)) & mask
    a = ((a ^ c | carry) - ((c << 4 | c >> 28) & mask)) & mask
    b = ((b ^ a | carry) - ((a << 14 | a >> 18) & mask)) & mask
    return ((c ^ b | carry) - ((b << 24 | b >> 8) & mask)) & mask
