"""The walk that finds every saved object of a document, schema-free and complete.

Any JSON object with a ``class_name`` is a saved object, wherever it stands: Keras resolves
such objects at any depth (keras/src/saving/serialization_lib.py,
``deserialize_keras_object``), so nothing may hide behind a key that is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kerasscan.model.address import Address
from kerasscan.model.json_value import json_kind
from kerasscan.model.objects import LAYER_LIKE, Form, Role, SavedObject
from kerasscan.model.saved import Document, DuplicateKeys, Problem, ProblemKind, Purpose
from kerasscan.reader.limits import Limits
from kerasscan.reader.roles import LAMBDA_SLOTS, NAMED_ROLES, role_of, slot_role


@dataclass(frozen=True)
class _Step:
    """A value still to be looked at, and what is known from above it."""

    value: Any
    address: Address
    slot: Role | None = None
    depth: int = 0
    old_style: bool = False
    owner: Role | None = None


_WRAPPED = (Role.LOSS, Role.METRIC)
"""Objects whose ``fn`` is a function of the same role (LossFunctionWrapper, MeanMetricWrapper)."""


_OLD_WIRING = ("input_config", "node_config", "output_config")
"""Lists of a Keras 0.x Graph whose ``name`` is that of a node, not a class (keras/models.py)."""


@dataclass
class _Found:
    objects: list[SavedObject]
    problems: list[Problem]


def walk(
    document: Document, index: int, limits: Limits, budget: int
) -> tuple[list[SavedObject], list[Problem]]:
    """Find the saved objects of one document, in the order of the text.

    Args:
        document: The document.
        index: Its index in `Saved.documents`.
        limits: For the message when the budget is spent.
        budget: How many objects may still be collected for the file.

    Returns:
        The objects, and problems: repeated keys, odd objects, the budget exceeded.
    """
    found = _Found([], [])
    start = Address(document.member, document.pointer, document.layer)
    first = _Step(document.value, start, old_style=_is_old_style(document.value))
    stack = [iter([first])]  # of iterators: only the places on the way down are held
    written = 0
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            continue
        written += len(step.address.pointer) + len(step.address.layer)
        stack.append(_look(step, document, index, found))
        if len(found.objects) > budget:
            excess = f"more than {limits.objects:,} saved objects"
        elif written > limits.inflated_bytes:
            excess = f"names so long that their places take over {limits.inflated_bytes:,} bytes"
        else:
            continue
        at = Address(document.member)
        found.problems.append(Problem(ProblemKind.LIMIT_EXCEEDED, excess, at, incomplete=True))
        break
    return found.objects[: max(0, budget)], found.problems


def _is_old_style(value: Any) -> bool:
    """Whether a document is Keras 0.x JSON, where ``name`` is the class (keras/models.py)."""
    if not isinstance(value, dict) or "class_name" in value:
        return False
    layers = value.get("layers", value.get("nodes"))
    return value.get("name") in ("Sequential", "Graph", "Model") and bool(layers)


def _may_matter(value: Any, slot: Role | None) -> bool:
    """Whether a value can be or hold an object: most values are numbers, and skipped fast."""
    if isinstance(value, (dict, list)):
        return bool(value)
    return isinstance(value, str) and slot in NAMED_ROLES


def _step(step: _Step, value: Any, token: str | int, slot: Role | None) -> _Step:
    """Return the step down to a value (`replace` would take most of a large file's time)."""
    address = step.address.down(token)
    return _Step(value, address, slot, step.depth, step.old_style, step.owner)


def _look(step: _Step, document: Document, index: int, found: _Found) -> Iterator[_Step]:
    """Record what a value is and return the values below it, each when it is asked for."""
    value = step.value
    if isinstance(value, list):
        return (
            _step(step, item, position, step.slot)
            for position, item in enumerate(value)
            if _may_matter(item, step.slot)
        )
    if isinstance(value, str):
        looked_up = step.depth > 0 or document.purpose is Purpose.TRAINING
        if value and looked_up and step.slot in NAMED_ROLES:
            found.objects.append(_named(step, value, index))
        return iter(())
    if not isinstance(value, dict):
        return iter(())
    class_name = value.get("class_name")
    if step.old_style and isinstance(value.get("name"), str):
        class_name = value["name"]
    if isinstance(class_name, str):
        saved = _object(step, value, class_name, document, index)
        found.objects.append(saved)
        inner = _inside(step, saved, index, found)
    else:
        if class_name is not None:
            found.problems.append(_odd_class_name(step, class_name))
        inner = step
    return _below(inner, value, found)


def _odd_class_name(step: _Step, class_name: object) -> Problem:
    detail = f"its class_name is {json_kind(class_name)}, not text"
    return Problem(ProblemKind.ODD_OBJECT, detail, step.address)


def _below(inner: _Step, value: dict[str, Any], found: _Found) -> Iterator[_Step]:
    """Yield a step for each value of a JSON object, those that lost to a repeated key last.

    Repeated keys are reported; the values that lost are walked because another reader may see
    them.
    """
    for key, child in value.items():
        step = _under(inner, key, child)
        if step is not None:
            yield step
    if not isinstance(value, DuplicateKeys):
        return
    for key in dict.fromkeys(key for key, _ in value.shadowed):
        detail = f"the key {key!r} is repeated in one object; Python keeps the last"
        at = inner.address.down(key)
        found.problems.append(Problem(ProblemKind.DUPLICATE_KEY, detail, at))
        yield replace(inner, value=None, address=at)  # counts the place, and holds nothing
    for key, lost in value.shadowed:
        step = _under(inner, key, lost)
        if step is not None:
            yield step


def _named(step: _Step, name: str, index: int) -> SavedObject:
    return SavedObject(
        role=step.slot or Role.OTHER,
        form=Form.NAME,
        class_name=name,
        name=None,
        module=None,
        registered_name=name if ">" in name else None,
        raw={},
        address=step.address,
        depth=step.depth,
        document=index,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _own_name(raw: dict[str, Any], old_style: bool) -> str | None:
    if old_style:
        return _text(raw.get("custom_name"))
    config = raw.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    return _text(raw.get("name")) or _text(inner)  # connections use the entry's own


def _registered_name(raw: dict[str, Any], shown: str) -> str | None:
    """Return the name ``package>Name`` that an object is looked up by, or the bare one.

    Keras 3 writes it for functions as the name, and ``"function"`` in its place.
    """
    stored = _text(raw.get("registered_name"))
    if ">" in shown and (stored is None or ">" not in stored):
        return shown
    return None if stored == "function" else stored


def _object(
    step: _Step, raw: dict[str, Any], class_name: str, document: Document, index: int
) -> SavedObject:
    at_root = step.address.pointer == document.pointer
    is_root = at_root and document.purpose is Purpose.MODEL
    slot = step.slot
    if at_root and document.purpose is Purpose.NODE:
        slot = Role.METRIC if ".keras_api.metrics" in document.member else Role.LAYER
    role = role_of(raw, class_name, slot, is_root=is_root)
    form, shown = Form.OBJECT, class_name
    if class_name == "function":
        form = Form.FUNCTION
        shown = _text(raw.get("config")) or _text(raw.get("registered_name")) or "function"
    name, address = _own_name(raw, step.old_style), step.address
    is_whole = at_root and role is Role.MODEL and document.purpose is not Purpose.NODE
    if role in LAYER_LIKE and not is_whole:
        below = name or class_name
        address = address.within(f"{address.layer}/{below}" if address.layer else below)
    return SavedObject(
        role=role,
        form=form,
        class_name=shown,
        name=name,
        module=_text(raw.get("module")),
        registered_name=_registered_name(raw, shown),
        raw=raw if not step.old_style else {"class_name": class_name, "config": raw},
        address=address,
        depth=step.depth,
        document=index,
    )


def _inside(step: _Step, saved: SavedObject, index: int, found: _Found) -> _Step:
    """Return the step into an object; the strings of a Lambda's slots are names too."""
    inner = _Step(None, saved.address, None, step.depth + 1, step.old_style, saved.role)
    if saved.class_name == "Lambda":
        _lambda_names(inner, saved, index, found)
    return inner


def _lambda_names(inner: _Step, saved: SavedObject, index: int, found: _Found) -> None:
    """Collect the functions that a Lambda refers to by their plain name."""
    for slot in LAMBDA_SLOTS:
        value = saved.config.get(slot)
        kind = saved.config.get(f"{slot}_type", "function")
        if isinstance(value, str) and value.isidentifier() and kind == "function":
            address = inner.address.down("config", slot)
            step = replace(inner, address=address, slot=Role.FUNCTION)
            found.objects.append(_named(step, value, index))


def _under(step: _Step, key: str, child: Any) -> _Step | None:
    """Return the step to one value of a JSON object, or None where it is and holds no object."""
    if not child or not isinstance(child, (dict, list, str)):
        return None
    if step.old_style and key in ("name", "custom_name"):
        return None
    slot = slot_role(key)
    if key == "fn" and step.owner in _WRAPPED:
        slot = step.owner
    elif key == "config" and step.owner is Role.MODEL and isinstance(child, list):
        slot = Role.LAYER  # Sequential of Keras <= 2.2.2: its configuration is the list
    elif step.old_style and key == "nodes":
        slot = Role.LAYER  # Graph of Keras 0.x: its layers by name
    if slot is None and (step.slot in _WRAPPED or step.old_style):
        slot = step.slot  # {"loss": {"output_1": ...}}, {"nodes": {"dense": ...}}
    if not _may_matter(child, slot):
        return None
    old_style = step.old_style and key not in _OLD_WIRING
    return _Step(child, step.address.down(key), slot, step.depth, old_style, step.owner)
