"""HDF5 files: fields of structures changed, their checksums put right again."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from tests.fuzz.mutators import json_text, raw
from tests.fuzz.mutators.lookup3 import lookup3

SIGNATURES = (
    *(b"TREE", b"SNOD", b"HEAP", b"GCOL", b"OHDR", b"OCHK", b"BTHD", b"BTLF", b"BTIN", b"FRHP"),
    *(b"FHDB", b"FHIB", b"FAHD", b"FADB", b"EAHD", b"EAIB", b"EASB", b"EADB", b"FSHD", b"SMTB"),
)
SUPERBLOCK = b"\x89HDF\r\n\x1a\n"
_SUMMED = frozenset(
    signature for signature in SIGNATURES if signature not in (b"TREE", b"SNOD", b"HEAP", b"GCOL")
)
_LONGEST = 700
"""Bytes of a structure whose checksum is looked for; most are far shorter."""


@lru_cache(maxsize=512)
def _places(data: bytes) -> tuple[int, ...]:
    """Return where structures begin."""
    found = [at for each in (*SIGNATURES, SUPERBLOCK) for at in _all(data, each)]
    return tuple(sorted(found)) or (0,)


def _all(data: bytes, signature: bytes) -> list[int]:
    found, at = [], data.find(signature)
    while at >= 0:
        found.append(at)
        at = data.find(signature, at + 1)
    return found


@lru_cache(maxsize=512)
def sums(data: bytes) -> tuple[tuple[int, int], ...]:
    """Return begin and end of the structures that a checksum follows, and that it fits."""
    starts = [at for at in _places(data) if data[at : at + 4] in _SUMMED]
    found = [(at, end) for at in starts if (end := _end(data, at))]
    for at in _all(data, SUPERBLOCK):
        if data[at + 8 : at + 9] in (b"\x02", b"\x03") and len(data) >= at + 48:
            found.append((at, at + 44))
    return tuple(found)


def _end(data: bytes, at: int) -> int | None:
    """Return where the checksum of a structure is: the first number that fits as one."""
    for end in _guesses(data, at):
        if end + 4 <= len(data) and lookup3(data[at:end]) == _number(data, end):
            return end
    return None


def _guesses(data: bytes, at: int) -> list[int]:
    if data[at : at + 4] == b"OHDR" and len(data) > at + 40:
        flags = data[at + 5]
        size_at = at + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        return [size_at + width + int.from_bytes(data[size_at : size_at + width], "little")]
    return list(range(at + 8, min(at + _LONGEST, len(data) - 3)))


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def mutate(data: bytes, random: Random) -> bytes:
    """Change a field of a structure, a pointer, a text; mostly with the right checksums."""
    if len(data) < 16 or random.random() < 0.06:
        return raw.mutate(data, random)
    changed = random.choice((_field, _field, _field, _pointer, _copy, _text, _bit))(data, random)
    if len(changed) == len(data) and random.random() < 0.85:
        return with_sums(data, changed)
    return changed


def with_sums(data: bytes, changed: bytes) -> bytes:
    """Put the checksums right of the structures of a file that a change touched."""
    right = bytearray(changed)
    for start, end in sums(data):
        if changed[start:end] != data[start:end]:
            right[end : end + 4] = lookup3(bytes(right[start:end])).to_bytes(4, "little")
    return bytes(right)


def _place(data: bytes, random: Random) -> int:
    if random.random() < 0.75:
        place = random.choice(_places(data)) + random.randrange(random.choice((16, 64, 256)))
    else:
        place = random.randrange(len(data))
    return min(place, len(data) - 1)


def _field(data: bytes, random: Random) -> bytes:
    return raw.number(data, _place(data, random), random)[: len(data)]


def _bit(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _over(data: bytes, at: int, new: bytes) -> bytes:
    return (data[:at] + new + data[at + len(new) :])[: len(data)]


def _pointer(data: bytes, random: Random) -> bytes:
    """Let a field point to a structure, maybe to the one that it is in."""
    target = random.choice(_places(data))
    return _over(data, _place(data, random), target.to_bytes(8, "little"))


def _copy(data: bytes, random: Random) -> bytes:
    """Put one structure, or a part of it, in place of another."""
    start = _place(data, random)
    return _over(data, _place(data, random), data[start : start + random.choice((4, 8, 24, 99))])


def _text(data: bytes, random: Random) -> bytes:
    """Change a JSON text in the file, if it may keep its length."""
    start = data.find(b'{"class_name"')
    end = data.find(b"\0", start)
    if start < 0 or end < 0:
        return _field(data, random)
    old = data[start:end]
    new = json_text.mutate(old, random)
    return _over(data, start, new[: len(old)].ljust(len(old)))
