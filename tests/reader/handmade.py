"""Small models written by hand as JSON values, and archives around them."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from kerasscan.model.objects import SavedObject
from kerasscan.model.saved import DuplicateKeys, ProblemKind, Saved
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.reading import read

Value: TypeAlias = dict[str, Any]


def layer(class_name: str, name: str, /, **config: Any) -> Value:
    """Return a layer as Keras 3 writes it."""
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, **config},
        "registered_name": None,
    }


def custom(class_name: str, /, **config: Any) -> Value:
    """Return an object of a class that no Keras ships."""
    return {"class_name": class_name, "config": config}


def sequential(name: str, *layers: Value) -> Value:
    """Return a Sequential model."""
    return {"class_name": "Sequential", "config": {"name": name, "layers": list(layers)}}


def called(made: Value, *nodes: Any) -> Value:
    """Return a layer of a Functional model in the list form, with its calls."""
    return {**made, "name": made["config"]["name"], "inbound_nodes": list(nodes)}


def node(*ends: tuple[str, int, int]) -> list[Any]:
    """Return a call in the list form on some tensors."""
    return [[name, call, output, {}] for name, call, output in ends]


def functional(name: str, layers: Iterable[Value], inputs: Any, outputs: Any) -> Value:
    """Return a Functional model."""
    config = {"name": name, "layers": list(layers)}
    config |= {"input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": config}


def read_text(folder: Path, text: str | bytes, limits: Limits = DEFAULT_LIMITS) -> Saved:
    """Read a JSON file with this text."""
    path = folder / "model.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, limits)


def read_json(folder: Path, value: Any, limits: Limits = DEFAULT_LIMITS) -> Saved:
    """Read a JSON file with this value."""
    return read_text(folder, json.dumps(value), limits)


def only(saved: Saved, class_name: str) -> SavedObject:
    """Return the only object of a class."""
    (found,) = [each for each in saved.objects if each.class_name == class_name]
    return found


def kinds(saved: Saved) -> list[ProblemKind]:
    """Return the kinds of a file's problems."""
    return [problem.kind for problem in saved.problems]


def resolve(value: Any, pointer: str) -> list[Any]:
    """Return every value at a JSON pointer; a repeated key leads to more than one."""
    found = [value]
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        found = [child for parent in found for child in _children(parent, key)]
    return found


def _children(parent: Any, key: str) -> list[Any]:
    if isinstance(parent, list):
        return [parent[int(key)]] if int(key) < len(parent) else []
    lost = parent.shadowed if isinstance(parent, DuplicateKeys) else ()
    return [parent[key], *(value for name, value in lost if name == key)]


CONFIG = json.dumps(sequential("model", layer("Dense", "dense")))
METADATA = json.dumps({"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"})


def keras_zip(
    changes: Mapping[str, bytes | str] | None = None, *, compress: bool = False
) -> bytearray:
    """Return a ``.keras`` archive; members are added to, or put in place of, the usual ones."""
    members = {"config.json": CONFIG, "metadata.json": METADATA} | dict(changes or {})
    stream = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return bytearray(stream.getvalue())


def read_bytes(
    folder: Path, data: bytes | bytearray, name: str = "m.keras", limits: Limits = DEFAULT_LIMITS
) -> Saved:
    """Read a file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return read(path, limits)


def npy(header: str, data: bytes = b"") -> bytes:
    """Return an array file of version 1 with this header."""
    text = header.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data
