"""What each release lets a hazard do when it loads the file with default arguments.

Every answer is a fact about a release (`catalog/overlays/behaviours.json`), and held against what
real releases were recorded to do with inert files of each kind (`tests/recordings/hostile`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from kerasscan.catalog.behaviours import has_behaviour
from kerasscan.catalog.releases import Release, releases
from kerasscan.hazards.code import NEW_FORM
from kerasscan.hazards.containers import Route, route
from kerasscan.hazards.linked import Situation, external_storage, link, virtual_dataset
from kerasscan.hazards.replayed import outcomes_of, stops_at
from kerasscan.hazards.roles import is_absent
from kerasscan.model.address import Address
from kerasscan.model.hazard import Effect, Hazard, HazardKind
from kerasscan.model.objects import Role
from kerasscan.model.saved import Saved


def effects_of(hazard: Hazard, saved: Saved) -> dict[str, Effect]:
    """Return what every known release lets a hazard do, by release (``keras==3.15.1``)."""
    return {release.requirement: effect_of(hazard, saved, release) for release in releases()}


def effect_of(hazard: Hazard, saved: Saved, release: Release) -> Effect:
    """Return what one release lets a hazard do."""
    if not hazard.is_read:
        return Effect.NONE
    if hazard.kind in _REPLAYED:
        outcome = outcomes_of(saved)[release.requirement]
        if stops_at(outcome, hazard, release) or is_absent(hazard, release):
            return Effect.REFUSED
        return _REPLAYED[hazard.kind](hazard, release)
    way = route(saved.artifact, release)
    if way is Route.REFUSED:
        return Effect.REFUSED
    return _STORED[hazard.kind](hazard, Situation(saved, way, release))


def _unless(is_refused: bool, effect: Effect) -> Effect:
    return Effect.REFUSED if is_refused else effect


# ---------------------------------------------------------- what a load comes to, or stops at

_Reached: TypeAlias = Callable[[Hazard, Release], Effect]

_WHEN_USED: Final = frozenset(
    {Role.CONSTRAINT, Role.LOSS, Role.METRIC, Role.REGULARIZER, Role.SCHEDULE}
)
"""Roles of functions that are called when the model is trained or evaluated."""


def _bytecode(hazard: Hazard, release: Release) -> Effect:
    """Keras 3 refuses what it writes itself wherever it is looked up; the list form is older."""
    is_new = hazard.facts.get("encoding") == NEW_FORM
    is_guarded = has_behaviour(release.known, "hdf5-safe-mode") or "/call_fn" in (
        hazard.address.pointer
    )
    effect = _code_in(hazard, release)
    return _unless(is_new and is_guarded and effect is not Effect.NONE, effect)


def _code_in(hazard: Hazard, release: Release) -> Effect:
    """Return when code runs that stands in a role."""
    if release.line == "keras3" and _ARGUMENT_OF_CALL in hazard.address.pointer:
        # `deserialize_node` has a safe mode of its own, in files of every kind
        return Effect.REFUSED if hazard.kind is HazardKind.BYTECODE else Effect.CODE_ON_LOAD
    if _ARGUMENT_OF_CALL in hazard.address.pointer and hazard.kind is HazardKind.BYTECODE:
        return Effect.NONE  # Keras 2 leaves the arguments of calls as they are
    if release.line == "keras3" and hazard.facts.get("slot") == "mask":
        return Effect.NONE  # which `Lambda.from_config` leaves as it is
    if _BUILD in hazard.address.pointer:
        return Effect.NONE  # whose values are shapes; nothing in it is looked up
    if _is_of_training(hazard.address):
        return Effect.CODE_ON_CALL
    if release.line == "keras3" and hazard.role == Role.ACTIVATION:
        return Effect.CODE_ON_CALL  # Keras 2 traces the layers while it loads
    return Effect.CODE_ON_CALL if hazard.role in _WHEN_USED else Effect.CODE_ON_LOAD


_ARGUMENT_OF_CALL: Final = "/inbound_nodes/"
_BUILD: Final = "/build_config/"


def _is_of_training(address: Address) -> bool:
    """Whether a place belongs to what `compile` was given."""
    return "/compile_config/" in address.pointer or address.member == "@attrs/training_config"


def _reference(hazard: Hazard, release: Release) -> Effect:
    if not hazard.evidence.startswith("function:"):
        return Effect.REFUSED  # what is found has no `from_config`
    is_foreign = hazard.kind is HazardKind.FOREIGN_REFERENCE
    if is_foreign and has_behaviour(release.known, "import-limited"):
        return Effect.REFUSED  # wherever it stands
    return _code_in(hazard, release)


def _torch_module(_hazard: Hazard, release: Release) -> Effect:
    """Before 3.11.0 a config cannot carry the bytes that `torch.load` wants."""
    reads = release.line == "keras3" and has_behaviour(release.known, "torch-module-decoded")
    return _unless(not reads, Effect.CODE_ON_LOAD)


def _vocabulary(_hazard: Hazard, release: Release) -> Effect:
    return _unless(has_behaviour(release.known, "vocabulary-path-guarded"), Effect.FILE_READ)


def _reached(effect: Effect) -> _Reached:
    return lambda _hazard, _release: effect


_REPLAYED: Final[dict[HazardKind, _Reached]] = {
    HazardKind.BYTECODE: _bytecode,
    HazardKind.FOREIGN_REFERENCE: _reference,
    HazardKind.UTILITY_REFERENCE: _reference,
    HazardKind.SAFE_MODE_SWITCH: _reference,
    HazardKind.TORCH_MODULE: _torch_module,
    HazardKind.SAVED_MODEL_LAYER: _reached(Effect.CODE_ON_CALL),
    HazardKind.JAX_FUNCTION: _reached(Effect.CODE_ON_LOAD),
    HazardKind.VOCABULARY_PATH: _vocabulary,
    HazardKind.REGISTERED_BUILTIN: _reached(Effect.NONE),
    HazardKind.ALLOCATION_BOMB: _reached(Effect.DENIAL_OF_SERVICE),
    HazardKind.EXPRESSION_BOMB: _reached(Effect.DENIAL_OF_SERVICE),
}
"""What stands in a configuration: what it does where no release stops at it."""


# --------------------------------------------------------------------- what the container holds

_Stored: TypeAlias = Callable[[Hazard, Situation], Effect]


def _symbolic_link(hazard: Hazard, _situation: Situation) -> Effect:
    """A link in a folder is followed; out of a zip it comes as a file with the target's name."""
    return Effect.NONE if hazard.facts.get("in_zip") else Effect.FILE_READ


