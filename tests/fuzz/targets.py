"""What is fuzzed: by name, a function from bytes, and what its bytes are.

A target returns nothing and raises what is wrong: any exception, or an `AssertionError` where
something stayed unread and nobody is told, or where an object that Python's own reader sees is
not found.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from kerasscan.bytecode import decode, reach, read_code, writers
from kerasscan.contract.contract import contract_of
from kerasscan.model.saved import Container, Document
from kerasscan.reader.attribution import tensors_by_layer
from kerasscan.reader.h5_file import read_h5
from kerasscan.reader.hdf5 import NotHdf5, snapshot
from kerasscan.reader.json_file import read_json_file
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read
from kerasscan.reader.tensor_index import CompressedTable, read_index
from kerasscan.reader.tensor_values import values_of
from kerasscan.reader.walk import walk
from kerasscan.reader.wire import BadWire, WireLimit
from kerasscan.reader.yaml_file import read_yaml_file
from kerasscan.report import FORMATS, render
from kerasscan.report.compat import render_compat
from kerasscan.report.contract import render_contracts
from kerasscan.report.inspection import inspection_json, inspection_text
from kerasscan.rulebook.bad_cards import BadCards
from kerasscan.rulebook.load import load_packs
from kerasscan.rulebook.page import markdown
from kerasscan.scanner.compat import compat
from kerasscan.scanner.scanning import scan
from kerasscan.scanner.target import asked_target, releases_of
from kerasscan.stub.module import Style, Wanted, stub
from tests.fuzz.mutators.zip_archive import UNREADABLE
from tests.fuzz.oracle import config_of, exit_tells, finds_lambdas, is_told, json_of, lambdas
from tests.samples.manifest import SAMPLES


@dataclass(frozen=True)
class Target:
    """Something that reads bytes.

    Attributes:
        run: Reads them, and raises what is wrong.
        seeds: What its bytes are, as `tests.fuzz.seeds` names it.
        mutator: What changes them, as `tests.fuzz.mutators` names it; None: by their content.
    """

    run: Callable[[bytes], None]
    seeds: str
    mutator: str | None


@cache
def _folder() -> Path:
    """Return a folder of this process's own, in memory where there is such a file system."""
    shared = Path("/dev/shm")  # noqa: S108 - a file system in memory, if there is one
    base = shared if shared.is_dir() else None
    holder = tempfile.TemporaryDirectory(prefix="kerasscan-fuzz-", dir=base)
    _KEPT.append(holder)
    return Path(holder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
"""Folders that live as long as the process."""


def _placed(data: bytes) -> Path:
    """Write a model file under the name that its content suggests."""
    text = data[:64].lstrip()
    suffix = ".yaml"
    if data.startswith(b"PK"):
        suffix = ".keras"
    elif data.startswith(b"\x89HDF"):
        suffix = ".h5"
    elif text.startswith((b"{", b"[", b"\xef\xbb\xbf", b"\xff\xfe")):
        suffix = ".json"
    path = _folder() / f"model{suffix}"
    path.write_bytes(data)
    return path


def read_json(data: bytes) -> None:
    """Read a JSON file and walk what it holds."""
    contents = read_json_file(data, DEFAULT_LIMITS)
    found = _walked(contents.documents)
    value = json_of(data)
    is_whole = not any(problem.incomplete for problem in contents.problems)
    if contents.container is Container.JSON and isinstance(value, dict) and is_whole:
        is_old = "class_name" not in value  # Keras 0.x: `name` is the class
        assert is_old or found is None or found >= lambdas(value), "a Lambda is not found"


def _walked(documents: tuple[Document, ...]) -> int | None:
    """Walk documents; return how many Lambdas there are, None where a budget ended it."""
    count = 0
    for index, document in enumerate(documents):
        objects, problems = walk(document, index, DEFAULT_LIMITS, DEFAULT_LIMITS.objects)
        if any(problem.incomplete for problem in problems):
            return None
        count += sum(each.class_name == "Lambda" for each in objects)
        for each in objects:
            str(each.address).encode("utf-8", "surrogatepass")
    return count


def read_hdf5(data: bytes) -> None:
    """Read an HDF5 file's tree, and the file as a model."""
    try:
        found = snapshot(io.BytesIO(data), DEFAULT_LIMITS)
    except NotHdf5:
        return
    for group in found.root.walk():
        group.path.encode()
    for dataset in found.root.all_datasets():
        assert dataset.stored_bytes >= 0
        dataset.path.encode()
    for problem in found.problems:
        assert problem.detail
        problem.address.member.encode()
    contents = read_h5(io.BytesIO(data), len(data), DEFAULT_LIMITS)
    _walked(contents.documents)


def read_file(data: bytes) -> None:
    """Read a model file of any kind, and the values of its first tensors."""
    saved = read(_placed(data))
    is_told(saved)
    values_of(saved, [tensor for tensor in saved.tensors if tensor.shape][:4])


def read_zip(data: bytes) -> None:
    """Read an archive; what CPython's `zipfile` sees of the config must be seen."""
    path = _placed(data)
    saved = read(path)
    is_told(saved)
    values_of(saved, saved.tensors[:3])
    if saved.artifact.container is Container.KERAS_ZIP:
        finds_lambdas(saved, json_of(config_of(path)))


def read_npz(data: bytes) -> None:
    """Read an archive of arrays as the weights of a model."""
    path = _folder() / "arrays.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", b'{"class_name": "Sequential", "config": {"layers": []}}')
        archive.writestr("model.weights.npz", data)
    saved = read(path)
    is_told(saved)
    values_of(saved, saved.tensors[:3])


