"""Questions about the file as a whole: what it is, what it is called, what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from kerasscan.checks.check import Check, Options
from kerasscan.model.address import Address
from kerasscan.model.finding import Case, Observation
from kerasscan.model.release import VersionSpan, version_number
from kerasscan.model.saved import Container, Problem, ProblemKind

_EXTENSIONS = {
    Container.KERAS_ZIP: (".keras",),
    Container.H5_MODEL: (".h5", ".hdf5"),
    Container.H5_WEIGHTS: (".h5", ".hdf5"),
}
"""What Keras 3 wants each format to be called: keras/src/saving/saving_api.py, 3.0 and later."""

_VERSION_LENGTH = 64
"""Characters of a version that are read: Python refuses to convert thousands of digits."""

_SHARD_INDEX = ".weights.json"
"""Ending of the index of sharded weights: keras/src/saving/saving_lib.py, 3.10 and later."""

_WORDS = {
    Container.KERAS_ZIP: "a .keras zip archive",
    Container.KERAS_DIR: "an unzipped .keras model",
    Container.H5_MODEL: "an HDF5 file with a whole model",
    Container.H5_WEIGHTS: "an HDF5 file with weights only",
    Container.SAVEDMODEL: "a SavedModel",
}


def _container(case: Case, options: Options) -> Iterator[Observation]:
    artifact = case.saved.artifact
    if artifact.container is Container.UNKNOWN and not case.saved.is_complete:
        return  # what it is could not be told, and another rule says why
    if artifact.container in options["containers"]:
        detail = f" ({artifact.detail})" if artifact.detail else ""
        facts = {
            "file": PurePath(artifact.path).name,
            "container": artifact.container,
            "detail": detail,
        }
        yield Observation(Address(), facts, artifact.container)


CONTAINER = Check(
    name="container",
    summary="The file is of one of the given kinds.",
    run=_container,
    facts={
        "file": "the file's name without its folder",
        "container": "the kind, such as lfs-pointer",
        "detail": "more about it in brackets, after a blank; or nothing",
    },
    options_schema={
        "type": "object",
        "properties": {
            "containers": {
                "description": "Kinds of files to report.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(kind) for kind in Container]},
            }
        },
        "required": ["containers"],
        "additionalProperties": False,
    },
)


def _extension(case: Case, options: Options) -> Iterator[Observation]:
    artifact = case.saved.artifact
    expected = _EXTENSIONS.get(artifact.container)
    if artifact.path.endswith(_SHARD_INDEX):
        return
    if expected and artifact.extension not in expected:
        facts = {
            "file": PurePath(artifact.path).name,
            "what": _WORDS[artifact.container],
            "extension": artifact.extension or "no extension",
            "expected": " or ".join(expected),
        }
        yield Observation(Address(), facts, artifact.container)


EXTENSION = Check(
    name="extension",
    summary="The file's name does not end the way Keras 3 wants for its format.",
    run=_extension,
    facts={
        "file": "the file's name without its folder",
        "what": "what the file really is",
        "extension": "the extension that it has",
        "expected": "the extension that it should have",
    },
)


def _problem(case: Case, options: Options) -> Iterator[Observation]:
    for problem in case.saved.problems:
        if problem.kind in options["kinds"]:
            yield Observation(problem.address, _problem_facts(case, problem), _evidence(problem))


def _problem_facts(case: Case, problem: Problem) -> dict[str, str]:
    name = PurePath(case.saved.artifact.path).name
    return {"file": name, "place": str(problem.address) or name, "detail": problem.detail}


def _evidence(problem: Problem) -> str:
    return f"{problem.kind}:{problem.address}"


PROBLEM = Check(
    name="problem",
    summary="Something in the file could not be read, or reads oddly.",
    run=_problem,
    facts={
        "file": "the file's name without its folder",
        "place": "member and JSON pointer, or the file's name",
        "detail": "what exactly, as a clause",
    },
    options_schema={
        "type": "object",
        "properties": {
            "kinds": {
                "description": "Kinds of problems to report.",
                "type": "array",
                "minItems": 1,
                "items": {"enum": [str(kind) for kind in ProblemKind]},
            }
        },
        "required": ["kinds"],
        "additionalProperties": False,
    },
)

_VERSIONED = (Container.KERAS_ZIP, Container.KERAS_DIR, Container.H5_MODEL, Container.SAVEDMODEL)


def _in_words(span: VersionSpan) -> str:
    if span.is_empty:
        return "no Keras at all"
    return f"Keras {span}" if str(span) else "any Keras"


def _version_missing(case: Case, options: Options) -> Iterator[Observation]:
    saved = case.saved
    if saved.artifact.container not in _VERSIONED or saved.provenance.claimed_version:
        return
    if saved.is_complete and saved.root is not None:
        facts = {
            "what": _WORDS[saved.artifact.container],
            "fingerprint": _in_words(saved.provenance.fingerprint),
        }
        yield Observation(Address(), facts, "keras_version")


VERSION_MISSING = Check(
    name="version-missing",
    summary="A whole model does not say which Keras saved it, though its format has room for it.",
    run=_version_missing,
    facts={
        "what": "the file's format",
        "fingerprint": "the versions that the file's content allows",
    },
)


def _version_contradicted(case: Case, options: Options) -> Iterator[Observation]:
    provenance = case.saved.provenance
    claimed, span = provenance.claimed_version, provenance.fingerprint
    number = version_number(claimed[:_VERSION_LENGTH]) if claimed else None
    if number is None or claimed is None or number in span:
        return
    clue = next((clue for clue in provenance.clues if number not in clue.span), None)
    facts = {
        "claimed": claimed,
        "fingerprint": _in_words(span),
        "clue": clue.says if clue else "its keys",
    }
    yield Observation(clue.address if clue else Address(), facts, "keras_version")


VERSION_CONTRADICTED = Check(
    name="version-contradicted",
    summary="The file names a Keras version that does not write what the file holds.",
    run=_version_contradicted,
    facts={
        "claimed": "the version string in the file",
        "fingerprint": "the versions that the file's content allows",
        "clue": "what in the file shows it",
    },
)
