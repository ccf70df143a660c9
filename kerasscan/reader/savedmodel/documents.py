"""Keras objects of a SavedModel as JSON documents, and what they claim of their origin."""

from __future__ import annotations

from collections.abc import Iterable

from kerasscan.model.address import Address
from kerasscan.model.json_value import JsonValue, get_str
from kerasscan.model.saved import Document, Problem, ProblemKind, Purpose
from kerasscan.reader.contents import Claims
from kerasscan.reader.json_text import parse_json
from kerasscan.reader.limits import Limits
from kerasscan.reader.savedmodel.keras_nodes import KerasNode

_PARTS = {"training_config": Purpose.TRAINING, "model_config": Purpose.NODE}
"""``model_config`` is the model's class and configuration once more (tf.keras 2.2 and later)."""

_BACKEND = "tensorflow"


def documents_of(
    nodes: Iterable[KerasNode], member: str, limits: Limits
) -> tuple[list[Document], list[Problem]]:
    """Parse the metadata of Keras objects.

    The model itself comes first. Its ``training_config`` and ``model_config`` are taken out of
    it and become documents of their own.

    Args:
        nodes: The objects, in the file's order.
        member: The file that holds them.
        limits: Budgets; ``inflated_bytes`` counts the JSON of all objects together.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    spent = 0
    for node in sorted(nodes, key=lambda node: not node.is_root):
        place = f"{member}#{node.path}"
        spent += node.metadata.size if node.metadata else 0
        if spent > limits.inflated_bytes:
            detail = f"more than {limits.inflated_bytes:,} bytes of JSON in {member}"
            address = Address(member)
            problems.append(Problem(ProblemKind.LIMIT_EXCEEDED, detail, address, incomplete=True))
            break
        text = node.metadata.tobytes() if node.metadata else b""
        value, more = parse_json(text, limits, Address(place))
        problems += more
        if value is not None:
            documents += _split(value, place) if node.is_root else [_node(value, place)]
    return documents, problems


def claims_of(documents: Iterable[Document], producer: str | None) -> Claims:
    """Return what the model's metadata says of its origin, and TensorFlow's own version.

    Where the saved object is no Keras model but holds some, the first of them speaks.
    """
    version = backend = None
    for document in documents:
        if isinstance(document.value, dict):
            version = version or get_str(document.value, "keras_version")
            backend = backend or get_str(document.value, "backend")
    return Claims(version=version, backend=backend or _BACKEND, producer=producer)


def _node(value: JsonValue, place: str) -> Document:
    return Document(place, Purpose.NODE, value)


def _split(value: JsonValue, place: str) -> list[Document]:
    """Take what repeats the model, and what compiles it, out of the model's own metadata."""
    documents = [Document(place, Purpose.MODEL, value)]
    if isinstance(value, dict):
        for key, purpose in _PARTS.items():
            if value.get(key) is not None:
                documents.append(Document(place, purpose, value.pop(key), pointer=f"/{key}"))
    return documents
