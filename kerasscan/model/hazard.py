"""What in a file can harm whoever loads it, and what each release lets it do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kerasscan.model.address import Address

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Effect(StrEnum):
    """What happens when a release loads the file with default arguments, worst first."""

    CODE_ON_LOAD = "code-on-load"
    """Code that the file chose runs while it is loaded."""
    CODE_ON_CALL = "code-on-call"
    """Code that the file chose runs when the model predicts or is evaluated."""
    FILE_WRITE = "file-write"
    """A file is written or changed at a place that the file chose."""
    FILE_READ = "file-read"
    """A file of the machine is read that the file chose."""
    NETWORK = "network"
    """A connection is made to where the file says."""
    DENIAL_OF_SERVICE = "denial-of-service"
    """Memory or time is taken without measure."""
    REFUSED = "refused"
    """The load stops with an error before anything of that happens."""
    NONE = "none"
    """The load goes on, and nothing of that happens."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Effect).index(self)


class HazardKind(StrEnum):
    """What can do harm; the cards in ``rules/security`` name these."""

    BYTECODE = "bytecode"
    """Marshalled Python code."""
    FOREIGN_REFERENCE = "foreign-reference"
    """A function or class of Python's library or of a package that has no Keras objects."""
    UTILITY_REFERENCE = "utility-reference"
    """A function or class of Keras that has no place in a model."""
    SAFE_MODE_SWITCH = "safe-mode-switch"
    """A function of Keras that changes how all later files are loaded."""
    TORCH_MODULE = "torch-module"
    """A module of PyTorch, which is a pickle."""
    SAVED_MODEL_LAYER = "saved-model-layer"
    """A layer that loads a SavedModel from a path."""
    JAX_FUNCTION = "jax-function"
    """A layer that holds functions of JAX or Flax."""
    VOCABULARY_PATH = "vocabulary-path"
    """A lookup layer whose vocabulary is the path of a file."""
    PATH_VALUE = "path-value"
    """A path or URL as the value of an argument."""
    EXTERNAL_LINK = "external-link"
    """An HDF5 link into another file."""
    SOFT_LINK = "soft-link"
    """An HDF5 link by name within the file."""
    EXTERNAL_STORAGE = "external-storage"
    """An HDF5 dataset whose values are in another file."""
    VIRTUAL_DATASET = "virtual-dataset"
    """An HDF5 dataset that is a view of others."""
    SYMBOLIC_LINK = "symbolic-link"
    """A member that is a link of the file system."""
    PICKLED_ARRAY = "pickled-array"
    """An array of Python objects, which NumPy unpickles."""
    PICKLE_MEMBER = "pickle-member"
    """A Python pickle inside of the container."""
    PROGRAM_MEMBER = "program-member"
    """A program or a script inside of the container."""
    NESTED_CONTAINER = "nested-container"
    """A model or an archive inside of the container."""
    SHAPE_BOMB = "shape-bomb"
    """A dataset that claims far more values than the file holds."""
    ALLOCATION_BOMB = "allocation-bomb"
    """A layer that wants far more weights than the file holds."""
    EXPRESSION_BOMB = "expression-bomb"
    """A regular expression whose matching takes exponential time."""
    TRAVERSAL_MEMBER = "traversal-member"
    """A member whose name leads out of the folder that it is unpacked to."""
    TRAVERSAL_NAME = "traversal-name"
    """A layer whose name leads out of the folder that its assets are written to."""
    REGISTERED_BUILTIN = "registered-builtin"
    """A registered name on a class of Keras' own, which hides what is loaded."""
    POLYGLOT = "polyglot"
    """A file that is a model in two formats at once."""


@dataclass(frozen=True)
class Hazard:
    """One thing in a file that can do harm.

    Attributes:
        kind: What it is.
        address: Where in the file.
        subject: The function, class, path or member concerned, as the file writes it.
        detail: A clause without a final period that says more, or nothing.
        evidence: Text that stays the same when the same model is saved again.
        role: What the object is for that it stands in, such as ``activation``; or nothing.
        facts: More that cards may say.
        is_read: Whether a loader of Keras reads the place: not what another member or key of the
            same name hides, nor what lies in an archive inside.
    """

    kind: HazardKind
    address: Address
    subject: str
    detail: str = ""
    evidence: str = ""
    role: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    is_read: bool = True
