"""Classes of Keras 3 whose `from_config` does more than `cls(**config)`.

Source: `from_config` of Bidirectional, Wrapper, RNN, StackedRNNCells, Pipeline, Lambda, TFSMLayer,
TorchModuleWrapper, LossFunctionWrapper, optimizers and schedules; keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras3 import objects
from kerasscan.loading.keras3.given import judge_copies
from kerasscan.loading.lambdas import guarded_lambda, stored_code
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_Take: TypeAlias = Callable[[Replay, PaperLayer, Address], None]


def take_parts(replay: Replay, shipped: Shipped, layer: PaperLayer, at: Address) -> None:
    """Deserialize what a layer wraps, before its constructor is called."""
    take = _TAKERS.get(shipped.from_config or "") or _TAKERS.get(shipped.name)
    if take is not None:
        take(replay, layer, at)


def take_things(replay: Replay, shipped: Shipped, made: Thing, at: Address) -> None:
    """Deserialize what an optimizer or schedule holds."""
    for key in ("learning_rate", "inner_optimizer"):
        value = made.config.get(key)
        if isinstance(value, dict):
            kind = "schedule" if key == "learning_rate" else "optimizer"
            made.config[key] = objects.deserialize(replay, value, at.down(key), kind)


def _part(replay: Replay, layer: PaperLayer, at: Address, key: str) -> None:
    if key not in layer.config:
        return
    made = objects.deserialize(replay, layer.config[key], at.down(key), "layer")
    layer.config[key] = made
    if isinstance(made, PaperLayer):
        layer.parts[key] = made
        _refuse_list_output(replay, layer, made)


def _refuse_list_output(replay: Replay, layer: PaperLayer, part: PaperLayer) -> None:
    """A wrapped functional model that gives a list of one tensor: see `graph`."""
    is_called = layer.class_name == "TimeDistributed"
    if is_called and part.kind == "functional" and isinstance(part.outputs, list):
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            layer.address,
            f"Exception encountered when calling {layer.class_name}.call(). Cannot convert '(...)' "
            "to a shape.",
            subject=layer.class_name,
            argument="output_layers",
            error="ValueError",
            remedy=f"write output_layers of '{part.name}' without the outer list",
        )


def _wrapper(replay: Replay, layer: PaperLayer, at: Address) -> None:
    _part(replay, layer, at, "layer")


def _bidirectional(replay: Replay, layer: PaperLayer, at: Address) -> None:
    _part(replay, layer, at, "layer")
    _part(replay, layer, at, "backward_layer")
    judge_copies(replay, layer, at)


def _rnn(replay: Replay, layer: PaperLayer, at: Address) -> None:
    _part(replay, layer, at, "cell")


def _cells(replay: Replay, layer: PaperLayer, at: Address) -> None:
    _list(replay, layer, at, "cells")


def _pipeline(replay: Replay, layer: PaperLayer, at: Address) -> None:
    if replay.has("pipeline-layers-deserialized"):
        _list(replay, layer, at, "layers")


def _list(replay: Replay, layer: PaperLayer, at: Address, key: str) -> None:
    configs = layer.config.get(key)
    for index, config in enumerate(configs if isinstance(configs, list) else ()):
        made = objects.deserialize(replay, config, at.down(key, index), "layer")
        if isinstance(made, PaperLayer):
            layer.parts[f"{key}/{index}"] = made


def _lambda(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`Lambda.from_config`."""
    for key in ("function", "output_shape"):
        if key in layer.config:
            layer.config[key] = _function(replay, layer.config[key], at.down(key), key)
    if isinstance(layer.config.get("function"), str):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at.down("function"),
            "unsupported callable",
            subject="Lambda",
            argument="function",
            remedy="pass the function in custom_objects",
        )
    if isinstance(layer.config.get("arguments"), dict):
        objects.deserialize(replay, layer.config["arguments"], at.down("arguments"))


def _function(replay: Replay, config: Any, at: Address, argument: str) -> Any:
    if isinstance(config, dict) and config.get("class_name") == "__lambda__":
        inner = config.get("config")
        code = inner.get("code") if isinstance(inner, dict) else None
        if replay.lambda_is_guarded:
            refusal = _refusal(replay, argument)
            made = guarded_lambda(replay, code, at, refusal, "Lambda", argument)
            was, replay.unsafe = replay.unsafe, True
            _defaults(replay, inner, at)
            replay.unsafe = was
            return made
        stored_code(replay, code, at, "Lambda")
        _defaults(replay, inner, at)
        return Thing("function", "lambda", {}, at)
    return objects.deserialize(replay, config, at)


def _defaults(replay: Replay, inner: Any, at: Address) -> None:
    """`types.FunctionType(code, globs, argdefs=defaults)`: a list from a file is no tuple."""
    if isinstance(inner, dict) and inner.get("defaults") is not None:
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at.down("config", "defaults"),
            "arg 4 (defaults) must be None or tuple",
            subject="Lambda",
            argument="defaults",
        )


def _refusal(replay: Replay, argument: str) -> str:
    if replay.has("lambda-refusal-reworded"):
        return (
            "Requested the deserialization of a `Lambda` layer whose `function` is a Python "
            "lambda. This carries a potential risk of arbitrary code execution and thus it is "
            "disallowed by default."
        )
    name = "{arg_name}" if replay.has("lambda-refusal-unfilled") else argument
    return (
        f"The `{name}` of this `Lambda` layer is a Python lambda. Deserializing it is unsafe. If "
        "you trust the source of the config artifact, you can override this error by passing "
        "`safe_mode=False` to `from_config()`"
    )


def _guarded(behaviour: str) -> _Take:
    """Layers that run what is in the file, and are refused in safe mode by newer releases."""

    def take(replay: Replay, layer: PaperLayer, at: Address) -> None:
        if replay.has(behaviour):
            replay.stop(
                ReasonKind.LAMBDA_REFUSED,
                Stage.CONSTRUCT,
                at,
                f"Requested the deserialization of a `{layer.class_name}`",
                subject=layer.class_name,
                error="ValueError",
                remedy="pass safe_mode=False if you trust where the file comes from",
            )
        else:
            replay.doubt(f"{layer.class_name} loads something else, which may be missing")

    return take


_TAKERS: Final[dict[str, _Take]] = {
    "Bidirectional": _bidirectional,
    "Wrapper": _wrapper,
    "RNN": _rnn,
    "StackedRNNCells": _cells,
    "Pipeline": _pipeline,
    "Lambda": _lambda,
    "TFSMLayer": _guarded("tfsm-layer-guarded"),
    "TorchModuleWrapper": _guarded("torch-module-guarded"),
}
"""By the class whose `from_config` is used, or by the class itself."""
