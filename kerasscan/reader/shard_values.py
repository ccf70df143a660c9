"""Values that lie bare in a data file at an offset: TensorFlow's checkpoints, TensorFlow.js.

A checkpoint's index gives each tensor's shard, offset and size; a TensorFlow.js manifest gives
the files of each group of weights, which are to be read as one, in the order of the weights
(tfjs-core/src/io/io_utils.ts, ``decodeWeights``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kerasscan.model.address import Address
from kerasscan.model.json_value import get_dict, get_list, get_str
from kerasscan.model.tensors import Tensor
from kerasscan.reader.json_text import parse_json
from kerasscan.reader.limits import Limits
from kerasscan.reader.number_arrays import Allowance, Numbers, Refusal, Refused, numbers, width
from kerasscan.reader.savedmodel.directory import ModelDirectory

if TYPE_CHECKING:
    from kerasscan.reader.tensor_index import Entry

_PREFIX = "variables/variables"
_MOST_AXES = 64
_MOST_FILES = 16
"""Files of which one small tensor is put together: TensorFlow.js fills each up to 4 MB."""
_POINTER = re.compile(r"/weightsManifest/([0-9]{1,9})/weights/([0-9]{1,9})")


class CheckpointValues:
    """The values of a SavedModel's checkpoint.

    Args:
        path: The directory of the SavedModel.
        limits: Budgets of the index.
        allowance: Budget of the values.

    Raises:
        Refused: The index cannot be read.
    """

    def __init__(self, path: Path, limits: Limits, allowance: Allowance) -> None:
        from kerasscan.reader.tensor_index import CompressedTable, read_index
        from kerasscan.reader.wire import BadWire, WireLimit

        self._directory = ModelDirectory(path, limits, ())
        self._allowance = allowance
        data = self._directory.load(f"{_PREFIX}.index")
        if data is None:
            raise Refused(Refusal.ABSENT, "the checkpoint's index is not there, or too large")
        try:
            entries, self._header = read_index(data, limits)
        except (BadWire, CompressedTable) as error:
            raise Refused(Refusal.DAMAGED, f"the checkpoint's index: {error}") from error
        except WireLimit as error:
            raise Refused(Refusal.LIMIT, f"the checkpoint's index: {error}") from error
        self._entries = {entry.key: entry for entry in entries if not entry.is_part}

    def values(self, tensor: Tensor) -> Numbers:
        """Return a tensor's values.

        Raises:
            Refused: They cannot be read, or are not read.
            OSError: The data file cannot be read.
        """
        entry = self._entries.get(tensor.path)
        if entry is None:
            raise Refused(Refusal.ABSENT, "the checkpoint has no tensor of its name")
        if entry.shape != tensor.shape:
            raise Refused(Refusal.CHANGED, f"its shape is {entry.shape} by now, not {tensor.shape}")
        return self._read(entry)

    def _read(self, entry: Entry) -> Numbers:
        from kerasscan.reader.tensor_index import shard_name

        if entry.is_partitioned:
            raise Refused(Refusal.UNSUPPORTED, "it was saved in parts, which are not put together")
        size = self._allowance.count(entry.shape) * width(entry.type.name)
        if entry.size != size:
            raise Refused(Refusal.DAMAGED, f"{entry.size:,} bytes are stored instead of {size:,}")
        self._allowance.pay(size)
        name = shard_name(_PREFIX, entry.shard, self._header.shards)
        path = self._directory.find(name)
        if path is None:
            raise Refused(Refusal.ABSENT, "the file that holds it is not there")
        raw = _piece(path, entry.offset, size)
        if len(raw) != size:
            raise Refused(Refusal.DAMAGED, f"{len(raw):,} of its {size:,} bytes are there")
        return numbers(raw, entry.type.name, big_endian=self._header.big_endian)


class ManifestValues:
    """The values of a TensorFlow.js model's weights.

    Args:
        path: The ``model.json``, whose folder holds the weights.
        limits: Budgets of JSON, and ``archive_members`` for the files of weights.
        allowance: Budget of the values.

    Raises:
        Refused: The manifest cannot be read.
        OSError: The file cannot be read.
    """

    def __init__(self, path: Path, limits: Limits, allowance: Allowance) -> None:
        self._directory = ModelDirectory(path.parent, limits, ())
        self._allowance = allowance
        self._files_left = limits.archive_members
        with path.open("rb") as stream:
            value, _ = parse_json(stream.read(limits.json_bytes + 1), limits, Address())
        if not isinstance(value, dict):
            raise Refused(Refusal.DAMAGED, "its manifest cannot be read as JSON")
        self._manifest = get_list(value, "weightsManifest")
        self._groups: dict[int, _Group] = {}

    def values(self, tensor: Tensor) -> Numbers:
        """Return a tensor's values.

        Raises:
            Refused: They cannot be read, or are not read.
            OSError: A data file cannot be read.
        """
        position, index = _place(tensor.address.pointer)
        stored = _item(self._manifest, position)
        weight = _item(get_list(stored, "weights") if isinstance(stored, dict) else [], index)
        if not isinstance(weight, dict) or get_str(weight, "name") != tensor.path:
            raise Refused(Refusal.ABSENT, "the manifest has no weight of its name there")
        shape = tuple(get_list(weight, "shape"))
        if shape != tensor.shape or weight.get("dtype") != tensor.dtype:
            raise Refused(Refusal.CHANGED, "its shape or type is another by now")
        if weight.get("quantization"):
            raise Refused(Refusal.UNSUPPORTED, "it is quantized")
        size = self._allowance.count(tensor.shape) * width(tensor.dtype)
        self._allowance.pay(size)
        if position not in self._groups:
            self._groups[position] = self._group(stored)
        return numbers(self._groups[position].read(index, size), tensor.dtype)

    def _group(self, stored: dict[str, Any]) -> _Group:
        """Look up the files of a group; one that is missing ends what can be read."""
        names = get_list(stored, "paths")
        self._files_left -= len(names)
        if self._files_left < 0:
            raise Refused(Refusal.LIMIT, "the manifest names more files than are looked at")
        files, ends, end = [], [], 0
        for name in names:
            path = self._find(name)
            if path is None:
                break
            end += path.stat().st_size
            files.append(path)
            ends.append(end)
        return _Group(_offsets(get_list(stored, "weights")), files, ends)

    def _find(self, name: Any) -> Path | None:
        try:
            return self._directory.find(name) if isinstance(name, str) else None
        except ValueError:  # a NUL, or what cannot be encoded
            return None


class _Group(NamedTuple):
    """The weights of a group of files that are to be read as one.

    Attributes:
        offsets: Where each weight begins, up to the first that is behind one of unknown size.
        files: Up to the first that is not there.
        ends: Where each ends.
    """

    offsets: list[int]
    files: list[Path]
    ends: list[int]

    def read(self, index: int, size: int) -> bytes:
        """Return the bytes of a weight."""
        if index >= len(self.offsets):
            raise Refused(Refusal.UNSUPPORTED, "the size of a weight in front of it is not known")
        at, found = self.offsets[index], b""
        first = bisect_right(self.ends, at)
        for number in range(first, min(first + _MOST_FILES, len(self.files))):
            if len(found) < size:
                begin = self.ends[number - 1] if number else 0
                found += _piece(self.files[number], at + len(found) - begin, size - len(found))
        if len(found) != size and first + _MOST_FILES < len(self.files):
            raise Refused(Refusal.LIMIT, f"it is spread over more than {_MOST_FILES} files")
        if len(found) != size:
            raise Refused(Refusal.ABSENT, f"{len(found):,} of its {size:,} bytes are there")
        return found


def _place(pointer: str) -> tuple[int, int]:
    """Return the numbers of group and weight in a pointer, -1 where it is none of a weight."""
    match = _POINTER.fullmatch(pointer)
    return (int(match[1]), int(match[2])) if match else (-1, -1)


def _item(values: list[Any], number: int) -> Any:
    return values[number] if 0 <= number < len(values) else None


def _offsets(weights: list[Any]) -> list[int]:
    """Return where each weight begins, up to the first that is behind one of unknown size."""
    offsets = [0]
    for weight in weights:
        size = _stored_bytes(weight) if isinstance(weight, dict) else None
        if size is None:
            break
        offsets.append(offsets[-1] + size)
    return offsets


def _stored_bytes(weight: dict[str, Any]) -> int | None:
    shape = get_list(weight, "shape")
    if len(shape) > _MOST_AXES or any(type(axis) is not int or axis < 0 for axis in shape):
        return None
    stored = get_dict(weight, "quantization") or weight
    try:
        count: int = prod(shape)
        return count * width(get_str(stored, "dtype") or "")
    except Refused:
        return None


def _piece(path: Path, offset: int, size: int) -> bytes:
    """Return up to ``size`` bytes of a file from an offset.

    Raises:
        OSError: The file cannot be read.
    """
    if offset >= path.stat().st_size:  # an offset may be larger than a file's position can be
        return b""
    with path.open("rb") as stream:
        stream.seek(offset)
        return stream.read(size)
