"""What `load_model` does with a file in one release, why, and what it silently changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kerasscan.model.address import Address


class Stage(StrEnum):
    """How far `load_model` gets before it stops, in its own order."""

    CONTAINER = "container"
    """Choosing a reader by the file's name and content."""
    RESOLVE = "resolve"
    """Finding the class or function behind a name."""
    CONSTRUCT = "construct"
    """Calling a constructor with what the file holds."""
    CONNECT = "connect"
    """Calling the layers on each other's tensors."""
    WEIGHTS = "weights"
    """Reading the weights into the layers."""
    COMPILE = "compile"
    """Restoring optimizer, loss and metrics; `compile=False` leaves it out."""


class ReasonKind(StrEnum):
    """What stands in the way; the cards in ``rules/compatibility`` name these."""

    FORMAT_REFUSED = "format-refused"
    """The release does not read this container, or not under this name."""
    SAVEDMODEL_REFUSED = "savedmodel-refused"
    """Keras 3 reads no SavedModel."""
    PART_MISSING = "part-missing"
    """The container lacks something without which nothing loads."""
    CLASS_UNKNOWN = "class-unknown"
    """Keras ships it, but not in this release: newer, or removed."""
    CUSTOM_OBJECT = "custom-object"
    """No release of Keras ships it: somebody's own class or function."""
    MODULE_GONE = "module-gone"
    """The file names a module that the release does not have."""
    ARGUMENT_REFUSED = "argument-refused"
    """The constructor does not know an argument."""
    ARGUMENT_MISSING = "argument-missing"
    """The constructor needs an argument that the file does not have."""
    ARGUMENT_VALUE = "argument-value"
    """The constructor knows the argument, but not this value."""
    GRAPH_REFUSED = "graph-refused"
    """The connections cannot be replayed, or a layer refuses what it is given."""
    NEVER_ENDS = "never-ends"
    """The release looks for a connection for ever, without an error."""
    WEIGHTS_MOVED = "weights-moved"
    """The release looks for the weights in another place."""
    WEIGHTS_CONTRADICT = "weights-contradict"
    """Number or shape of the stored weights is not what the layers need."""
    LAMBDA_REFUSED = "lambda-refused"
    """Safe mode loads no stored code and no file outside; `safe_mode=False` does."""
    LAMBDA_BYTECODE = "lambda-bytecode"
    """Stored bytecode of another Python family than the one that loads."""


PASSABLE: Final = frozenset({ReasonKind.CUSTOM_OBJECT, ReasonKind.LAMBDA_REFUSED})
"""What `custom_objects` and `safe_mode=False` get past."""


@dataclass(frozen=True)
class Reason:
    """One thing that stops a load.

    Attributes:
        kind: What it is.
        stage: Where the load stops because of it.
        subject: Class or function concerned, as the file writes it; ``""`` is the file.
        argument: Argument concerned (several with commas), or ``""``.
        address: Where in the file.
        error: Class of the exception, or ``""`` where there is none (a load that never ends).
        message: What the user sees, without what varies from run to run; its decisive part,
            where the release wraps it into others.
        remedy: What helps, as a clause without a final period; ``""`` where nothing is known.
        only_when_unsafe: Whether it stands in the way only with ``safe_mode=False``.
        lookup: Name under which a custom object has to be registered or passed; ``""``: its
            subject.
    """

    kind: ReasonKind
    stage: Stage
    subject: str
    argument: str
    address: Address
    error: str
    message: str
    remedy: str = ""
    only_when_unsafe: bool = False
    lookup: str = ""

    def __hash__(self) -> int:
        """Hash what tells reasons apart: a file may have thousands."""
        return hash((self.kind, self.argument, self.address))


