"""The checkpoint of a SavedModel: its tensors, and whether its data files are all there."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from kerasscan.model.address import Address
from kerasscan.model.saved import ProblemKind
from kerasscan.model.tensors import Tensor
from kerasscan.reader.savedmodel.directory import ModelDirectory
from kerasscan.reader.tensor_index import Entry, Header, read_index, shard_name

_PREFIX = "variables/variables"
INDEX = f"{_PREFIX}.index"
_NAMED = 3


def stored_tensors(directory: ModelDirectory) -> list[Tensor]:
    """Return the tensors that the checkpoint's index lists, optimizer slots among them.

    Left out are parts of tensors, which the whole stands for, and single strings: the graph of
    Python objects (``_CHECKPOINTABLE_OBJECT_GRAPH``) and the like.

    Raises:
        BadWire: When the index is damaged.
        WireLimit: When a budget is spent.
        CompressedTable: When the index is compressed.
    """
    data = directory.load(INDEX)
    if data is None:
        return []
    entries, header = read_index(data, directory.limits)
    _tell_of_shards(directory, entries, header)
    _tell_of_sizes(directory, entries)
    return [_tensor(entry) for entry in entries if not entry.is_part and not _is_text(entry)]


def _is_text(entry: Entry) -> bool:
    return entry.type.name == "string" and not entry.shape


def _tensor(entry: Entry) -> Tensor:
    return Tensor(
        path=entry.key,
        shape=entry.shape,
        dtype=entry.type.name,
        address=Address(INDEX),
        itemsize=entry.type.size,
    )


def _tell_of_shards(directory: ModelDirectory, entries: list[Entry], header: Header) -> None:
    """Tell of data files that are missing or too short for what the index says is in them."""
    needed: dict[int, int] = defaultdict(int)
    for entry in entries:
        if not entry.is_partitioned:
            needed[entry.shard] = max(needed[entry.shard], entry.offset + entry.size)
    missing = []
    for number in islice(range(header.shards), directory.limits.archive_members):
        name = shard_name(_PREFIX, number, header.shards)
        if directory.lacks(name):
            missing.append(name)
        else:
            _tell_if_short(directory, name, needed[number])
    if missing:
        more = len(missing) - _NAMED
        names = ", ".join(missing[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
        detail = f"{names}, {'which holds' if len(missing) == 1 else 'which hold'} weights"
        directory.tell(ProblemKind.MISSING_PART, detail)


def _tell_if_short(directory: ModelDirectory, name: str, needed: int) -> None:
    size = directory.size(name)
    if size is not None and size < needed:
        detail = f"{size:,} bytes, its index names bytes up to {needed:,}"
        directory.tell(ProblemKind.DAMAGED_ARRAY, detail, name)


def _tell_of_sizes(directory: ModelDirectory, entries: list[Entry]) -> None:
    """Tell of tensors whose bytes do not fit their shapes; TensorFlow refuses to read them."""
    wrong = [
        entry
        for entry, declared in ((entry, _tensor(entry).nbytes) for entry in entries)
        if entry.type.size and not entry.is_partitioned and declared != entry.size
    ]
    if wrong:
        first = wrong[0]
        more = f", and {len(wrong) - 1:,} more do not fit" if wrong[1:] else ""
        detail = (
            f"{first.key} is {first.type.name} of shape {first.shape}, "
            f"{_tensor(first).nbytes:,} bytes, and {first.size:,} are stored{more}"
        )
        directory.tell(ProblemKind.DAMAGED_ARRAY, detail, INDEX)
