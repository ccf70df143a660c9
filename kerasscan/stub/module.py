"""The module: imports, classes and functions, and the call of `load_model`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kerasscan.catalog.releases import Release
from kerasscan.custom.standing import Verdict
from kerasscan.model.saved import Container, Saved
from kerasscan.model.source import Source
from kerasscan.model.version import __version__
from kerasscan.stub.classes import WIDTH, written
from kerasscan.stub.literals import comment, text
from kerasscan.stub.pieces import Piece, Plan, Taken, plan

_UNUSED = "noqa: " + "F401"
"""Written into the module: it is imported for what the import does."""


class Style(StrEnum):
    """How the module makes custom objects known to Keras."""

    REGISTER = "register"
    """By registering them: importing the module is enough."""
    CUSTOM_OBJECTS = "custom-objects"
    """By passing them to ``load_model``."""


@dataclass(frozen=True)
class Wanted:
    """What the module is written for.

    Attributes:
        style: How custom objects are made known.
        path: Path of the model, as the module shall load it.
        release: The release that loads it.
    """

    style: Style
    path: str
    release: Release

    @property
    def is_within_tensorflow(self) -> bool:
        """Whether Keras is ``tensorflow.keras`` (TensorFlow before 2.16)."""
        return self.release.product == "tensorflow"


def stub(saved: Saved, wanted: Wanted, source: Source | None = None) -> str | None:
    """Return a Python module with what a file needs beside Keras; None: it needs nothing.

    Args:
        saved: The file.
        wanted: What the module is written for.
        source: The project's Python files: what they define is imported, not written.
    """
    found = plan(saved, source, wanted.release)
    if not (found.pieces or found.taken or found.here or found.left_out):
        return None
    parts = [_docstring(found, wanted), _imports(found, wanted), *_definitions(found, wanted)]
    tail = [_known(found, wanted), _load(saved, found, wanted)]
    return "\n\n\n".join("\n".join(part) for part in [*_joined(parts), *tail] if part) + "\n"


def _joined(parts: list[list[str]]) -> list[list[str]]:
    """Put the docstring and the imports together, one blank line between them."""
    head, imports, *rest = parts
    return [[*head, "", *imports], *rest]


def _docstring(found: Plan, wanted: Wanted) -> list[str]:
    name = comment(wanted.path.replace("\\", "/").rpartition("/")[2])
    lines = [
        f'"""What {name} needs beside Keras.',
        "",
        f"Written by kerasscan {__version__}. Names, arguments and shapes are those of the file;",
        "what is marked with TODO only stands in for code that the file does not hold.",
    ]
    if found.left_out:
        names = ", ".join(dict.fromkeys(comment(need.name) for need in found.left_out))
        lines += ["", "Left out, because only training needs it and compile=False gets past it:"]
        lines += [f"{line}" for line in _wrapped(names)]
    return [*lines, '"""']


def _wrapped(words: str) -> Iterator[str]:
    import textwrap

    yield from textwrap.wrap(words, WIDTH, break_long_words=False, break_on_hyphens=False)


def _imports(found: Plan, wanted: Wanted) -> list[str]:
    lines: dict[str, None] = {}
    for taken in found.taken:
        if taken.path:
            module, _, name = taken.path.rpartition(".")
            lines[f"from {module} import {name}"] = None
        else:
            reason = f"registers {comment(taken.key)}"
            lines[f"{taken.provider.imports}  # {_UNUSED} - {reason}"] = None
    for seen in found.here:
        lines[_import_of(seen)] = None
    keras = "from tensorflow import keras" if wanted.is_within_tensorflow else "import keras"
    return _sorted([*lines, keras])


def _sorted(lines: Sequence[str]) -> list[str]:
    plain = sorted(line for line in lines if line.startswith("import "))
    return [*plain, *sorted(line for line in lines if not line.startswith("import "))]


def _import_of(seen: Verdict) -> str:
    definition = seen.definition
    if definition is None or not definition.module or definition.qualname != definition.name:
        place = definition.spot if definition else ""
        return f"# TODO: import {comment(seen.need.name)} of {comment(str(place))}"
    return f"from {definition.module} import {definition.name}"


def _definitions(found: Plan, wanted: Wanted) -> list[list[str]]:
    return [written(piece, _decorator(piece, wanted)) for piece in found.pieces]


def _decorator(piece: Piece, wanted: Wanted) -> str | None:
    package, _, name = piece.key.rpartition(">")
    if not package or wanted.style is not Style.REGISTER:
        return None
    room = "utils" if wanted.is_within_tensorflow else "saving"
    arguments = f"package={text(package)}"
    if name != piece.name:
        arguments += f", name={text(name)}"
    return f"@keras.{room}.register_keras_serializable({arguments})"


def _known(found: Plan, wanted: Wanted) -> list[str]:
    """Return the mapping of what no decorator makes known."""
    pairs = [(piece.key, piece.name) for piece in found.pieces]
    if wanted.style is Style.REGISTER:
        pairs = [(key, name) for key, name in pairs if ">" not in key]
    pairs += [(taken.key, _last(taken)) for taken in found.taken if taken.path]
    pairs += [(seen.need.key, seen.need.name) for seen in found.here if _has_to_be_passed(seen)]
    if not pairs:
        return []
    lines = ["CUSTOM_OBJECTS = {", *(f"    {text(key)}: {name}," for key, name in pairs), "}"]
    short = f"CUSTOM_OBJECTS = {{{', '.join(f'{text(key)}: {name}' for key, name in pairs)}}}"
    lines = [short] if len(short) <= WIDTH else lines
    if wanted.style is Style.REGISTER:
        lines = ["# The file carries bare names, which no decorator registers.", *lines]
        lines.append("keras.utils.get_custom_objects().update(CUSTOM_OBJECTS)")
    return lines


def _has_to_be_passed(seen: Verdict) -> bool:
    is_registered = seen.registration is not None and seen.registration.name == seen.need.key
    return not is_registered and seen.definition is not None


def _last(taken: Taken) -> str:
    return taken.path.rpartition(".")[2]


_READERS = {
    Container.JSON: "keras.models.model_from_json",
    Container.YAML: "keras.models.model_from_yaml",
}
"""What builds a model from the text of an architecture."""


def _load(saved: Saved, found: Plan, wanted: Wanted) -> list[str]:
    reader = _READERS.get(saved.artifact.container)
    arguments = [] if reader else ["path"]
    if wanted.style is Style.CUSTOM_OBJECTS and _known(found, wanted):
        arguments.append("custom_objects=CUSTOM_OBJECTS")
    if found.left_out and reader is None:
        arguments.append("compile=False")
    head = [f"def load(path={text(wanted.path)}):", '    """Load the model."""']
    if reader is None:
        return [*head, f"    return keras.models.load_model({', '.join(arguments)})"]
    arguments = ["file.read()", *arguments]
    lines = ['    with open(path, encoding="utf-8") as file:']
    return [*head, *lines, f"        return {reader}({', '.join(arguments)})"]
