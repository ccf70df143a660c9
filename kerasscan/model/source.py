"""What a project's Python files say of custom classes and functions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kerasscan.model.objects import Role


@dataclass(frozen=True)
class Spot:
    """A line of a Python file or of a notebook's cell.

    Attributes:
        file: Path as it is shown: below the folder that was given.
        line: From 1; in a notebook the line of the cell.
        cell: Number of the cell, from 1, code cells alone counted; None in a Python file.
    """

    file: str
    line: int
    cell: int | None = None

    def __str__(self) -> str:
        """``layers.py:12``, or ``train.ipynb, cell 3, line 12``."""
        if self.cell is None:
            return f"{self.file}:{self.line}"
        return f"{self.file}, cell {self.cell}, line {self.line}"


class DefinitionKind(StrEnum):
    """What a definition is."""

    CLASS = "class"
    FUNCTION = "function"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a constructor, without ``self``."""

    name: str
    is_required: bool


@dataclass(frozen=True)
class Definition:
    """A class or function that the project defines.

    Attributes:
        kind: Class or function.
        name: Bare name.
        qualname: With the classes and functions around it: ``Outer.inner``.
        module: Dotted name by which it can be imported from the source folder; ``""`` where it
            has none (a notebook, a folder that is no identifier).
        spot: Where its ``class`` or ``def`` stands.
        bases: Bases as dotted names, aliases of imports resolved: ``keras.layers.Layer``; as
            written where they lead nowhere, ``?`` where they are no names.
        role: What it is for, told by the class of Keras that it descends from; None: a function,
            or no class of Keras is among its ancestors.
        keras_base: Bare name of the class of Keras that it descends from: ``Layer``, ``Dense``.
        parameters: Of its constructor, those of ancestors in the project included where it passes
            keywords on; None where the constructor is not in the project, or a decorator writes
            it. Empty for functions.
        takes_any: Whether the constructor takes any further keyword (``**kwargs``).
        has_get_config: Whether it or an ancestor in the project defines ``get_config``.
        config_keys: Keys that those ``get_config`` write on some path, beside those of Keras'
            own classes; None where that cannot be told, or there is none.
        has_from_config: Whether it or an ancestor in the project defines ``from_config``.
    """

    kind: DefinitionKind
    name: str
    qualname: str
    module: str
    spot: Spot
    bases: tuple[str, ...] = ()
    role: Role | None = None
    keras_base: str | None = None
    parameters: tuple[Parameter, ...] | None = ()
    takes_any: bool = False
    has_get_config: bool = False
    config_keys: frozenset[str] | None = None
    has_from_config: bool = False


@dataclass(frozen=True)
class Registration:
    """A class or function that is registered with ``register_keras_serializable``.

    Attributes:
        name: The registered name: ``package>Name``, with ``?`` for a part that is no constant.
        target: Bare name of what is registered.
        spot: Where.
    """

    name: str
    target: str
    spot: Spot


class PassingKind(StrEnum):
    """How a custom object is passed by name."""

    LOAD = "load"
    """In ``custom_objects`` of ``load_model`` and its like."""
    SCOPE = "scope"
    """In a ``custom_object_scope``."""
    REGISTRY = "registry"
    """In the mapping that ``get_custom_objects()`` returns."""


@dataclass(frozen=True)
class Passing:
    """A name under which the project passes a custom object to Keras.

    Attributes:
        name: The name.
        target: What is passed, as written: ``layers.Scale``; ``""`` where it is no name.
        kind: How it is passed.
        spot: Where.
    """

    name: str
    target: str
    kind: PassingKind
    spot: Spot


@dataclass(frozen=True)
class SourceProblem:
    """A Python file that could not be read, or a limit.

    Attributes:
        file: Path as it is shown; the folder, for a limit.
        line: Where in it, from 1; None: nowhere in particular.
        message: A clause without a final period.
        is_limit: Whether files stay unread because of it.
    """

    file: str
    line: int | None
    message: str
    is_limit: bool = False


class PreparationKind(StrEnum):
    """What is done to data before a model gets it."""

    RESCALE = "rescale"
    """By constants: ``x / 255``, ``x / 127.5 - 1``."""
    PREPROCESS_INPUT = "preprocess-input"
    """The ``preprocess_input`` of a family of ``keras.applications``."""
    STANDARD_SCALER = "standard-scaler"
    MIN_MAX_SCALER = "min-max-scaler"
    OTHER_SCALER = "other-scaler"
    ENCODER = "encoder"
    """Of labels or categories: ``OneHotEncoder``."""
    TOKENIZER = "tokenizer"
    PAD = "pad"
    NORMALIZE_MEAN_STD = "normalize-mean-std"
    """``(x - mean) / std`` by values that the text does not tell."""
    RESIZE = "resize"
    COLOR = "color"
    """The order or number of the channels."""
    ONE_HOT = "one-hot"
    READ_BGR = "read-bgr"
    """Images are read by OpenCV, whose channels are blue, green, red."""
    LOADED = "loaded"
    """A fitted object from a file, which may be any scaler, encoder or tokenizer."""
    UNKNOWN = "unknown"
    """Something that by its name prepares data, and whose text is not in the project."""


class Use(StrEnum):
    """What a model is called for."""

    FIT = "fit"
    PREDICT = "predict"


@dataclass(frozen=True)
class ModelCall:
    """A file that trains a model of Keras or predicts with it, by its first call.

    Attributes:
        use: What for. A ``predict`` beside a ``fit``, in the same function, is a part of the
            training and stands here not at all.
        says: The call without what it is given: ``model.fit``.
        spot: Where.
    """

    use: Use
    says: str
    spot: Spot


@dataclass(frozen=True)
class Preparation:
    """A step that is done to data before a model is trained, or before it predicts.

    Attributes:
        kind: What it is.
        says: In words that are the same for the same step: ``x / 255``, ``StandardScaler``,
            ``mobilenet_v2.preprocess_input``, ``resize to 224 x 224``.
        use: What the model is called for.
        spot: Where the step stands.
        before: Where the `ModelCall` stands that it belongs to.
    """

    kind: PreparationKind
    says: str
    use: Use
    spot: Spot
    before: Spot


@dataclass(frozen=True)
class Source:
    """What was read of a project.

    Attributes:
        roots: The folders and files that were searched, as given.
        files: Number of Python files and notebooks that were read.
        definitions: Sorted by file and line.
        registrations: Likewise.
        passings: Likewise.
        problems: What could not be read.
        model_calls: Where models are trained and where they predict, one for a file and use.
        preparations: What is done to data before those.
    """

    roots: tuple[str, ...] = ()
    files: int = 0
    definitions: tuple[Definition, ...] = ()
    registrations: tuple[Registration, ...] = ()
    passings: tuple[Passing, ...] = ()
    problems: tuple[SourceProblem, ...] = ()
    model_calls: tuple[ModelCall, ...] = ()
    preparations: tuple[Preparation, ...] = ()
