"""The HDF5 reader sees what h5py sees, in every sample and in made files of every kind."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from kerasscan.reader.hdf5 import NotHdf5
from tests.reader.hdf5_bytes import SIGNATURE, read, written
from tests.reader.hdf5_compare import STRUCTURES
from tests.reader.hdf5_judge import differences, judge

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY / "samples"
BATCHES = 8
BATCH = 250
SECONDS = 120.0
"""What a batch may take: ten times what it does, for the HDF5 library may hang."""

KINDS = (
    *STRUCTURES,
    *("superblock 0", "superblock 2", "superblock 3", "user block"),
    *("compact", "contiguous", "chunked", "virtual", "external", "null dataspace"),
    *("rank 0", "rank 1", "rank 2", "rank 3", "rank 32"),
    *("soft-link", "external-link", "link-cycle"),
    *("array", "bool", "compound", "enum", "opaque", "reference", "string", "vlen"),
    *("float16", "float32", "float64", "int8", "uint8", "int16", "uint16", "int32", "uint32"),
    *("int64", "uint64"),
)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_made_files_read_as_h5py_reads_them(batch: int, tmp_path: Path) -> None:
    seeds = [str(batch * BATCH), str((batch + 1) * BATCH)]
    command = [sys.executable, "-m", "tests.reader.hdf5_compare", *seeds, str(tmp_path)]
    told = subprocess.run(  # noqa: S603 - this very Python
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=SECONDS, check=True
    )
    *differing, seen = told.stdout.splitlines()
    assert differing == []
    assert set(KINDS) - set(json.loads(seen)) == set()


def sample_contents() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SAMPLES.rglob("*")):
        if not path.is_file():
            continue
        name = str(path.relative_to(SAMPLES))
        if path.suffix in (".h5", ".hdf5"):
            yield name, path.read_bytes()
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    if member.endswith(".h5"):
                        yield f"{name}!{member}", archive.read(member)


def test_samples_read_as_h5py_reads_them() -> None:
    for name, content in sample_contents():
        if SIGNATURE not in content:
            with pytest.raises(NotHdf5):
                read(content)
            continue
        found = read(content)
        try:
            expected = judge(io.BytesIO(content))
        except (OSError, KeyError):
            assert any(problem.incomplete for problem in found.problems), name
        else:
            assert differences(found, expected) == [], name


@pytest.mark.parametrize("library", ["earliest", "latest"])
@pytest.mark.parametrize("tracked", [True, False])
def test_trees_of_several_levels_are_read(library: str, tracked: bool) -> None:
    def fill(file: h5py.File) -> None:
        leaf = file.create_group("leaf")
        many = file.create_group("many", track_order=tracked)
        for number in np.random.default_rng(3).permutation(4_000):
            many[f"layer_{number}"] = leaf
        marked = file.create_group("marked", track_order=tracked)
        for number in np.random.default_rng(4).permutation(300):
            marked.attrs[f"attribute_{number}"] = "v" * 40

    content = written(fill, libver=library)
    assert differences(read(content), judge(io.BytesIO(content))) == []


def test_every_chunk_index_is_added_up() -> None:
    def fill(file: h5py.File) -> None:
        for packed in (None, "gzip"):
            for name, shape, chunk, most in (
                ("single", (50,), (50,), (50,)),
                ("fixed", (50_000,), (7,), (60_000,)),
                ("extensible", (50_000,), (3,), (None,)),
                ("tree", (500, 500), (9, 9), (None, None)),
            ):
                made = file.create_dataset(
                    f"{name} {packed}", shape, "i4", chunks=chunk, maxshape=most, compression=packed
                )
                made[shape[0] // 3 : shape[0] * 4 // 5] = 1

    for library in ("earliest", "latest"):
        content = written(fill, libver=library)
        assert differences(read(content), judge(io.BytesIO(content))) == []
