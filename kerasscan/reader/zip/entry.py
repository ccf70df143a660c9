"""One member of a zip archive: what the directory and what the local header say of it."""

from __future__ import annotations

import stat
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIBED, PATCHED, STRONG = 0x1, 0x8, 0x20, 0x40
"""Flags (APPNOTE.TXT 4.4.4): encrypted, sizes after the data, patch data, strong encryption."""

_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 99: "AES"}
_READ_BY_CPYTHON = (12, 14, 93)
"""Methods that ``zipfile`` unpacks where Python has the module for it (93: from 3.14)."""

_LABEL = 4_096
"""Characters of a name that addresses repeat."""

_MACS_AND_UNIX = (3, 19)
"""Systems whose upper half of the external attributes is a Unix mode (APPNOTE.TXT 4.4.2)."""


@dataclass(frozen=True)
class LocalHeader:
    """The header in front of a member's data (APPNOTE.TXT 4.3.7).

    Attributes:
        raw: The name's bytes.
        name: The name, decoded.
        is_valid: Whether CPython can decode the name.
        flags: General purpose bits.
        method: Of compression.
        crc: CRC-32 of the data; 0 where a data descriptor follows.
        packed: Bytes of the data as they are in the file; 0 where a data descriptor follows.
        size: Bytes of the data, unpacked; 0 where a data descriptor follows.
        extra: The extra data.
        end: Where in the file the data begins.
    """

    raw: bytes
    name: str
    is_valid: bool
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    extra: bytes
    end: int


@dataclass(frozen=True)
class Entry:
    """One physical member.

    Attributes:
        raw: The name's bytes in the directory.
        name: What CPython calls it: decoded, up to its first NUL.
        full_name: The decoded name with what follows a NUL.
        alternatives: What else it is called: by its local header, by a Unicode path field.
        method: Of compression: 0 stored, 8 deflate.
        flags: General purpose bits.
        crc: CRC-32 of the unpacked data; None where no header tells.
        packed: Bytes of the data as they are in the file.
        size: Bytes of the data, unpacked, as claimed.
        offset: Where the local header is.
        data: Where the data begins; -1 where it cannot be found.
        mode: Unix mode, 0 where the directory has none.
        local: The local header, None where there is none.
        hidden: Whether the directory does not list it.
        overlaps: Whether its bytes are also another's, so that reading it costs more than its
            share of the file.
        refusal: Why CPython does not open it, as a clause, or ``""``.
    """

    raw: bytes
    name: str
    full_name: str
    alternatives: tuple[str, ...]
    method: int
    flags: int
    crc: int | None
    packed: int
    size: int
    offset: int
    data: int
    mode: int = 0
    local: LocalHeader | None = None
    hidden: bool = False
    overlaps: bool = False
    refusal: str = ""

    @property
    def label(self) -> str:
        """What addresses call it; a member that is not listed has its offset behind an ``@``."""
        name = self.name[:_LABEL]
        return f"{name}@{self.offset}" if self.hidden else name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that some program knows it by."""
        return tuple(dict.fromkeys((self.name, self.full_name, *self.alternatives)))

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link, its data the target."""
        return stat.S_ISLNK(self.mode)

    @property
    def is_encrypted(self) -> bool:
        """Whether its data cannot be read without a password.

        A flag in one of the two headers only is a trick: the data is read as it is.
        """
        local = self.local.flags if self.local is not None else self.flags
        return bool(self.flags & local & (ENCRYPTED | STRONG))

    @property
    def method_clause(self) -> str:
        """Why it is not unpacked, or ``""`` where it is stored or deflated."""
        if self.method in (STORED, DEFLATED):
            return ""
        known = _METHODS.get(self.method)
        named = f"{known} (method {self.method})" if known else f"method {self.method}"
        return f"it is compressed by {named}, which is not unpacked"

    @property
    def is_refused_method(self) -> bool:
        """Whether no release of CPython unpacks its method."""
        return bool(self.method_clause) and self.method not in _READ_BY_CPYTHON

    @property
    def is_readable(self) -> bool:
        """Whether its data is read here."""
        return self.data >= 0 and not self.is_encrypted and not self.method_clause


def unix_mode(system: int, attributes: int) -> int:
    """Return the Unix mode from the directory's external attributes, or 0."""
    return attributes >> 16 if system in _MACS_AND_UNIX or stat.S_ISLNK(attributes >> 16) else 0
