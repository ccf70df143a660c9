"""Values of small tensors: equal to what h5py and NumPy read, bounded, and never an exception."""

from __future__ import annotations

import io
import json
import shutil
import struct
import time
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import h5py
import numpy as np
import pytest

from kerasscan.model.address import Address
from kerasscan.model.saved import Artifact, Container, Saved
from kerasscan.model.tensors import Tensor
from kerasscan.reader.hdf5 import NotHdf5, snapshot
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.reading import read
from kerasscan.reader.tensor_values import Refusal, ValuesProblem, values_of
from kerasscan.reader.weights_h5 import tensor
from tests.reader.hdf5_maker import make
from tests.reader.test_hdf5_damage import Damage
from tests.samples.manifest import SAMPLES, Sample, load_samples

SMALL = 64
SECONDS = 2.0
MUTANTS = 60
NUMBERS = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")
IN_HDF5 = [
    sample
    for sample in load_samples()
    if sample.container in ("keras-zip", "keras-dir", "h5-model", "h5-weights")
]
MUTATED = (
    "clean/keras-3.15.1-preprocessing.keras",
    "clean/keras-3.15.1-functional.h5",
    "clean/newest-hdf5.h5",
    "clean/user-block.h5",
    "file/dense-hdf5.h5",
)


def test_a_bfloat16_is_read_as_keras_stores_it(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        halves = np.array([0x3FC0, 0xC000, 0x7F80], dtype="<u2")
        file.create_dataset("vars/0", data=halves.view("V2")).attrs["dtype"] = "bfloat16"
    assert list(_values(path).values()) == [(1.5, -2.0, float("inf"))]


@pytest.mark.parametrize("sample", IN_HDF5, ids=lambda sample: sample.path)
def test_values_of_every_sample_are_those_that_h5py_reads(sample: Sample) -> None:
    saved = read(sample.file)
    wanted = [each for each in saved.tensors if each.size <= SMALL and "float" in each.dtype]
    found = values_of(saved, wanted)
    assert list(found) == list(dict.fromkeys(wanted))
    for each in wanted:
        values = found[each]
        if isinstance(values, ValuesProblem):
            assert values.refusal in _EXCUSED.get(sample.path, ()), values
        else:
            assert _same(values, _judged(saved, each)), each


_EXCUSED = {
    "file/external-storage.h5": (Refusal.UNSUPPORTED,),
    "file/virtual-dataset.h5": (Refusal.UNSUPPORTED,),
}


def _judged(saved: Saved, wanted: Tensor) -> Any:
    """Return a tensor's values as h5py reads them."""
    path, member = Path(saved.artifact.path), wanted.address.member
    store: Any = path
    if saved.artifact.container is Container.KERAS_DIR:
        store = path / member
    elif saved.artifact.container is Container.KERAS_ZIP:
        with zipfile.ZipFile(path) as archive:
            store = io.BytesIO(archive.read(member))
    with h5py.File(store, "r") as file:
        return file[wanted.path][()]


def _same(values: tuple[int | float, ...], judged: Any) -> bool:
    return bool(np.array_equal(np.array(values).ravel(), np.ravel(judged), equal_nan=True))


def _saved(path: Path, container: Container = Container.H5_WEIGHTS) -> Saved:
    """Return a file of any datasets as if it held weights."""
    with path.open("rb") as stream:
        try:
            datasets = list(snapshot(stream, DEFAULT_LIMITS).root.all_datasets())
        except NotHdf5:
            datasets = []
    artifact = Artifact(str(path), container, path.stat().st_size)
    return Saved(artifact, tensors=tuple(tensor(each, "") for each in datasets))


def _values(path: Path, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    saved = _saved(path)
    return {each.path: found for each, found in values_of(saved, saved.tensors, limits).items()}


def _compare(path: Path, limits: Limits = DEFAULT_LIMITS) -> int:
    """Compare every dataset that is read with h5py, and return how many there were."""
    count = 0
    with h5py.File(path, "r") as file:
        for name, values in _values(path, limits).items():
            if not isinstance(values, ValuesProblem):
                assert _same(values, file[name][()]), name
                count += 1
    return count


@pytest.mark.parametrize("library", ["earliest", "v110", "latest"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_type_of_number_is_read(tmp_path: Path, order: str, library: str) -> None:
    with h5py.File(tmp_path / "a.h5", "w", libver=library) as file:
        for name in NUMBERS:
            dtype = np.dtype(order + name)
            limits: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
            values = np.array([[limits.min, 0, 1], [3, 7, limits.max]], dtype)
            file[name] = values
            file.create_dataset(f"chunked/{name}", data=values, chunks=(1, 2), compression="gzip")
            file[f"scalar/{name}"] = values[1, 1]
        file["special"] = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324])
        file["bool"] = np.array([True, False])
        file["nothing"] = np.zeros((0, 5))
    assert _compare(tmp_path / "a.h5") == 3 * len(NUMBERS) + 3


Case = Callable[[h5py.File], Any]
CASES: dict[str, Case] = {
    "compact": lambda file: _low(file, (3, 4), "compact"),
    "contiguous": lambda file: file.create_dataset("a", data=_ramp((7, 5, 2))),
    "never written": lambda file: file.create_dataset("a", (4, 3), "f4"),
    "never written, filled": lambda file: file.create_dataset("a", (5,), "f4", fillvalue=2.5),
    "filled chunks": lambda file: _part(file, (30, 9), (4, 4), fillvalue=-1),
    "single chunk": lambda file: _part(file, (9, 8), (9, 8)),
    "single chunk, packed": lambda file: _part(file, (9, 8), (9, 8), compression="gzip"),
    "chunk larger than its data": lambda file: _part(file, (3,), (50,), (None,), compression=9),
    "packed and shuffled": lambda file: _part(
        file, (30, 9), (7, 4), compression="gzip", shuffle=True
    ),
    "checked": lambda file: _part(file, (30, 9), (7, 4), fletcher32=True, compression="gzip"),
    "only shuffled": lambda file: _part(file, (30, 9), (7, 4), shuffle=True),
    "allocated early": lambda file: _low(file, (9, 8), "chunked"),
    "fixed array": lambda file: _part(file, (30, 9), (4, 2)),
    "fixed array of pages": lambda file: _part(file, (2500,), (1,)),
    "fixed array that may grow": lambda file: _part(file, (10, 6), (4, 2), (50, 31)),
    "packed fixed array of pages": lambda file: _part(file, (2500,), (1,), compression="gzip"),
    "extensible array": lambda file: _part(file, (30, 9), (4, 2), (None, 20)),
    "extensible array, second axis": lambda file: _part(file, (6, 50), (4, 2), (13, None)),
    "extensible array, middle axis": lambda file: _part(file, (5, 9, 4), (2, 2, 3), (7, None, 9)),
    "large extensible array": lambda file: _part(file, (4000,), (1,), (None,)),
    "extensible array with holes": lambda file: _holes(file, (4000,), (1,), (None,)),
    "packed extensible array": lambda file: _part(
        file, (900,), (2,), (None,), compression="gzip", shuffle=True
    ),
    "tree": lambda file: _part(file, (30, 9), (4, 2), (None, None)),
    "deep tree": lambda file: _part(file, (64, 60), (1, 1), (None, None)),
    "packed tree": lambda file: _part(file, (30, 40), (1, 2), (None, None), compression="gzip"),
    "tree with holes": lambda file: _holes(file, (40, 40), (1, 3), (None, None)),
    "filters that one chunk skips": lambda file: _masked(file),
}


def _ramp(shape: tuple[int, ...]) -> Any:
    return (np.arange(np.prod(shape)) + 1).astype("f4").reshape(shape)


def _part(
    file: h5py.File,
    shape: tuple[int, ...],
    chunks: tuple[int, ...],
    most: tuple[int | None, ...] | None = None,
    **options: Any,
) -> None:
    """Make a dataset in chunks and write about two thirds of it."""
    made = file.create_dataset("a", shape, "f4", chunks=chunks, maxshape=most, **options)
    written = max(1, shape[0] * 2 // 3)
    made[:written] = _ramp(shape)[:written]


def _holes(
    file: h5py.File,
    shape: tuple[int, ...],
    chunks: tuple[int, ...],
    most: tuple[int | None, ...],
) -> None:
    made = file.create_dataset("a", shape, "i4", chunks=chunks, maxshape=most, fillvalue=7)
    for at in Random(3).sample(range(shape[0]), 12):  # noqa: S311 - a test generator
        made[at] = at


def _low(file: h5py.File, shape: tuple[int, ...], layout: str) -> None:
    """Make a dataset of a kind that h5py has no word for."""
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if layout == "compact":
        plist.set_layout(h5py.h5d.COMPACT)
    else:
        plist.set_chunk((4, 3))
        plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    space = h5py.h5s.create_simple(shape)
    made = h5py.h5d.create(file.id, b"a", h5py.h5t.IEEE_F32BE, space, plist)
    h5py.Dataset(made)[...] = _ramp(shape)


def _masked(file: h5py.File) -> None:
    made = file.create_dataset("a", (4,), "<i4", chunks=(2,), compression="gzip", shuffle=True)
    made[:2] = [1000, 2000]
    made.id.write_direct_chunk((2,), struct.pack("<2i", 5, -6), filter_mask=0b11)


@pytest.mark.parametrize("library", ["earliest", "v110", "latest"])
@pytest.mark.parametrize("case", CASES)
def test_every_way_of_storing_is_read(tmp_path: Path, case: str, library: str) -> None:
    with h5py.File(tmp_path / "a.h5", "w", libver=library) as file:
        CASES[case](file)
    assert _compare(tmp_path / "a.h5") == 1


def test_arrays_so_large_that_super_blocks_have_pages_are_read(tmp_path: Path) -> None:
    """From element 131,060 on, data blocks have two pages of 1,024 elements; most are absent."""
    expected = np.zeros(145_000, "i2")
    with h5py.File(tmp_path / "a.h5", "w", libver="latest") as file:
        made = file.create_dataset("a", expected.shape, "i2", chunks=(1,), maxshape=(None,))
        for at in (0, 70, 131_059, 131_060, 132_090, 135_200, 137_205, 139_300, 144_999):
            made[at] = expected[at] = at % 1_000 + 1
        stored_bytes = made.id.get_storage_size()
    with (tmp_path / "a.h5").open("rb") as stream:
        found = snapshot(stream, DEFAULT_LIMITS).root.datasets["a"]
    assert found.stored_bytes == stored_bytes
    limits = replace(DEFAULT_LIMITS, value_elements=200_000)
    assert _values(tmp_path / "a.h5", limits) == {"a": tuple(expected.tolist())}


@pytest.mark.parametrize("seed", range(150))
def test_files_made_by_chance_are_read_as_h5py_reads_them(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(make(seed, tmp_path))
    _compare(path)


@pytest.mark.parametrize("compress", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_keras_archive_is_read_stored_and_deflated(tmp_path: Path, compress: int) -> None:
    source = SAMPLES / "clean" / "keras-3.15.1-preprocessing.keras"
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", compress) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    saved, first = read(path), read(source)
    found = values_of(saved, saved.tensors)
    assert found
    assert found == values_of(first, first.tensors)


ARRAYS = {
    "matrix": _ramp((3, 4)),
    "columns": np.asfortranarray(_ramp((3, 4, 2))),
    "big": np.arange(5, dtype=">i8"),
    "flags": np.array([True, False]),
    "half": np.array([1.5, np.inf], "f2"),
    "scalar": np.uint64(2**64 - 1),
    "nothing": np.zeros((2, 0)),
}


def _npz(path: Path, arrays: dict[str, Any], write: Any = np.savez) -> Saved:
    """Write a ``.keras`` archive with its weights in an npz."""
    inner = io.BytesIO()
    write(inner, **arrays)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps({"class_name": "Sequential", "config": {}}))
        archive.writestr("model.weights.npz", inner.getvalue())
    return read(path)


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_arrays_of_an_npz_are_those_that_numpy_reads(tmp_path: Path, write: Any) -> None:
    saved = _npz(tmp_path / "a.keras", ARRAYS, write)
    found = values_of(saved, saved.tensors)
    assert len(found) == len(ARRAYS)
    for each, values in found.items():
        assert not isinstance(values, ValuesProblem)
        assert list(values) == ARRAYS[each.path].ravel(order="C").tolist()


def test_an_npz_in_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"class_name": "Sequential", "config": {}}')
    (tmp_path / "metadata.json").write_text('{"keras_version": "3.8.0"}')
    np.savez(tmp_path / "model.weights.npz", a=_ramp((2, 2)))
    saved = read(tmp_path)
    assert list(values_of(saved, saved.tensors).values()) == [(1.0, 2.0, 3.0, 4.0)]


def test_an_array_of_objects_is_not_unpickled(tmp_path: Path) -> None:
    saved = _npz(tmp_path / "a.keras", {"a": np.array([{"b": 1}], dtype=object)})
    assert _first(saved).refusal is Refusal.UNSUPPORTED


def test_of_two_members_with_one_name_the_last_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
        for value in (1.0, 2.0):
            inner = io.BytesIO()
            with h5py.File(inner, "w") as file:
                file["layers/normalization/vars/0"] = np.array([value])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # zipfile tells of the name
                archive.writestr("model.weights.h5", inner.getvalue())
    saved = read(path)
    assert values_of(saved, saved.tensors) == {saved.tensors[0]: (2.0,)}


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_numpy_arrays_is_read(tmp_path: Path, version: Any) -> None:
    inner, member = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array(member, _ramp((5,)), version)
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.npy", member.getvalue())
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.npz", inner.getvalue())
    saved = read(tmp_path / "a.keras")
    assert list(values_of(saved, saved.tensors).values()) == [(1.0, 2.0, 3.0, 4.0, 5.0)]


def test_a_checkpoint_holds_what_its_shard_holds() -> None:
    folder = SAMPLES / "clean" / "tf-2.10-savedmodel"
    saved = read(folder)
    shard = (folder / "variables" / "variables.data-00000-of-00001").read_bytes()
    found = values_of(saved, saved.tensors)
    assert found
    for each, values in found.items():
        assert not isinstance(values, ValuesProblem), each
        assert np.array(values, each.dtype).tobytes() in shard


def test_weights_of_tensorflowjs_are_read_in_the_order_of_the_manifest() -> None:
    folder = SAMPLES / "clean" / "tensorflowjs-layers"
    saved = read(folder / "model.json")
    found = values_of(saved, saved.tensors)
    numbers: Any = [found[each] for each in saved.tensors]
    dtypes = [each.dtype for each in saved.tensors]
    data = [np.array(*pair).tobytes() for pair in zip(numbers, dtypes, strict=True)]
    assert b"".join(data) == (folder / "group1-shard1of1.bin").read_bytes()


def test_weights_of_tensorflowjs_go_on_in_the_next_file(tmp_path: Path) -> None:
    weights: Any = [{"name": name, "shape": [3], "dtype": "int32"} for name in "abc"]
    packed = {"dtype": "uint8", "min": 0.0, "scale": 1.0}
    weights.insert(1, {"name": "packed", "shape": [5], "dtype": "float32", "quantization": packed})
    data = struct.pack("<3i5s6i", 1, 2, 3, b"xxxxx", *range(4, 10))
    files = ["1.bin", "2.bin", "3.bin"]
    manifest = [{"paths": files, "weights": weights}]
    for name, part in zip(files, (data[:10], data[10:30], data[30:]), strict=True):
        (tmp_path / name).write_bytes(part)
    model = {"modelTopology": {"class_name": "Sequential", "config": {}}}
    (tmp_path / "model.json").write_text(json.dumps({**model, "weightsManifest": manifest}))
    saved = read(tmp_path / "model.json")
    found = {each.path: values for each, values in values_of(saved, saved.tensors).items()}
    assert getattr(found.pop("packed"), "refusal", None) is Refusal.UNSUPPORTED
    assert found == {"a": (1, 2, 3), "b": (4, 5, 6), "c": (7, 8, 9)}


def _refusals(path: Path, limits: Limits = DEFAULT_LIMITS) -> set[Any]:
    found = _values(path, limits).values()
    return {getattr(each, "refusal", None) for each in found}


def _unsupported(file: h5py.File) -> Iterator[str]:
    file.create_dataset("lzf", data=np.zeros(800), compression="lzf")
    file.create_dataset("scaled", data=np.arange(8), scaleoffset=0, chunks=(4,))
    file["text"] = "a text"
    file["texts"] = np.array([b"a", b"b"])
    file["fields"] = np.zeros(2, [("a", "i4"), ("b", "f8")])
    file["opaque"] = np.zeros(2, "V4")
    file["complex"] = np.zeros(2, "c8")
    file["enum"] = np.zeros(2, h5py.enum_dtype({"ONE": 1, "TWO": 2}, "i2"))
    file["empty"] = h5py.Empty("f4")
    file.create_dataset("arrays", (2,), np.dtype(("f4", (3,))))
    file.create_dataset("outside", (2,), "f4", external=[("secret.bin", 0, 8)])
    yield from file


def test_what_is_not_read_says_why(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        names = list(_unsupported(file))
    found = _values(tmp_path / "a.h5")
    assert set(found) == set(names)
    assert [name for name in names if getattr(found[name], "refusal", None) != "unsupported"] == []
    assert found["lzf"].detail == "the filter lzf is not undone here"
    assert found["text"].detail == "values of the element type string are not read"


def test_values_that_were_never_written_are_not_made_up(tmp_path: Path) -> None:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        h5py.h5d.create(file.id, b"a", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((3,)), plist)
    assert _refusals(tmp_path / "a.h5") == {Refusal.ABSENT}


def test_too_many_elements_are_not_read(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["a"] = np.zeros(DEFAULT_LIMITS.value_elements)
        file["b"] = np.zeros(DEFAULT_LIMITS.value_elements + 1)
        file.create_dataset("c", (2**40, 2**20), "f4", chunks=(1, 1))
    found = _values(tmp_path / "a.h5")
    assert len(found["a"]) == DEFAULT_LIMITS.value_elements
    assert found["b"].refusal is found["c"].refusal is Refusal.LIMIT


def test_many_tensors_together_stay_within_the_budget(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for number in range(40):
            file[f"{number:02}"] = np.zeros(4096)
    found = list(_values(tmp_path / "a.h5").values())
    assert all(isinstance(each, tuple) for each in found[:32])
    assert all(each.refusal is Refusal.LIMIT for each in found[32:])


def test_a_chunk_that_is_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        made = file.create_dataset("a", (4,), "f4", chunks=(4,), compression="gzip")
        made.id.write_direct_chunk((0,), bomb)
        made = file.create_dataset("b", (4,), "f4", chunks=(100_000,), maxshape=(None,))
        made[:] = 1
        made = file.create_dataset(
            "c", (4,), "f4", chunks=(60_000_000,), maxshape=(None,), compression="gzip"
        )
        made.id.write_direct_chunk((0,), zlib.compress(bytes(240_000_000), 9)[:900])
    saved = _saved(tmp_path / "a.h5")
    tracemalloc.start()
    found = {each.path: values for each, values in values_of(saved, saved.tensors).items()}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(found["a"], ValuesProblem)
    assert found["a"].refusal is Refusal.DAMAGED
    assert found["b"] == (1.0, 1.0, 1.0, 1.0)
    assert isinstance(found["c"], ValuesProblem)
    assert found["c"].refusal is Refusal.LIMIT
    assert peak < 4 * 1024 * 1024


def test_a_file_that_has_changed_or_gone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["a"] = _ramp((3,))
    saved = _saved(path)
    other = replace(saved.tensors[0], path="b/c/d")
    with h5py.File(path, "w") as file:
        file["a"] = _ramp((4,))
    found = values_of(saved, [*saved.tensors, other])
    assert [getattr(each, "refusal", None) for each in found.values()] == [
        Refusal.CHANGED,
        Refusal.ABSENT,
    ]
    path.write_bytes(b"no HDF5 file")
    assert next(iter(values_of(saved, saved.tensors).values())) == ValuesProblem(
        Refusal.DAMAGED, "it is not in an HDF5 file"
    )
    path.unlink()
    assert _first(saved).refusal is Refusal.ABSENT


def _first(saved: Saved) -> ValuesProblem:
    found = next(iter(values_of(saved, saved.tensors).values()))
    assert isinstance(found, ValuesProblem)
    return found


@pytest.mark.parametrize(
    "name", ["../secret.bin", "/etc/hostname", "missing.bin", "a\0b", "\ud800"]
)
def test_weights_of_tensorflowjs_outside_of_the_folder_are_not_read(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(64))
    folder = tmp_path / "model"
    folder.mkdir()
    weight = {"name": "a", "shape": [1], "dtype": "uint8"}
    manifest = [{"paths": [name], "weights": [weight]}]
    topology = {"class_name": "Sequential", "config": {}}
    model = {"modelTopology": topology, "weightsManifest": manifest}
    (folder / "model.json").write_text(json.dumps(model))
    assert _first(read(folder / "model.json")).refusal is Refusal.ABSENT


def test_a_link_out_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["vars/0"] = _ramp((2,))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.weights.h5").symlink_to(tmp_path / "secret.h5")
    artifact = Artifact(str(folder), Container.KERAS_DIR, 0)
    stored = Tensor("vars/0", (2,), "float32", Address("model.weights.h5"), 4)
    assert _first(Saved(artifact, tensors=(stored,))).refusal is Refusal.ABSENT


def _ask(path: Path, saved: Saved) -> None:
    """Ask for all values that a damaged file has, and for those that it had."""
    found = read(path)
    before = replace(saved, artifact=replace(saved.artifact, path=str(path)))
    for each in (found, before):
        start = time.perf_counter()
        values = values_of(each, each.tensors)
        assert time.perf_counter() - start < SECONDS
        assert set(values) == set(each.tensors)
        for stored, numbers in values.items():
            is_read = isinstance(numbers, tuple) and len(numbers) == stored.size
            assert is_read or isinstance(numbers, ValuesProblem)


@pytest.mark.parametrize("name", MUTATED)
def test_damaged_samples_are_values_or_problems(tmp_path: Path, name: str) -> None:
    random = Random(name)  # noqa: S311 - a test generator
    saved = read(SAMPLES / name)
    content = (SAMPLES / name).read_bytes()
    for _ in range(MUTANTS):
        path = tmp_path / "mutant"
        path.write_bytes(Damage(random, content).apply())
        _ask(path, saved)


@pytest.mark.parametrize("library", ["earliest", "latest"])
def test_damaged_chunk_indexes_are_values_or_problems(tmp_path: Path, library: str) -> None:
    path = tmp_path / "a.h5"
    for case in CASES:
        with h5py.File(path, "w", libver=library) as file:
            CASES[case](file)
        saved, content = _saved(path), path.read_bytes()
        random = Random(case)  # noqa: S311 - a test generator
        for _ in range(6):
            path.write_bytes(Damage(random, content).apply())
            _ask(path, saved)


def test_damaged_archives_of_arrays_are_values_or_problems(tmp_path: Path) -> None:
    path = tmp_path / "a.keras"
    saved = _npz(path, ARRAYS, np.savez_compressed)
    content = path.read_bytes()
    random = Random(5)  # noqa: S311 - a test generator
    for _ in range(200):
        path.write_bytes(Damage(random, content).apply())
        _ask(path, saved)


@pytest.mark.parametrize("name", ["tf-2.10-savedmodel", "tensorflowjs-layers"])
def test_damaged_folders_are_values_or_problems(tmp_path: Path, name: str) -> None:
    source = SAMPLES / "clean" / name
    folder = tmp_path / "model"
    shutil.copytree(source, folder)
    manifest = name == "tensorflowjs-layers"
    damaged = [folder / "model.json"] if manifest else list((folder / "variables").iterdir())
    saved = read(damaged[0] if manifest else folder)
    random = Random(name)  # noqa: S311 - a test generator
    for path in damaged:
        content = path.read_bytes()
        for _ in range(MUTANTS):
            path.write_bytes(Damage(random, content).apply())
            _ask(damaged[0] if manifest else folder, saved)
        path.write_bytes(content)
