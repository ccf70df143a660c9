"""`from_config` of Sequential, Functional, Network and Model in Keras 2.

Source: keras/engine/{sequential,network,functional,training}.py.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras2 import compiling, graph, names, special, tables
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.refusals import judge_revival
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

MODELS: Final = frozenset({"Sequential", "Functional", "Model", "Network"})
_SEQUENTIAL_KEYS: Final = frozenset({"name", "trainable", "dtype", "layers", "build_input_shape"})
"""What `Sequential.get_config` writes."""

_FUNCTIONAL_KEYS: Final = ("name", "layers", "input_layers", "output_layers")


def model(
    replay: Replay, shipped: Shipped, inner: Any, config: dict[str, Any], at: Address
) -> PaperLayer:
    """Make a model and, where an archive says how, compile it."""
    if shipped.name == "Sequential":
        made = sequential(replay, inner, at)
    else:
        made = functional(replay, shipped, inner, at)
    return _finished(replay, made, config, at)


def given_model(
    replay: Replay, name: str, inner: Any, config: dict[str, Any], at: Address
) -> PaperLayer | None:
    """Make a model of a class that the user gives, where its config is that of Keras' own.

    A subclass without a constructor of its own is built from its list of layers
    (`Model.from_config`, `Sequential.from_config`). None: the config is not of that kind.
    """
    if not isinstance(inner, dict) or not isinstance(inner.get("layers"), list):
        return None
    bare = name.rpartition(">")[2]
    if all(key in inner for key in _FUNCTIONAL_KEYS):
        made = functional(replay, Shipped(bare, {}, ""), inner, at)
    elif inner.keys() <= _SEQUENTIAL_KEYS:
        made = sequential(replay, inner, at)
        made.class_name = bare
    else:
        return None
    return _finished(replay, made, config, at)


def _finished(replay: Replay, made: PaperLayer, config: dict[str, Any], at: Address) -> PaperLayer:
    made.build_shape = config.get("build_config") or made.build_shape
    compile_config = config.get("compile_config")
    if compile_config and "module" in config:
        compiling.compile_from_config(replay, compile_config, at.down("compile_config"))
    return made


def sequential(replay: Replay, inner: Any, at: Address) -> PaperLayer:
    """`Sequential.from_config`."""
    here = at.down("config")
    made = PaperLayer("Sequential", "sequential", {}, at, kind="sequential")
    configs = inner
    if isinstance(inner, dict) and not replay.has("sequential-dict-read"):
        _list_expected(replay, here)
    if isinstance(inner, dict) and "name" in inner:
        made.name = str(inner["name"])
        made.config = {key: value for key, value in inner.items() if key != "layers"}
        if "layers" not in inner:
            special.missing_key(replay, "Sequential", here, "layers")
        configs, here = inner.get("layers"), here.down("layers")
    for index, config in enumerate(configs if isinstance(configs, list) else ()):
        layer = layer_of(replay, config, here.down(index), at.layer)
        if isinstance(layer, PaperLayer):
            _add(replay, made, layer)
        else:
            refuse_element(replay, layer, config, here.down(index))
    built = made.config.get("build_input_shape")
    if isinstance(built, list) and built:
        made.build_shape = built
    return made


def _list_expected(replay: Replay, at: Address) -> None:
    """`config[0]` up to 2.1, `for conf in config` up to 2.2.2."""
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        "Unknown layer:name" if replay.has("models-in-engine") else "0",
        subject="Sequential",
        argument="config",
        error="ValueError" if replay.has("models-in-engine") else "KeyError",
    )


def _add(replay: Replay, made: PaperLayer, layer: PaperLayer) -> None:
    """`Sequential.add`."""
    taken = any(layer.name == other.name and layer is not other for other in made.layers)
    if taken and replay.has("unique-names-asked"):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            layer.address,
            "All layers added to a Sequential model should have unique names. Name "
            f'"{shown(layer.name)}" is already the name of a layer in this model.',
            subject=layer.class_name,
            argument="name",
            error="ValueError",
        )
    made.layers.append(layer)


def functional(replay: Replay, shipped: Shipped, inner: Any, at: Address) -> PaperLayer:
    """`Network.from_config`, later `Functional.from_config` and `reconstruct_from_config`."""
    config = inner if isinstance(inner, dict) else {}
    name = config.get("name")
    made = PaperLayer(
        shipped.name, name if isinstance(name, str) else "model", {}, at, kind="functional"
    )
    made.config = {key: value for key, value in config.items() if key != "layers"}
    missing = [key for key in _FUNCTIONAL_KEYS[1:] if key not in config]
    if missing and not _asks_constructor(replay, made, config, at):
        special.missing_key(replay, shipped.name, at.down("config"), missing[0])
    if missing:
        made.kind = "opaque"
        return made
    here = at.down("config", "layers")
    nodes: list[tuple[PaperLayer, Any]] = []
    for index, each in enumerate(config["layers"] if isinstance(config["layers"], list) else ()):
        layer = layer_of(replay, each, here.down(index), at.layer)
        _keep(replay, made, layer, each, here.down(index), nodes)
    graph.connect(replay, made, nodes, at.down("config"))
    return made


def _asks_constructor(
    replay: Replay, made: PaperLayer, config: dict[str, Any], at: Address
) -> bool:
    """`Model.from_config` from 2.9 on: `cls(**config)` for a config that tells no graph."""
    if not replay.has("model-revived-by-constructor"):
        return False
    known = ("inputs", "outputs", "name", "trainable", "dtype", "dynamic", "autocast")
    judge_revival(replay, made.class_name, config, known, at)
    return True


def _keep(
    replay: Replay,
    made: PaperLayer,
    layer: Any,
    config: Any,
    at: Address,
    nodes: list[tuple[PaperLayer, Any]],
) -> None:
    """`process_layer`: remember the layer by the name in the list, and its calls."""
    for key in ("name", "inbound_nodes"):
        if isinstance(config, dict) and key not in config:
            special.missing_key(replay, made.class_name, at, key)
    name = config.get("name") if isinstance(config, dict) else None
    if not isinstance(layer, PaperLayer):
        refuse_element(replay, layer, config, at)
        return
    if isinstance(name, str):
        layer.name = name
    made.layers.append(layer)
    nodes.append((layer, config.get("inbound_nodes")))


def layer_of(replay: Replay, config: Any, at: Address, parent: str) -> Any:
    """Make a layer in a list of layers."""
    if not isinstance(config, dict):
        return tables.deserialize(replay, "layer", config, at)
    here = at.within(layer_path(config, parent))
    old = "module" not in config
    return replay.remembered(
        config, lambda: tables.deserialize(replay, "layer", config, here, old=old)
    )


def layer_path(config: dict[str, Any], parent: str) -> str:
    """Return the layer path of a config in the list of a model."""
    inner = config.get("config")
    name = config.get("name")
    if not isinstance(name, str) and isinstance(inner, dict):
        name = inner.get("name")
    if not isinstance(name, str):
        name = str(config.get("class_name"))
    return f"{parent}/{name}" if parent else name


def refuse_element(replay: Replay, layer: Any, config: Any, at: Address) -> None:
    """What stands in a list of layers and became none: the name of a class, or something else."""
    if getattr(layer, "is_broken", False):
        return
    if isinstance(layer, str):
        kind = names.kind_of_absence("layer", layer, is_class=True)
    else:
        kind = ReasonKind.ARGUMENT_VALUE
    what = config.get("class_name") if isinstance(config, dict) else config
    replay.stop(
        kind,
        Stage.CONSTRUCT,
        at,
        f"The added layer must be an instance of class Layer. Received: layer={shown(what)}",
        subject=str(what)[:80],
        argument="" if isinstance(layer, str) else "layers",
    )
