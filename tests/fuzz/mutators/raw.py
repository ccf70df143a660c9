"""Changes of bytes that know no structure."""

from __future__ import annotations

from random import Random

NUMBERS = (
    *(0, 1, 2, 3, 4, 7, 8, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000),
    *(0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 2**32, 2**63 - 1, 2**63, 2**64 - 1),
)
"""Numbers at which sizes, signs and markers change their meaning."""

_LENGTHS = (1, 1, 2, 4, 8, 16, 64, 300)


def mutate(data: bytes, random: Random) -> bytes:
    """Change bytes: flipped, overwritten, moved, doubled, inserted, cut off."""
    if not data:
        return random.randbytes(random.choice((1, 4, 40)))
    changed = bytearray(data)
    at, length = random.randrange(len(data)), random.choice(_LENGTHS)
    match random.randrange(9):
        case 0:
            changed[at] ^= 1 << random.randrange(8)
        case 1:
            changed[at : at + length] = random.randbytes(length)
        case 2:
            changed[at : at + length] = bytes(length)
        case 3:
            changed[at:at] = data[at : at + length]
        case 4:
            del changed[at : at + length]
        case 5:
            start = random.randrange(len(data))
            changed[at : at + length] = data[start : start + length]
        case 6:
            return number(data, at, random)
        case 7:
            changed[at:at] = random.randbytes(length)
        case _:
            del changed[at:]
    return bytes(changed)


def number(data: bytes, at: int, random: Random, order: str = "little") -> bytes:
    """Write another number over the one at a place: a notable one, or a near one."""
    width = random.choice((1, 2, 4, 8))
    big = order == "big"
    old = int.from_bytes(data[at : at + width], "big" if big else "little")
    near = old + random.choice((-8, -2, -1, 1, 2, 8, 256))
    new = random.choice((*NUMBERS, near, near, near, old * 2, len(data), len(data) - at))
    written: bytes = (new % (1 << 8 * width)).to_bytes(width, "big" if big else "little")
    return bytes(data[:at] + written + data[at + width :])[: max(len(data), at + width)]


def splice(data: bytes, other: bytes, random: Random) -> bytes:
    """Join the beginning of one file to the end of another."""
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]
