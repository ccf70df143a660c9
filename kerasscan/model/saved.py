"""What one model file holds, read without Keras."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kerasscan.model.address import Address
from kerasscan.model.graph import LayerGraph
from kerasscan.model.json_value import JsonValue
from kerasscan.model.objects import SavedObject
from kerasscan.model.release import VersionSpan
from kerasscan.model.tensors import StoredLayer, Tensor


class Container(StrEnum):
    """What a file is, judged by its content."""

    KERAS_ZIP = "keras-zip"
    KERAS_DIR = "keras-dir"
    H5_MODEL = "h5-model"
    H5_WEIGHTS = "h5-weights"
    JSON = "json"
    YAML = "yaml"
    TFJS = "tfjs"
    SAVEDMODEL = "savedmodel"
    LFS_POINTER = "lfs-pointer"
    HTML = "html"
    EMPTY = "empty"
    TRUNCATED_ZIP = "truncated-zip"
    TRUNCATED_HDF5 = "truncated-hdf5"
    HDF5_DATA = "hdf5-data"
    TF_CHECKPOINT = "tf-checkpoint"
    TFJS_GRAPH = "tfjs-graph"
    PICKLE = "pickle"
    UNKNOWN = "unknown"

    @property
    def is_model(self) -> bool:
        """Whether kerasscan reads models or weights from it."""
        return self in _MODELS


_MODELS = frozenset(
    {
        Container.KERAS_ZIP,
        Container.KERAS_DIR,
        Container.H5_MODEL,
        Container.H5_WEIGHTS,
        Container.JSON,
        Container.YAML,
        Container.TFJS,
        Container.SAVEDMODEL,
    }
)


class ProblemKind(StrEnum):
    """What can be wrong with a file while it is read; each has its card in ``rules/file``."""

    UNREADABLE_FILE = "unreadable-file"
    DAMAGED_ZIP = "damaged-zip"
    DAMAGED_HDF5 = "damaged-hdf5"
    DAMAGED_JSON = "damaged-json"
    DAMAGED_PROTOBUF = "damaged-protobuf"
    DAMAGED_YAML = "damaged-yaml"
    DAMAGED_ARRAY = "damaged-array"
    MISSING_PART = "missing-part"
    MISSING_METADATA = "missing-metadata"
    LIMIT_EXCEEDED = "limit-exceeded"
    DUPLICATE_MEMBER = "duplicate-member"
    DUPLICATE_KEY = "duplicate-key"
    ODD_JSON = "odd-json"
    ODD_ZIP = "odd-zip"
    ODD_ATTRIBUTE = "odd-attribute"
    ODD_OBJECT = "odd-object"
    EXTERNAL_LINK = "external-link"
    EXTERNAL_STORAGE = "external-storage"
    VIRTUAL_DATASET = "virtual-dataset"
    SYMBOLIC_LINK = "symbolic-link"
    POLYGLOT = "polyglot"
    SOFT_LINK = "soft-link"
    LINK_CYCLE = "link-cycle"


@dataclass(frozen=True)
class Problem:
    """Something that could not be read, or reads oddly: a value, not an exception.

    Attributes:
        kind: Which of the known kinds.
        detail: A clause without a final period that completes the card's message: what
            exactly, with numbers.
        address: Where.
        incomplete: Whether part of the file stays unseen because of it, so that the scan
            of the file is not complete.
    """

    kind: ProblemKind
    detail: str
    address: Address = field(default_factory=Address)
    incomplete: bool = False


class Purpose(StrEnum):
    """What a JSON document in a model file is for."""

    MODEL = "model"
    TRAINING = "training"
    METADATA = "metadata"
    NODE = "node"
    OTHER = "other"


@dataclass(frozen=True)
class Document:
    """A JSON document found in the file.

    Attributes:
        member: Where it is, as in `Address.member`.
        purpose: What it is for; NODE is one object of a SavedModel's object graph.
        value: The parsed value. An object with repeated keys is a `DuplicateKeys`.
        layer: Layer path the document belongs to, ``""`` for the model itself.
        pointer: JSON pointer of the value in the member, where it is not the whole of it.
    """

    member: str
    purpose: Purpose
    value: JsonValue
    layer: str = ""
    pointer: str = ""


class DuplicateKeys(dict[str, JsonValue]):
    """A JSON object with repeated keys: the last value wins, as in Python's ``json``.

    Attributes:
        shadowed: The (key, value) pairs that lost, in the file's order.
    """

    shadowed: tuple[tuple[str, JsonValue], ...] = ()

    @classmethod
    def keep(cls, pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        """Return the pairs as a mapping: a plain one unless a key is repeated."""
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        last = {key: index for index, (key, _) in enumerate(pairs)}
        repeated = cls(found)
        repeated.shadowed = tuple(
            pair for index, pair in enumerate(pairs) if last[pair[0]] != index
        )
        return repeated


@dataclass(frozen=True)
class Member:
    """A file inside the container.

    Attributes:
        name: As addresses call it. A member of an archive inside has the names of both
            (``assets/inner.keras!config.json``), one that the directory of its archive does
            not list has its offset behind it (``config.json@2048``).
        size: Bytes, unpacked, as the container claims.
        content: What its first bytes say, a word of `kerasscan.reader.member_content.Content`;
            ``""`` where nobody looked.
        link: Where it leads, if it is a symbolic link.
    """

    name: str
    size: int
    content: str = ""
    link: str = ""


@dataclass(frozen=True)
class Artifact:
    """The file itself.

    Attributes:
        path: As given by the caller.
        container: What it is.
        size: Bytes; for a directory the sum over its files.
        members: What a zip or a directory holds.
        extension: Suffix with its dot (``.keras``), in the file's own case: Keras 3 wants
            lower case.
        detail: A clause that says what a file that is no model is, more closely.
    """

    path: str
    container: Container
    size: int
    members: tuple[Member, ...] = ()
    extension: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Clue:
    """Something in the file that only some Keras versions write.

    Attributes:
        span: The versions that write it.
        says: What was seen, for people.
        address: Where it was seen.
    """

    span: VersionSpan
    says: str
    address: Address


@dataclass(frozen=True)
class Provenance:
    """Who says, and what shows, which release saved the file.

    Attributes:
        claimed_version: The version string in the file, or None.
        fingerprint: The span of versions that the file's keys allow.
        clues: What narrowed the fingerprint, strongest evidence first.
        backend: ``tensorflow``, ``theano``, ``jax``, ... where the file tells.
        date_saved: As written in the file.
        producer: Another program's word, such as ``TensorFlow 2.10.1`` or
            ``TensorFlow.js tfjs-layers v0.8.5``.
    """

    claimed_version: str | None = None
    fingerprint: VersionSpan = field(default_factory=VersionSpan)
    clues: tuple[Clue, ...] = ()
    backend: str | None = None
    date_saved: str | None = None
    producer: str | None = None


@dataclass(frozen=True)
class Signature:
    """An input of a SavedModel's serving function: name, shape (None: unknown), dtype."""

    function: str
    name: str
    shape: tuple[int | None, ...] | None
    dtype: str


