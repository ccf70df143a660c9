"""What only some backends of Keras 3 do: sparse and ragged tensors, text, names of parameters.

Source: the constructors named below and keras/src/backend/torch/layer.py, keras 3.0.0 to 3.15.1.
Text layers run TensorFlow under every backend; whether it is installed beside another one, neither
the file nor the release tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from kerasscan.loading.paper import PaperLayer, Traced
from kerasscan.loading.refusals import refuse
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore.built import is_unbuilt
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage

_TENSORFLOW: Final = "tensorflow"
_REMEDY: Final = "load it with the TensorFlow backend"

_Check: TypeAlias = Callable[[Replay, PaperLayer, Address], None]


def judge_backend(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """Replay what a constructor asks of the backend."""
    if layer.class_name in _JAX_LAYERS:
        _jax_layer(replay, layer, at)
    check = _CHECKS.get(layer.class_name)
    if check is not None and replay.given.backend != _TENSORFLOW:
        check(replay, layer, at)


def judge_type_spec(replay: Replay, config: dict[str, Any], at: Address) -> None:
    """`__typespec__` (keras/src/saving/serialization_lib.py): a class of TensorFlow's own."""
    name = shown(config.get("spec_name"))
    if replay.has("import-limited"):
        replay.stop(
            ReasonKind.ARGUMENT_VALUE,
            Stage.RESOLVE,
            at,
            f"Could not locate class '{name}'.",
            subject=name,
            argument="module",
            remedy="load it with the TensorFlow backend of Keras 3.8 or older",
        )
    elif replay.given.backend != _TENSORFLOW:
        replay.doubt(_needs_tensorflow(replay, name))


def _needs_tensorflow(replay: Replay, name: str) -> str:
    return f"{name} needs TensorFlow installed beside the {replay.given.backend} backend"


def _has_sparse_tensors(replay: Replay) -> bool:
    """`SUPPORTS_SPARSE_TENSORS` of another backend than TensorFlow."""
    return replay.given.backend == "jax" and replay.has("jax-sparse-tensors")


