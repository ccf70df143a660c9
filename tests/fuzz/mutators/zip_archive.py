"""Zip archives: members changed and packed anew, names, and the fields of the records."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from random import Random

from tests.fuzz.mutators import hdf5, json_text, raw, table, wire

_MOST = 2_000_000
"""Bytes of a member that is unpacked."""
_NAMES = (
    *("config.json", "metadata.json", "model.weights.h5", "model.weights.npz", "./config.json"),
    *(
        "Config.JSON",
        "config.json/",
        "../config.json",
        "assets/a.txt",
        "a\\b.json",
        "con\x00fig.json",
    ),
    *("é.json", "/config.json", "assets/x.keras", "x" * 300 + ".json", "model.weights.json", ""),
)
_RECORDS = (
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"PK\x07\x08",
)
_FIELDS = {
    b"PK\x01\x02": (4, 6, 8, 10, 12, 16, 20, 24, 28, 30, 32, 34, 38, 42, 46),
    b"PK\x03\x04": (4, 6, 8, 10, 14, 18, 22, 26, 28, 30),
    b"PK\x05\x06": (4, 6, 8, 10, 12, 16, 20),
    b"PK\x06\x06": (4, 12, 16, 20, 24, 32, 40, 48),
    b"PK\x06\x07": (4, 8, 16),
    b"PK\x07\x08": (4, 8, 12),
}
"""Offsets of the fields of each record (APPNOTE.TXT 4.3)."""


UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError),
    *(NotImplementedError, RuntimeError, ValueError),
)
"""What `zipfile` raises on an archive that it cannot read, or on names that it cannot write."""


@dataclass
class Part:
    """A member: name, content, method."""

    name: str
    data: bytes
    method: int = zipfile.ZIP_STORED
    extra: bytes = b""


def members(data: bytes) -> list[Part]:
    """Return the members of an archive, unpacked.

    Raises:
        UNREADABLE: It is none, or holds what cannot be unpacked.
    """
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist()[:40]:
            with archive.open(info) as stream:
                found.append(Part(info.filename, stream.read(_MOST), info.compress_type))
    return found


def packed(parts: list[Part], comment: bytes = b"") -> bytes:
    """Return an archive of members, with right sizes and checksums."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part in parts:
            info = zipfile.ZipInfo(part.name)
            info.compress_type = part.method
            info.extra = part.extra
            known, archive.NameToInfo = archive.NameToInfo, {}  # two of one name are meant
            archive.writestr(info, part.data)
            archive.NameToInfo = {**known, **archive.NameToInfo}
        archive.comment = comment
    return stream.getvalue()


def mutate(data: bytes, random: Random) -> bytes:
    """Change a member, the list of members, or the fields of records."""
    if random.random() < 0.35:
        return mutate_fields(data, random)
    return _repacked(data, random, in_members_only=False)


def mutate_members(data: bytes, random: Random) -> bytes:
    """Change the content of a member and leave the archive as sound as it is."""
    return _repacked(data, random, in_members_only=True)


def _repacked(data: bytes, random: Random, *, in_members_only: bool) -> bytes:
    try:
        parts = members(data)
        if not parts:
            return raw.mutate(data, random)
        if in_members_only or random.random() < 0.6:
            part = random.choice(parts)
            part.data = mutate_part(part.name, part.data, random)
        else:
            _change(parts, random)
        comment = b"PK\x05\x06" + bytes(18) if random.random() < 0.02 else b""
        return packed(parts, comment)
    except UNREADABLE:
        return raw.mutate(data, random)


def mutate_part(name: str, data: bytes, random: Random) -> bytes:
    """Change a member's content in the way of its format."""
    if name.endswith(".json"):
        return json_text.mutate(data, random)
    if name.endswith(".h5"):
        return hdf5.mutate(data, random)
    if name.endswith(".npz"):
        return mutate_members(data, random)
    if name.endswith(".index"):
        return table.mutate(data, random)
    return wire.mutate(data, random) if name.endswith(".pb") else raw.mutate(data, random)


def _change(parts: list[Part], random: Random) -> None:
    """Change the list of members."""
    index = random.randrange(len(parts))
    part = parts[index]
    match random.randrange(6):
        case 0:
            del parts[index]
        case 1:
            parts.append(Part(part.name, mutate_part(part.name, part.data, random)))
        case 2:
            part.name = random.choice(_NAMES) or part.name.upper()
        case 3:
            methods = (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
            part.method = random.choice(methods)
        case 4:
            part.extra = random.choice(
                (b"\x01\0\x08\0" + bytes(8), b"up\x05\0\x01abcd", b"\x75\x70")
            )
        case _:
            parts.insert(index, Part(random.choice(_NAMES) or "x", packed(parts)))


def mutate_fields(data: bytes, random: Random) -> bytes:
    """Change a field of one of the archive's records, or what lies around them."""
    kind = random.random()
    if kind < 0.06:
        return random.randbytes(random.choice((1, 512, 600))) + data
    if kind < 0.12:
        return data + random.choice((b"PK\x05\x06" + bytes(18), data, bytes(9), data[-22:]))
    signature = random.choice(_RECORDS)
    places = _places(data, signature)
    if not places:
        return raw.mutate(data, random)
    at = random.choice(places) + random.choice(_FIELDS[signature])
    return raw.number(data, min(at, len(data) - 1), random)


def _places(data: bytes, signature: bytes) -> list[int]:
    found: list[int] = []
    at = data.find(signature)
    while at >= 0 and len(found) < 100:
        found.append(at)
        at = data.find(signature, at + 1)
    return found
