"""Classes of Keras 2 whose `from_config` does more than `cls(**config)`.

Source: `from_config` of Bidirectional, Wrapper, RNN, StackedRNNCells, cell wrappers, Lambda,
MultiHeadAttention, Initializer, LossFunctionWrapper, MeanMetricWrapper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.keras2 import borrowed, names, tables
from kerasscan.loading.keras2.retrieve import retrieve
from kerasscan.loading.lambdas import guarded_lambda, stored_code
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.loading.things import Thing
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_Take: TypeAlias = Callable[[Replay, PaperLayer, Address], None]

_LAMBDA_REFUSAL: Final = (
    "Requested the deserialization of a Lambda layer with a Python `lambda` inside it. This "
    "carries a potential risk of arbitrary code execution and thus it is disallowed by default."
)


def take_parts(replay: Replay, shipped: Shipped, layer: PaperLayer, at: Address) -> None:
    """Deserialize what a layer wraps, before its constructor is called."""
    take = _TAKERS.get(shipped.from_config or "")
    if take is not None:
        take(replay, layer, at)


def take_things(replay: Replay, shipped: Shipped, made: Thing, at: Address) -> None:
    """What the `from_config` of things that are no layers takes out of a config."""
    if shipped.kind == "initializer" and replay.has("initializer-dtype-dropped"):
        made.config.pop("dtype", None)
    if shipped.kind == "dtype_policy" and not shipped.accepts("loss_scale"):
        made.config.pop("loss_scale", None)
    if shipped.from_config == "LossFunctionWrapper" and _drops_function(replay):
        made.config.pop("fn", None)
    if shipped.kind == "metric" and shipped.from_config == "MeanMetricWrapper":
        fn = made.config.pop("fn", None)
        if shipped.name == "MeanMetricWrapper":
            made.config["fn"] = tables.get(replay, "metric", fn, at.down("fn"))
    if shipped.name == "MeanRelativeError" and isinstance(made.config.get("normalizer"), dict):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at.down("normalizer"),
            "Attempt to convert a value ({'class_name': '__numpy__', ...}) with an unsupported "
            "type (<class 'dict'>) to a Tensor.",
            subject="MeanRelativeError",
            argument="normalizer",
        )


def _drops_function(replay: Replay) -> bool:
    """`saving_v3_enabled()`: while an archive is read, and from 2.13 on always."""
    return replay.has("loss-function-dropped") or replay.lambda_is_guarded


def _part(replay: Replay, layer: PaperLayer, at: Address, key: str, *, old: bool = False) -> None:
    if key not in layer.config:
        missing_key(replay, layer.class_name, at, key)
        return
    made = tables.deserialize(replay, "layer", layer.config[key], at.down(key), old=old)
    layer.config[key] = made
    if isinstance(made, PaperLayer):
        layer.parts[key] = made
    elif isinstance(made, str):
        names.unknown(replay, "layer", made, at.down(key), is_class=True)


def missing_key(replay: Replay, subject: str, at: Address, key: str) -> None:
    """Note `config["key"]` or `config.pop("key")` where the file has no such key."""
    replay.stop(
        ReasonKind.ARGUMENT_MISSING,
        Stage.CONSTRUCT,
        at,
        f"'{key}'",
        subject=subject,
        argument=key,
        error="KeyError",
    )


def _wrapper(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`use_legacy_format = "module" not in config`: of the inner config, where it never is."""
    _part(replay, layer, at, "layer", old="module" not in layer.config)


def _bidirectional(replay: Replay, layer: PaperLayer, at: Address) -> None:
    layer.config.pop("num_constants", None)
    _part(replay, layer, at, "layer")
    if layer.config.get("backward_layer") is None:
        layer.config.pop("backward_layer", None)
    elif replay.release.line != "keras2":
        _part(replay, layer, at, "backward_layer")


def _rnn(replay: Replay, layer: PaperLayer, at: Address) -> None:
    layer.config.pop("num_constants", None)
    _part(replay, layer, at, "cell")


def _cell_wrapper(replay: Replay, layer: PaperLayer, at: Address) -> None:
    _part(replay, layer, at, "cell")


def _function_wrapper(key: str) -> _Take:
    """DropoutWrapper and ResidualWrapper, whose function is stored as a Lambda's."""

    def take(replay: Replay, layer: PaperLayer, at: Address) -> None:
        if key in layer.config:
            layer.config[key] = _function(replay, layer, at, key, f"{key}_module", f"{key}_type")
        if key == "dropout_fn" and key in layer.config:
            layer.config["dropout_state_filter_visitor"] = layer.config.pop(key)
        _part(replay, layer, at, "cell")

    return take


