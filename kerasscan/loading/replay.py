"""The state of one load on paper: what stands in the way, what changes, what cannot be told.

A real load stops at its first exception. A replay notes it and goes on as well as it can, so that
a person who repairs the first reason is not surprised by the second.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import islice
from typing import Any, Final

from kerasscan.catalog.releases import Release
from kerasscan.loading.asked import Asked
from kerasscan.loading.given import Given
from kerasscan.loading.memory import KnownLayer, Memory, uncalled
from kerasscan.loading.paper import PaperLayer
from kerasscan.model.address import Address
from kerasscan.model.outcome import PASSABLE, Change, ChangeKind, Outcome, Reason, ReasonKind, Stage
from kerasscan.model.saved import Container, Saved

_GUARDED: Final = (Container.KERAS_ZIP, Container.KERAS_DIR, Container.JSON)

_HDF5: Final = (Container.H5_MODEL, Container.H5_WEIGHTS, Container.HDF5_DATA)


class Replay:
    """One file, one release, and what was found so far.

    Attributes:
        saved: The file.
        release: The release that loads it.
        given: What the file cannot tell.
        memory: What replays of the file in other releases found.
        contents: What the release ships; remembers what it is asked.
        compiling: Whether optimizer, loss and metrics are being restored: what stops then,
            `compile=False` leaves out.
        honours_compile: Whether `compile=False` would reach the reader.
        shared: Objects by their ``shared_object_id``.
        took_shared: Whether an object was taken from there; set by who takes it.
        unsafe: Whether the replay is on the way that only `safe_mode=False` takes.
        in_safe_scope: Whether something around the place has switched safe mode on.
    """

    def __init__(self, saved: Saved, release: Release, given: Given, memory: Memory) -> None:
        self.saved = saved
        self.release = release
        self.given = given
        self.memory = memory
        self.contents = Asked(release)
        self.compiling = False
        self.unsafe = False
        self.in_safe_scope = False
        self.honours_compile = True
        self.shared: dict[Any, Any] = {}
        self.took_shared = False
        self._reasons: dict[Reason, None] = {}
        self._doubts: dict[str, None] = {}
        self._changes: dict[Change, None] = {}

    def trial(self) -> Replay:
        """Return a replay without reasons, for what the release tries and may fail to do."""
        trial = Replay(self.saved, self.release, self.given, self.memory)
        trial.contents = self.contents
        return trial

    def remembered(self, config: dict[str, Any], make: Callable[[], Any]) -> Any:
        """Make a layer of a list of layers, or take one over that another release made alike.

        Args:
            config: The layer's config, as it stands in a document.
            make: Makes it, and notes what stands in the way.
        """
        for known in self.memory.layers.get(id(config), ()):
            if known.line == self.release.line and self.contents.confirms(
                known.asked, self.memory.keys, self.memory.agreed
            ):
                return self._taken_over(known)
        mark, shared = self.contents.mark(), set(self.shared)
        reasons, doubts, changes = len(self._reasons), len(self._doubts), len(self._changes)
        self.took_shared = False
        made = make()
        if isinstance(made, PaperLayer) and not self.took_shared:
            kept = uncalled(made)
            added = {key: each for key, each in self.shared.items() if key not in shared}
            known = KnownLayer(
                line=self.release.line,
                asked=self.contents.since_mark(mark),
                layer=kept,
                shared={key: kept if each is made else each for key, each in added.items()},
                reasons=tuple(islice(self._reasons, reasons, None)),
                doubts=tuple(islice(self._doubts, doubts, None)),
                changes=tuple(islice(self._changes, changes, None)),
            )
            self.memory.layers.setdefault(id(config), []).append(known)
        return made

    def _taken_over(self, known: KnownLayer) -> PaperLayer:
        layer = uncalled(known.layer)
        for key, each in known.shared.items():
            self.shared[key] = layer if each is known.layer else each
        self._reasons.update(dict.fromkeys(known.reasons))
        self._doubts.update(dict.fromkeys(known.doubts))
        self._changes.update(dict.fromkeys(known.changes))
        return layer

    def has(self, behaviour: str) -> bool:
        """Whether the release behaves in that way (`catalog/overlays/behaviours.json`)."""
        return self.contents.has(behaviour)

    def knows(self, kind: str, name: str) -> bool:
        """Whether a short name is in the table of a kind."""
        return bool(self.contents.in_table(kind, name))

    def stop(
        self,
        kind: ReasonKind,
        stage: Stage,
        at: Address,
        message: str,
        *,
        subject: str = "",
        argument: str = "",
        error: str = "TypeError",
        remedy: str = "",
        lookup: str = "",
    ) -> None:
        """Note something that stops the load here."""
        where = Stage.COMPILE if self.compiling else stage
        if kind is ReasonKind.CLASS_UNKNOWN and not remedy:
            remedy = self.contents.instead_of(subject)
        reason = Reason(
            kind, where, subject, argument, at, error, message, remedy, self.unsafe, lookup
        )
        self._reasons[reason] = None

    def change(
        self,
        what: ChangeKind,
        at: Address,
        message: str,
        *,
        subject: str,
        argument: str = "",
        remedy: str = "",
    ) -> None:
        """Note something that the load drops or reads otherwise, and goes on."""
        self._changes[Change(what, subject, argument, at, message, remedy)] = None

    def doubt(self, why: str) -> None:
        """Note that the verdict cannot be given, and why."""
        self._doubts[why] = None

    def is_given(self, *names: object) -> bool:
        """Whether one of these names is among the custom objects that the loader knows.

        A class that the file calls ``package>Name`` is not found under ``Name``
        (``get_registered_object`` in keras/src/saving/object_registration.py, all releases).
        """
        known = self.known_names
        return any(isinstance(name, str) and name in known for name in names)

    def is_given_by_ending(self, name: str) -> bool:
        """Whether a function is found under a name that ends in its own.

        Keras up to 3.6 wrote registered functions by their bare names; up to 3.6 and from 3.9 on
        they are looked for, in two ways.
        """
        known = self.known_names
        if not known or ">" in name:
            return False
        ending = name if self.has("functions-by-ending") else f">{name}"
        is_asked = ending == name or self.has("functions-by-bare-ending")
        return is_asked and any(each.endswith(ending) for each in known)

    @property
    def known_names(self) -> frozenset[str]:
        """Names of the custom objects that the loader knows.

        Keras 3.0.0 to 3.2.1 drop `custom_objects` on the way to HDF5 files.
        """
        given = self.given
        if not given.custom_objects or self._drops_arguments:
            return given.registered
        return given.registered | given.custom_objects

    @property
    def _drops_arguments(self) -> bool:
        """Whether arguments of `load_model` get lost; what is asked has to be remembered."""
        is_keras_3 = self.release.line == "keras3"
        return is_keras_3 and self.is_hdf5 and not self.has("hdf5-arguments-passed")

    def is_importable(self, module: object, name: str) -> bool:
        """Whether the loading program has a module of its own with that class or function."""
        return isinstance(module, str) and f"{module}.{name}" in self.given.importable

    @property
    def is_hdf5(self) -> bool:
        """Whether the file is HDF5, which has one layout for whole models."""
        return self.saved.artifact.container in _HDF5

    @property
    def lambda_is_guarded(self) -> bool:
        """Whether safe mode applies: in `.keras` and JSON always, in HDF5 from 3.11.3 on.

        Before, it applies in HDF5 to layers that are written in the new style.
        """
        return self.in_safe_scope or self._is_guarded

    @cached_property
    def _is_guarded(self) -> bool:
        container = self.saved.artifact.container
        if container is Container.JSON and self.release.line != "keras3":
            return self.has("tables-read-modules")
        return container in _GUARDED or self.has("hdf5-safe-mode")

    @property
    def is_beyond_help(self) -> bool:
        """Whether no argument of `load_model` gets it past what it met before the weights."""
        return any(
            reason.stage is not Stage.COMPILE
            and not reason.only_when_unsafe
            and reason.kind not in PASSABLE
            for reason in self._reasons
        )

    @property
    def stopped(self) -> bool:
        """Whether the load has met something that stops it with default arguments."""
        return any(not reason.only_when_unsafe for reason in self._reasons)

    def outcome(self) -> Outcome:
        """Return what was found."""
        return Outcome(
            self.release.requirement,
            tuple(self._reasons),
            tuple(self._doubts),
            self.honours_compile,
            tuple(self._changes),
        )
