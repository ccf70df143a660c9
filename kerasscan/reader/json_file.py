"""JSON files: architectures (``to_json``), TensorFlow.js models, or something else."""

from __future__ import annotations

from typing import Any

from kerasscan.model.address import Address
from kerasscan.model.json_value import JsonValue, counted, get_dict, get_list, get_str
from kerasscan.model.saved import Container, Document, Problem, ProblemKind, Purpose
from kerasscan.model.tensors import Tensor
from kerasscan.reader.contents import Claims, Contents
from kerasscan.reader.json_text import parse_json
from kerasscan.reader.limits import Limits

_ENCODINGS = 3
"""How many times a JSON text may be wrapped in a JSON string: real files are once or twice."""

_SIZES = {"float32": 4, "int32": 4, "bool": 1, "uint8": 1, "uint16": 2, "float16": 2, "int8": 1}


def read_json_file(data: bytes, limits: Limits) -> Contents:
    """Read a JSON file.

    Args:
        data: The file; at most ``limits.json_bytes`` + 1 bytes of it are needed.
        limits: Budgets of JSON.
    """
    value, problems = parse_json(data, limits, Address())
    for _ in range(_ENCODINGS):
        if not isinstance(value, str):
            break
        inner, more = parse_json(value, limits, Address())
        if inner is None and "class_name" not in value:
            break  # a text of its own, and no model
        value = inner
        problems += more
    if value is None and b'"class_name"' in data:
        return Contents(Container.JSON, problems=tuple(problems))  # a model that cannot be read
    return _understand(value, problems)


def _understand(value: JsonValue, problems: list[Problem]) -> Contents:
    found = tuple(problems)
    if not isinstance(value, dict):
        detail = "it cannot be read as JSON" if value is None else "JSON without a model in it"
        return Contents(Container.UNKNOWN, problems=found, detail=detail)
    if _is_architecture(value):
        claims = Claims(get_str(value, "keras_version"), get_str(value, "backend"))
        document = Document("", Purpose.MODEL, value)
        return Contents(Container.JSON, documents=(document,), problems=found, claims=claims)
    if "modelTopology" in value or value.get("format") in ("graph-model", "layers-model"):
        return _tfjs(value, found)
    if "weight_map" in value and "metadata" in value:
        return _sharded(value, found)
    detail = "a JSON object without the class_name of a model"
    return Contents(Container.UNKNOWN, problems=found, detail=detail)


def _is_architecture(value: dict[str, Any]) -> bool:
    """Whether an object is a model's architecture, of Keras 1 and later or of 0.x."""
    if isinstance(value.get("class_name"), str) and "config" in value:
        return True
    has_layers = bool(get_list(value, "layers") or get_dict(value, "nodes"))
    return value.get("name") in ("Sequential", "Graph") and has_layers


def _tfjs(value: dict[str, Any], problems: tuple[Problem, ...]) -> Contents:
    """Read a TensorFlow.js ``model.json`` (tfjs-core/src/io/types.ts, ModelJSON)."""
    topology = value.get("modelTopology")
    tensors = tuple(_manifest(value.get("weightsManifest")))
    if not isinstance(topology, dict):
        missing = Problem(ProblemKind.MISSING_PART, "modelTopology, which describes the model")
        return Contents(Container.TFJS, tensors=tensors, problems=(*problems, missing))
    producer = get_str(value, "generatedBy") or get_str(value, "convertedBy")
    if value.get("format") == "graph-model" or "node" in topology:
        detail = f"a TensorFlow graph of {counted(len(get_list(topology, 'node')), 'operation')}"
        return Contents(Container.TFJS_GRAPH, problems=problems, detail=detail)
    model, pointer = topology, "/modelTopology"
    if isinstance(topology.get("model_config"), dict):
        model, pointer = topology["model_config"], "/modelTopology/model_config"
    documents = [Document("", Purpose.MODEL, model, pointer=pointer)]
    beside = [] if model is topology else [(topology, "/modelTopology")]
    for place, at in (*beside, (value, "")):
        for key in ("training_config", "trainingConfig"):
            if isinstance(place.get(key), dict):
                found = Document("", Purpose.TRAINING, place[key], pointer=f"{at}/{key}")
                documents.append(found)
    claims = Claims(
        get_str(topology, "keras_version"), get_str(topology, "backend"), producer=producer
    )
    return Contents(
        Container.TFJS,
        documents=tuple(documents),
        tensors=tensors,
        problems=problems,
        claims=claims,
    )


def _manifest(value: JsonValue) -> list[Tensor]:
    """Return the tensors of a ``weightsManifest``."""
    found = []
    for position, group in enumerate(value if isinstance(value, list) else ()):
        weights = get_list(group, "weights") if isinstance(group, dict) else []
        for index, weight in enumerate(weights):
            stored = _weight(weight, Address().down("weightsManifest", position, "weights", index))
            if stored is not None:
                found.append(stored)
    return found


def _weight(weight: object, address: Address) -> Tensor | None:
    if not isinstance(weight, dict):
        return None
    name, dtype, shape = get_str(weight, "name"), get_str(weight, "dtype"), weight.get("shape")
    if name is None or dtype is None or not isinstance(shape, list):
        return None
    if not all(isinstance(axis, int) for axis in shape):
        return None
    return Tensor(name, tuple(shape), dtype, address, _SIZES.get(dtype, 0), name)


def _sharded(value: dict[str, Any], problems: tuple[Problem, ...]) -> Contents:
    """Read the index of weights saved in shards (keras/src/saving/saving_lib.py, 3.10+)."""
    shards: set[str] = set()
    for files in get_dict(value, "weight_map").values():
        listed = files if isinstance(files, list) else [files]
        shards.update(name for name in listed if isinstance(name, str))
    detail = f"its weights are in {counted(len(shards), 'shard')} beside it"
    return Contents(
        Container.H5_WEIGHTS,
        documents=(Document("", Purpose.OTHER, value),),
        problems=problems,
        detail=detail,
        marks=frozenset({"path-layout", "sharded"}),
    )
