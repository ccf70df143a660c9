"""The ``.keras`` format: a zip archive or a directory with ``config.json`` and weights.

Layout: keras/src/saving/saving_lib.py (3.x) and keras/saving/saving_lib.py (2.11 to 2.15):
``metadata.json``, ``config.json``, ``model.weights.h5`` or ``.npz``, ``assets/``; all members
stored uncompressed. Weights saved in shards have a ``*.weights.json`` beside them (3.10+).
"""

from __future__ import annotations

import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO, cast

from kerasscan.model.address import Address
from kerasscan.model.json_value import counted, get_str
from kerasscan.model.saved import Container, Document, Member, Problem, ProblemKind, Purpose
from kerasscan.model.tensors import Tensor
from kerasscan.reader.contents import Claims, Contents
from kerasscan.reader.json_text import parse_json
from kerasscan.reader.limits import MIB, Limits
from kerasscan.reader.npz import read_npz
from kerasscan.reader.weights_h5 import read_weights
from kerasscan.reader.window import Window
from kerasscan.reader.zip_directory import entry_count

_CHECKED_BYTES = 32 * MIB
"""Weights up to this size are read through once to check their CRC; larger ones are not."""

_RATIO_FLOOR = 1 * MIB


class _Parts:
    """What is collected while the members are read; frozen into `Contents` at the end."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.inflated_bytes
        self.documents: list[Document] = []
        self.tensors: list[Tensor] = []
        self.members: list[Member] = []
        self.problems: list[Problem] = []
        self.marks: set[str] = set()

    def problem(
        self, kind: ProblemKind, detail: str, member: str = "", *, incomplete: bool = False
    ) -> None:
        self.problems.append(Problem(kind, detail, Address(member), incomplete))

    def room(self, info: zipfile.ZipInfo) -> int:
        """Return how many bytes of a member may be unpacked; a stored one costs nothing."""
        return info.file_size if info.compress_type == zipfile.ZIP_STORED else self.left

    def may_inflate(self, info: zipfile.ZipInfo, size: int) -> bool:
        """Take bytes that were unpacked off the budget; False, and a problem, when it is spent."""
        if info.compress_type == zipfile.ZIP_STORED:
            return True
        self.left -= size
        if self.left >= 0:
            return True
        self.left = 0
        limit = self.limits.inflated_bytes
        detail = f"compressed members unpack to more than the {limit:,} bytes that are read"
        self.problem(ProblemKind.LIMIT_EXCEEDED, detail, info.filename, incomplete=True)
        return False

    def document(self, member: str, data: bytes, purpose: Purpose) -> None:
        value, problems = parse_json(data, self.limits, Address(member))
        self.problems += problems
        if value is not None:
            self.documents.append(Document(member, purpose, value))

    def weights(self, member: str, stream: BinaryIO) -> None:
        tensors, problems, marks = read_weights(stream, self.limits, member)
        self.tensors += tensors
        self.problems += problems
        self.marks |= marks

    def arrays(self, member: str, stream: BinaryIO) -> None:
        tensors, problems = read_npz(stream, self.limits, member)
        self.tensors += tensors
        self.problems += problems

    def contents(self, container: Container) -> Contents:
        names = {member.name for member in self.members}
        if "config.json" not in names:
            self.problem(ProblemKind.MISSING_PART, "config.json, which describes the model")
        if not any(name.startswith("model.weights.") for name in names):
            self.problem(ProblemKind.MISSING_PART, "model.weights.h5, which holds the weights")
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


def _claims(documents: list[Document]) -> Claims:
    for document in documents:
        if document.purpose is Purpose.METADATA and isinstance(document.value, dict):
            return Claims(
                version=get_str(document.value, "keras_version"),
                date_saved=get_str(document.value, "date_saved"),
            )
    return Claims()


def _purpose(name: str) -> Purpose:
    return {"config.json": Purpose.MODEL, "metadata.json": Purpose.METADATA}.get(
        name, Purpose.OTHER
    )


def read_keras_directory(path: Path, limits: Limits) -> Contents:
    """Read a model saved with ``zipped=False`` (Keras 3.4 and later)."""
    parts = _Parts(limits)
    files = sorted(found for found in path.rglob("*") if not found.is_dir() or found.is_symlink())
    if len(files) > limits.archive_members:
        detail = f"{len(files):,} files, more than the {limits.archive_members:,} that are read"
        parts.problem(ProblemKind.LIMIT_EXCEEDED, detail, incomplete=True)
    for file in files[: limits.archive_members]:
        name = file.relative_to(path).as_posix()
        if file.is_symlink():
            parts.members.append(Member(name, 0))
            detail = f"a symbolic link to {file.readlink().as_posix()}; it is not followed"
            parts.problem(ProblemKind.OUTSIDE_LINK, detail, name, incomplete=True)
            continue
        if not file.is_file():  # to open a pipe would wait for a writer
            parts.problem(ProblemKind.UNREADABLE_FILE, "it is no file", name, incomplete=True)
            continue
        parts.members.append(Member(name, file.stat().st_size))
        with file.open("rb") as stream:
            if name.endswith(".json"):
                parts.document(name, stream.read(limits.json_bytes + 1), _purpose(name))
            elif name.endswith(".h5"):
                parts.weights(name, stream)
            elif name.endswith(".npz"):
                parts.arrays(name, stream)
    return parts.contents(Container.KERAS_DIR)


def read_keras_zip(stream: BinaryIO, limits: Limits) -> Contents:
    """Read a ``.keras`` archive; a zip without any of its members is Container.UNKNOWN.

    Every physical member is read, so that of two members with one name both are seen; the
    loader takes the last (CPython's ``zipfile``).
    """
    entries = entry_count(stream)
    if entries > limits.archive_members:
        detail = f"{entries:,} members, more than the {limits.archive_members:,} that are read"
        problem = Problem(ProblemKind.LIMIT_EXCEEDED, detail, Address(), incomplete=True)
        return Contents(Container.KERAS_ZIP, problems=(problem,))
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        detail = f"its central directory cannot be read: {error}"
        problem = Problem(ProblemKind.DAMAGED_ZIP, detail, Address(), incomplete=True)
        return Contents(Container.KERAS_ZIP, problems=(problem,))
    with archive:
        longest = max((len(info.filename) for info in archive.infolist()), default=0)
        if longest > limits.name_bytes:
            detail = f"a name of {longest:,} characters, more than the {limits.name_bytes:,} read"
            problem = Problem(ProblemKind.LIMIT_EXCEEDED, detail, Address(), incomplete=True)
            return Contents(Container.KERAS_ZIP, problems=(problem,))
        names = {info.filename for info in archive.infolist()}
        if "config.json" not in names and not any("model.weights." in name for name in names):
            detail = f"a zip archive of {counted(len(names), 'member')} without a config.json"
            return Contents(Container.UNKNOWN, detail=detail)
        parts = _Parts(limits)
        _read_members(archive, stream, parts)
        return parts.contents(Container.KERAS_ZIP)


def _read_members(archive: zipfile.ZipFile, stream: BinaryIO, parts: _Parts) -> None:
    infos = archive.infolist()
    last = {info.filename: index for index, info in enumerate(infos)}
    for index, info in enumerate(infos):
        parts.members.append(Member(info.filename, info.file_size))
        wins = last[info.filename] == index
        if not wins:
            detail = "another member has this name; the loader takes the last, others may not"
            parts.problem(ProblemKind.DUPLICATE_MEMBER, detail, info.filename)
        if info.flag_bits & 0x1:
            detail = "the member is encrypted"
            parts.problem(ProblemKind.ODD_ZIP, detail, info.filename, incomplete=True)
            continue
        try:
            _read_member(archive, info, stream, parts, _purpose(info.filename), wins=wins)
        except _DAMAGE as error:
            parts.problem(ProblemKind.DAMAGED_ZIP, _clause(error), info.filename, incomplete=True)


_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
    UnicodeDecodeError,
    ValueError,
    struct.error,
)
"""What ``zipfile`` and its decompressors raise on a member that is not what it should be."""


def _clause(error: Exception) -> str:
    """Return what is wrong with a member, as a clause."""
    if isinstance(error, EOFError):
        return "its data ends too early"
    if isinstance(error, UnicodeDecodeError):
        return "its name is not valid UTF-8"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).rstrip(".")


def _read_member(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    stream: BinaryIO,
    parts: _Parts,
    purpose: Purpose,
    *,
    wins: bool,
) -> None:
    name = info.filename
    if info.file_size > _RATIO_FLOOR and info.file_size > info.compress_size * parts.limits.ratio:
        detail = f"{info.compress_size:,} bytes that unpack to {info.file_size:,}"
        parts.problem(ProblemKind.ODD_ZIP, detail, name)
    if name.lower().endswith(".json"):
        with archive.open(info) as packed:
            data = packed.read(min(parts.limits.json_bytes, parts.room(info)) + 1)
        if parts.may_inflate(info, len(data)):
            parts.document(name, data, purpose if wins else Purpose.OTHER)
    elif name.lower().endswith((".h5", ".hdf5", ".npz")):
        weights = _weights_stream(archive, info, stream, parts)
        if weights is not None:
            read = parts.arrays if name.lower().endswith(".npz") else parts.weights
            read(name, weights)
    elif info.file_size <= _CHECKED_BYTES:
        _check_crc(archive, info, parts)


def _check_crc(archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: _Parts) -> None:
    with archive.open(info) as packed:
        while block := packed.read(min(MIB, parts.room(info) + 1)):
            if not parts.may_inflate(info, len(block)):
                break


def _weights_stream(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, stream: BinaryIO, parts: _Parts
) -> BinaryIO | None:
    """Return a seekable stream of a weights member without unpacking a stored one."""
    with archive.open(info) as packed:  # compares the local header with the central directory
        if info.compress_type != zipfile.ZIP_STORED:
            return _unpacked(packed, info, parts)
        if info.file_size <= _CHECKED_BYTES:
            while packed.read(MIB):
                pass
    stream.seek(info.header_offset + 26)
    name_size, extra_size = struct.unpack("<HH", stream.read(4))
    offset = info.header_offset + 30 + name_size + extra_size
    window = Window(stream, offset, info.file_size)
    return cast(BinaryIO, io.BufferedReader(window))


def _unpacked(packed: IO[bytes], info: zipfile.ZipInfo, parts: _Parts) -> BinaryIO | None:
    """Unpack a compressed member into memory or a temporary file, within the budget."""
    spool = tempfile.SpooledTemporaryFile(max_size=16 * MIB)  # noqa: SIM115  # handed to the caller
    while block := packed.read(min(MIB, parts.room(info) + 1)):
        if not parts.may_inflate(info, len(block)):
            return None
        spool.write(block)
    spool.seek(0)
    return cast(BinaryIO, spool)
