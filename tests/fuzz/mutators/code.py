"""Marshalled code objects: type codes, counts and references changed.

Type codes: cpython/Python/marshal.c (``TYPE_CODE``, ``FLAG_REF``, ...), the same from 2.7 to
3.13 but for additions.
"""

from __future__ import annotations

from random import Random

from tests.fuzz.mutators import raw

TYPES = b"0NFTSiIfgxyls tR([{cu?<>aAzZ)r:".replace(b" ", b"")
"""Every type code, those of sizes in one byte (``)``, ``z``, ``Z``) and references (``r``) too."""
_REFERENCE = 0x80


def mutate(data: bytes, random: Random) -> bytes:
    """Change a marshalled value where its structure is."""
    if len(data) < 8:
        return raw.mutate(data, random)
    at = random.randrange(len(data) - 4)
    changed = bytearray(data)
    match random.randrange(8):
        case 0:
            changed[at] = random.choice(TYPES) | random.choice((0, _REFERENCE))
        case 1:
            changed[at : at + 4] = _count(random)
        case 2:
            changed[at : at + 5] = b"r" + _count(random)
        case 3:
            changed[at:at] = nested(random)
        case 4:
            start = random.randrange(len(data))
            changed[at:at] = data[start : start + random.choice((5, 20, 200))]
        case 5:
            changed[0:0] = bytes([random.choice(TYPES)]) + _count(random)
        case 6:
            places = [each for each in range(len(data)) if data[each] & 0x7F in TYPES]
            if places:
                changed[random.choice(places)] = random.choice(TYPES)
        case _:
            return raw.mutate(data, random)
    return bytes(changed)


def _count(random: Random) -> bytes:
    number: int = random.choice((*raw.NUMBERS, *range(8))) % 2**32
    return number.to_bytes(4, "little")


def nested(random: Random) -> bytes:
    """Return the beginnings of many values in each other."""
    depth = random.choice((3, 100, 1_500, 20_000))
    one = random.choice(
        (b")\x01", b"(\x01\0\0\0", b"[\x01\0\0\0", b"{", b"<\x01\0\0\0", b"\xa9\x01")
    )
    return one * depth
