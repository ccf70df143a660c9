"""The judge of the HDF5 reader: the same snapshot, made by h5py.

Links are asked for, never followed; orders are what h5py yields. Only for files that were
made by tests or by trusted programs: on hostile bytes the HDF5 library may hang or crash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, BinaryIO

import h5py
import numpy as np

from kerasscan.model.address import Address
from kerasscan.model.saved import Problem, ProblemKind
from kerasscan.reader.hdf5_tree import AttributeValue, H5Dataset, H5Group, H5Snapshot

_LAYOUTS = {
    h5py.h5d.COMPACT: "compact",
    h5py.h5d.CONTIGUOUS: "contiguous",
    h5py.h5d.CHUNKED: "chunked",
    h5py.h5d.VIRTUAL: "virtual",
}
_OTHER = {
    h5py.h5t.BITFIELD: "bitfield",
    h5py.h5t.COMPOUND: "compound",
    h5py.h5t.ENUM: "enum",
    h5py.h5t.OPAQUE: "opaque",
    h5py.h5t.REFERENCE: "reference",
    h5py.h5t.STRING: "string",
    h5py.h5t.TIME: "time",
    h5py.h5t.VLEN: "vlen",
}
_FLOATS = {
    (5, 10): "float16",
    (8, 7): "bfloat16",
    (8, 23): "float32",
    (11, 52): "float64",
    (15, 64): "float128",
    (15, 112): "float128",
}
_IN_FILE_VLEN = 8
"""Bytes in the file of a value of variable length, besides the address."""
_IN_FILE_INDEX = 4
"""Bytes of an object's number in the global heap."""

_WITH_VALUES = "string|bool|enum|u?int[0-9]+|b?float[0-9]+"
_PARTS = (
    *("path", "shape", "dtype", "itemsize", "layout"),
    *("stored_bytes", "is_measured", "external_files"),
)
UNREADABLE = "<h5py cannot read this value>"


def judge(stream: BinaryIO) -> H5Snapshot:
    """Read a file's metadata with h5py."""
    with h5py.File(stream, "r") as file:
        judging = _Judging(file.id.get_create_plist().get_sizes()[0])
        root = judging.group(file["/"], "/", ())
        return H5Snapshot(root, tuple(judging.problems), file.userblock_size)


class _Judging:
    def __init__(self, offset_size: int) -> None:
        self.problems: list[Problem] = []
        self._vlen_size = _IN_FILE_VLEN + offset_size

    def group(self, group: h5py.Group, path: str, above: tuple[int, ...]) -> H5Group:
        groups: dict[str, H5Group] = {}
        datasets: dict[str, H5Dataset] = {}
        on_path = (*above, _address(group))
        for name in group:
            child = f"{path.rstrip('/')}/{name}"
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.SoftLink):
                self._problem(ProblemKind.SOFT_LINK, link.path, child)
            elif isinstance(link, h5py.ExternalLink):
                self._problem(ProblemKind.EXTERNAL_LINK, link.filename, child)
            else:
                found = group[name]
                if isinstance(found, h5py.Dataset):
                    datasets[name] = self._dataset(found, child)
                elif isinstance(found, h5py.Group) and _address(found) in on_path:
                    self._problem(ProblemKind.LINK_CYCLE, "", child)
                elif isinstance(found, h5py.Group):
                    groups[name] = self.group(found, child, on_path)
        return H5Group(path, self._attributes(group), groups, datasets)

    def _problem(self, kind: ProblemKind, detail: str, member: str) -> None:
        self.problems.append(Problem(kind, detail, Address(member)))

    def _attributes(self, found: Any) -> MappingProxyType[str, AttributeValue]:
        return MappingProxyType({name: _attribute(found.attrs, name) for name in found.attrs})

    def _dataset(self, dataset: h5py.Dataset, path: str) -> H5Dataset:
        plist = dataset.id.get_create_plist()
        files = [plist.get_external(i)[0].decode() for i in range(plist.get_external_count())]
        layout = _LAYOUTS[plist.get_layout()]
        if files:
            self._problem(ProblemKind.EXTERNAL_STORAGE, files[0], path)
        if layout == "virtual":
            self._problem(ProblemKind.VIRTUAL_DATASET, "", path)
        held = 0 if files or layout == "virtual" else dataset.id.get_storage_size()
        datatype = dataset.id.get_type()
        return H5Dataset(
            path,
            dataset.shape,
            _dtype(datatype),
            self._itemsize(datatype),
            layout,
            held,
            tuple(files),
            self._attributes(dataset),
        )

    def _itemsize(self, datatype: Any) -> int:
        """Return the size in the file: h5py tells the size in memory."""
        if datatype.get_class() == h5py.h5t.ARRAY:
            return int(np.prod(datatype.get_array_dims())) * self._itemsize(datatype.get_super())
        is_vlen = datatype.get_class() == h5py.h5t.VLEN or (
            datatype.get_class() == h5py.h5t.STRING and datatype.is_variable_str()
        )
        if datatype.get_class() == h5py.h5t.COMPOUND:
            members = [datatype.get_member_type(i) for i in range(datatype.get_nmembers())]
            more = sum(self._itemsize(member) - int(member.get_size()) for member in members)
            return int(datatype.get_size()) + more
        if datatype.get_class() == h5py.h5t.REFERENCE:
            is_region = datatype.equal(h5py.h5t.STD_REF_DSETREG)
            return self._vlen_size - _IN_FILE_VLEN + (_IN_FILE_INDEX if is_region else 0)
        return self._vlen_size if is_vlen else int(datatype.get_size())


