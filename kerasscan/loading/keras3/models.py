"""`from_config` of Sequential, Functional and Model in Keras 3.

Source: keras/src/models/{sequential,functional,model}.py, keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras3 import changes, compiling, elements, graph, legacy, objects
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.refusals import judge_revival
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore.built import is_unbuilt
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

MODELS: Final = frozenset({"Sequential", "Functional", "Model"})
_NOT_TAKEN: Final = ("layers", "input_shape")
"""What a model's config holds besides its own: layers apart, a shape that nobody reads."""

SEQUENTIAL_KEYS: Final = frozenset({"name", "trainable", "dtype", "layers", "build_input_shape"})
"""What `Sequential.get_config` writes."""

_FUNCTIONAL_KEYS: Final = ("name", "layers", "input_layers", "output_layers")


def model(
    replay: Replay, shipped: Shipped, inner: Any, config: dict[str, Any], at: Address
) -> PaperLayer:
    """Make a model and, where the file says how, compile it."""
    if shipped.name == "Sequential":
        made = sequential(replay, inner, at)
    elif isinstance(inner, dict) and all(key in inner for key in _FUNCTIONAL_KEYS):
        made = functional(replay, shipped, inner, at)
    else:
        made = _revived(replay, shipped, inner, at)
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
    elif inner.keys() <= SEQUENTIAL_KEYS:
        made = sequential(replay, inner, at)
        made.class_name = bare
    else:
        return None
    return _finished(replay, made, config, at)


def _finished(replay: Replay, made: PaperLayer, config: dict[str, Any], at: Address) -> PaperLayer:
    made.build_shape = config.get("build_config") or made.config.get("build_input_shape")
    compile_config = config.get("compile_config")
    if compile_config:
        compiling.compile_from_config(replay, compile_config, at.down("compile_config"))
    return made


def sequential(replay: Replay, inner: Any, at: Address) -> PaperLayer:
    """`Sequential.from_config`."""
    here = at.down("config")
    made = PaperLayer("Sequential", "sequential", {}, at, kind="sequential")
    if isinstance(inner, dict) and "name" in inner:
        made.name = str(inner["name"])
        made.config = {key: value for key, value in inner.items() if key not in _NOT_TAKEN}
        configs, here = inner.get("layers"), here.down("layers")
    elif replay.has("sequential-config-list-rejected") or not isinstance(inner, list):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            here,
            "A Sequential model configuration must be a dictionary containing the 'name' and "
            "'layers' keys.",
            subject="Sequential",
            argument="config",
            error="ValueError",
        )
        return made
    else:
        configs = inner
    for index, config in enumerate(configs if isinstance(configs, list) else ()):
        layer = layer_of(replay, config, here.down(index), at.layer)
        if isinstance(layer, PaperLayer):
            _add(replay, made, layer)
        else:
            elements.refuse_element(replay, layer, config, here.down(index), "Sequential")
    _build(replay, made, inner, at)
    return made


def _add(replay: Replay, made: PaperLayer, layer: PaperLayer) -> None:
    """`Sequential.add`: a first layer that knows its input shape brings an InputLayer."""
    shape = layer.config.get("input_shape")
    if not made.layers and layer.class_name != "InputLayer" and isinstance(shape, (list, tuple)):
        first = PaperLayer(
            "InputLayer", "input_layer", {"batch_shape": [None, *shape]}, layer.address
        )
        made.layers.append(first)
        if replay.is_hdf5:
            changes.judge_input_shape(replay, layer)
    if any(layer.name == other.name and layer is not other for other in made.layers):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            layer.address,
            "All layers added to a Sequential model should have unique names. Name "
            f"'{shown(layer.name)}' is already the name of a layer in this model.",
            subject=layer.class_name,
            argument="name",
            error="ValueError",
        )
    made.layers.append(layer)
    elements.refuse_list_output(replay, made)
    _ask_first(replay, made)


