"""Compares the HDF5 reader with its judge over made files, in a process of its own.

The HDF5 library may hang or crash where it should not: whoever starts this program gives it a
time limit. It prints what differs, a line each, and at the end what the files held.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from kerasscan.reader.hdf5 import snapshot
from kerasscan.reader.hdf5_tree import H5Snapshot
from kerasscan.reader.limits import DEFAULT_LIMITS
from tests.reader.hdf5_judge import differences, judge
from tests.reader.hdf5_maker import CAN_SHARE, make

STRUCTURES = (
    *("TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "BTHD", "BTLF", "FRHP", "FHDB", "FHIB"),
    *("FAHD", "FADB", "EAHD", "EAIB", "EADB"),
    *(("SMTB",) if CAN_SHARE else ()),
)


def seen(content: bytes, found: H5Snapshot) -> Iterator[str]:
    """Yield what a file holds: structures, layouts, element types, problems."""
    yield from (name for name in STRUCTURES if name.encode() in content)
    yield f"superblock {content[found.user_block + 8]}"
    if found.user_block:
        yield "user block"
    for problem in found.problems:
        yield problem.kind
    for dataset in found.root.all_datasets():
        yield dataset.layout
        yield dataset.dtype
        yield "external" if dataset.external_files else "inside"
        yield "null dataspace" if dataset.shape is None else f"rank {len(dataset.shape)}"


def main(first: int, last: int, folder: Path) -> None:
    """Compare the files of the seeds from ``first`` up to ``last``."""
    everything: set[str] = set()
    for seed in range(first, last):
        content = make(seed, folder)
        found = snapshot(io.BytesIO(content), DEFAULT_LIMITS)
        everything.update(seen(content, found))
        for difference in differences(found, judge(io.BytesIO(content))):
            sys.stdout.write(f"seed {seed}: {difference}\n")
    sys.stdout.write(json.dumps(sorted(everything)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
