"""The checksum of HDF5's version 2 structures, for files whose structures are changed.

It is Bob Jenkins' ``lookup3`` (HDF5 File Format Specification, section III.A of the level 2
infrastructure; H5checksum.c, ``H5_checksum_lookup3``), written here a second time so that a
mistake in the reader's is not repeated.
"""

from __future__ import annotations

_ALL = 0xFFFFFFFF
_START = 0xDEADBEEF


def _turn(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & _ALL


def lookup3(data: bytes) -> int:
    """Return the checksum of some bytes, with 0 to begin with."""
    a = b = c = (_START + len(data)) & _ALL
    if not data:
        return c
    at = 0
    while len(data) - at > 12:
        a = (a + int.from_bytes(data[at : at + 4], "little")) & _ALL
        b = (b + int.from_bytes(data[at + 4 : at + 8], "little")) & _ALL
        c = (c + int.from_bytes(data[at + 8 : at + 12], "little")) & _ALL
        a, b, c = _mixed(a, b, c)
        at += 12
    last = data[at:].ljust(12, b"\0")
    a = (a + int.from_bytes(last[:4], "little")) & _ALL
    b = (b + int.from_bytes(last[4:8], "little")) & _ALL
    c = (c + int.from_bytes(last[8:], "little")) & _ALL
    return _final(a, b, c)


def _mixed(a: int, b: int, c: int) -> tuple[int, int, int]:
    a = ((a - c) & _ALL) ^ _turn(c, 4)
    c = (c + b) & _ALL
    b = ((b - a) & _ALL) ^ _turn(a, 6)
    a = (a + c) & _ALL
    c = ((c - b) & _ALL) ^ _turn(b, 8)
    b = (b + a) & _ALL
    a = ((a - c) & _ALL) ^ _turn(c, 16)
    c = (c + b) & _ALL
    b = ((b - a) & _ALL) ^ _turn(a, 19)
    a = (a + c) & _ALL
    c = ((c - b) & _ALL) ^ _turn(b, 4)
    b = (b + a) & _ALL
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    c = ((c ^ b) - _turn(b, 14)) & _ALL
    a = ((a ^ c) - _turn(c, 11)) & _ALL
    b = ((b ^ a) - _turn(a, 25)) & _ALL
    c = ((c ^ b) - _turn(b, 16)) & _ALL
    a = ((a ^ c) - _turn(c, 4)) & _ALL
    b = ((b ^ a) - _turn(a, 14)) & _ALL
    return ((c ^ b) - _turn(b, 24)) & _ALL
