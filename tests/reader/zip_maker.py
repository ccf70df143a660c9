"""Zip archives written field by field, so that any of them can be wrong."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from .handmade import CONFIG, METADATA

HIDDEN = '{"class_name": "Hidden", "config": {}}'
LINK = 0o120777 << 16
"""External attributes of a symbolic link."""


@dataclass(frozen=True)
class Part:
    """One member; ``local`` and ``listed`` overrule single fields of one of its headers."""

    name: bytes
    data: bytes = b""
    method: int = 0
    flags: int = 0
    extra: bytes = b""
    local: dict[str, int | bytes] = field(default_factory=dict)
    listed: dict[str, int | bytes] = field(default_factory=dict)
    has_entry: bool = True
    has_descriptor: bool = False
    attributes: int = 0o600 << 16
    version: int = 20
    slack: bytes = b""
    gap: bytes = b""

    @property
    def packed(self) -> bytes:
        """The data as it is in the file."""
        if self.method != 8:
            return self.data
        engine = zlib.compressobj(wbits=-15)
        return engine.compress(self.data) + engine.flush() + self.slack

    def fields(self) -> dict[str, int | bytes]:
        """The fields that both headers have."""
        return {
            "flags": self.flags | (8 if self.has_descriptor else 0),
            "method": self.method,
            "crc": zlib.crc32(self.data),
            "packed": len(self.packed),
            "size": len(self.data),
            "name": self.name,
            "extra": self.extra,
        }

    def header(self) -> bytes:
        """The local header."""
        found = self.fields()
        if self.has_descriptor:
            found |= {"crc": 0, "packed": 0, "size": 0}
        found |= self.local
        return _header("<4sH", (b"PK\x03\x04", self.version), found)

    def whole(self) -> bytes:
        """Header, data and descriptor."""
        after = b""
        if self.has_descriptor:
            told = (zlib.crc32(self.data), len(self.packed), len(self.data))
            after = struct.pack("<4sLLL", b"PK\x07\x08", *told)
        return self.header() + self.packed + after + self.gap

    def entry(self, offset: int) -> bytes:
        """The entry of the directory."""
        found = self.fields() | {"offset": offset} | self.listed
        first = (b"PK\x01\x02", 20, 3, self.version, 0)
        text = _header("<4s4B", first, found, struct.pack("<3HL", 0, 0, 0, self.attributes))
        at = 46
        return text[: at - 4] + struct.pack("<L", found["offset"]) + text[at - 4 :]


def _header(
    begin: str, first: tuple[object, ...], found: dict[str, int | bytes], more: bytes = b""
) -> bytes:
    name, extra = found["name"], found["extra"]
    assert isinstance(name, bytes)
    assert isinstance(extra, bytes)
    middle = [found[key] for key in ("flags", "method")]
    sizes = [found[key] for key in ("crc", "packed", "size")]
    fixed = struct.pack(begin, *first) + struct.pack(
        "<2HHH3L2H", *middle, 0, 33, *sizes, len(name), len(extra)
    )
    return fixed + more + name + extra


def build(
    parts: Sequence[Part],
    *,
    prefix: bytes = b"",
    comment: bytes = b"",
    tail: bytes = b"",
    is_shifted: bool = False,
    wide: bool = False,
    **fields: int,
) -> bytes:
    """Return an archive.

    Args:
        parts: Its members, in the file's and the directory's order.
        prefix: In front of it.
        comment: Behind its end record.
        tail: Behind that.
        is_shifted: Whether offsets count the prefix.
        wide: Whether there is a zip64 end record.
        fields: Overrule those of the end record: ``count``, ``size``, ``offset``; and of the
            zip64 end record: ``wide_offset``, ``located``.
    """
    body, entries = b"", b""
    base = len(prefix) if is_shifted else 0
    for part in parts:
        if part.has_entry:
            entries += part.entry(base + len(body))
        body += part.whole()
    count = sum(part.has_entry for part in parts)
    found = {"count": count, "size": len(entries), "offset": base + len(body)} | fields
    after = b""
    if wide:
        start = found.get("wide_offset", base + len(body))
        at = len(prefix) + len(body) + len(entries)
        after = struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(entries), start
        )
        after += struct.pack("<4sLQL", b"PK\x06\x07", 0, found.get("located", at), 1)
        found |= {"count": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF} | {
            key: value for key, value in fields.items() if key in ("count", "size", "offset")
        }
    counts = (found["count"], found["count"], found["size"], found["offset"])
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *counts, len(comment))
    return prefix + body + entries + after + end + comment + tail


def unicode_path(raw: bytes, name: str) -> bytes:
    """Return Info-ZIP's Unicode path field for another name."""
    data = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(data)) + data


def model(*more: Part, weights: bytes = b"") -> list[Part]:
    """Return the members of a small model, and some more."""
    usual = [Part(b"metadata.json", METADATA.encode()), Part(b"config.json", CONFIG.encode())]
    return [*usual, *([Part(b"model.weights.h5", weights)] if weights else []), *more]


NAMES = (
    "config.json", "metadata.json", "assets/", "assets/words.txt", "ä.txt", "naïve/日本.json",
    "a\0b", "../up", "C:\\x", "", "x" * 300, "Config.JSON", "./config.json", "\u202eabc",
)  # fmt: skip


def by_chance(random: Random) -> bytes:
    """Return an archive that CPython may or may not read."""
    parts = [_part(random) for _ in range(random.randrange(6))]
    return build(
        parts,
        prefix=random.choice((b"", b"", b"#!/bin/sh\n", random.randbytes(40))),
        comment=random.choice((b"", b"", b"made by hand", random.randbytes(100))),
        tail=random.choice((b"", b"", b"\n", random.randbytes(30))),
        is_shifted=random.random() < 0.3,
        wide=random.random() < 0.2,
    )


def _part(random: Random) -> Part:
    text = random.choice(NAMES)
    is_utf_8 = not text.isascii() or random.random() < 0.2
    data = random.choice((b"", b"text", HIDDEN.encode(), random.randbytes(200), bytes(3_000)))
    told: dict[str, dict[str, int | bytes]] = {"local": {}, "listed": {}}
    if random.random() < 0.3:
        key = random.choice(("crc", "packed", "size", "method", "flags", "name"))
        value: int | bytes = random.choice((0, 1, 5, 100))
        value = random.choice(NAMES).encode() if key == "name" else value
        told[random.choice(("local", "listed"))] = {key: value}
    return Part(
        text.encode(),
        data,
        method=random.choice((0, 8)),
        flags=0x800 if is_utf_8 and random.random() < 0.9 else 0,
        extra=random.choice((b"", b"", b"UT\x05\x00\x01abcd", struct.pack("<HHQQ", 1, 16, 7, 7))),
        has_descriptor=random.random() < 0.2,
        attributes=random.choice((0o600 << 16, 0, LINK)),
        local=told["local"],
        listed=told["listed"],
    )
