"""What a container's parser hands to the rest of the reader."""

from __future__ import annotations

from dataclasses import dataclass, field

from kerasscan.model.saved import Container, Document, Member, Problem, Signature, YamlTag
from kerasscan.model.tensors import StoredLayer, Tensor


@dataclass(frozen=True)
class Claims:
    """What the file says of its own origin; see `Provenance` for the meaning of each."""

    version: str | None = None
    backend: str | None = None
    date_saved: str | None = None
    producer: str | None = None


@dataclass(frozen=True)
class Contents:
    """A container taken apart: documents and tensors, not yet understood.

    Attributes:
        container: What it turned out to be.
        documents: JSON documents, the model's architecture first.
        tensors: Stored arrays in the file's order.
        members: Files inside the container.
        problems: What could not be read or is odd.
        claims: What the file says of its origin.
        signatures: Inputs of serving functions (SavedModel).
        yaml_tags: Explicit tags (YAML).
        stored_layers: Layers and their weights in the order of the legacy HDF5 layout, or None.
        marks: Names of layouts that tell who wrote the file, for the fingerprint.
        detail: What a file that is no model is, in a clause.
    """

    container: Container
    documents: tuple[Document, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    members: tuple[Member, ...] = ()
    problems: tuple[Problem, ...] = ()
    claims: Claims = field(default_factory=Claims)
    signatures: tuple[Signature, ...] = ()
    yaml_tags: tuple[YamlTag, ...] = ()
    stored_layers: tuple[StoredLayer, ...] | None = None
    marks: frozenset[str] = frozenset()
    detail: str = ""
