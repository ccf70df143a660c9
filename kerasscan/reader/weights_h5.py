"""Weights in HDF5 files: the tensors, and which layout they are in.

Two layouts (keras/src/legacy/saving/legacy_h5_format.py, keras/src/saving/saving_lib.py):

- legacy: one group a layer, named in the attribute ``layer_names``; each group lists its
  datasets in ``weight_names``. Attributes over 64,512 bytes are split into ``layer_names0``,
  ``layer_names1``, ... (Keras 2.1.6 and later);
- by attribute path: ``layers/dense/vars/0`` (``_layer_checkpoint_dependencies/...`` in Keras
  2.12 to 2.14), datasets numbered inside groups called ``vars``.
"""

from __future__ import annotations

from typing import BinaryIO

from kerasscan.model.address import Address
from kerasscan.model.saved import Problem, ProblemKind
from kerasscan.model.tensors import StoredLayer, Tensor
from kerasscan.reader.hdf5 import NotHdf5, snapshot
from kerasscan.reader.hdf5_tree import AttributeValue, H5Dataset, H5Group, H5Snapshot
from kerasscan.reader.limits import Limits


def text(value: AttributeValue) -> str | None:
    """Return an attribute's text: a string, UTF-8 bytes, or an array of exactly one of them."""
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if isinstance(value, bytes):
        try:
            return value.rstrip(b"\x00").decode("utf-8")
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str) else None


def names(group: H5Group, attribute: str) -> tuple[str, ...] | None:
    """Return a list of names from an attribute, its chunks joined; None where it is absent."""
    if attribute in group.attributes:
        return _strings(group.attributes[attribute])
    found: list[str] = []
    chunk = 0
    while f"{attribute}{chunk}" in group.attributes:
        found += _strings(group.attributes[f"{attribute}{chunk}"])
        chunk += 1
    return tuple(found) if chunk else None


def _strings(value: AttributeValue) -> tuple[str, ...]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(found for item in items if (found := text(item)) is not None)


def has_legacy_layout(group: H5Group) -> bool:
    """Whether a group lists layers as ``save_weights`` of Keras up to 2.x does.

    Keras 0.x wrote the number of layers instead (``nb_layers``, keras/models.py).
    """
    return names(group, "layer_names") is not None or "nb_layers" in group.attributes


def stored_layers(root: H5Group) -> tuple[StoredLayer, ...] | None:
    """Return layers and weights in the order in which ``load_weights`` reads them, or None.

    The weights that belong to no layer (``top_level_model_weights``) are not among them.
    """
    group = root.groups.get("model_weights", root)
    listed = names(group, "layer_names")
    if listed is None:
        return None
    found = []
    for name in listed:
        layer = _below(group, name)
        weights = (names(layer, "weight_names") or ()) if layer is not None else ()
        prefix = layer.path.removeprefix("/") if layer is not None else name
        found.append(StoredLayer(name, tuple(f"{prefix}/{weight}" for weight in weights)))
    return tuple(found)


def _below(group: H5Group, path: str) -> H5Group | None:
    """Return the group of a layer; a slash in its name makes groups in groups."""
    found: H5Group | None = group
    for part in path.split("/"):
        found = found.groups.get(part) if found is not None else None
    return found


def has_path_layout(root: H5Group) -> bool:
    """Whether the file is in the ``.weights.h5`` layout of Keras 2.12 and later."""
    return any(group.path.endswith("/vars") for group in root.walk())


def layout_marks(root: H5Group) -> set[str]:
    """Return the marks of the ``vars`` layout that tell which releases write it."""
    marks: set[str] = set()
    for group in root.walk():
        if "/_layer_checkpoint_dependencies" in group.path:
            marks.add("layer-checkpoint-dependencies")
        if "\\" in group.path:
            marks.add("backslash-paths")
        if group.path.endswith("/vars") and "name" in group.attributes:
            marks.add("vars-name")
    return marks


def tensor(dataset: H5Dataset, member: str) -> Tensor:
    """Return the tensor of one dataset, with the HDF5 path relative to the file's root."""
    return Tensor(
        path=dataset.path.removeprefix("/"),
        shape=dataset.shape or (),
        dtype=_dtype(dataset),
        address=Address(member),
        itemsize=dataset.itemsize,
        stored_bytes=dataset.stored_bytes if dataset.is_measured else None,
    )


def _dtype(dataset: H5Dataset) -> str:
    declared = text(dataset.attributes.get("dtype"))
    return declared or dataset.dtype  # Keras 3.0.5+ stores bfloat16 as uint16 and says so


def open_snapshot(
    stream: BinaryIO, limits: Limits, member: str
) -> tuple[H5Snapshot | None, list[Problem]]:
    """Read an HDF5 file's metadata; None with a problem where it is not HDF5.

    Problems get ``member`` in front of their HDF5 path when the file lies in a container.
    """
    try:
        found = snapshot(stream, limits)
    except NotHdf5:
        detail = "it is not an HDF5 file, though its name says so"
        return None, [Problem(ProblemKind.DAMAGED_HDF5, detail, Address(member), True)]
    problems = [
        Problem(
            problem.kind,
            problem.detail,
            Address(f"{member}{problem.address.member}", problem.address.pointer),
            problem.incomplete,
        )
        for problem in found.problems
    ]
    return found, problems


def read_weights(
    stream: BinaryIO, limits: Limits, member: str
) -> tuple[list[Tensor], list[Problem], set[str]]:
    """Read a weights file that lies in a container.

    Args:
        stream: The HDF5 file.
        limits: HDF5 budgets.
        member: Its name in the container.

    Returns:
        Tensors, problems and layout marks.
    """
    found, problems = open_snapshot(stream, limits, member)
    if found is None:
        return [], problems, set()
    tensors = [tensor(dataset, member) for dataset in found.root.all_datasets()]
    return tensors, problems, layout_marks(found.root)
