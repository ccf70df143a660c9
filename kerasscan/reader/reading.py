"""From a path to a `Saved`: recognise the file, take it apart, find what it holds."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from kerasscan.model.objects import SavedObject
from kerasscan.model.saved import (
    Artifact,
    Container,
    Document,
    Problem,
    ProblemKind,
    Provenance,
    Purpose,
    Saved,
)
from kerasscan.reader.contents import Contents
from kerasscan.reader.fingerprint import fingerprint
from kerasscan.reader.graphs import graphs_of
from kerasscan.reader.limits import DEFAULT_LIMITS, Limits
from kerasscan.reader.repeated import Seen
from kerasscan.reader.sniff import sniff, sniff_directory
from kerasscan.reader.walk import walk

SAVEDMODEL_FILES = frozenset({"saved_model.pb", "keras_metadata.pb"})
"""Files that stand for the directory they are in when they are named by themselves."""


def read(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> Saved:
    """Read a model file or model directory without Keras, and without running anything in it.

    Args:
        path: A file (``.keras``, ``.h5``, JSON, YAML, ...) or a directory (SavedModel, an
            unzipped ``.keras``). The content decides what it is, not the name.
        limits: Budgets; exceeding one is a `Problem` of the result.

    Returns:
        What the file holds. What cannot be read is in ``problems``, a file that is no model
        has a container that says so: no file makes this function raise.
    """
    place = Path(path)
    try:
        if place.is_dir():
            return _read_directory(place, limits)
        if not stat.S_ISREG(place.stat().st_mode):  # to open a pipe would wait for a writer
            raise OSError(errno.EINVAL, "it is neither a file nor a folder")
        with place.open("rb") as stream:
            return _read_stream(stream, place, limits)
    except OSError as error:
        problem = Problem(
            ProblemKind.UNREADABLE_FILE, error.strerror or type(error).__name__, incomplete=True
        )
        artifact = Artifact(str(path), Container.UNKNOWN, 0, (), place.suffix)
        return Saved(artifact, problems=(problem,))


def _read_directory(path: Path, limits: Limits) -> Saved:
    container = sniff_directory(path)
    contents = Contents(container, detail="a folder without the files of a saved model")
    if container is Container.SAVEDMODEL:
        from kerasscan.reader.savedmodel import read_savedmodel  # protobuf: only where needed

        contents = read_savedmodel(path, limits)
    elif container is Container.KERAS_DIR:
        from kerasscan.reader.keras_archive import read_keras_directory

        contents = read_keras_directory(path, limits)
    elif container is Container.TF_CHECKPOINT:
        contents = Contents(container, detail="a folder of checkpoint files")
    return _understand(path, sum(member.size for member in contents.members), contents, limits)


def _read_stream(stream: BinaryIO, path: Path, limits: Limits) -> Saved:
    size = os.fstat(stream.fileno()).st_size
    found = sniff(stream, size)
    if found.container is not None:
        contents = Contents(found.container, detail=found.detail)
    else:
        stream.seek(0)
        contents = _READERS[found.format](stream, size, limits)
        if found.other_format:
            other = _READERS[found.other_format](stream, size, limits)
            contents = _both(contents, other)
    return _understand(path, size, contents, limits)


def _both(contents: Contents, other: Contents) -> Contents:
    """Return a file that is a zip and HDF5 at once, with what either reader finds in it.

    Weights stored in a zip may begin where a superblock is looked for: only a second whole
    model counts.
    """
    if other.container not in (Container.H5_MODEL, Container.KERAS_ZIP):
        return contents
    detail = "a zip archive and an HDF5 file in one; its name decides which model a loader sees"
    more = tuple(replace(document, purpose=Purpose.OTHER) for document in other.documents)
    return replace(
        contents,
        documents=contents.documents + more,
        problems=(*contents.problems, *other.problems, Problem(ProblemKind.POLYGLOT, detail)),
    )


def _read_hdf5(stream: BinaryIO, size: int, limits: Limits) -> Contents:
    from kerasscan.reader.h5_file import read_h5

    return read_h5(stream, size, limits)


def _read_zip(stream: BinaryIO, _size: int, limits: Limits) -> Contents:
    from kerasscan.reader.keras_archive import read_keras_zip

    return read_keras_zip(stream, limits)


def _read_json(stream: BinaryIO, _size: int, limits: Limits) -> Contents:
    from kerasscan.reader.json_file import read_json_file

    return read_json_file(stream.read(limits.json_bytes + 1), limits)


def _read_yaml(stream: BinaryIO, _size: int, limits: Limits) -> Contents:
    from kerasscan.reader.yaml_file import read_yaml_file

    return read_yaml_file(stream.read(limits.yaml_bytes + 1), limits)


_READERS: dict[str, Callable[[BinaryIO, int, Limits], Contents]] = {
    "hdf5": _read_hdf5,
    "zip": _read_zip,
    "json": _read_json,
    "yaml": _read_yaml,
}


def _understand(path: Path, size: int, contents: Contents, limits: Limits) -> Saved:
    """Find objects, graphs and provenance in what a container's parser took apart."""
    artifact = Artifact(
        path=str(path),
        container=contents.container,
        size=size,
        members=contents.members,
        extension=path.suffix,
        detail=contents.detail,
    )
    objects, problems = _objects(contents.documents, limits)
    roots = (
        found
        for found in objects
        if found.depth == 0
        and contents.documents[found.document].purpose is Purpose.MODEL
        and found.address.pointer == contents.documents[found.document].pointer
    )
    span, clues = fingerprint(objects, contents.marks, contents.container)
    claims = contents.claims
    return Saved(
        artifact=artifact,
        provenance=Provenance(
            claimed_version=claims.version,
            fingerprint=span,
            clues=clues,
            backend=claims.backend,
            date_saved=claims.date_saved,
            producer=claims.producer,
        ),
        root=next(roots, None),
        objects=tuple(objects),
        graphs=graphs_of(objects),
        tensors=contents.tensors,
        documents=contents.documents,
        problems=(*contents.problems, *problems),
        signatures=contents.signatures,
        yaml_tags=contents.yaml_tags,
        stored_layers=contents.stored_layers,
    )


def _objects(
    documents: tuple[Document, ...], limits: Limits
) -> tuple[list[SavedObject], list[Problem]]:
    """Walk every document; nodes of a SavedModel that repeat an object are left out."""
    objects: list[SavedObject] = []
    problems: list[Problem] = []
    seen = Seen()
    for index, document in enumerate(documents):
        if document.purpose is Purpose.NODE and seen.holds(document):
            continue
        found, more = walk(document, index, limits, limits.objects - len(objects))
        objects += found
        problems += more
        seen.add(found)
        if any(problem.kind is ProblemKind.LIMIT_EXCEEDED for problem in more):
            break
    return objects, problems