def _address(found: Any) -> int:
    return int(h5py.h5o.get_info(found.id).addr)


def _dtype(datatype: Any) -> str:
    kind = datatype.get_class()
    if kind == h5py.h5t.ARRAY:
        return "array"
    if kind == h5py.h5t.INTEGER:
        sign = "u" if datatype.get_sign() == h5py.h5t.SGN_NONE else ""
        return f"{sign}int{8 * datatype.get_size()}"
    if kind == h5py.h5t.FLOAT:
        _, _, exponent, _, mantissa = datatype.get_fields()
        return _FLOATS.get((exponent, mantissa), f"float{8 * datatype.get_size()}")
    if kind == h5py.h5t.COMPLEX:
        return f"complex{8 * datatype.get_size()}"
    if kind == h5py.h5t.ENUM and _is_boolean(datatype):
        return "bool"
    return _OTHER[kind]


def _is_boolean(datatype: Any) -> bool:
    members = {
        datatype.get_member_name(i): datatype.get_member_value(i)
        for i in range(datatype.get_nmembers())
    }
    return members == {b"FALSE": 0, b"TRUE": 1}


def _attribute(attributes: h5py.AttributeManager, name: str) -> AttributeValue:
    datatype = attributes.get_id(name).get_type()
    while datatype.get_class() in (h5py.h5t.ARRAY, h5py.h5t.VLEN):
        datatype = datatype.get_super()
    if not re.fullmatch(_WITH_VALUES, _dtype(datatype)):
        return None
    try:
        value = attributes[name]
    except (OSError, TypeError, ValueError):
        return UNREADABLE
    return _plain(value)


def _plain(value: Any) -> AttributeValue:
    if isinstance(value, h5py.Empty):
        return None
    if isinstance(value, bytes):
        return _text(bytes(value))
    if isinstance(value, str):
        return _text(value.encode("utf-8", "surrogateescape"))
    if isinstance(value, np.ndarray):
        return _nested(value) if value.shape else _plain(value[()])
    if isinstance(value, np.bool_ | bool):
        return bool(value)
    if isinstance(value, np.integer | int):
        return int(value)
    return float(value)


def _nested(value: Any) -> tuple[AttributeValue, ...]:
    return tuple(_plain(part) for part in value)


def _text(value: bytes) -> str | bytes:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def differences(ours: H5Snapshot, theirs: H5Snapshot) -> list[str]:
    """Say where two snapshots differ, in attributes, links, datasets and every order."""
    found = [] if ours.user_block == theirs.user_block else ["user block"]
    found.extend(_different_groups(ours.root, theirs.root))
    if _told(ours) != _told(theirs):
        found.append(f"problems: {ours.problems} instead of {theirs.problems}")
    details = {problem.address.member: problem.detail for problem in ours.problems}
    for problem in theirs.problems:
        if problem.detail not in details.get(problem.address.member, ""):
            found.append(f"detail of {problem}: {details.get(problem.address.member)}")
    return found


def _told(snapshot: H5Snapshot) -> list[tuple[str, str, bool]]:
    return sorted((p.kind, p.address.member, p.incomplete) for p in snapshot.problems)


def _different_groups(ours: H5Group, theirs: H5Group) -> Iterator[str]:
    pending = [(ours, theirs)]
    while pending:
        ours, theirs = pending.pop()
        if ours.path != theirs.path:
            yield f"path {ours.path} instead of {theirs.path}"
        yield from _different_attributes(ours.path, ours.attributes, theirs.attributes)
        if list(ours.groups) != list(theirs.groups):
            yield f"{ours.path}: groups {list(ours.groups)} instead of {list(theirs.groups)}"
        if list(ours.datasets) != list(theirs.datasets):
            yield f"{ours.path}: datasets {list(ours.datasets)} not {list(theirs.datasets)}"
        for name in ours.datasets.keys() & theirs.datasets.keys():
            yield from _different_datasets(ours.datasets[name], theirs.datasets[name])
        shared = ours.groups.keys() & theirs.groups.keys()
        pending.extend((ours.groups[name], theirs.groups[name]) for name in shared)


def _different_attributes(path: str, ours: Any, theirs: Any) -> Iterator[str]:
    if list(ours) != list(theirs):
        yield f"{path}: attributes {list(ours)} instead of {list(theirs)}"
    for name in ours.keys() & theirs.keys():
        if theirs[name] != UNREADABLE and repr(ours[name]) != repr(theirs[name]):
            yield f"{path}@{name}: {ours[name]!r:.200} instead of {theirs[name]!r:.200}"


def _different_datasets(ours: H5Dataset, theirs: H5Dataset) -> Iterator[str]:
    yield from _different_attributes(ours.path, ours.attributes, theirs.attributes)
    for part in _PARTS:
        if getattr(ours, part) != getattr(theirs, part):
            yield f"{ours.path}: {part} {getattr(ours, part)} instead of {getattr(theirs, part)}"
