"""Values of a few small tensors, by name: a Normalization layer's mean, a vocabulary's size.

`read` tells names, shapes and types of weights and never their values. `values_of` opens a file
that was read once more and reads the values of the tensors that it is given, in pure Python and
within budgets: ``Limits.value_elements`` of one tensor, ``Limits.value_bytes`` of all.

Read are HDF5 files, alone and in ``.keras`` archives and folders; arrays of an ``.npz``; the
checkpoint of a SavedModel; the weights of a TensorFlow.js model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from kerasscan.model.saved import Container, Saved
from kerasscan.model.tensors import Tensor
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.number_arrays import Allowance, Numbers, Refusal, Refused

if TYPE_CHECKING:
    from kerasscan.reader.zip_member import ZipMembers

__all__ = ["Numbers", "Refusal", "ValuesProblem", "values_of"]

_IN_ARRAYS = re.compile(r"\.npz/", re.IGNORECASE)
_GONE = "the file that holds it is not there by now"

_Read: TypeAlias = "Callable[[Tensor], Numbers]"


@dataclass(frozen=True)
class ValuesProblem:
    """Why a tensor's values could not be read.

    Attributes:
        refusal: Which of the known reasons.
        detail: A clause without a final period that completes "could not be read: ...".
    """

    refusal: Refusal
    detail: str


def values_of(
    saved: Saved, tensors: Sequence[Tensor], limits: Limits = DEFAULT_LIMITS
) -> dict[Tensor, Numbers | ValuesProblem]:
    """Read the values of some tensors from the file that they were found in.

    Args:
        saved: What ``read`` returned for the file, which must still be there.
        tensors: Some of ``saved.tensors``.
        limits: Budgets, those of ``read`` and of the values.

    Returns:
        For each tensor its elements in row-major order, the last axis running fastest, or why
        they could not be read. Integers are exact, booleans 0 and 1. Where a zip has two members
        of one name, the values are those of the last, which is the one that is loaded. No file
        makes this function raise.
    """
    found: dict[Tensor, Numbers | ValuesProblem] = {}
    with ExitStack() as stack:
        model = _Model(saved, limits, stack)
        for member, wanted in _by_member(saved, tensors).items():
            found |= _values_in(model, member, wanted)
    return {tensor: found[tensor] for tensor in tensors}


def _by_member(saved: Saved, tensors: Sequence[Tensor]) -> dict[str, list[Tensor]]:
    """Group tensors by the member that is opened for them: only one is open at a time."""
    known = {member.name for member in saved.artifact.members}
    grouped: dict[str, list[Tensor]] = {}
    for tensor in tensors:
        grouped.setdefault(_store(tensor.address.member, known), []).append(tensor)
    return grouped


def _store(member: str, known: set[str]) -> str:
    """Return the npz archive that an address such as ``model.weights.npz/a.npy`` is in."""
    if member in known:
        return member
    ends = (match.end() - 1 for match in _IN_ARRAYS.finditer(member))
    return next((member[:end] for end in ends if member[:end] in known), member)


def _values_in(
    model: _Model, member: str, tensors: Sequence[Tensor]
) -> dict[Tensor, Numbers | ValuesProblem]:
    """Read the values of tensors that are in one member."""
    found: dict[Tensor, Numbers | ValuesProblem] = {}
    with ExitStack() as stack:
        try:
            read = model.open(member, stack)
        except (Refused, OSError) as error:
            return dict.fromkeys(tensors, _problem(error))
        for tensor in tensors:
            try:
                found[tensor] = read(tensor)
            except (Refused, OSError) as error:
                found[tensor] = _problem(error)
    return found


def _problem(error: Refused | OSError) -> ValuesProblem:
    if isinstance(error, Refused):
        return ValuesProblem(error.refusal, error.detail)
    return ValuesProblem(Refusal.UNREADABLE, error.strerror or "the file cannot be read")


class _Model:
    """A model file that is opened once more."""

    def __init__(self, saved: Saved, limits: Limits, stack: ExitStack) -> None:
        self._path = Path(saved.artifact.path)
        self._container = saved.artifact.container
        self._limits = limits
        self._allowance = Allowance(limits)
        self._stack = stack
        self._archive: ZipMembers | None = None

    def open(self, member: str, stack: ExitStack) -> _Read:
        """Return what reads values of tensors in a member, until the stack is closed.

        Raises:
            Refused: It is not there, or cannot be opened.
            OSError: The file cannot be read.
        """
        match self._container:
            case Container.H5_MODEL | Container.H5_WEIGHTS:
                return self._datasets(_file(self._path, stack))
            case Container.KERAS_ZIP:
                return self._weights(member, self._members().open(member))
            case Container.KERAS_DIR:
                return self._weights(member, _file(self._in_folder(member), stack))
            case Container.SAVEDMODEL:
                from kerasscan.reader.shard_values import CheckpointValues

                return CheckpointValues(self._path, self._limits, self._allowance).values
            case Container.TFJS:
                from kerasscan.reader.shard_values import ManifestValues

                return ManifestValues(self._path, self._limits, self._allowance).values
        detail = f"values are not read from a file of kind {self._container}"
        raise Refused(Refusal.UNSUPPORTED, detail)

    def _in_folder(self, member: str) -> Path:
        from kerasscan.reader.savedmodel.directory import ModelDirectory

        found = ModelDirectory(self._path, self._limits, ()).find(member)
        if found is None:
            raise Refused(Refusal.ABSENT, _GONE)
        return found

    def _members(self) -> ZipMembers:
        from kerasscan.reader.zip_member import ZipMembers

        if self._archive is None:
            stream = _file(self._path, self._stack)
            self._archive = ZipMembers(stream, self._limits)
        return self._archive

    def _weights(self, member: str, stream: BinaryIO) -> _Read:
        if not member.lower().endswith(".npz"):
            return self._datasets(stream)
        from kerasscan.reader.npz import ArrayReader

        arrays = ArrayReader(stream, self._limits, self._allowance)

        def values(tensor: Tensor) -> Numbers:
            name = tensor.address.member.removeprefix(f"{member}/")
            return arrays.values(name, tensor.shape)

        return values

    def _datasets(self, stream: BinaryIO) -> _Read:
        from kerasscan.reader.hdf5.datasets import DatasetReader, Wanted

        datasets = DatasetReader(stream, self._limits, self._allowance)

        def values(tensor: Tensor) -> Numbers:
            return datasets.values(Wanted(tensor.path, tensor.shape, tensor.dtype))

        return values


def _file(path: Path, stack: ExitStack) -> BinaryIO:
    if not path.is_file():  # to open a pipe would wait for a writer
        raise Refused(Refusal.ABSENT, _GONE)
    return stack.enter_context(path.open("rb"))
