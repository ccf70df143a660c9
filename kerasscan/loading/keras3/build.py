"""`from_config` and the constructors of Keras 3.

Source: keras/src/ops/operation.py (`Operation.from_config`), keras/src/layers/layer.py, and the
`from_config` of the classes that have their own; keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.accept import judge_arguments
from kerasscan.loading.keras3 import backends, changes, models, special, tables, values
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address

LAYERS: Final = frozenset({"layer", "cell", "operation", "model"})
"""Kinds of the catalog that become a `PaperLayer`."""


def opaque(
    name: str, inner: dict[str, Any], config: dict[str, Any], at: Address, *, custom: bool = False
) -> PaperLayer | Thing:
    """Return what stands for an object of which no more is known."""
    own = inner.get("name", config.get("name"))
    layer = PaperLayer(name, own if isinstance(own, str) else name, inner, at, kind="opaque")
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
    return opaque(name, inner if isinstance(inner, dict) else {}, config, at, custom=True)


def from_config(
    replay: Replay, shipped: Shipped, inner: dict[str, Any], config: dict[str, Any], at: Address
) -> Any:
    """Make an object of a class that the release has.

    Args:
        replay: The load.
        shipped: The class (a function is returned as it is).
        inner: The value of ``config``.
        config: The whole of what the file holds of the object.
        at: Where ``config`` stands.
    """
    if shipped.name in models.MODELS:
        return models.model(replay, shipped, inner, config, at)
    if shipped.kind not in LAYERS:
        return _thing(replay, shipped, inner, at)
    name = inner.get("name", config.get("name"))
    own = name if isinstance(name, str) else shipped.name
    layer = PaperLayer(shipped.name, own, dict(inner), at)
    layer.is_operation = shipped.kind == "operation"
    layer.build_shape = config.get("build_config")
    special.take_parts(replay, shipped, layer, at.down("config"))
    judge_arguments(replay, shipped, layer.config, at)
    tables.take_objects(replay, layer.config, at.down("config"), shipped)
    backends.judge_backend(replay, layer, at)
    values.judge_values(replay, shipped, layer, at)
    changes.judge_input(replay, shipped, layer, at)
    return layer


def _thing(replay: Replay, shipped: Shipped, inner: dict[str, Any], at: Address) -> Thing:
    made = Thing(shipped.kind, shipped.name, dict(inner), at)
    special.take_things(replay, shipped, made, at.down("config"))
    judge_arguments(replay, shipped, made.config, at)
    tables.take_objects(replay, made.config, at.down("config"), shipped)
    values.judge_thing(replay, shipped, made, at)
    changes.judge_decay(replay, made, at)
    return made
