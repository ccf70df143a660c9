"""Mutators: one module per format, each a function from bytes and chance to other bytes.

A mutator takes any bytes, keeps what surrounds the place that it changes valid (checksums,
lengths, tables of contents), and changes bytes blindly where the structure is beyond it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

from tests.fuzz.mutators import (
    code,
    hdf5,
    json_text,
    lines,
    npz,
    raw,
    table,
    wire,
    zip_archive,
)

Mutator: TypeAlias = Callable[[bytes, Random], bytes]
"""Changes some bytes by chance."""

MUTATORS: dict[str, Mutator] = {
    "json": json_text.mutate,
    "hdf5": hdf5.mutate,
    "zip": zip_archive.mutate,
    "npz": npz.mutate,
    "protobuf": wire.mutate,
    "table": table.mutate,
    "code": code.mutate,
    "yaml": lines.mutate_yaml,
    "card": lines.mutate_card,
    "folder": zip_archive.mutate_members,
}
"""By format, as `tests.fuzz.seeds` names them."""

_BY_CONTENT = ((b"PK", "zip"), (b"\x89HDF", "hdf5"), (b"{", "json"), (b"[", "json"))


def mutator_of(data: bytes) -> Mutator:
    """Return the mutator for a file of any format, by its first bytes."""
    start = data[:64].lstrip()
    for signature, name in _BY_CONTENT:
        if start.startswith(signature):
            return MUTATORS[name]
    return MUTATORS["hdf5"] if b"\x89HDF\r\n" in data else MUTATORS["yaml"]


def mutant(seeds: Sequence[bytes], mutator: Mutator | None, random: Random) -> bytes:
    """Return one of the seeds, changed once or a few times, now and then joined to another."""
    data = random.choice(seeds)
    mutate = mutator or mutator_of(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        data = mutate(data, random)
    if random.random() < 0.03:
        data = raw.splice(data, random.choice(seeds), random)
    return data
