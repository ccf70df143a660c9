"""Weights in the `.weights.h5` of a `.keras` archive: by attribute path.

Source: `_load_state` and `_load_container_state` in keras/src/saving/saving_lib.py of Keras 2.12
to 2.15, tf-keras and Keras 3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kerasscan.loading.paper import PaperLayer, Traced, Weight, in_graph
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore.assets import has_assets
from kerasscan.loading.restore.compare import first_misfit, written
from kerasscan.loading.shapes import flattened, keras2_owner, stores
from kerasscan.loading.shapes.order import stored_name
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_OLD: Final = "_layer_checkpoint_dependencies"
_WEIGHTS: Final = ("model.weights.h5", "model.weights.npz")


@dataclass(frozen=True)
class _Store:
    """What the weights file holds: array shapes by the path of their group."""

    groups: dict[str, dict[str, tuple[int, ...]]]
    falls_back: bool

    def get(self, path: str) -> dict[str, tuple[int, ...]]:
        """Return the arrays of an object, as `H5IOStore.get` finds them."""
        found = self.groups.get(path)
        if found is None and self.falls_back:
            found = self.groups.get(path.replace("layers", _OLD))
        return found or {}

    def has_below(self, path: str) -> bool:
        """Whether there are arrays of an object, or of what it holds."""
        return any(each == path or each.startswith(f"{path}/") for each in self.groups)


def restore_archive(replay: Replay, model: PaperLayer, traced: Traced) -> None:
    """Compare every object of the model with the group of its path."""
    names = {member.name for member in replay.saved.artifact.members}
    if not names & set(_WEIGHTS):
        replay.stop(
            ReasonKind.PART_MISSING,
            Stage.WEIGHTS,
            Address(),
            "Expected a model.weights.h5 or model.weights.npz file.",
            error="ValueError",
        )
        return
    if _WEIGHTS[0] not in names:
        _arrays(replay)
        return
    store = _Store(_groups(replay), replay.has("old-layer-paths-tried"))
    for layer, path in _walk(replay, model, traced, ""):
        if not _own(replay, layer, path, traced, store):
            return
        if not has_assets(replay, layer, path):
            return


def _arrays(replay: Replay) -> None:
    """Weights as numpy archive: pickled dictionaries, which newer releases do not unpickle."""
    if replay.has("npz-unpickled"):
        return
    replay.stop(
        ReasonKind.FORMAT_REFUSED,
        Stage.WEIGHTS,
        Address(_WEIGHTS[1]),
        "Object arrays cannot be loaded when allow_pickle=False",
        argument="allow_pickle",
        error="ValueError",
    )


def _groups(replay: Replay) -> dict[str, dict[str, tuple[int, ...]]]:
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for tensor in replay.saved.tensors:
        if tensor.address.member.endswith(_WEIGHTS[0]):
            group, _, index = tensor.path.rpartition("/")
            if group.endswith("/vars"):
                found.setdefault(group.removesuffix("/vars"), {})[index] = tensor.shape
    return found


def _walk(
    replay: Replay, model: PaperLayer, traced: Traced, above: str
) -> Iterator[tuple[PaperLayer, str]]:
    """Yield every layer that is no model, with its path."""
    attribute = _OLD if replay.has("old-layer-paths") else "layers"
    counted_twice = replay.has("weighted-layers-counted-twice")
    numbers: Counter[str] = Counter()
    for layer in in_graph(model):
        name = stored_name(layer)
        own = f"{name}_{numbers[name]}" if numbers[name] else name
        numbers[name] += 2 if counted_twice and _has_weights(layer, traced) else 1
        path = f"{above}/{attribute}/{own}".removeprefix("/")
        if layer.is_model:
            yield from _walk(replay, layer, traced, path)
        else:
            yield layer, path


def _has_weights(layer: PaperLayer, traced: Traced) -> bool:
    """Whether a layer has variables, or may have some."""
    return flattened(layer, traced) != ()


def _own(replay: Replay, layer: PaperLayer, path: str, traced: Traced, store: _Store) -> bool:
    """Compare the variables of a layer and of its parts; whether the load goes on."""
    known = stores(layer, traced)
    if known is None and _is_custom(layer) and _is_elsewhere(path, store):
        return _moved(replay, layer, (), {}, store)
    for owner, needed in (known or {}).items():
        stored = _stored(path, owner, store)
        if len(stored) != len(needed):
            return _moved(replay, layer, needed, stored, store)
        shapes = [stored.get(str(index)) for index in range(len(needed))]
        misfit = first_misfit(needed, shapes)
        if misfit is not None:
            return _contradicts(replay, layer, *misfit)
    return True


def _is_custom(layer: PaperLayer) -> bool:
    """Whether a layer is of somebody's own class, or wraps one that is."""
    return layer.is_custom or any(_is_custom(part) for part in layer.parts.values())


def _is_elsewhere(path: str, store: _Store) -> bool:
    """Whether a layer's weights, whatever they are, stand where another release looks for them."""
    other = path.replace("layers/", f"{_OLD}/")
    if other == path:
        other = path.replace(f"{_OLD}/", "layers/")
    return not store.falls_back and not store.has_below(path) and store.has_below(other)


def _stored(path: str, owner: str, store: _Store) -> dict[str, tuple[int, ...]]:
    """Return the arrays of an owner, under its name in Keras 3 or that in Keras 2."""
    old = owner.replace("layers/", f"{_OLD}/")
    for name in (owner, keras2_owner(owner), old):
        found = store.get(f"{path}/{name}" if name else path)
        if found:
            return found
    return {}


def _moved(
    replay: Replay,
    layer: PaperLayer,
    needed: Sequence[Weight],
    stored: dict[str, tuple[int, ...]],
    store: _Store,
) -> bool:
    names = ", ".join(f"'{weight.name}'" for weight in needed) or "..."
    is_elsewhere = not stored and any(store.groups.values())
    replay.stop(
        ReasonKind.WEIGHTS_MOVED if is_elsewhere else ReasonKind.WEIGHTS_CONTRADICT,
        Stage.WEIGHTS,
        layer.address,
        f"Layer '{layer.name}' expected {len(needed) or 'some'} variables, but received "
        f"{len(stored)} variables during loading. Expected: [{names}]",
        subject=layer.class_name,
        error="ValueError",
        remedy="load the file with the release that saved it, and save it as .h5"
        if is_elsewhere
        else "",
    )
    return False


def _contradicts(replay: Replay, layer: PaperLayer, weight: Weight, shape: tuple[int, ...]) -> bool:
    replay.stop(
        ReasonKind.WEIGHTS_CONTRADICT,
        Stage.WEIGHTS,
        layer.address,
        "The shape of the target variable and the shape of the target value in "
        f"`variable.assign(value)` must match. variable.shape={written(weight.shape)}, Received: "
        f"value.shape={written(shape)}. Target variable: {layer.name}/{weight.name}",
        subject=layer.class_name,
        argument=weight.name,
        error="ValueError",
    )
    return False
