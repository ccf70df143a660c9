"""What a file in a container is, told by its first bytes: the names say little."""

from __future__ import annotations

import codecs
import json
import re
from enum import StrEnum

from kerasscan.reader.pickle_stream import begins_pickle
from kerasscan.reader.sniff import HDF5_SIGNATURE

HEAD = 2_056
"""Bytes that are looked at: an HDF5 file may begin at byte 0, 512, 1024 or 2048."""


class Content(StrEnum):
    """What a member is. The words are those of `kerasscan.model.saved.Member.content`."""

    JSON = "json"
    HDF5 = "hdf5"
    ZIP = "zip"
    NPY = "npy"
    PICKLE = "pickle"
    EXECUTABLE = "executable"
    SCRIPT = "script"
    PYTHON = "python"
    ARCHIVE = "archive"
    TEXT = "text"
    OTHER = "other"
    EMPTY = "empty"


_SIGNATURES = (
    (b"PK\x03\x04", Content.ZIP),
    (b"PK\x05\x06", Content.ZIP),
    (b"\x93NUMPY", Content.NPY),
    (b"\x7fELF", Content.EXECUTABLE),
    (b"\xfe\xed\xfa\xce", Content.EXECUTABLE),
    (b"\xfe\xed\xfa\xcf", Content.EXECUTABLE),
    (b"\xce\xfa\xed\xfe", Content.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Content.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", Content.EXECUTABLE),
    (b"\x1f\x8b", Content.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Content.ARCHIVE),
    (b"Rar!\x1a\x07", Content.ARCHIVE),
    (b"\xfd7zXZ\x00", Content.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Content.ARCHIVE),
)
_BZIP2 = re.compile(rb"BZh[1-9](?:\x31\x41\x59\x26\x53\x59|\x17\x72\x45\x38\x50\x90)")
_PYTHON = (".py", ".pyc", ".pyo", ".pyw")
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:["{\[\]\d-]|true|false|null|NaN|Infinity))')
_WORDS = re.compile(r"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]*")


def content_of(head: bytes, names: tuple[str, ...], *, is_cut: bool) -> Content:
    """Tell what a file is.

    Args:
        head: Its first `HEAD` bytes, or all of it.
        names: What it is called; only Python's own endings count.
        is_cut: Whether more follow.
    """
    if not head:
        return Content.EMPTY
    for at in (0, 512, 1024, 2048):
        if head.startswith(HDF5_SIGNATURE, at):
            return Content.HDF5
    for signature, content in _SIGNATURES:
        if head.startswith(signature):
            return content
    if _is_portable_executable(head):
        return Content.EXECUTABLE
    if head[257:262] == b"ustar" or _BZIP2.match(head):
        return Content.ARCHIVE
    if begins_pickle(head, is_cut=is_cut):
        return Content.PICKLE
    if any(name.lower().endswith(_PYTHON) for name in names):
        return Content.PYTHON
    return Content.SCRIPT if head.startswith(b"#!") else _text(head)


def _is_portable_executable(head: bytes) -> bool:
    """Whether it is a DOS or Windows program: ``MZ``, and where it says, ``PE``."""
    at = int.from_bytes(head[60:64], "little")
    is_pe = head.startswith(b"PE\0\0", at) or at >= len(head)
    return head.startswith(b"MZ") and len(head) >= 64 and is_pe and b"\0" in head[:64]


def _text(head: bytes) -> Content:
    """Tell JSON, text and anything else apart; JSON may be UTF-16 or UTF-32."""
    encoding = json.detect_encoding(head)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return Content.OTHER
    if _JSON.match(text.removeprefix("\ufeff")):
        return Content.JSON
    return Content.TEXT if _WORDS.fullmatch(text) else Content.OTHER
