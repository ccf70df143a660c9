"""Arrays of an ``.npz``: their headers changed, the archive around them written anew."""

from __future__ import annotations

import io
import zipfile
from random import Random

from tests.fuzz.mutators import lines, raw
from tests.fuzz.mutators.zip_archive import UNREADABLE, members, mutate_fields, packed

_MAGIC = b"\x93NUMPY"
_WORDS = (
    *("'descr'", "'shape'", "'fortran_order'", "'<f4'", "'|O'", "'>i8'", "'<f0'", "'|b1'", "()"),
    *("(3,)", "(2, 3)", "(-1,)", "(9999999999999,)", "True", "None", "[('a', '<f4')]", "'<f999'"),
    *("{}", "[]", "1e9", "1" * 5_000, "(" * 150, "'" + "a" * 400 + "'", "\x00", "1j", "...", "'?'"),
    *("-" * 3_000 + "1", "(1," * 90, "b''", "set()", "{1: [2]}", "(True,)", "(1.5,)", "u'<f4'"),
)


def mutate(data: bytes, random: Random) -> bytes:
    """Change an array's header or values, or the archive."""
    if random.random() < 0.25:
        return mutate_fields(data, random)
    try:
        found = members(data)
    except UNREADABLE:
        return raw.mutate(data, random)
    if not found:
        return raw.mutate(data, random)
    index = random.randrange(len(found))
    found[index].data = _array(found[index].data, random)
    if random.random() < 0.1:
        found.append(random.choice(found))
    return packed(found)


def _array(data: bytes, random: Random) -> bytes:
    if not data.startswith(_MAGIC) or len(data) < 12 or random.random() < 0.2:
        return raw.mutate(data, random)
    start = 10 if data[6] < 2 else 12
    length = int.from_bytes(data[8:start], "little")
    header = data[start : start + length]
    text = lines.with_words(header.decode("latin-1"), _WORDS, random).encode("latin-1", "replace")
    version = random.choice((1, 1, 2, 3)) if len(text) < 65_536 else 2
    width = 2 if version == 1 else 4
    size = len(text) if random.random() < 0.95 else random.choice(raw.NUMBERS)
    begin = _MAGIC + bytes([version, 0]) + (size % (1 << 8 * width)).to_bytes(width, "little")
    return begin + text + data[start + length :]


def array(header: str, values: bytes = b"") -> bytes:
    """Return an array in NumPy's format, version 1.0 (numpy/lib/format.py)."""
    text = header.encode("latin-1").ljust(117) + b"\n"
    return _MAGIC + b"\x01\0" + len(text).to_bytes(2, "little") + text + values


def archive(arrays: dict[str, bytes]) -> bytes:
    """Return an ``.npz`` of arrays."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in arrays.items():
            made.writestr(f"{name}.npy", data)
    return stream.getvalue()
