"""The small interface behind which HDF5 is read: a file's metadata as a frozen tree.

An implementation is one function ``snapshot(stream, limits) -> H5Snapshot`` over a seekable
binary stream. It follows hard links only, reads attribute values and no dataset values, and
reports everything odd as `Problem` (kinds DAMAGED_HDF5, ODD_ATTRIBUTE, EXTERNAL_LINK,
EXTERNAL_STORAGE, VIRTUAL_DATASET, SOFT_LINK, LINK_CYCLE, LIMIT_EXCEEDED).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from kerasscan.model.saved import Problem

AttributeValue: TypeAlias = "bool | int | float | str | bytes | tuple[AttributeValue, ...] | None"
"""Strings of character set UTF-8 or ASCII as str where they decode, else bytes; arrays as
(nested) tuples; empty dataspaces and element types that hold no value here as None."""

_NO_ATTRIBUTES: Mapping[str, AttributeValue] = MappingProxyType({})


@dataclass(frozen=True)
class H5Dataset:
    """An array: where it is and how it is stored, not what it holds.

    Attributes:
        path: Absolute HDF5 path, ``/model_weights/dense/dense/kernel:0``.
        shape: Axis lengths; ``()`` for a scalar; None for an empty (null) dataspace.
        dtype: NumPy's name (``float32``), or ``string``, ``opaque``, ``compound``,
            ``reference``, ``enum``, ``vlen``.
        itemsize: Bytes per element.
        layout: ``compact``, ``contiguous``, ``chunked`` or ``virtual``.
        stored_bytes: Bytes that the file really holds for it.
        external_files: Names of outside files that hold its data.
        attributes: By name.
        is_measured: Whether `stored_bytes` could be told; damage may be in the way.
    """

    path: str
    shape: tuple[int, ...] | None
    dtype: str
    itemsize: int
    layout: str
    stored_bytes: int
    external_files: tuple[str, ...] = ()
    attributes: Mapping[str, AttributeValue] = field(default_factory=lambda: _NO_ATTRIBUTES)
    is_measured: bool = True


@dataclass(frozen=True)
class H5Group:
    """A group: attributes and children in the file's own order (creation order if tracked).

    Attributes:
        path: Absolute HDF5 path; the root is ``/``.
        attributes: By name.
        groups: Child groups by link name.
        datasets: Child datasets by link name.
    """

    path: str
    attributes: Mapping[str, AttributeValue]
    groups: Mapping[str, H5Group]
    datasets: Mapping[str, H5Dataset]

    def walk(self) -> Iterator[H5Group]:
        """Yield this group and every group below it, parents first."""
        stack: list[H5Group] = [self]
        while stack:
            group = stack.pop()
            yield group
            stack.extend(reversed(list(group.groups.values())))

    def all_datasets(self) -> Iterator[H5Dataset]:
        """Yield every dataset in this group and below."""
        for group in self.walk():
            yield from group.datasets.values()

    def find(self, path: str) -> H5Group | None:
        """Return the group at a relative path such as ``model_weights/dense``, or None."""
        group: H5Group | None = self
        for name in path.split("/"):
            group = group.groups.get(name) if group and name else group
        return group


@dataclass(frozen=True)
class H5Snapshot:
    """An HDF5 file's metadata.

    Attributes:
        root: The root group.
        problems: What could not be read or is odd; addresses hold HDF5 paths as members.
        user_block: Bytes in front of the superblock.
    """

    root: H5Group
    problems: tuple[Problem, ...]
    user_block: int = 0
