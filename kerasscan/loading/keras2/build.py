"""`from_config` and the constructors of Keras 2.

Source: `Layer.from_config` (keras/engine/base_layer.py), `Initializer.from_config`, and the
`from_config` of the classes that have their own.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.accept import judge_arguments
from kerasscan.loading.keras2 import keras1, models, optimizers, special, tables, values
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address

LAYERS: Final = frozenset({"layer", "cell", "model"})
"""Kinds of the catalog that become a `PaperLayer`."""


def opaque(
    name: str, inner: dict[str, Any], config: dict[str, Any], at: Address, *, custom: bool = False
) -> PaperLayer | Thing:
    """Return what stands for an object of which no more is known."""
    own = inner.get("name", config.get("name"))
    layer = PaperLayer(name, own if isinstance(own, str) else name, dict(inner), at, kind="opaque")
    layer.is_custom = custom
    return layer


def given(
    replay: Replay, name: str, inner: Any, config: dict[str, Any], at: Address
) -> PaperLayer | Thing:
    """Return what stands for an object of a class that the user gives."""
    made = models.given_model(replay, name, inner, config, at)
    if made is not None:
        made.is_custom = True
        return made
    layer = opaque(name, inner if isinstance(inner, dict) else {}, config, at, custom=True)
    if isinstance(layer, PaperLayer) and "name" in layer.config:
        values.judge_dtype(replay, Shipped(name, {}, ""), layer, at)
    return layer


def is_function(shipped: Shipped) -> bool:
    """Whether a catalog entry is a function: only classes have bases or arguments."""
    return not any(part in shipped.facts for part in ("args", "bases", "emits"))


def from_config(
    replay: Replay, shipped: Shipped, inner: Any, config: dict[str, Any], at: Address
) -> Any:
    """Make an object of a class that the release has.

    Args:
        replay: The load.
        shipped: The class.
        inner: The value of ``config``: an object, or of an old Sequential a list.
        config: The whole of what the file holds of the object.
        at: Where ``config`` stands.
    """
    if shipped.name in models.MODELS:
        return models.model(replay, shipped, inner, config, at)
    arguments = dict(inner) if isinstance(inner, dict) else {}
    if is_function(shipped):
        return Thing("function", shipped.name, arguments, at)
    if shipped.kind == "optimizer":
        return optimizers.from_config(replay, shipped, arguments, at)
    if shipped.kind in LAYERS:
        return _layer(replay, shipped, arguments, config, at)
    return _thing(replay, shipped, arguments, at)


def _layer(
    replay: Replay, shipped: Shipped, inner: dict[str, Any], config: dict[str, Any], at: Address
) -> PaperLayer:
    name = inner.get("name", config.get("name"))
    own = name if isinstance(name, str) else shipped.name
    if replay.release.line == "keras2":
        inner = keras1.renewed(shipped, inner)
    layer = PaperLayer(shipped.name, own, inner, at)
    layer.build_shape = config.get("build_config")
    if shipped.kind == "model":
        layer.kind = "opaque"  # LinearModel, WideDeepModel: they make their layers themselves
    special.take_parts(replay, shipped, layer, at.down("config"))
    if judge_arguments(replay, shipped, layer.config, at):
        values.judge_dtype(replay, shipped, layer, at)
    tables.take_objects(replay, layer.config, at.down("config"), shipped)
    values.judge_values(replay, shipped, layer, at)
    return layer


def _thing(replay: Replay, shipped: Shipped, inner: dict[str, Any], at: Address) -> Thing:
    made = Thing(shipped.kind, shipped.name, inner, at)
    special.take_things(replay, shipped, made, at.down("config"))
    judge_arguments(replay, shipped, made.config, at)
    tables.take_objects(replay, made.config, at.down("config"), shipped)
    values.judge_thing(replay, shipped, made, at)
    return made
