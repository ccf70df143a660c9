"""What is collected while the members of a model are read, and what that may cost."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import BinaryIO

from kerasscan.model.address import Address
from kerasscan.model.json_value import get_str
from kerasscan.model.saved import Container, Document, Member, Problem, ProblemKind, Purpose
from kerasscan.model.tensors import Tensor
from kerasscan.reader.contents import Claims, Contents
from kerasscan.reader.json_text import parse_json
from kerasscan.reader.limits import Limits
from kerasscan.reader.member_content import Content

_MODEL_ATTRIBUTES = ("model_config", "training_config")
_WEIGHTS = (".h5", ".hdf5")


@dataclass(frozen=True)
class Nested:
    """An archive in a member, to be read after the one around it.

    Attributes:
        stream: The inner archive.
        address: Of the member.
        depth: Archives around it.
        is_certain: Whether its first bytes say that it is one.
    """

    stream: BinaryIO
    address: str
    depth: int
    is_certain: bool = True


class Parts:
    """What is collected while members are read; frozen into `Contents` at the end.

    All archives of one file, inside each other, share it and so its budgets.
    """

    def __init__(self, limits: Limits) -> None:
        """Begin with nothing but the budgets."""
        self.limits = limits
        self.left = limits.inflated_bytes
        self.members_left = limits.archive_members
        self.objects_left = limits.hdf5_objects
        self.documents: list[Document] = []
        self.tensors: list[Tensor] = []
        self.members: list[Member] = []
        self.problems: list[Problem] = []
        self.marks: set[str] = set()
        self.pending: deque[Nested] = deque()

    def problem(
        self, kind: ProblemKind, detail: str, member: str = "", *, incomplete: bool = False
    ) -> None:
        """Note what is wrong or odd."""
        self.problems.append(Problem(kind, detail, Address(member), incomplete))

    def pay(self, size: int, member: str) -> bool:
        """Take bytes that were unpacked off the budget; False, and a problem, when it is spent."""
        self.left -= size
        if self.left >= 0:
            return True
        self.left = 0
        limit = self.limits.inflated_bytes
        detail = f"compressed members unpack to more than the {limit:,} bytes that are read"
        self.problem(ProblemKind.LIMIT_EXCEEDED, detail, member, incomplete=True)
        return False

    def document(self, member: str, data: bytes, purpose: Purpose, *, strict: bool = True) -> None:
        """Parse a JSON document.

        Args:
            member: Its address.
            data: Its bytes.
            purpose: What the loader takes it for.
            strict: Whether it must be JSON; else what is none is no damage.
        """
        value, problems = parse_json(data, self.limits, Address(member))
        self.problems += [
            each for each in problems if strict or each.kind is not ProblemKind.DAMAGED_JSON
        ]
        if value is not None:
            self.documents.append(Document(member, purpose, value))

    def file(
        self, member: str, stream: BinaryIO, kinds: frozenset[Content], names: str, depth: int
    ) -> None:
        """Read a member that is no JSON: weights, arrays, a whole model.

        Args:
            member: Its address.
            stream: It, seekable.
            kinds: What to read it as.
            names: Its names, in lower case, one a line.
            depth: Archives around the one that it is in: only the outermost has tensors.
        """
        if Content.HDF5 in kinds:
            self._hdf5(member, stream, has_tensors=depth == 0 and _ends(names, _WEIGHTS))
        before = len(self.problems)
        is_arrays = _ends(names, (".npz",))
        if Content.NPY in kinds and is_arrays:
            self._arrays(member, stream, has_tensors=depth == 0)
        if Content.ZIP in kinds and (not is_arrays or len(self.problems) > before):
            self.nest(member, stream, depth, is_certain=not is_arrays)

    def nest(self, member: str, stream: BinaryIO, depth: int, *, is_certain: bool = True) -> None:
        """Note an archive to be read later; a problem where it lies too deep."""
        if not self.has_members_left(member):
            return
        if depth < self.limits.nested_depth:
            self.pending.append(Nested(stream, member, depth + 1, is_certain))
            return
        detail = f"an archive in more than {self.limits.nested_depth} others"
        self.problem(ProblemKind.LIMIT_EXCEEDED, detail, member, incomplete=True)

    def has_members_left(self, member: str) -> bool:
        """Whether another archive may be read; else a problem: it has no member that may."""
        if self.members_left > 0:
            return True
        detail = (
            f"the archives in it have more than the {self.limits.archive_members:,} members read"
        )
        self.problem(ProblemKind.LIMIT_EXCEEDED, detail, member, incomplete=True)
        return False

    def _hdf5(self, member: str, stream: BinaryIO, *, has_tensors: bool) -> None:
        from kerasscan.reader.h5_file import read_h5
        from kerasscan.reader.weights_h5 import layout_marks, open_snapshot, tensor

        stream.seek(0)
        limits = replace(self.limits, hdf5_objects=max(0, self.objects_left))
        found, problems = open_snapshot(stream, limits, member)
        self.problems += problems
        if found is None:
            return
        self.objects_left -= sum(1 + len(group.datasets) for group in found.root.walk())
        if has_tensors:
            self.tensors += [tensor(dataset, member) for dataset in found.root.all_datasets()]
            self.marks |= layout_marks(found.root)
        if any(name in found.root.attributes for name in _MODEL_ATTRIBUTES):
            size = stream.seek(0, 2)
            inner = read_h5(stream, size, limits)
            self.documents += [
                replace(each, member=f"{member}!{each.member}", purpose=Purpose.OTHER)
                for each in inner.documents
            ]
            self.problems += [
                _moved(each, member) for each in inner.problems if each.kind in _OF_DOCUMENTS
            ]

    def _arrays(self, member: str, stream: BinaryIO, *, has_tensors: bool) -> None:
        from kerasscan.reader.npz import read_npz

        if not self.has_members_left(member):
            return
        tensors, problems = read_npz(stream, self.limits, member, self.members_left)
        self.members_left -= len(tensors)
        # an array of objects is a pickle, wherever it lies
        self.tensors += [each for each in tensors if has_tensors or each.dtype == "object"]
        self.problems += problems

    def contents(self, container: Container, missing: tuple[str, ...]) -> Contents:
        """Freeze what was collected.

        Args:
            container: What the file is.
            missing: Clauses: what the loader would look for in vain.
        """
        for clause in missing:
            self.problem(ProblemKind.MISSING_PART, clause)
        order = {Purpose.MODEL: 0, Purpose.METADATA: 1}
        documents = sorted(self.documents, key=lambda found: order.get(found.purpose, 2))
        return Contents(
            container,
            documents=tuple(documents),
            tensors=tuple(self.tensors),
            members=tuple(self.members),
            problems=tuple(self.problems),
            claims=_claims(documents),
            marks=frozenset(self.marks),
        )


_OF_DOCUMENTS = frozenset(
    {
        ProblemKind.DAMAGED_JSON,
        ProblemKind.ODD_JSON,
        ProblemKind.ODD_ATTRIBUTE,
        ProblemKind.LIMIT_EXCEEDED,
    }
)
"""Problems that come up when attributes are read; the others are told with the datasets."""


def _moved(problem: Problem, member: str) -> Problem:
    address = Address(f"{member}!{problem.address.member}", problem.address.pointer)
    return replace(problem, address=address)


def _ends(names: str, endings: tuple[str, ...]) -> bool:
    return any(name.endswith(endings) for name in names.split("\n"))


def kinds_of(names: str, content: str) -> frozenset[Content]:
    """Return what a member is to be read as: what its name says and what its bytes say.

    Args:
        names: Its names, in lower case, one a line.
        content: What its first bytes say.
    """
    kinds = set()
    if content == Content.JSON or _ends(names, (".json",)):
        kinds.add(Content.JSON)
    if content == Content.HDF5 or _ends(names, _WEIGHTS):
        kinds.add(Content.HDF5)
    if _ends(names, (".npz",)):
        kinds.add(Content.NPY)
    if content == Content.ZIP:
        kinds.add(Content.ZIP)
    return frozenset(kinds)


def _claims(documents: list[Document]) -> Claims:
    for document in documents:
        if document.purpose is Purpose.METADATA and isinstance(document.value, dict):
            return Claims(
                version=get_str(document.value, "keras_version"),
                date_saved=get_str(document.value, "date_saved"),
            )
    return Claims()
