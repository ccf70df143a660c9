"""From addresses to a tree: the walk along hard links.

Soft and external links are problems and are not followed. An object with several names is
read once and listed under each; a group that is reached again on its own path is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import NamedTuple

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5.flaws import Exceeded
from kerasscan.reader.hdf5.links import HardLink, Link, OutsideLink, SoftLink, printable
from kerasscan.reader.hdf5.objects import (
    DatasetObject,
    GroupObject,
    Object,
    OtherObject,
    read_object,
)
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5_tree import H5Dataset, H5Group

_EXTERNAL = 64


class _Open(NamedTuple):
    """A group whose links are being walked."""

    address: int
    path: str
    group: H5Group
    groups: dict[str, H5Group]
    datasets: dict[str, H5Dataset]
    links: Iterator[Link]


class TreeBuilder:
    """Builds the tree, parents before children.

    Attributes:
        root: The root group, which grows while `walk` runs.
    """

    def __init__(self, file: OpenFile) -> None:
        nothing: MappingProxyType[str, H5Dataset] = MappingProxyType({})
        self.root = H5Group("/", MappingProxyType({}), MappingProxyType({}), nothing)
        self._file = file
        self._known: dict[int, Object] = {}
        self._path: list[_Open] = []
        self._on_path: set[int] = set()

    def walk(self, address: int) -> None:
        """Walk from the root group's address to the end."""
        with self._file.ledger.filing("/"):
            found = self._object(address)
            if isinstance(found, GroupObject):
                self.root = self._enter(address, "/", found)
        while self._path:
            here = self._path[-1]
            link = next(here.links, None)
            if link is None:
                self._path.pop()
                self._on_path.discard(here.address)
                continue
            name = printable(link.name)
            path = f"{here.path.rstrip('/')}/{name}"
            self._file.ledger.visit(path)
            with self._file.ledger.filing(path):
                self._follow(here, link, name, path)

    def _follow(self, here: _Open, link: Link, name: str, path: str) -> None:
        ledger = self._file.ledger
        if len(path) > ledger.limits.name_bytes:
            raise Exceeded(f"a path is longer than {ledger.limits.name_bytes} characters")
        if not name or "/" in name or "\0" in name or name == ".":
            what = "the link's name is no name in a path"
            ledger.problem(ProblemKind.DAMAGED_HDF5, what, incomplete=True)
        if isinstance(link, HardLink):
            self._hard(here, link.address, name, path)
        elif isinstance(link, SoftLink):
            ledger.problem(ProblemKind.SOFT_LINK, f"a soft link to {printable(link.target)}")
        else:
            ledger.problem(ProblemKind.EXTERNAL_LINK, _outside(link))

    def _hard(self, here: _Open, address: int, name: str, path: str) -> None:
        ledger = self._file.ledger
        if address in self._on_path:
            ledger.problem(ProblemKind.LINK_CYCLE, "the group contains itself")
            return
        found = self._object(address)
        if isinstance(found, DatasetObject):
            here.datasets[name] = self._dataset(path, found)
        elif isinstance(found, GroupObject):
            if len(self._path) > ledger.limits.hdf5_depth:
                raise Exceeded(f"groups are nested deeper than {ledger.limits.hdf5_depth}")
            here.groups[name] = self._enter(address, path, found)

    def _object(self, address: int) -> Object:
        """Return the object at an address; one that cannot be read is tried only once."""
        found = self._known.get(address)
        if found is None:
            self._known[address] = OtherObject()
            found = self._known[address] = read_object(self._file, address)
        return found

    def _enter(self, address: int, path: str, found: GroupObject) -> H5Group:
        groups: dict[str, H5Group] = {}
        datasets: dict[str, H5Dataset] = {}
        group = H5Group(
            path, found.attributes, MappingProxyType(groups), MappingProxyType(datasets)
        )
        self._path.append(_Open(address, path, group, groups, datasets, iter(found.links)))
        self._on_path.add(address)
        return group

    def _dataset(self, path: str, found: DatasetObject) -> H5Dataset:
        ledger = self._file.ledger
        if found.external_files:
            files = ", ".join(found.external_files[:3])
            more = len(found.external_files) - 3
            what = f"values in {files}" + (f" and {more} more files" if more > 0 else "")
            ledger.problem(ProblemKind.EXTERNAL_STORAGE, what)
        if found.layout == "virtual":
            what = f"a virtual dataset made of {found.source or 'something unreadable'}"
            ledger.problem(ProblemKind.VIRTUAL_DATASET, what)
        return H5Dataset(
            path,
            found.shape,
            "array" if found.datatype.axes else found.datatype.name,
            found.datatype.itemsize,
            found.layout,
            found.stored_bytes or 0,
            found.external_files,
            found.attributes,
            is_measured=found.stored_bytes is not None,
        )


def _outside(link: OutsideLink) -> str:
    if link.kind == _EXTERNAL:
        return f"an external link to {printable(link.target)} in {printable(link.file)}"
    return f"a user-defined link of type {link.kind}"
