"""Objects: what an address turns out to be, read once however many links lead there.

HDF5 File Format Specification, IV.A.2.c (link info), IV.A.2.r (symbol table). Which messages
make a group, and that a link info message wins over a symbol table, follows the HDF5 library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from kerasscan.model.saved import ProblemKind
from kerasscan.reader.hdf5 import btree_v2
from kerasscan.reader.hdf5.attributes import read_attributes
from kerasscan.reader.hdf5.buffer import Cursor
from kerasscan.reader.hdf5.dataspace import Shape, read_dataspace
from kerasscan.reader.hdf5.datatype import Datatype, read_datatype
from kerasscan.reader.hdf5.flaws import Damaged
from kerasscan.reader.hdf5.fractal_heap import FractalHeap
from kerasscan.reader.hdf5.layout import (
    NAMES,
    VIRTUAL,
    external_files,
    read_layout,
    stored_bytes,
    virtual_source,
)
from kerasscan.reader.hdf5.links import Link, printable, read_link
from kerasscan.reader.hdf5.object_header import (
    DATASPACE,
    DATATYPE,
    EXTERNAL_FILES,
    LAYOUT,
    LINK,
    LINK_INFO,
    SYMBOL_TABLE,
    ObjectHeader,
    read_header,
)
from kerasscan.reader.hdf5.open_file import OpenFile
from kerasscan.reader.hdf5.shared import body
from kerasscan.reader.hdf5.symbol_table import symbol_table_links
from kerasscan.reader.hdf5_tree import AttributeValue

_NAME_HASH = 4


class GroupObject(NamedTuple):
    """A group: attributes, and links in the file's own order."""

    attributes: Mapping[str, AttributeValue]
    links: tuple[Link, ...]


class DatasetObject(NamedTuple):
    """A dataset, as `H5Dataset` without its path.

    Attributes:
        shape: As there.
        datatype: Element type.
        layout: As there.
        stored_bytes: As there, None where that could not be read.
        external_files: As there.
        source: What a virtual dataset is made of, for people; ``""`` for others.
        attributes: As there.
    """

    shape: Shape
    datatype: Datatype
    layout: str
    stored_bytes: int | None
    external_files: tuple[str, ...]
    source: str
    attributes: Mapping[str, AttributeValue]


class OtherObject(NamedTuple):
    """A committed datatype, or what could not be read."""


Object: TypeAlias = GroupObject | DatasetObject | OtherObject


def read_object(file: OpenFile, address: int) -> Object:
    """Read the object at an address.

    Raises:
        Damaged: It is no group, dataset or datatype, or lacks what it needs.
    """
    header = read_header(file, address)
    if is_group(header):
        return GroupObject(read_attributes(file, header), read_links(file, header))
    has_type = header.first(DATATYPE) is not None
    if has_type and header.first(DATASPACE):
        return _dataset(file, header, address)
    if has_type:
        return OtherObject()
    raise Damaged("object header of no group, dataset or datatype", file.buffer.start + address)


def is_group(header: ObjectHeader) -> bool:
    """Whether an object has what makes it a group."""
    return bool(header.first(LINK_INFO) or header.first(SYMBOL_TABLE))


def read_links(file: OpenFile, header: ObjectHeader) -> tuple[Link, ...]:
    """Return a group's links in the file's own order; damaged ones are filed and left out."""
    found: dict[bytes, Link] = {}
    tracked = False
    with file.ledger.filing():
        tracked, stored = _stored_links(file, header)
        for link in stored:
            file.ledger.link(len(link.name) + len(link.target))
            if found.setdefault(link.name, link) is not link:
                what = f"the name {printable(link.name)} is there twice: loaders may see either"
                file.ledger.problem(ProblemKind.DAMAGED_HDF5, what, incomplete=True)
    if header.first(LINK_INFO) is None:
        names = list(found)
        if names != sorted(names):
            what = "names out of order: loaders do not find what they look for"
            file.ledger.problem(ProblemKind.DAMAGED_HDF5, what, incomplete=True)
        return tuple(found.values())
    if tracked:
        return tuple(sorted(found.values(), key=lambda link: link.order))
    return tuple(found[name] for name in sorted(found))


def _stored_links(file: OpenFile, header: ObjectHeader) -> tuple[bool, Iterator[Link]]:
    """Return whether creation order is tracked, and the links as they are stored."""
    info = header.first(LINK_INFO)
    if info is None:
        table = header.first(SYMBOL_TABLE)
        return False, symbol_table_links(file, body(file, table)) if table else iter(())
    cursor = body(file, info)
    cursor.version("link info", 0)
    tracked = bool(cursor.byte() & 0x01)
    if tracked:
        cursor.skip(8)  # the largest creation index
    heap, index = cursor.address(), cursor.address()
    if heap is None:
        return tracked, _link_messages(file, header)
    if index is None:
        raise Damaged("links in a heap without an index", cursor.origin)
    return tracked, _dense_links(file, heap, index)


def _link_messages(file: OpenFile, header: ObjectHeader) -> Iterator[Link]:
    for message in header.messages:
        if message.kind == LINK:
            with file.ledger.filing():
                yield read_link(file, body(file, message))


def _dense_links(file: OpenFile, heap_address: int, index: int) -> Iterator[Link]:
    """Yield the links in a fractal heap (III.A.2, record type 5)."""
    heap = FractalHeap(file, heap_address)
    for record in btree_v2.records(file, index, btree_v2.LINKS_BY_NAME):
        with file.ledger.filing():
            record.skip(_NAME_HASH)
            yield read_link(file, heap.get(file, record))


def _dataset(file: OpenFile, header: ObjectHeader, address: int) -> DatasetObject:
    shape = read_dataspace(needed_message(file, header, DATASPACE, address))
    datatype = read_datatype(needed_message(file, header, DATATYPE, address))
    layout = read_layout(needed_message(file, header, LAYOUT, address))
    outside: tuple[str, ...] = ()
    if header.first(EXTERNAL_FILES):
        with file.ledger.filing():
            cursor = needed_message(file, header, EXTERNAL_FILES, address)
            outside = tuple(external_files(file, cursor)) or ("",)
    source = ""
    if layout.kind == VIRTUAL:
        with file.ledger.filing():
            source = virtual_source(file, layout)
    stored: int | None = 0
    if shape is not None and not outside:
        stored = None
        with file.ledger.filing():
            stored = stored_bytes(file, layout, shape, datatype.itemsize)
    return DatasetObject(
        shape, datatype, NAMES[layout.kind], stored, outside, source, read_attributes(file, header)
    )


def needed_message(file: OpenFile, header: ObjectHeader, kind: int, address: int) -> Cursor:
    """Return a message's body; a dataset without it, whose header is at an address, is damaged."""
    message = header.first(kind)
    if message is None:
        what = f"dataset without a message of type {kind}"
        raise Damaged(what, file.buffer.start + address)
    return body(file, message)
