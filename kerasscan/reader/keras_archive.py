"""The ``.keras`` format: a zip archive or a directory with ``config.json`` and weights.

Layout: keras/src/saving/saving_lib.py (3.x) and keras/saving/saving_lib.py (2.11 to 2.15):
``metadata.json``, ``config.json``, ``model.weights.h5`` or ``.npz``, ``assets/``; all members
stored uncompressed. Weights saved in shards have a ``*.weights.json`` beside them (3.10+).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from kerasscan.model.json_value import counted
from kerasscan.model.saved import Container, Member, ProblemKind, Purpose
from kerasscan.reader.archive_members import read_members, read_pending
from kerasscan.reader.archive_parts import Parts, kinds_of
from kerasscan.reader.contents import Contents
from kerasscan.reader.limits import Limits
from kerasscan.reader.member_content import HEAD, Content, content_of
from kerasscan.reader.zip.archive import Archive, read_archive
from kerasscan.reader.zip.names import alias_key

_PURPOSES = {"config.json": Purpose.MODEL, "metadata.json": Purpose.METADATA}
_WEIGHTS = "model.weights."


def read_keras_directory(path: Path, limits: Limits) -> Contents:
    """Read a model saved with ``zipped=False`` (Keras 3.4 and later)."""
    parts = Parts(limits)
    files = sorted(found for found in path.rglob("*") if not found.is_dir() or found.is_symlink())
    if len(files) > limits.archive_members:
        detail = f"{len(files):,} files, more than the {limits.archive_members:,} that are read"
        parts.problem(ProblemKind.LIMIT_EXCEEDED, detail, incomplete=True)
    with ExitStack() as stack:  # an archive among the files is read after all of them
        for file in files[: limits.archive_members]:
            _read_file(file, file.relative_to(path).as_posix(), parts, stack)
        read_pending(parts)
    names = [member.name for member in parts.members]
    return parts.contents(Container.KERAS_DIR, tuple(_missing(names)))


def _read_file(file: Path, name: str, parts: Parts, stack: ExitStack) -> None:
    if file.is_symlink():
        target = file.readlink().as_posix()
        parts.members.append(Member(name, 0, link=target))
        detail = f"a symbolic link to {target}; it is not followed"
        parts.problem(ProblemKind.SYMBOLIC_LINK, detail, name, incomplete=True)
        return
    if not file.is_file():  # to open a pipe would wait for a writer
        parts.problem(ProblemKind.UNREADABLE_FILE, "it is no file", name, incomplete=True)
        return
    stream = file.open("rb")
    begin = stream.read(HEAD)
    content = content_of(begin, (name,), is_cut=len(begin) == HEAD)
    parts.members.append(Member(name, file.stat().st_size, content))
    kinds = kinds_of(name.lower(), content)
    if Content.ZIP in kinds:
        stack.enter_context(stream)
        parts.file(name, stream, kinds, name.lower(), 0)
        return
    with stream:
        if Content.JSON in kinds:
            stream.seek(0)
            data = stream.read(parts.limits.json_bytes + 1)
            purpose = _PURPOSES.get(name, Purpose.OTHER)
            parts.document(name, data, purpose, strict=name.lower().endswith(".json"))
        parts.file(name, stream, kinds, name.lower(), 0)


def read_keras_zip(stream: BinaryIO, limits: Limits) -> Contents:
    """Read a ``.keras`` archive; a zip without any of its members is Container.UNKNOWN.

    Every physical member is read, so that of two members with one name both are seen, and also
    one that only other programs see; the loader takes the last that the directory lists
    (CPython's ``zipfile``).
    """
    archive = read_archive(stream, limits)
    if not _is_model(archive):
        detail = f"a zip archive of {counted(len(archive.entries), 'member')} without a config.json"
        return Contents(Container.UNKNOWN, detail=detail)
    parts = Parts(limits)
    read_members(archive, stream, parts)
    names = [name for entry in archive.entries for name in (entry.name, *entry.alternatives)]
    is_known = not archive.is_cut and not _is_refused(archive)
    return parts.contents(Container.KERAS_ZIP, tuple(_missing(names)) if is_known else ())


def _is_model(archive: Archive) -> bool:
    """Whether there is a member of a model, by any name, or might be one."""
    entries = (*archive.entries, *archive.hidden)
    keys = {alias_key(name) for entry in entries for name in entry.names}
    has_part = "config.json" in keys or any(_WEIGHTS in key for key in keys)
    return has_part or archive.is_cut or _is_refused(archive)


def _is_refused(archive: Archive) -> bool:
    """Whether CPython refuses the whole archive, or not all of its directory was read."""
    kinds = (ProblemKind.DAMAGED_ZIP, ProblemKind.LIMIT_EXCEEDED)
    return any(each.kind in kinds and not each.label for each in archive.oddities)


def _missing(names: Iterable[str]) -> Iterator[str]:
    """Yield what the loader would look for in vain."""
    found = set(names)
    if "config.json" not in found:
        yield "config.json, which describes the model"
    if not any(name.startswith(_WEIGHTS) for name in found):
        yield "model.weights.h5, which holds the weights"