def _cells(replay: Replay, layer: PaperLayer, at: Address) -> None:
    if "cells" not in layer.config:
        missing_key(replay, layer.class_name, at, "cells")
    configs = layer.config.get("cells")
    for index, config in enumerate(configs if isinstance(configs, list) else ()):
        here = at.down("cells", index)
        made = tables.deserialize(replay, "layer", config, here)
        if isinstance(made, PaperLayer):
            layer.parts[f"cells/{index}"] = made
        elif isinstance(made, str):
            names.unknown(replay, "layer", made, here, is_class=True)


def _lambda(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`Lambda.from_config`."""
    for key in ("function", "output_shape", "mask"):
        if key == "mask" and key not in layer.config:
            continue
        if replay.release.line == "keras2" and key == "mask":
            continue
        module, kind = _function_keys(key)
        layer.config[key] = _function(replay, layer, at, key, module, kind)


def _function_keys(key: str) -> tuple[str, str]:
    if key == "function":
        return "module", "function_type"
    return f"{key}_module", f"{key}_type"


def _function(
    replay: Replay, layer: PaperLayer, at: Address, key: str, module: str, kind: str
) -> Any:
    """`_parse_function_from_config`."""
    if replay.release.line != "keras2":
        layer.config.pop(module, None)
    if kind not in layer.config:
        missing_key(replay, layer.class_name, at, kind)
        return None
    told, value = layer.config.pop(kind), layer.config.get(key)
    if told == "function":
        return _named_function(replay, value, at.down(key))
    if told == "lambda":
        if replay.lambda_is_guarded:
            return guarded_lambda(replay, value, at.down(key), _LAMBDA_REFUSAL, "Lambda")
        if isinstance(value, dict):
            _no_code(replay, layer, at.down(key), key)
        stored_code(replay, value, at.down(key), "Lambda")
        borrowed.judge(replay, value, at.down(key))
        return Thing("function", "lambda", {}, at.down(key))
    if told != "raw" and not (key == "output_shape" and replay.release.line == "keras2"):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.CONSTRUCT,
            at.down(kind),
            f"Unsupported value for `function_type` argument. Received: {shown(told)}",
            subject=layer.class_name,
            argument=kind,
        )
    return value


def _no_code(replay: Replay, layer: PaperLayer, at: Address, key: str) -> None:
    """`func_load` of a dictionary, in which Keras 3 keeps bytecode."""
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        "'dict' object has no attribute 'encode'",
        subject=layer.class_name,
        argument=key,
        error="AttributeError",
    )


def _named_function(replay: Replay, value: Any, at: Address) -> Thing:
    """A function by name: only custom objects are looked at; from 2.13 on one by its module too."""
    is_reference = isinstance(value, dict) and "module" in value
    if is_reference and replay.has("tables-read-modules"):
        retrieve(replay, value, at)
        return Thing("function", shown(value), {}, at)
    name = value if isinstance(value, str) else shown(value)
    if not replay.is_given(name):
        replay.stop(
            ReasonKind.CUSTOM_OBJECT,
            Stage.RESOLVE,
            at,
            f"Unknown function in Lambda layer: {shown(name)}",
            subject=name,
            error="ValueError",
        )
    return Thing("function", name, {}, at)


def _attention(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`MultiHeadAttention.from_config`: shapes that were not stored before 2.5."""
    for key in ("query_shape", "key_shape", "value_shape"):
        if key not in layer.config:
            missing_key(replay, layer.class_name, at, key)
    shapes = {key: layer.config.pop(key, None) for key in ("query_shape", "key_shape")}
    shapes["value_shape"] = layer.config.pop("value_shape", None)
    if all(shapes.values()):
        layer.build_shape = layer.build_shape or shapes


_TAKERS: Final[dict[str, _Take]] = {
    "Bidirectional": _bidirectional,
    "Wrapper": _wrapper,
    "RNN": _rnn,
    "StackedRNNCells": _cells,
    "Lambda": _lambda,
    "MultiHeadAttention": _attention,
    "_RNNCellWrapper": _cell_wrapper,
    "_RNNCellWrapperV1": _cell_wrapper,
    "_RNNCellWrapperV2": _cell_wrapper,
    "DropoutWrapper": _function_wrapper("dropout_fn"),
    "DropoutWrapperBase": _function_wrapper("dropout_fn"),
    "ResidualWrapper": _function_wrapper("residual_fn"),
    "ResidualWrapperBase": _function_wrapper("residual_fn"),
}
"""By the class whose `from_config` is used."""