class ChangeKind(StrEnum):
    """What a load can change without an error; cards in ``rules/drift`` and KC214 name these."""

    AXIS_DROPPED = "axis-dropped"
    """The constructor's default axis is used in place of the stored one."""
    INPUT_SHAPE_MISREAD = "input-shape-misread"
    """A batch shape is taken for the shape of one sample: the input has an axis too many."""
    ACTIVATION_CHANGED = "activation-changed"
    """The name stands for another function than where the file was saved."""
    ARGUMENT_DROPPED = "argument-dropped"
    """The constructor takes the argument and does nothing with it."""
    WEIGHTS_IGNORED = "weights-ignored"
    """Weights are read, but the layer computes with what it had before."""
    VOCABULARY_LOST = "vocabulary-lost"
    """The format does not hold the vocabulary: the first call fails."""
    COMPUTED_OTHERWISE = "computed-otherwise"
    """The class computes something else than in the release that saved the file."""
    MASK_CHANGED = "mask-changed"
    """Another mask, or none, reaches the layers behind a merge."""
    DEFAULT_CHANGED = "default-changed"
    """The file leaves an argument out whose default is another one than where it was saved."""
    SHAPE_CHANGED = "shape-changed"
    """A layer gives another shape than the file notes."""
    KERNEL_NOT_CONVERTED = "kernel-not-converted"
    """A kernel stored the way of another backend is taken as it is."""
    CALL_FAILS = "call-fails"
    """The model loads, and its first call raises an error."""
    OPTIMIZER_RESET = "optimizer-reset"
    """The optimizer loses what it was configured with: training goes on otherwise."""

    @property
    def is_of_training(self) -> bool:
        """Whether predictions stay as they were, and `compile=False` leaves it out."""
        return self is ChangeKind.OPTIMIZER_RESET


@dataclass(frozen=True)
class Change:
    """One thing that a load drops or reads otherwise, without an error.

    Attributes:
        what: What it is.
        subject: Class or function concerned, as the file writes it.
        argument: Argument concerned (several with commas), or ``""``.
        address: Where in the file.
        message: What happens, as a clause without a final period.
        remedy: What helps, as a clause without a final period.
    """

    what: ChangeKind
    subject: str
    argument: str
    address: Address
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one release does with one file.

    Attributes:
        release: The release, in requirement syntax: ``keras==3.15.1``, ``tensorflow==2.10``.
        reasons: What stands in the way, in the order in which the load meets it: the first is
            what the user sees. The others show once those before them are repaired.
        doubts: Why the verdict cannot be given; empty where it can.
        honours_compile: Whether ``compile=False`` reaches the reader; Keras 3.0.0 to 3.2.1 drop it
            on the way to HDF5 files (keras/src/saving/saving_api.py).
        changes: What the load drops or reads otherwise, in its order, where it gets so far.
    """

    release: str
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[str, ...] = field(default=())
    honours_compile: bool = True
    changes: tuple[Change, ...] = ()

    @property
    def loads(self) -> bool | None:
        """Whether ``load_model(path)`` loads; None where that cannot be told."""
        return self._verdict(compiling=True, unsafe=False)

    @property
    def loads_without_compile(self) -> bool | None:
        """Whether ``load_model(path, compile=False)`` loads."""
        return self._verdict(compiling=False, unsafe=False)

    @property
    def loads_unsafe(self) -> bool | None:
        """Whether ``load_model(path, safe_mode=False)`` loads."""
        return self._verdict(compiling=True, unsafe=True)

    @property
    def stage(self) -> Stage | None:
        """Where the load stops, or None where it does not."""
        first = self.first
        return first.stage if first else None

    @property
    def first(self) -> Reason | None:
        """The reason that the user meets first."""
        return next((each for each in self.reasons if not each.only_when_unsafe), None)

    @property
    def custom_objects(self) -> tuple[str, ...]:
        """Names under which custom classes and functions have to be registered or passed."""
        custom = (each for each in self.reasons if each.kind is ReasonKind.CUSTOM_OBJECT)
        needed = (each.lookup or each.subject for each in custom)
        return tuple(dict.fromkeys(needed))

    @property
    def met_changes(self) -> tuple[Change, ...]:
        """The changes that a user meets: those of loads that arguments of `load_model` allow."""
        if not all(map(self._is_passable, self.reasons)):
            return ()
        compiles = all(
            reason.stage is not Stage.COMPILE or reason.kind is ReasonKind.CUSTOM_OBJECT
            for reason in self.reasons
        )
        return tuple(each for each in self.changes if compiles or not each.what.is_of_training)

    def _is_passable(self, reason: Reason) -> bool:
        """Whether some argument of `load_model` gets past a reason."""
        if reason.only_when_unsafe or reason.kind in PASSABLE:
            return True
        return reason.stage is Stage.COMPILE and self.honours_compile

    def _verdict(self, *, compiling: bool, unsafe: bool) -> bool | None:
        for reason in self.reasons:
            if reason.stage is Stage.COMPILE and not compiling and self.honours_compile:
                continue
            if unsafe and reason.kind is ReasonKind.LAMBDA_REFUSED:
                continue
            if reason.only_when_unsafe and not unsafe:
                continue
            return False
        return None if self.doubts else True