def _input_layer(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/layers/core/input_layer.py."""
    backend = replay.given.backend
    if layer.config.get("sparse") and not _has_sparse_tensors(replay):
        message = f"`sparse=True` is not supported with backend: {backend}"
        if replay.has("ragged-input"):
            message = f"`sparse=True` is not supported with the {backend} backend"
        refuse(replay, at, layer.class_name, "sparse", message, _REMEDY)
    if layer.config.get("ragged") and replay.has("ragged-input"):
        message = f"`ragged=True` is not supported with the {backend} backend"
        refuse(replay, at, layer.class_name, "ragged", message, _REMEDY)


def _batch_normalization(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/layers/normalization/batch_normalization.py."""
    if layer.config.get("synchronized"):
        refuse(
            replay, at, layer.class_name, "synchronized",
            "Argument synchronized=True is only supported with the TensorFlow backend.",
            f"{_REMEDY}, or write synchronized=false",
        )  # fmt: skip


def _text(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """`if not tf.available`, and output that only TensorFlow has.

    keras/src/layers/preprocessing/{string_lookup,integer_lookup,text_vectorization,hashing,
    hashed_crossing}.py.
    """
    replay.doubt(_needs_tensorflow(replay, layer.class_name))
    if layer.class_name == "Hashing":
        return
    for argument in ("sparse", "ragged"):
        if layer.config.get(argument):
            _only_tensorflow(replay, layer, at, argument)


def _discretization(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/layers/preprocessing/discretization.py."""
    if not layer.config.get("sparse"):
        return
    if not replay.has("discretization-asks-for-sparse-tensors"):
        _only_tensorflow(replay, layer, at, "sparse")
    elif not _has_sparse_tensors(replay):
        refuse(
            replay, at, layer.class_name, "sparse",
            f"`sparse=True` cannot be used with backend {replay.given.backend}", _REMEDY,
        )  # fmt: skip


def _only_tensorflow(replay: Replay, layer: PaperLayer, at: Address, argument: str) -> None:
    message = f"`{argument}=True` can only be used with the TensorFlow backend."
    if replay.has("sparse-output-refusal-old"):
        message = f"`{argument}` can only be set to True with the TensorFlow backend."
    refuse(replay, at, layer.class_name, argument, message, _REMEDY)


def _tfsm_layer(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/export/{export_lib,tfsm_layer}.py; where safe mode refuses it, that comes first."""
    if not replay.has("tfsm-layer-asks-for-tensorflow"):
        return
    was, replay.unsafe = replay.unsafe, replay.unsafe or replay.has("tfsm-layer-guarded")
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        "The TFSMLayer is only currently supported with the TensorFlow backend.",
        subject=layer.class_name,
        error="NotImplementedError",
        remedy=_REMEDY,
    )
    replay.unsafe = was


_JAX_LAYERS: Final = ("JaxLayer", "FlaxLayer")


def _jax_layer(replay: Replay, layer: PaperLayer, at: Address) -> None:
    """keras/src/utils/jax_layer.py."""
    backend = replay.given.backend
    runs_on_tensorflow = replay.has("jax-layer-runs-on-tensorflow")
    if backend == "jax" or (backend == _TENSORFLOW and runs_on_tensorflow):
        return
    which = "JAX or Tensorflow" if runs_on_tensorflow else "JAX"
    refuse(
        replay, at, layer.class_name, "",
        f"{layer.class_name} is only supported with the {which} backend. Current backend: "
        f"{backend}",
        "load it with the JAX backend",
    )  # fmt: skip


_CHECKS: Final[dict[str, _Check]] = {
    "BatchNormalization": _batch_normalization,
    "Discretization": _discretization,
    "HashedCrossing": _text,
    "Hashing": _text,
    "InputLayer": _input_layer,
    "IntegerLookup": _text,
    "StringLookup": _text,
    "TFSMLayer": _tfsm_layer,
    "TextVectorization": _text,
}


def judge_variables(replay: Replay, model: PaperLayer, traced: Traced) -> None:
    """`TorchLayer._track_variables`: parameters are kept by their path, which may have no dot."""
    if replay.given.backend != "torch" or not replay.has("torch-parameters-by-path"):
        return
    for layer, scope in _built(replay, model, ""):
        if "." not in scope:
            continue
        weights = traced.weights.get(id(layer))
        if weights is None:
            replay.doubt(f"'{shown(scope)}' may have parameters, in whose names torch takes no dot")
        elif weights:
            replay.stop(
                ReasonKind.GRAPH_REFUSED,
                Stage.CONNECT,
                layer.address,
                'parameter name can\'t contain "."',
                subject=layer.class_name,
                argument="name",
                error="KeyError",
                remedy=f"rename '{shown(scope)}', here and in every connection that uses it, or "
                "load it with another backend",
            )


def _built(replay: Replay, model: PaperLayer, scope: str) -> Iterator[tuple[PaperLayer, str]]:
    """Yield the layers of a model with the names that their parameters begin with.

    A layer is built within a Sequential, unless its own ``build_config`` built it before.
    """
    is_within = model.kind == "sequential"
    scope = f"{scope}{model.name}/" if is_within else ""
    for layer in model.layers:
        outer = scope if layer.build_shape is None else ""
        if layer.is_model:
            yield from _built(replay, layer, scope if is_unbuilt(replay, layer) else "")
            continue
        parts = layer.parts.values()
        models = [part for part in parts if part.is_model]
        for part in models:
            yield from _built(replay, part, "")
        if models:
            continue
        unbuilt = any(part.build_shape is None for part in parts)
        names = [layer.name] if unbuilt or not parts else []
        yield layer, outer + "/".join([*names, *(part.name for part in parts)])
