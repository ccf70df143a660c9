"""One SavedModel directory to `Contents`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kerasscan.model.saved import Container, Document, ProblemKind, Signature
from kerasscan.model.tensors import Tensor
from kerasscan.reader.contents import Contents
from kerasscan.reader.limits import Limits
from kerasscan.reader.savedmodel.directory import ModelDirectory
from kerasscan.reader.savedmodel.documents import claims_of, documents_of
from kerasscan.reader.savedmodel.keras_nodes import (
    KerasNode,
    nodes_of_metadata,
    nodes_of_object_graph,
)
from kerasscan.reader.savedmodel.meta_graph import (
    MetaGraph,
    first_meta_graph,
    signature_inputs,
    tensorflow_version,
)
from kerasscan.reader.savedmodel.weights import INDEX, stored_tensors
from kerasscan.reader.tensor_index import CompressedTable
from kerasscan.reader.wire import BadWire, Message, WireLimit

GRAPH = "saved_model.pb"
METADATA = "keras_metadata.pb"
FINGERPRINT = "fingerprint.pb"

_OTHER_FORMS = ("saved_model.pbtxt", "saved_model.cpb")
"""Text, and split in chunks above 2 GB (tensorflow/python/saved_model/constants.py)."""

_FIELDS_PER_NODE = 16

MARK_METADATA_FILE = "keras-metadata-file"
MARK_METADATA_IN_GRAPH = "keras-metadata-in-graph"
MARK_FINGERPRINT = "savedmodel-fingerprint"


def read_savedmodel(directory: Path, limits: Limits) -> Contents:
    """Read what a SavedModel says of itself; what cannot be read is among the problems."""
    place = ModelDirectory(directory, limits, (GRAPH, METADATA, INDEX))
    members = place.members()
    if not members and any(found.kind is ProblemKind.UNREADABLE_FILE for found in place.problems):
        return Contents(Container.SAVEDMODEL, problems=tuple(place.problems))
    graph = _graph(place)
    producer: str | None = None
    signatures: list[Signature] = []
    if graph is not None:
        with _telling(place, GRAPH):
            version = tensorflow_version(graph)
            producer = f"TensorFlow {version}" if version else None
            for signature in signature_inputs(graph):
                signatures.append(signature)
    documents, marks = _documents(place, graph)
    return Contents(
        container=Container.SAVEDMODEL,
        documents=tuple(documents),
        tensors=tuple(_tensors(place, graph)),
        members=members,
        claims=claims_of(documents, producer),
        signatures=tuple(signatures),
        marks=marks,
        problems=tuple(place.problems),
    )


def _graph(place: ModelDirectory) -> MetaGraph | None:
    data = place.load(GRAPH)
    if data is None:
        _tell_of_missing_graph(place)
        return None
    with _telling(place, GRAPH):
        return first_meta_graph(_message(data, place.limits))
    return None


def _tell_of_missing_graph(place: ModelDirectory) -> None:
    if not place.lacks(GRAPH):
        return
    other = next((name for name in _OTHER_FORMS if place.find(name)), None)
    if other is None:
        place.tell(ProblemKind.MISSING_PART, f"{GRAPH}, which holds the functions")
    else:
        detail = f"{GRAPH}, in whose place {other} is not read"
        place.tell(ProblemKind.MISSING_PART, detail, other, incomplete=True)


def _documents(
    place: ModelDirectory, graph: MetaGraph | None
) -> tuple[list[Document], frozenset[str]]:
    """Return the Keras objects' documents, and the marks of the layout."""
    marks = {MARK_FINGERPRINT} if place.find(FINGERPRINT) else set()
    nodes: list[KerasNode] = []
    member = METADATA
    if place.lacks(METADATA):
        member = GRAPH
        nodes = _nodes_in_graph(place, graph)
        marks |= {MARK_METADATA_IN_GRAPH} if nodes else set()
    else:
        marks.add(MARK_METADATA_FILE)
        nodes = _nodes_in_metadata(place)
    documents, problems = documents_of(nodes, member, place.limits)
    place.problems += problems
    return documents, frozenset(marks)


def _nodes_in_metadata(place: ModelDirectory) -> list[KerasNode]:
    data = place.load(METADATA)
    nodes: list[KerasNode] = []
    if data is None:
        return nodes
    with _telling(place, METADATA):
        for node in nodes_of_metadata(_message(data, place.limits), place.limits):
            nodes.append(node)
        if not nodes:
            detail = f"the Keras objects: {METADATA} names none"
            place.tell(ProblemKind.MISSING_METADATA, detail, METADATA)
    return nodes


def _nodes_in_graph(place: ModelDirectory, graph: MetaGraph | None) -> list[KerasNode]:
    nodes: list[KerasNode] = []
    if graph is None:
        return nodes
    with _telling(place, GRAPH):
        nodes = nodes_of_object_graph(graph.objects, place.limits)
        if not any(node.metadata for node in nodes):
            place.tell(ProblemKind.MISSING_METADATA, _no_metadata(len(nodes)))
    return [node for node in nodes if node.metadata]


def _no_metadata(objects: int) -> str:
    found = f"{objects:,} Keras objects without metadata" if objects else "no Keras objects"
    return (
        f"{METADATA}, and {GRAPH} has {found}: a tf.saved_model.save or model.export "
        "without Keras metadata"
    )


def _tensors(place: ModelDirectory, graph: MetaGraph | None) -> list[Tensor]:
    if place.lacks(INDEX) and (graph is None or graph.has_variables):
        place.tell(ProblemKind.MISSING_PART, f"{INDEX}, which lists the weights")
    with _telling(place, INDEX):
        return stored_tensors(place)
    return []


def _message(data: memoryview, limits: Limits) -> Message:
    return Message.of_file(data, limits.protobuf_nodes * _FIELDS_PER_NODE)


@contextmanager
def _telling(place: ModelDirectory, member: str) -> Iterator[None]:
    """Turn what stops the reading of one file into a problem; what was read before stays."""
    try:
        yield
    except BadWire as error:
        place.tell(ProblemKind.DAMAGED_PROTOBUF, str(error), member, incomplete=True)
    except WireLimit as error:
        place.tell(ProblemKind.LIMIT_EXCEEDED, str(error), member, incomplete=True)
    except CompressedTable as error:
        place.tell(ProblemKind.UNREADABLE_FILE, str(error), member, incomplete=True)