@dataclass(frozen=True)
class YamlTag:
    """An explicit tag of a YAML document, such as ``!!python/tuple``, and its line (from 1)."""

    tag: str
    line: int


@dataclass(frozen=True)
class Saved:
    """All that kerasscan knows of one file.

    Attributes:
        artifact: The file.
        provenance: Which release saved it.
        root: The model object, where the file holds one.
        objects: Every saved object, in the file's order.
        graphs: One `LayerGraph` per model, outermost first.
        tensors: Stored arrays.
        documents: The JSON documents that objects were read from.
        problems: What could not be read or reads oddly.
        signatures: Inputs of a SavedModel's serving functions.
        yaml_tags: Explicit tags of a YAML architecture.
        stored_layers: In the legacy HDF5 layout, the layers in the order of the file; None where
            the file has no such list.
    """

    artifact: Artifact
    provenance: Provenance = field(default_factory=Provenance)
    root: SavedObject | None = None
    objects: tuple[SavedObject, ...] = ()
    graphs: tuple[LayerGraph, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    signatures: tuple[Signature, ...] = ()
    yaml_tags: tuple[YamlTag, ...] = ()
    stored_layers: tuple[StoredLayer, ...] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything in the file was seen."""
        return not any(problem.incomplete for problem in self.problems)

    @property
    def layers(self) -> tuple[SavedObject, ...]:
        """The layers that the models of the file list, at any depth, nested models among them.

        The root model is not one of them, nor is what a layer wraps (the inner layer of a
        ``TimeDistributed``, a cell). A subclassed model in a SavedModel lists none: there they
        are the layers of its object graph.
        """
        listed = self._layers_in(Purpose.MODEL)
        return tuple(found for found in listed if found.is_listed) or tuple(
            found for found in self._layers_in(Purpose.NODE) if found.depth == 0
        )

    def _layers_in(self, purpose: Purpose) -> Iterator[SavedObject]:
        for found in self.objects:
            if found.is_layer_like and self.documents[found.document].purpose is purpose:
                yield found
