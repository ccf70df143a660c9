"""The custom objects that a file needs, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kerasscan.custom.needs import NOWHERE
from kerasscan.custom.standing import Standing, Verdict, verdicts
from kerasscan.custom.ways import IMPORTING, is_imported, otherwise
from kerasscan.model.saved import Saved
from kerasscan.model.visible import visible
from kerasscan.report.columns import aligned

_PLACES = 3


def custom_json(saved: Saved, seen: Verdict) -> dict[str, Any]:
    """Return one need as JSON."""
    need, provider = seen.need, seen.provider
    return {
        "name": need.name,
        "key": need.key,
        "role": need.found.role.value,
        "layer": need.found.address.layer,
        "member": need.found.address.member,
        "pointer": need.found.address.pointer,
        "is_function": need.is_function,
        "lookup": need.lookup.value,
        "module": need.found.module,
        "imported_by": list(IMPORTING) if is_imported(saved, seen) else [],
        "provider": provider.package if provider and seen.standing is Standing.PROVIDED else None,
        "standing": seen.standing.value,
        "only_for_training": need.is_training,
    }


def custom_lines(saved: Saved) -> list[str]:
    """Return the needs as a table, each class and function once; nothing where there are none."""
    found: dict[tuple[str, str, str], list[Verdict]] = {}
    for seen in verdicts(saved):
        row = (seen.need.key, seen.need.found.role.value, otherwise(saved, seen))
        found.setdefault(row, []).append(seen)
    if not found:
        return []
    rows = [["", "register or pass", "role", "in", "comes from", "or else"]]
    for (key, role, way), those in found.items():
        origin = visible(_origin(those[0]))
        rows.append(["", visible(key), role, visible(_places(those)), origin, visible(way)])
    return ["", "Custom objects:", *aligned(rows)]


def _places(those: list[Verdict]) -> str:
    layers = Counter(seen.need.found.address.layer or "the model" for seen in those)
    shown = ", ".join(list(layers)[:_PLACES])
    return f"{shown} and {len(layers) - _PLACES} more" if len(layers) > _PLACES else shown


def _origin(seen: Verdict) -> str:
    if seen.standing is Standing.PROVIDED and seen.provider is not None:
        return seen.provider.package
    if seen.provider is not None:
        return f"{seen.provider.package}?"
    module = seen.need.found.module
    return module if module and module not in NOWHERE else "?"
