"""Names of zip members: how CPython reads them, what else they may stand for, where they lead."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

UTF_8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x01-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters and those that turn or hide the text around them."""

_SHOWN = 120
"""Characters of a name that a clause repeats."""


def decode(raw: bytes, flags: int) -> tuple[str, bool]:
    """Return a name as CPython decodes it, and whether it does not refuse to.

    Bit 11 of the flags says UTF-8, else it is code page 437 (APPNOTE.TXT appendix D).
    """
    if not flags & UTF_8_FLAG:
        return raw.decode("cp437"), True
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace"), False


def until_nul(name: str) -> str:
    """Return the name up to its first NUL, which is what CPython calls the member."""
    return name.partition("\0")[0]


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the fields of a header's extra data: number, data, whether it is all there."""
    at = 0
    while at + 4 <= len(extra):
        number = int.from_bytes(extra[at : at + 2], "little")
        size = int.from_bytes(extra[at + 2 : at + 4], "little")
        yield number, extra[at + 4 : at + 4 + size], at + 4 + size <= len(extra)
        at += 4 + size


def unicode_path(raw: bytes, extra: bytes) -> str:
    """Return the name that Info-ZIP's Unicode path field gives, or ``""``.

    It counts where its CRC is that of the name in the header; CPython follows it from 3.12 on
    (``ZipInfo._decodeExtra``), 3.11 does not.
    """
    found = ""
    for number, data, _ in extra_fields(extra):
        is_current = data[:1] == b"\x01" and data[1:5] == zlib.crc32(raw).to_bytes(4, "little")
        if number == _UNICODE_PATH and is_current:
            found = until_nul(data[5:].decode("utf-8", "replace")) or found
    return found


def has_broken_path(extra: bytes) -> bool:
    """Whether a Unicode path field makes CPython from 3.12 on refuse the archive."""
    for number, data, _ in extra_fields(extra):
        if number == _UNICODE_PATH and len(data) < 5:
            return True
        if number == _UNICODE_PATH and not decode(data[5:], UTF_8_FLAG)[1]:
            return True
    return False


def alias_key(name: str) -> str:
    """Return what a name is to programs that are not exact about names.

    Case, backslashes, ``.``, ``..`` and empty parts, a leading or final slash, final dots and
    spaces (Windows) and the Unicode form (macOS) do not count.
    """
    text = name.casefold()
    if not text.isascii():
        import unicodedata  # seldom needed

        text = unicodedata.normalize("NFKC", text)
    parts: list[str] = []
    for part in text.replace("\\", "/").split("/"):
        if part == "..":
            del parts[-1:]
        elif kept := part.rstrip(". "):
            parts.append(kept)
    return "/".join(parts)


def leads_out(name: str) -> bool:
    """Whether a name leads out of the folder it is unpacked to, on some platform."""
    parts = re.split(r"[/\\]", name)
    return ".." in parts or name[:1] in ("/", "\\", "~") or bool(_DRIVE.match(name))


def unsafe_clause(name: str) -> str:
    """Return why a name is dangerous to unpack or to show, as a clause, or ``""``."""
    if not name:
        return "it has no name"
    if leads_out(name):
        return "its name leads out of the folder that the archive is unpacked to"
    if "\\" in name:
        return "its name has a backslash, which Windows takes for a folder"
    if _CONTROL.search(name):
        return f"its name has characters that are not shown: {shown(name)}"
    return ""


def shown(name: str) -> str:
    """Return a name for a clause: quoted, escaped, cut."""
    return ascii(name if len(name) <= _SHOWN else name[:_SHOWN] + "...")
