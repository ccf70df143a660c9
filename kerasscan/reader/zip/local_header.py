"""Local headers: read, and compared with what the directory says of the same member."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.zip.entry import DESCRIBED, ENCRYPTED, PATCHED, STRONG, Entry, LocalHeader
from kerasscan.reader.zip.names import decode, extra_fields, shown
from kerasscan.reader.zip.oddity import Oddity

LOCAL_SIGNATURE = b"PK\x03\x04"
LOCAL = struct.Struct("<4s5H3L2H")
_ABSENT = 0xFFFF_FFFF
_DESCRIPTOR = b"PK\x07\x08"


def read_local(stream: BinaryIO, offset: int) -> LocalHeader | str:
    """Return the local header at an offset, or why there is none, as a clause."""
    if offset < 0:
        return "its data would begin before the file"
    fixed = _at(stream, offset, LOCAL.size)
    if len(fixed) < LOCAL.size:
        return "its data would begin behind the end of the file"
    signature, _, flags, method, _, _, crc, packed, size, name_size, extra_size = LOCAL.unpack(
        fixed
    )
    if signature != LOCAL_SIGNATURE:
        return "there is no local header where the directory says"
    raw, extra = stream.read(name_size), stream.read(extra_size)
    name, is_valid = decode(raw, flags)
    size, packed = _wide_sizes(extra, size, packed)
    end = offset + LOCAL.size + name_size + extra_size
    return LocalHeader(raw, name, is_valid, flags, method, crc, packed, size, extra, end)


def _at(stream: BinaryIO, offset: int, size: int) -> bytes:
    """Return the bytes at an offset, which may be further than any file reaches."""
    if offset >= stream.seek(0, io.SEEK_END):
        return b""
    stream.seek(offset)
    return stream.read(size)


def _wide_sizes(extra: bytes, size: int, packed: int) -> tuple[int, int]:
    """Take sizes of 64 bits from the zip64 field (APPNOTE.TXT 4.5.3)."""
    for number, data, _ in extra_fields(extra):
        if number == 1:
            if size == _ABSENT and len(data) >= 8:
                size, data = int.from_bytes(data[:8], "little"), data[8:]
            if packed == _ABSENT and len(data) >= 8:
                packed = int.from_bytes(data[:8], "little")
    return size, packed


def refusal(entry: Entry, local: LocalHeader) -> str:
    """Return why ``ZipFile.open`` does not open a member, as a clause, or ``""``."""
    if entry.flags & PATCHED:
        return "it is patch data for another file (flag bit 5)"
    if entry.flags & STRONG:
        return "it is strongly encrypted (flag bit 6)"
    if not local.is_valid:
        return "its name is not valid UTF-8"
    if local.name != entry.full_name:
        here, there = shown(entry.full_name), shown(local.name)
        return f"the directory calls it {here}, its local header {there}"
    if entry.flags & ENCRYPTED and not local.flags & ENCRYPTED:
        return "only the directory says that it is encrypted"
    return ""


def disagreements(stream: BinaryIO, entry: Entry, local: LocalHeader) -> list[Oddity]:
    """Return where the local header says something else than the directory, which counts."""
    clauses = []
    if local.method != entry.method:
        clauses.append(
            f"the directory says that its compression is {entry.method}, its local header "
            f"{local.method}"
        )
    if local.flags & ENCRYPTED and not entry.flags & ENCRYPTED:
        clauses.append("only its local header says that it is encrypted")
    told = (entry.crc, entry.packed, entry.size)
    here = (local.crc, local.packed, local.size)
    if here != told and not (local.flags & DESCRIBED and here == (0, 0, 0)):
        clauses += _differences(told, here, "local header")
    if local.flags & DESCRIBED and entry.is_readable:
        after = descriptor(stream, entry.data + entry.packed, told)
        if after is None:
            clauses.append("the sizes behind its data are not those of the directory")
    return [Oddity(ProblemKind.ODD_ZIP, clause, entry.label) for clause in clauses]


def _differences(
    told: tuple[int | None, int, int], here: tuple[int, int, int], where: str
) -> list[str]:
    clauses = []
    if here[0] not in (told[0], 0):
        clauses.append(f"the directory and its {where} give two checksums")
    for index, what in ((1, "packed"), (2, "unpacked")):
        if here[index] != told[index]:
            clauses.append(
                f"the directory says that it has {told[index]:,} bytes {what}, its {where} "
                f"{here[index]:,}"
            )
    return clauses or [f"the directory gives a checksum, its {where} none"]


def descriptor(stream: BinaryIO, offset: int, told: tuple[int | None, int, int]) -> int | None:
    """Return the length of the data descriptor with the right values, or None.

    It has a signature or none, and sizes of 32 or 64 bits (APPNOTE.TXT 4.3.9).
    """
    found = _at(stream, offset, 24)
    for signature in (_DESCRIPTOR, b""):
        for layout in ("<LLL", "<LQQ"):
            length = len(signature) + struct.calcsize(layout)
            if not found.startswith(signature) or len(found) < length:
                continue
            if struct.unpack_from(layout, found, len(signature)) == told:
                return length
    return None
