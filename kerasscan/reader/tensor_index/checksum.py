"""CRC-32C, the checksum of leveldb's blocks (polynomial 0x1EDC6F41, reflected)."""

from __future__ import annotations

_REFLECTED_POLYNOMIAL = 0x82F63B78
_ALL_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (_REFLECTED_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = tuple(_remainder(byte) for byte in range(256))


def crc32c(data: memoryview | bytes) -> int:
    """Return the checksum of some bytes."""
    crc = _ALL_ONES
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ _ALL_ONES


def masked(crc: int) -> int:
    """Return a checksum as leveldb stores it (tensorflow/core/lib/hash/crc32c.h, ``Mask``)."""
    rotated = (crc >> 15 | crc << 17) & _ALL_ONES
    return (rotated + _MASK_DELTA) & _ALL_ONES
