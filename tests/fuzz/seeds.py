"""What mutation begins with: the samples and what is in them, by format."""

from __future__ import annotations

import base64
import binascii
import io
import json
import marshal
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kerasscan.rulebook.builtin import builtin_directory
from kerasscan.rulebook.card_files import card_paths
from tests.fuzz.mutators import npz
from tests.fuzz.mutators.zip_archive import UNREADABLE, Part, packed
from tests.hostile.tricks import TRICKS
from tests.samples.manifest import SAMPLES

_LARGEST = 40_000
"""Bytes of a seed: what is larger takes long and reaches nothing more."""
_CARDS = 5_000
_PROTOBUF = 60_000
_PARTS = ("saved_model.pb", "keras_metadata.pb", "variables.index")


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """Return the seeds of a format, smallest first and each once.

    Args:
        kind: One of the formats of `tests.fuzz.mutators.MUTATORS`, a part of a SavedModel by its
            name, or ``file``: model files of all formats.
    """
    found = _SEEDS[kind]() if kind in _SEEDS else _named(kind)
    return tuple(sorted(set(found), key=lambda data: (len(data), data)))


@cache
def _files() -> tuple[tuple[str, bytes], ...]:
    """Return name and content of the files of the samples and of the hostile models."""
    return (*_below(SAMPLES), *_tricks())


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_model = "make" not in parts and path.suffix not in (".md", ".toml", ".txt", ".py")
        if path.is_file() and is_model and path.stat().st_size <= _PROTOBUF:
            yield path.name, path.read_bytes()


def _tricks() -> Iterator[tuple[str, bytes]]:
    for trick in TRICKS:
        with TemporaryDirectory() as made:
            trick.make(Path(made))
            yield from _below(Path(made))


def _named(name: str) -> Iterator[bytes]:
    for found, data in _files():
        if found == name and len(data) <= _PROTOBUF:
            yield data


def _starting(*signatures: bytes) -> Iterator[bytes]:
    for _, data in _files():
        if data.lstrip().startswith(signatures) and len(data) <= _LARGEST:
            yield data


def _archives() -> Iterator[bytes]:
    yield from _starting(b"PK")


def _hdf5() -> Iterator[bytes]:
    yield from _starting(b"\x89HDF")
    yield from (data for _, data in _files() if b"\x89HDF" in data[512:1024])
    yield from _members(".h5")


def _members(suffix: str) -> Iterator[bytes]:
    for data in _archives():
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (
                    archive.read(name) for name in archive.namelist() if name.endswith(suffix)
                )
        except UNREADABLE:  # some are meant to be bad
            continue


def _json() -> Iterator[bytes]:
    yield from _starting(b"{", b"[", b'"', b"\xef\xbb\xbf", b"\xff\xfe")
    yield from (data for data in _members(".json") if len(data) <= _LARGEST)
    for data in _hdf5():
        start = data.find(b'{"class_name"')
        if start >= 0:
            yield data[start:].partition(b"\0")[0]


def _npz() -> Iterator[bytes]:
    yield from _members(".npz")
    float_header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    object_header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    record = "{'descr': [('a', '<f4'), ('b', '|b1')], 'fortran_order': True, 'shape': (), }"
    floats = npz.array(float_header, bytes(24))
    yield npz.archive({"a": floats, "b/0": npz.array(record, bytes(5))})
    yield npz.archive({"a": npz.array(object_header, b"\x80\x04N.")})


def _yaml() -> Iterator[bytes]:
    yield from (data for name, data in _files() if name.endswith((".yaml", ".yml")))
    yield b"class_name: Sequential\nconfig:\n- &a {class_name: Dense, config: {units: 3}}\n- *a\n"
    yield b'config: {layers: [{class_name: Lambda, config: {function: !!python/tuple ["x", ~]}}]}\n'


def _cards() -> Iterator[bytes]:
    for path in card_paths(builtin_directory()):
        if path.stat().st_size <= _CARDS:
            yield path.read_bytes()


def _code() -> Iterator[bytes]:
    """Return the code objects in the samples, and some that this interpreter compiles."""
    for document in _json():
        try:
            value = json.loads(document)
        except (ValueError, RecursionError):
            continue
        yield from _codes_in(value)
    for text in _SOURCES:
        yield marshal.dumps(compile(text, "<lambda>", "exec"))


def _codes_in(value: Any) -> Iterator[bytes]:
    stack = [value]
    while stack:
        inside = stack.pop()
        if isinstance(inside, (dict, list)):
            stack += inside.values() if isinstance(inside, dict) else inside
        elif isinstance(inside, str) and len(inside) > 60:
            try:
                data = base64.b64decode(inside.encode(), validate=False)
            except (binascii.Error, ValueError):
                continue
            if data[:1] in (b"\xe3", b"c"):
                yield data


_SOURCES = (
    "f = lambda x, *a, k=3, **b: x * 2",
    "def f(x):\n    def g(y, z=(1, 2.5, 3j, b'a', None, ..., frozenset({1}))):\n"
    "        return [x + y + i for i in z]\n    return g",
    "import math as m\nfrom math import sin\nclass A:\n    'x'\n    def f(self): return m.pi\n",
    "x = 123456789012345678901234567890\ny = 'é'\nasync def f():\n    async with y as z: pass\n",
    "try:\n    open\nexcept* ValueError as e:\n    raise\nfinally:\n    del x\n",
)


def _folders() -> Iterator[bytes]:
    """Return the model folders of the samples, each packed into an archive."""
    for path in sorted(SAMPLES.rglob("*")):
        if not path.is_dir() or "make" in path.relative_to(SAMPLES).parts:
            continue
        names = {entry.name for entry in path.iterdir()}
        if names & {"saved_model.pb", "keras_metadata.pb", "config.json"}:
            files = sorted(each for each in path.rglob("*") if each.is_file())
            if sum(each.stat().st_size for each in files) <= 2 * _PROTOBUF:
                yield packed(
                    [Part(str(each.relative_to(path)), each.read_bytes()) for each in files]
                )


def _all_files() -> Iterator[bytes]:
    for kind in ("zip", "hdf5", "json", "yaml"):
        yield from seeds(kind)
    yield from (data for _, data in _files() if len(data) <= _LARGEST)


_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "json": _json,
    "hdf5": _hdf5,
    "zip": _archives,
    "npz": _npz,
    "yaml": _yaml,
    "card": _cards,
    "code": _code,
    "folder": _folders,
    "file": _all_files,
}
