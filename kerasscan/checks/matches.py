"""The declarative rule: saved objects that satisfy a JSON Schema.

jsonschema is imported when the first object of a wanted class is met, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from kerasscan.checks.check import Check, Options
from kerasscan.model.finding import Case, Observation
from kerasscan.model.graph import LayerGraph
from kerasscan.model.objects import Role, SavedObject

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_SCHEMA = {"$ref": "https://json-schema.org/draft/2020-12/schema"}


def _matches(case: Case, options: Options) -> Iterator[Observation]:
    satisfies = _matcher()
    for saved in case.saved.objects:
        if not _is_wanted(saved, options):
            continue
        if "where" in options and not satisfies(options["where"], _instance(saved)):
            continue
        if _neighbours_match(case, saved, options, satisfies):
            yield Observation(saved.address, _facts(saved), saved.class_name)


def _is_wanted(saved: SavedObject, options: Options) -> bool:
    classes, roles = options.get("classes"), options.get("roles")
    if classes is not None and saved.class_name.rpartition(">")[2] not in classes:
        return False
    return roles is None or saved.role in roles


def _instance(saved: SavedObject) -> dict[str, Any]:
    """Return what a ``where`` schema is applied to: the object as stored, and its role."""
    return {"class_name": saved.class_name, "config": None, **saved.raw, "role": str(saved.role)}


def _matcher() -> Callable[[Any, Any], bool]:
    @cache
    def validator(key: int) -> Validator:
        from jsonschema import Draft202012Validator  # slow to import
        from jsonschema_specifications import REGISTRY  # so that no $ref is fetched

        return Draft202012Validator(schemas[key], registry=REGISTRY)

    schemas: dict[int, Any] = {}

    def satisfies(schema: Any, instance: Any) -> bool:
        schemas[id(schema)] = schema
        return validator(id(schema)).is_valid(instance)

    return satisfies


def _neighbours_match(
    case: Case, saved: SavedObject, options: Options, satisfies: Callable[[Any, Any], bool]
) -> bool:
    """Apply ``upstream`` and ``downstream``: some layer on that side satisfies the schema."""
    for side in ("upstream", "downstream"):
        if side in options:
            found = _neighbours(case.saved.graphs, saved, side)
            if not any(satisfies(options[side], _instance(near)) for near in found):
                return False
    return True


def _neighbours(
    graphs: Iterable[LayerGraph], saved: SavedObject, side: str
) -> Iterator[SavedObject]:
    for graph in graphs:
        for layer in graph.layers:
            if layer.saved is saved:
                reach = graph.upstream if side == "upstream" else graph.downstream
                yield from (near.saved for near in reach(layer.name))


class _Facts(dict[str, str]):
    """Facts that hold ``config.<key>`` for every key that a card asks for."""

    def __init__(self, fixed: Mapping[str, str], config: Mapping[str, Any]) -> None:
        super().__init__(fixed)
        self._config = config

    def __missing__(self, key: str) -> str:
        prefix, _, path = key.partition(".")
        if prefix != "config":
            raise KeyError(key)
        value: Any = self._config
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return str(value)


def _facts(saved: SavedObject) -> Mapping[str, str]:
    fixed = {
        "class_name": saved.class_name,
        "name": saved.name or saved.class_name,
        "role": str(saved.role),
        "layer": saved.address.layer or "the model",
        "module": saved.module or "",
    }
    return _Facts(fixed, saved.config)


OBJECT_MATCHES = Check(
    name="object-matches",
    summary="A saved object (layer, initializer, loss, ...) that satisfies a JSON Schema.",
    run=_matches,
    facts={
        "class_name": "its class",
        "name": "its own name, or else its class",
        "role": "what it is for: layer, loss, ...",
        "layer": "path of the layer that it is or belongs to, or 'the model'",
        "module": "the module that the file names, or nothing",
    },
    options_schema={
        "type": "object",
        "properties": {
            "classes": {
                "description": "Only objects of these classes (names without a package).",
                "type": "array",
                "minItems": 1,
                "items": {"type": "string"},
            },
            "roles": {
                "description": "Only objects in these roles.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(role) for role in Role]},
            },
            "where": {
                **_SCHEMA,
                "description": "A JSON Schema (draft 2020-12) that the object must satisfy: "
                "its dictionary as stored (class_name, config, module, ...) and its role.",
            },
            "upstream": {
                **_SCHEMA,
                "description": "A JSON Schema that some layer before it must satisfy.",
            },
            "downstream": {
                **_SCHEMA,
                "description": "A JSON Schema that some layer after it must satisfy.",
            },
        },
        "anyOf": [{"required": ["classes"]}, {"required": ["where"]}],
        "additionalProperties": False,
    },
    open_facts="config.",
)