def _read_part(name: str) -> Callable[[bytes], None]:
    """Return what reads a SavedModel of which one file is fuzzed."""

    def run(data: bytes) -> None:
        place = _savedmodel(name)
        (place / name).write_bytes(data)
        saved = read(place)
        is_told(saved)
        values_of(saved, saved.tensors[:2])

    return run


@cache
def _savedmodel(name: str) -> Path:
    """Return a sound SavedModel of which the named part may be overwritten."""
    sound = SAMPLES / "clean" / "tf-2.10-savedmodel"
    place = _folder() / name.replace("/", "-")
    for path in sorted(sound.rglob("*")):
        if path.is_file():
            to = place / path.relative_to(sound)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
    return place


def read_table(data: bytes) -> None:
    """Read the index of a checkpoint."""
    try:
        entries, _ = read_index(data, DEFAULT_LIMITS)
    except (BadWire, WireLimit, CompressedTable):
        return
    for entry in entries:
        entry.key.encode()


def read_bytecode(data: bytes) -> None:
    """Read a code object, and tell what it touches."""
    writers(data)
    reach(read_code(data))
    text = data.decode("latin-1")
    reach(read_code(decode(text)))


def read_yaml(data: bytes) -> None:
    """Read a YAML architecture and walk it."""
    contents = read_yaml_file(data, DEFAULT_LIMITS)
    _walked(contents.documents)


def read_card(data: bytes) -> None:
    """Load a rule card as a pack, and make its page."""
    pack = _folder() / "pack"
    pack.mkdir(exist_ok=True)
    (pack / "zz901-fuzzed.toml").write_bytes(data)
    try:
        rules = load_packs([pack])
    except BadCards as bad:
        assert bad.faults
        str(bad)
        return
    for rule in rules:
        markdown(rule).encode()


TARGETS_OF_SCANS = ("keras==3.15.1", "keras==3.3.3", "tf-keras==2.18.0", "tensorflow==2.10.0")
"""Releases that a scan judges for; which one, the file's checksum decides."""


def scan_file(data: bytes) -> None:
    """Scan a file with every built-in rule and write every report."""
    _scan(_placed(data), TARGETS_OF_SCANS[zlib.crc32(data) % len(TARGETS_OF_SCANS)])


def scan_folder(data: bytes) -> None:
    """Scan a model folder, given as an archive of its files."""
    place = _folder() / "folder"
    _emptied(place)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [(name, archive.read(name)) for name in archive.namelist()[:30]]
    except UNREADABLE:  # not the archive is fuzzed here but what is in it
        return
    for name, content in files:
        parts = PurePosixPath(name).parts
        if parts and not {"..", "/"} & set(parts) and "\0" not in name and len(name) < 200:
            _write_below(place, parts, content)
    _scan(place, TARGETS_OF_SCANS[zlib.crc32(data) % len(TARGETS_OF_SCANS)])


def _emptied(place: Path) -> None:
    for path in sorted(place.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    place.mkdir(exist_ok=True)


def _write_below(place: Path, parts: tuple[str, ...], content: bytes) -> None:
    path = place.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except (OSError, UnicodeEncodeError):  # a name that is taken, or that no file can have
        return


def _scan(path: Path, release: str) -> None:
    report = scan([path], target=[release])
    said = {name: render(report, name) for name in FORMATS}
    for text in said.values():
        text.encode()
    json.loads(said["json"])
    json.loads(said["sarif"])
    saved = read(path)
    is_told(saved)
    if path.is_file():
        exit_tells(report, saved)


def other_commands(data: bytes) -> None:
    """Ask what `inspect`, `contract`, `compat` and `stub` ask of a file."""
    path = _placed(data)
    saved = read(path)
    contract = contract_of(saved)
    for show in (inspection_json, inspection_text):
        show(saved, tensors_by_layer(saved), contract).encode()
    for form in ("text", "json", "markdown"):
        render_contracts((contract,), form, None).encode()
    release = TARGETS_OF_SCANS[zlib.crc32(data) % len(TARGETS_OF_SCANS)]
    found = compat([path], targets=[release])
    for form in ("text", "json", "markdown"):
        render_compat(found, form).encode()
    if saved.artifact.container.is_model:
        newest = releases_of(asked_target([release]))[-1]
        text = stub(saved, Wanted(Style.REGISTER, str(path), newest), None)
        compile(text or "", "stub", "exec")


TARGETS: dict[str, Target] = {
    "json": Target(read_json, "json", "json"),
    "hdf5": Target(read_hdf5, "hdf5", "hdf5"),
    "zip": Target(read_zip, "zip", "zip"),
    "npz": Target(read_npz, "npz", "npz"),
    "saved_model": Target(_read_part("saved_model.pb"), "saved_model.pb", "protobuf"),
    "keras_metadata": Target(_read_part("keras_metadata.pb"), "keras_metadata.pb", "protobuf"),
    "variables": Target(_read_part("variables/variables.index"), "variables.index", "table"),
    "table": Target(read_table, "variables.index", "table"),
    "bytecode": Target(read_bytecode, "code", "code"),
    "yaml": Target(read_yaml, "yaml", "yaml"),
    "card": Target(read_card, "card", "card"),
    "file": Target(read_file, "file", None),
    "scan": Target(scan_file, "file", None),
    "folder": Target(scan_folder, "folder", "folder"),
    "commands": Target(other_commands, "file", None),
}
"""Every target by its name on the command line."""
