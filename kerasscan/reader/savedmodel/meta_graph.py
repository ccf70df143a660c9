"""``saved_model.pb``: which TensorFlow wrote it, its signatures, and where its objects are.

Fields from tensorflow/core/protobuf/saved_model.proto (``SavedModel`` {2: meta_graphs}) and
meta_graph.proto (``MetaGraphDef`` {1: meta_info_def {5: tensorflow_version}, 2: graph_def,
3: saver_def, 5: signature_def, 7: object_graph_def}, ``SignatureDef`` {1: inputs},
``TensorInfo`` {2: dtype, 3: tensor_shape}). Keras reads the first MetaGraph only
(keras/saving/saved_model/load.py), and so does this. Its graph is skipped unread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerasscan.model.saved import Signature
from kerasscan.reader.tensor_index import declared_shape, element_type
from kerasscan.reader.wire import BadWire, Message

_INITIALIZER = "__saved_model_init_op"


@dataclass(frozen=True)
class MetaGraph:
    """The parts of a MetaGraph that matter here.

    Attributes:
        info: Who wrote it.
        signatures: Map entries from a function's name to its signature.
        objects: The object graph (TensorFlow 2); protobuf reads several as one.
        has_saver: Whether TensorFlow 1 saved variables with it.
    """

    info: tuple[Message, ...] = ()
    signatures: tuple[Message, ...] = ()
    objects: tuple[Message, ...] = ()
    has_saver: bool = False

    @property
    def has_variables(self) -> bool:
        """Whether a checkpoint belongs to it; every model of TensorFlow 2 has one."""
        return bool(self.objects) or self.has_saver


def first_meta_graph(file: Message) -> MetaGraph:
    """Return the MetaGraph that loaders read.

    Raises:
        BadWire: When the file is damaged, or holds none.
        WireLimit: When the file's budget of fields is spent.
    """
    first = next(file.messages(2), None)
    if first is None:
        raise BadWire(0, "there is no MetaGraph")
    parts: dict[int, list[Message]] = {1: [], 3: [], 5: [], 7: []}
    for number, _, value in first.fields():
        if number in parts and isinstance(value, Message):
            parts[number].append(value)
    return MetaGraph(tuple(parts[1]), tuple(parts[5]), tuple(parts[7]), bool(parts[3]))


def tensorflow_version(graph: MetaGraph) -> str | None:
    """Return the version of TensorFlow that wrote a MetaGraph, or None."""
    versions = [info.text(5) for info in graph.info]
    return next(filter(None, reversed(versions)), None)


def signature_inputs(graph: MetaGraph) -> Iterator[Signature]:
    """Yield the inputs of every function but the one that initializes tables.

    A protobuf map is written as repeated messages {1: key, 2: value}.
    """
    for function in graph.signatures:
        name = function.text(1)
        if name == _INITIALIZER:
            continue
        for signature in function.messages(2):
            for given in signature.messages(1):
                yield _signature(name, given)


def _signature(function: str, given: Message) -> Signature:
    name = given.text(1)
    info = given.last(2)
    if info is None:
        return Signature(function, name, None, element_type(0).name)
    shape = info.last(3)
    return Signature(
        function=function,
        name=name,
        shape=None if shape is None else declared_shape(shape),
        dtype=element_type(info.integer(2)).name,
    )
