"""The known families: ``rules/backbones.toml``, and the labels of their layers.

Parsing the TOML costs more than a small scan, so ``backbones.json`` holds the same entries, written
by ``python -m kerasscan.contract.compile``. In a source checkout a digest tells whether the two
agree; when they do not, the TOML is read, so that whoever edits it sees the edit.

``signatures.json`` holds the labels of all layers of all variants, as real releases built them; it
is written by ``python -m tests.oracle.backbones.run signatures``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kerasscan.contract.backbone_labels import SIZE
from kerasscan.model.backbone import Family, Inside, Preparation

COMPILED: Final = Path(__file__).with_name("backbones.json")
SIGNATURES: Final = Path(__file__).with_name("signatures.json")

_PACKAGE: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Group:
    """Variants that have a layer in common.

    Attributes:
        families: Their families: one, except near the stem.
        variants: Those that have the layer.
    """

    families: frozenset[str]
    variants: frozenset[str]


def backbones_file() -> Path:
    """Return the entries as they are written: in the wheel, or in a source checkout."""
    shipped = _PACKAGE / "rules"
    return (shipped if shipped.is_dir() else _PACKAGE.parent / "rules") / "backbones.toml"


@cache
def families() -> tuple[Family, ...]:
    """Return all known entries, sorted by name."""
    return compiled_families(COMPILED, backbones_file()) or written_families(backbones_file())


def written_families(path: Path) -> tuple[Family, ...]:
    """Return the entries of a TOML file.

    Raises:
        tomllib.TOMLDecodeError: It is no TOML.
        KeyError: An entry lacks what the schema requires.
    """
    import tomllib

    return _made(tomllib.loads(path.read_text(encoding="utf-8"))["backbone"])


def compiled_families(compiled: Path, written: Path) -> tuple[Family, ...] | None:
    """Return the entries of a compiled file, or None when it is absent or the TOML differs."""
    import json

    if not compiled.is_file():
        return None
    content: dict[str, Any] = json.loads(compiled.read_bytes())
    is_shipped = written.is_relative_to(_PACKAGE)
    if not is_shipped and content["digest"] != digest(written):
        return None
    return _made(content["backbone"])


def digest(written: Path) -> str:
    """Return a digest of the TOML's text, whatever its line ends."""
    import hashlib

    return hashlib.sha256(written.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


@dataclass(frozen=True, slots=True)
class Signatures:
    """What is known of the layers of all variants.

    Attributes:
        groups: For each label the variants that have a layer with it.
        names: For each family the names that Keras gives to some of its first layers.
    """

    groups: Mapping[bytes, Group]
    names: Mapping[str, frozenset[str]]


@cache
def signatures() -> Signatures:
    """Return what is known of the layers of all variants."""
    import base64
    import json

    content = json.loads(SIGNATURES.read_bytes())
    groups: dict[bytes, Group] = {}
    for entry in content["group"]:
        group = Group(frozenset(entry["families"]), frozenset(entry["variants"]))
        labels = base64.b64decode(entry["labels"])
        for start in range(0, len(labels), SIZE):
            groups[labels[start : start + SIZE]] = group
    names = {family: frozenset(found) for family, found in content["names"].items()}
    return Signatures(groups, names)


def _made(entries: Iterable[Mapping[str, Any]]) -> tuple[Family, ...]:
    return tuple(_family(entry) for entry in entries)


def _family(entry: Mapping[str, Any]) -> Family:
    return Family(
        name=entry["name"],
        function_module=entry["function_module"],
        preparation=Preparation(entry["preparation"]),
        includes=entry["includes"],
        low=float(entry["low"]),
        high=float(entry["high"]),
        channels=entry.get("channels", "RGB"),
        releases=tuple(entry["releases"]),
        sources=tuple(entry["sources"]),
        checked=tuple(entry["checked"]),
        variants=tuple(entry.get("variants", ())),
        inside=tuple(_inside(layer) for layer in entry.get("inside", ())),
    )


def _inside(layer: Mapping[str, Any]) -> Inside:
    return Inside(
        class_name=layer["class"],
        scale=layer.get("scale"),
        offset=layer.get("offset"),
        mean=layer.get("mean"),
        optional=layer.get("optional", False),
    )
