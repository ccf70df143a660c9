"""HDF5 files by themselves: whole models, weights only, or data of somebody else.

A whole model has the root attribute ``model_config`` (keras/engine/saving.py of Keras 2,
keras/src/legacy/saving/legacy_h5_format.py of Keras 3).
"""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from kerasscan.model.address import Address
from kerasscan.model.json_value import counted, json_kind
from kerasscan.model.saved import Container, Document, Problem, ProblemKind, Purpose
from kerasscan.model.tensors import Tensor
from kerasscan.reader.contents import Claims, Contents
from kerasscan.reader.hdf5_tree import H5Group, H5Snapshot
from kerasscan.reader.json_text import parse_json
from kerasscan.reader.limits import Limits
from kerasscan.reader.weights_h5 import (
    has_legacy_layout,
    has_path_layout,
    layout_marks,
    names,
    open_snapshot,
    stored_layers,
    tensor,
    text,
)

_LINKS = (ProblemKind.EXTERNAL_LINK, ProblemKind.SOFT_LINK)
_WEIGHT_GROUPS = ("model_weights", "layers", "_layer_checkpoint_dependencies", "vars")
"""Groups in the root of a file that hold its weights, in the layouts of `weights_h5`."""
_PURPOSES = {"model_config": Purpose.MODEL, "training_config": Purpose.TRAINING}


def read_h5(stream: BinaryIO, size: int, limits: Limits) -> Contents:
    """Read an HDF5 file.

    Args:
        stream: The file, seekable.
        size: Its length in bytes.
        limits: Budgets of HDF5 and JSON.
    """
    found, problems = open_snapshot(stream, limits, "")
    if found is None:
        return Contents(Container.TRUNCATED_HDF5, problems=tuple(problems))
    unread = _unread(problems)
    if unread and not found.root.attributes and not found.root.groups:
        return Contents(Container.UNKNOWN, problems=unread)
    cut = next((each for each in problems if each.detail.startswith("truncated")), None)
    if cut is not None:
        return Contents(Container.TRUNCATED_HDF5, detail=cut.detail.removeprefix("truncated: "))
    container = _container(found)
    if not container.is_model:
        count = sum(1 for _ in found.root.all_datasets())
        detail = f"it holds {counted(count, 'dataset')}"
        return Contents(container, detail=detail, problems=unread)
    documents, more = _documents(found.root, limits)
    return Contents(
        container,
        documents=tuple(documents),
        tensors=tuple(_tensors(found.root)),
        stored_layers=stored_layers(found.root),
        problems=(*problems, *more),
        claims=_claims(found.root),
        marks=frozenset(_marks(found)),
    )


def _unread(problems: list[Problem]) -> tuple[Problem, ...]:
    """Of a file that is no model, tell only what could not be read: a model may hide there."""
    return tuple(problem for problem in problems if problem.incomplete)


def _container(found: H5Snapshot) -> Container:
    root = found.root
    if "model_config" in root.attributes:
        return Container.H5_MODEL
    weights = root.groups.get("model_weights")
    if has_legacy_layout(root) or (weights is not None and has_legacy_layout(weights)):
        return Container.H5_WEIGHTS
    is_weights = has_path_layout(root) or _lends_weights(found)
    return Container.H5_WEIGHTS if is_weights else Container.HDF5_DATA


def _lends_weights(found: H5Snapshot) -> bool:
    """Whether a link stands where Keras has all its weights: they may be in another file."""
    return any(
        problem.kind in _LINKS and problem.address.member.removeprefix("/") in _WEIGHT_GROUPS
        for problem in found.problems
    )


def _documents(root: H5Group, limits: Limits) -> tuple[list[Document], list[Problem]]:
    """Parse the JSON in the root's attributes."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for name, purpose in _PURPOSES.items():
        if name not in root.attributes:
            continue
        address = Address(f"@attrs/{name}")
        content = text(root.attributes[name])
        if content is None:
            kind = json_kind(root.attributes[name])
            detail = f"the attribute {name} holds no readable text but {kind}"
            problems.append(Problem(ProblemKind.ODD_ATTRIBUTE, detail, address, incomplete=True))
            continue
        value, more = parse_json(content, limits, address)
        problems += more
        if value is not None:
            documents.append(Document(address.member, purpose, value))
    return documents, problems


def _claims(root: H5Group) -> Claims:
    """Return what the root says of the file's origin, or else its ``model_weights`` group."""
    places = [root, root.groups.get("model_weights")]
    groups = [group for group in places if group is not None]

    def first(name: str) -> str | None:
        return next(
            (found for group in groups if (found := text(group.attributes.get(name)))), None
        )

    return Claims(version=first("keras_version"), backend=first("backend"))


def _marks(found: H5Snapshot) -> set[str]:
    marks = layout_marks(found.root)
    if has_path_layout(found.root):
        marks.add("path-layout")
    for group in (found.root, found.root.groups.get("model_weights")):
        if group is not None and "layer_names0" in group.attributes:
            marks.add("chunked-names")
    return marks


def _tensors(root: H5Group) -> list[Tensor]:
    """Return the datasets; those of the legacy layout with the layer whose group they are in."""
    layers = root.groups.get("model_weights", root)
    known = set(names(layers, "layer_names") or ())
    prefix = "" if layers is root else "model_weights/"
    found = []
    for dataset in root.all_datasets():
        stored = tensor(dataset, "")
        owner = _owner(stored.path.removeprefix(prefix), known)
        if owner and stored.path.startswith(prefix):
            variable = stored.path.removeprefix(f"{prefix}{owner}/")
            stored = replace(stored, address=Address("", layer=owner), variable=variable)
        found.append(stored)
    return found


def _owner(path: str, known: set[str]) -> str:
    """Return the layer whose group a dataset lies in; layer names may hold slashes."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        name = "/".join(parts[:count])
        if name in known:
            return name
    return ""
