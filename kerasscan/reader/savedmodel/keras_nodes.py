"""The Keras objects of a SavedModel: their places in the object graph, and their JSON.

Since TensorFlow 2.5 they are in ``keras_metadata.pb`` (keras/protobuf/saved_metadata.proto,
``SavedMetadata`` {1: nodes}, ``SavedObject`` {2: node_id, 3: node_path, 5: metadata}). Before,
the metadata stood in the object graph of ``saved_model.pb``
(tensorflow/core/protobuf/saved_object_graph.proto, ``SavedObjectGraph`` {1: nodes},
``SavedObject`` {1: children {1: node_id, 2: local_name}, 4: user_object {1: identifier,
3: metadata}}).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerasscan.reader.limits import Limits
from kerasscan.reader.wire import Message, WireLimit, readable

ROOT_PATH = "root"
_KERAS_PREFIX = "_tf_keras_"
_PATH_DEPTH = 64


@dataclass(frozen=True)
class KerasNode:
    """One Keras object.

    Attributes:
        path: Attribute names from the root down, ``root.layer_with_weights-0``.
        metadata: Its JSON text; None where the file has none.
    """

    path: str
    metadata: Message | None

    @property
    def is_root(self) -> bool:
        """Whether it is the saved model itself."""
        return self.path == ROOT_PATH


@dataclass
class _Object:
    """A node of the object graph while its path is unknown."""

    children: tuple[tuple[int, str], ...]
    identifier: str = ""
    metadata: Message | None = None


def nodes_of_metadata(file: Message, limits: Limits) -> Iterator[KerasNode]:
    """Yield the nodes of ``keras_metadata.pb``, those before a damage included.

    Raises:
        BadWire: When the file is damaged.
        WireLimit: When a budget is spent.
    """
    for index, node in enumerate(file.messages(1)):
        _check_count(index, limits)
        path = node.last(3)
        if path is None or path.size > limits.name_bytes:
            yield KerasNode(_stand_in(node.integer(2)), node.last(5))
        else:
            yield KerasNode(readable(path.tobytes()), node.last(5))


def nodes_of_object_graph(graphs: tuple[Message, ...], limits: Limits) -> list[KerasNode]:
    """Return the Keras objects of ``saved_model.pb``, in the order of their numbers.

    Raises:
        BadWire: When the file is damaged.
        WireLimit: When a budget is spent.
    """
    objects: list[_Object] = []
    for graph in graphs:
        for node in graph.messages(1):
            _check_count(len(objects), limits)
            objects.append(_object(node))
    if not any(found.identifier.startswith(_KERAS_PREFIX) for found in objects):
        return []
    parents = _parents(objects)
    return [
        KerasNode(_path(number, parents, limits), found.metadata)
        for number, found in enumerate(objects)
        if found.identifier.startswith(_KERAS_PREFIX)
    ]


def _check_count(count: int, limits: Limits) -> None:
    if count >= limits.protobuf_nodes:
        raise WireLimit(f"more than {limits.protobuf_nodes:,} nodes")


def _object(node: Message) -> _Object:
    children = []
    found = _Object(())
    for number, _, value in node.fields():
        if not isinstance(value, Message):
            continue
        if number == 1:
            children.append((value.integer(1), value.text(2)))
        elif number == 4:
            found.identifier = value.text(1) or found.identifier
            metadata = value.last(3)
            found.metadata = metadata if metadata and metadata.size else found.metadata
    found.children = tuple(children)
    return found


def _parents(objects: list[_Object]) -> dict[int, tuple[int, str]]:
    """Return for each object the parent and attribute by which it was first reached.

    The order is that of Keras' loader: the last child found is entered first
    (keras/saving/saved_model/load.py, ``_generate_object_paths``).
    """
    parents: dict[int, tuple[int, str]] = {}
    waiting = [0]
    while waiting:
        current = waiting.pop()
        for child, name in objects[current].children:
            if 0 < child < len(objects) and child not in parents:
                parents[child] = (current, name)
                waiting.append(child)
    return parents


def _path(number: int, parents: dict[int, tuple[int, str]], limits: Limits) -> str:
    """Return a path, or a stand-in for an object that is out of reach or absurdly deep."""
    names: list[str] = []
    length = 0
    at = number
    while at and at in parents and len(names) < _PATH_DEPTH and length < limits.name_bytes:
        at, name = parents[at]
        names.append(name)
        length += len(name)
    if at or length >= limits.name_bytes:
        return _stand_in(number)
    return ".".join([ROOT_PATH, *reversed(names)])


def _stand_in(number: int) -> str:
    return f"node-{number}"