def _pickled_array(_hazard: Hazard, situation: Situation) -> Effect:
    runs = situation.way is Route.ARCHIVE and situation.has("npz-unpickled")
    return _unless(not runs, Effect.CODE_ON_LOAD)


def _traversal_name(hazard: Hazard, situation: Situation) -> Effect:
    """A load makes no path of a name, saving does; Keras 3 has no name with a slash."""
    is_checked = situation.way is Route.ARCHIVE and situation.has("asset-paths-checked")
    return _unless(
        is_checked or (situation.release.line == "keras3" and "/" in hazard.subject), Effect.NONE
    )


def _path(hazard: Hazard, _situation: Situation) -> Effect:
    """What a custom layer does with a path is not in the file; shards outside are refused."""
    is_index = hazard.facts.get("argument") == "weight_map"
    return Effect.NONE if is_index else Effect.FILE_READ


def _refusing(behaviour: str, effect: Effect) -> _Stored:
    """Return a grade that is "refused" in releases with a behaviour, and else an effect."""
    return lambda _hazard, situation: _unless(situation.has(behaviour), effect)


def _always(effect: Effect) -> _Stored:
    return lambda _hazard, _situation: effect


_STORED: Final[dict[HazardKind, _Stored]] = {
    HazardKind.EXTERNAL_LINK: link,
    HazardKind.SOFT_LINK: link,
    HazardKind.EXTERNAL_STORAGE: external_storage,
    HazardKind.VIRTUAL_DATASET: virtual_dataset,
    HazardKind.SYMBOLIC_LINK: _symbolic_link,
    HazardKind.PICKLED_ARRAY: _pickled_array,
    HazardKind.PATH_VALUE: _path,
    HazardKind.PICKLE_MEMBER: _always(Effect.NONE),
    HazardKind.PROGRAM_MEMBER: _always(Effect.NONE),
    HazardKind.NESTED_CONTAINER: _always(Effect.NONE),
    HazardKind.SHAPE_BOMB: _refusing("shape-bombs-refused", Effect.DENIAL_OF_SERVICE),
    HazardKind.TRAVERSAL_MEMBER: _refusing("unsafe-member-crashes", Effect.NONE),
    HazardKind.TRAVERSAL_NAME: _traversal_name,
    HazardKind.POLYGLOT: _always(Effect.NONE),
}
"""What is stored beside the configuration, by kind."""
