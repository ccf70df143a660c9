"""What is odd about how a file is stored: links out of it, pickles, programs, false shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from kerasscan.model.address import Address
from kerasscan.model.hazard import Hazard, HazardKind
from kerasscan.model.json_value import counted, get_dict
from kerasscan.model.saved import Container, Document, Member, Problem, ProblemKind, Purpose, Saved
from kerasscan.model.tensors import Tensor

SHAPE_FLOOR: Final = 64 * 1024 * 1024
"""Bytes that a dataset claims at least before its claim is compared with what is stored."""

SHAPE_RATIO: Final = 1_000
"""Claimed to stored bytes: the ratio above which Keras 3.15.0 refuses (`H5IOStore`)."""

_LINKS: Final = {
    ProblemKind.EXTERNAL_LINK: HazardKind.EXTERNAL_LINK,
    ProblemKind.SOFT_LINK: HazardKind.SOFT_LINK,
    ProblemKind.EXTERNAL_STORAGE: HazardKind.EXTERNAL_STORAGE,
    ProblemKind.VIRTUAL_DATASET: HazardKind.VIRTUAL_DATASET,
    ProblemKind.SYMBOLIC_LINK: HazardKind.SYMBOLIC_LINK,
    ProblemKind.POLYGLOT: HazardKind.POLYGLOT,
}

_CONTENTS: Final = {
    "pickle": HazardKind.PICKLE_MEMBER,
    "executable": HazardKind.PROGRAM_MEMBER,
    "script": HazardKind.PROGRAM_MEMBER,
    "python": HazardKind.PROGRAM_MEMBER,
    "archive": HazardKind.NESTED_CONTAINER,
    "zip": HazardKind.NESTED_CONTAINER,
    "hdf5": HazardKind.NESTED_CONTAINER,
}
"""What the content of a member makes of it."""

_OWN_MEMBERS: Final = re.compile(r"model\.weights(?:_\d{5})?\.(?:h5|npz)|[^/]*\.weights\.h5")
"""Members that Keras writes in these formats (keras/src/saving/saving_lib.py)."""

_DRIVE: Final = re.compile(r"[A-Za-z]:")


def storage(saved: Saved) -> Iterator[Hazard]:
    """Yield hazards of the container, its members and its tensors."""
    for problem in saved.problems:
        kind = _LINKS.get(problem.kind)
        if kind is not None:
            yield _link(kind, problem)
    for member in saved.artifact.members:
        yield from _member(member)
        if member.link and saved.artifact.container is Container.KERAS_ZIP:
            yield _packed_link(member)
    for document in saved.documents:
        yield from _shards(document)
    yield from _pickled(saved.tensors)
    yield from (_bomb(tensor) for tensor in saved.tensors if _is_bomb(tensor))


def leads_out(name: str) -> bool:
    """Whether a name, taken for a path below a folder, leads out of it on some platform."""
    parts = re.split(r"[/\\]", name)
    return ".." in parts or name[:1] in ("/", "\\", "~") or bool(_DRIVE.match(name)) or "\0" in name


def _link(kind: HazardKind, problem: Problem) -> Hazard:
    place = str(problem.address) or "the file"
    return Hazard(kind, problem.address, place, problem.detail, f"{place}:{problem.detail}")


def _packed_link(member: Member) -> Hazard:
    """Return a link in a zip, which the reader takes for a member like any other."""
    detail = f"a symbolic link to {member.link}"
    evidence = f"{member.name}:{member.link}"
    kind, at = HazardKind.SYMBOLIC_LINK, Address(member.name)
    return Hazard(kind, at, member.name, detail, evidence, facts={"in_zip": "yes"})


def _member(member: Member) -> Iterator[Hazard]:
    at = Address(member.name)
    if leads_out(member.name):
        yield Hazard(HazardKind.TRAVERSAL_MEMBER, at, member.name, "", member.name)
    kind_of_content = _CONTENTS.get(member.content)
    is_own = _OWN_MEMBERS.fullmatch(member.name.rpartition("!")[2])  # of an archive inside, too
    if kind_of_content is not None and not is_own:
        evidence = f"{member.name}:{member.content}"
        yield Hazard(kind_of_content, at, member.name, _SAID[member.content], evidence)
    elif member.content == "pickle":
        evidence = f"{member.name}:pickle"
        yield Hazard(HazardKind.PICKLED_ARRAY, at, member.name, _SAID["pickle"], evidence)


_SAID: Final = {
    "pickle": "a Python pickle",
    "executable": "a program",
    "script": "a script",
    "python": "Python code",
    "archive": "an archive",
    "zip": "a zip archive",
    "hdf5": "an HDF5 file",
}


def _pickled(tensors: Iterable[Tensor]) -> Iterator[Hazard]:
    """Yield one hazard for each archive with arrays of objects, which are read all or none."""
    archives: dict[str, list[Tensor]] = {}
    for tensor in tensors:
        if tensor.dtype == "object":
            archives.setdefault(tensor.address.member.partition(".npz")[0], []).append(tensor)
    for name, arrays in archives.items():
        first = arrays[0]
        detail = f"{counted(len(arrays), 'array')} of Python objects"
        member = f"{name}.npz" if ".npz" in first.address.member else first.address.member
        yield Hazard(HazardKind.PICKLED_ARRAY, Address(member), first.path, detail, member)


def _shards(document: Document) -> Iterator[Hazard]:
    """Yield shards whose names lead out of the folder of their index.

    Keras joins them with `Path.with_name`, which refuses them; other readers may not
    (`ShardedH5IOStore` in keras/src/saving/saving_lib.py, 3.10 and later).
    """
    if document.purpose is not Purpose.OTHER or not isinstance(document.value, dict):
        return
    at = Address(document.member).down("weight_map")
    for name in dict.fromkeys(_listed(get_dict(document.value, "weight_map"))):
        if leads_out(name):
            facts = {"class_name": "the index of its shards", "argument": "weight_map"}
            kind = HazardKind.PATH_VALUE
            yield Hazard(kind, at, name, "", f"weight_map:{name}", facts=facts)


def _listed(weight_map: dict[str, Any]) -> Iterator[str]:
    for files in weight_map.values():
        listed = files if isinstance(files, list) else [files]
        yield from (name for name in listed if isinstance(name, str))


def _bomb(tensor: Tensor) -> Hazard:
    said = f"{tensor.nbytes:,} bytes by its shape, {tensor.stored_bytes:,} in the file"
    return Hazard(HazardKind.SHAPE_BOMB, tensor.address, tensor.path, said, tensor.path)


def _is_bomb(tensor: Tensor) -> bool:
    if tensor.stored_bytes is None:
        return False
    return tensor.nbytes > max(SHAPE_FLOOR, SHAPE_RATIO * tensor.stored_bytes)
