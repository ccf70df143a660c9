"""The known families: ``rules/backbones.toml``, and the labels of their layers.

``backbones.json`` holds the same entries, written by ``python -m kerasscan.contract.compile``.

``signatures.json`` holds the labels of all layers of all variants, as real releases built them; it
is written by ``python -m tests.oracle.backbones.run signatures``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kerasscan.catalog.compiled import compiled_entries, rules_file, written_entries
from kerasscan.contract.backbone_labels import SIZE
from kerasscan.model.backbone import Family, Inside, Preparation

COMPILED: Final = Path(__file__).with_name("backbones.json")
KEY: Final = "backbone"
SIGNATURES: Final = Path(__file__).with_name("signatures.json")


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
    return rules_file("backbones.toml")


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
    return _made(written_entries(path, KEY))


def compiled_families(compiled: Path, written: Path) -> tuple[Family, ...] | None:
    """Return the entries of a compiled file, or None when it is absent or the TOML differs."""
    entries = compiled_entries(compiled, written, KEY)
    return None if entries is None else _made(entries)


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