def _ask_first(replay: Replay, made: PaperLayer) -> None:
    """`hasattr(self._layers[0], "input_shape")`, which does not catch a ValueError."""
    first = made.layers[0]
    is_asked = len(made.layers) == 2 and replay.has("sequential-input-shape-raises")
    if is_asked and first.kind == "sequential" and is_unbuilt(replay, first):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            first.address,
            f"Sequential model '{shown(first.name)}' has no defined input shape yet.",
            subject="Sequential",
            error="ValueError",
        )


def _build(replay: Replay, made: PaperLayer, inner: Any, at: Address) -> None:
    """`model.build(build_input_shape)`, where no InputLayer built it while it grew."""
    shape = inner.get("build_input_shape") if isinstance(inner, dict) else None
    if shape and isinstance(shape, list) and not _is_functional(made):
        made.config["build_input_shape"] = shape
        if not made.layers:
            replay.stop(
                ReasonKind.GRAPH_REFUSED,
                Stage.CONNECT,
                at,
                f"Sequential model {shown(made.name)} cannot be built because it has no layers. "
                "Call `model.add(layer)`.",
                subject="Sequential",
                error="ValueError",
            )


def _is_functional(made: PaperLayer) -> bool:
    return len(made.layers) > 1 and made.layers[0].class_name == "InputLayer"


def functional(replay: Replay, shipped: Shipped, inner: dict[str, Any], at: Address) -> PaperLayer:
    """`functional_from_config`."""
    name = inner.get("name")
    made = PaperLayer(
        shipped.name, name if isinstance(name, str) else "functional", {}, at, kind="functional"
    )
    made.config = {key: value for key, value in inner.items() if key not in _NOT_TAKEN}
    here = at.down("config", "layers")
    configs = inner["layers"] if isinstance(inner["layers"], list) else []
    nodes: dict[str, list[Any]] = {}
    for index, config in enumerate(configs):
        _process_layer(replay, made, config, here.down(index), nodes)
    graph.connect(replay, made, nodes, at.down("config"))
    return made


def _process_layer(
    replay: Replay, made: PaperLayer, config: Any, at: Address, nodes: dict[str, list[Any]]
) -> None:
    layer = layer_of(replay, config, at, made.address.layer)
    name = config.get("name") if isinstance(config, dict) else None
    if not isinstance(layer, PaperLayer) or not isinstance(name, str):
        elements.refuse_element(replay, layer, config, at, "Functional")
        return
    layer.name = name
    made.layers.append(layer)
    inbound = config.get("inbound_nodes")
    nodes[name] = inbound if isinstance(inbound, list) else []


def layer_of(replay: Replay, config: Any, at: Address, parent: str) -> Any:
    """Make a layer in a list of layers: new style with ``module``, legacy without."""
    if not isinstance(config, dict):
        return config
    here = at.within(layer_path(config, parent))
    if "module" not in config:
        return replay.remembered(config, lambda: legacy.model_from_config(replay, config, here))
    return replay.remembered(config, lambda: _new_style(replay, config, here))


def _new_style(replay: Replay, config: dict[str, Any], at: Address) -> Any:
    """`deserialize_keras_object`, whose own ``safe_mode`` is True whatever the file is."""
    was, replay.in_safe_scope = replay.in_safe_scope, True
    made = objects.deserialize(replay, config, at, "layer")
    replay.in_safe_scope = was
    return made


def layer_path(config: dict[str, Any], parent: str) -> str:
    """Return the layer path of a config in the list of a model."""
    inner = config.get("config")
    name = config.get("name")
    if not isinstance(name, str) and isinstance(inner, dict):
        name = inner.get("name")
    if not isinstance(name, str):
        name = str(config.get("class_name"))
    return f"{parent}/{name}" if parent else name


def _revived(replay: Replay, shipped: Shipped, inner: Any, at: Address) -> PaperLayer:
    """`cls(**config)` for a config that does not tell a graph."""
    config = inner if isinstance(inner, dict) else {}
    made = PaperLayer(shipped.name, str(config.get("name", "model")), config, at, kind="opaque")
    known = ("inputs", "outputs", "name", "trainable", "dtype")
    judge_revival(replay, shipped.name, config, known, at)
    return made
