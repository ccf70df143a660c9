"""Layers called on shapes: their variables, their outputs, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kerasscan.loading.paper import Call, PaperLayer, Ref, Shape, Weight
from kerasscan.loading.shapes import Dialect, flattened, keras2_owner, stores, trace
from kerasscan.model.address import Address

KERAS3 = Dialect(True, (3, 12, 0), "keras3")
KERAS2 = Dialect(False, (2, 10), "tf.keras")


def layer(class_name: str, name: str = "x", **config: Any) -> PaperLayer:
    return PaperLayer(class_name, name, config, Address(layer=name))


def sequential(shape: list[int | None] | None, *layers: PaperLayer) -> PaperLayer:
    model = PaperLayer("Sequential", "sequential", {}, Address(), "sequential")
    entry = [] if shape is None else [layer("InputLayer", "input", batch_shape=shape)]
    model.layers = [*entry, *layers]
    return model


def shapes_of(
    one: PaperLayer, shape: list[int | None], dialect: Dialect = KERAS3
) -> list[Shape] | None:
    weights = trace(sequential(shape, one), dialect).weights[id(one)]
    return None if weights is None else [weight.shape for weight in weights]


def refused(one: PaperLayer, shape: list[int | None], dialect: Dialect = KERAS3) -> str:
    found = trace(sequential(shape, one), dialect).misfits
    return found[0].message if found else ""


DENSE: dict[str, Any] = {"units": 4}
CONV: dict[str, Any] = {"filters": 2, "kernel_size": [3, 3]}

VARIABLES: list[tuple[PaperLayer, list[int | None], list[Shape]]] = [
    (layer("Dense", **DENSE), [None, 3], [(3, 4), (4,)]),
    (layer("Dense", **DENSE, use_bias=False), [None, 7, 3], [(3, 4)]),
    (layer("Dense", **DENSE, lora_rank=2), [None, 3], [(3, 4), (4,), (3, 2), (2, 4)]),
    (layer("Dense", **DENSE, dtype="int8_from_float32"), [None, 3], [(4,), (3, 4), (4,)]),
    (layer("Embedding", input_dim=9, output_dim=5), [None, 3], [(9, 5)]),
    (layer("Conv2D", **CONV, groups=2), [None, 8, 8, 6], [(3, 3, 3, 2), (2,)]),
    (layer("Conv2DTranspose", **CONV), [None, 8, 8, 6], [(3, 3, 2, 6), (2,)]),
    (
        layer("SeparableConv2D", **CONV, depth_multiplier=2),
        [None, 8, 8, 6],
        [(3, 3, 6, 2), (1, 1, 12, 2), (2,)],
    ),
    (layer("BatchNormalization", axis=1), [None, 5, 6], [(5,)] * 4),
    (layer("LayerNormalization", axis=[1, 2]), [None, 5, 6], [(5, 6)] * 2),
    (layer("LSTM", units=2), [None, 5, 3], [(3, 8), (2, 8), (8,)]),
    (layer("GRU", units=2), [None, 5, 3], [(3, 6), (2, 6), (2, 6)]),
    (layer("GRU", units=2, reset_after=False), [None, 5, 3], [(3, 6), (2, 6), (6,)]),
    (layer("PReLU", shared_axes=[1]), [None, 5, 3], [(1, 3)]),
    (layer("Normalization"), [None, 5], [(5,), (5,), ()]),
    (layer("Normalization", mean=[0.0] * 5, variance=[1.0] * 5), [None, 5], []),
    (
        layer("EinsumDense", equation="abc,cd->abd", output_shape=[None, 4], bias_axes="d"),
        [None, 5, 3],
        [(3, 4), (4,)],
    ),
    (layer("StringLookup"), [None, 1], []),
    (layer("Lambda"), [None, 1], []),
]


@pytest.mark.parametrize(("one", "shape", "expected"), VARIABLES)
def test_variables_follow_from_config_and_input(
    one: PaperLayer, shape: list[int | None], expected: list[Shape]
) -> None:
    assert shapes_of(one, shape) == expected


INT4 = {"class_name": "QuantizedDTypePolicy", "config": {"mode": "int4", "source_name": "float32"}}
GROUPED = {"class_name": "Int4DTypePolicy", "config": {"mode": "int4/2", "source_name": "float32"}}


@pytest.mark.parametrize(
    ("dtype", "version", "expected"),
    [
        (INT4, (3, 13, 2), [(3,), (3, 3), (3,)]),
        (INT4, (3, 14, 0), [(3,), (5, 2), (3,)]),
        (GROUPED, (3, 14, 0), [(3,), (5, 2), (3, 3), (3, 3), (5,)]),
    ],
)
def test_two_numbers_of_a_column_were_packed_before_two_of_a_row(
    dtype: dict[str, Any], version: tuple[int, ...], expected: list[Shape]
) -> None:
    dense = layer("Dense", units=3, dtype=dtype)
    assert shapes_of(dense, [None, 5], replace(KERAS3, version=version)) == expected


ONE_AXIS_MORE = [
    (layer("Conv1D", filters=2, kernel_size=[3]), "Kernel shape must have the same length"),
    (layer("Conv1DTranspose", filters=2, kernel_size=[3]), "tuple index out of range"),
    (layer("MaxPooling1D"), "expected ndim=3, found ndim=4"),
    (layer("GlobalAveragePooling1D"), "expected ndim=3, found ndim=4"),
    (layer("ZeroPadding1D"), "expected ndim=3, found ndim=4"),
    (layer("UpSampling1D"), "expected ndim=3, found ndim=4"),
    (layer("Permute", dims=[2, 1]), "expected ndim=3, found ndim=4"),
    (layer("LSTM", units=2), "expected ndim=3, found ndim=4"),
    (layer("LayerNormalization", axis=1), "path='sequential/x/gamma'"),
    (layer("PReLU"), "path='sequential/x/alpha'"),
    (layer("Dense", **DENSE), ""),
    (layer("Flatten"), ""),
    (layer("Dropout"), ""),
    (layer("BatchNormalization"), ""),
]


@pytest.mark.parametrize(("one", "message"), ONE_AXIS_MORE)
def test_the_batch_axis_of_an_old_file_is_one_axis_too_many(one: PaperLayer, message: str) -> None:
    said = refused(one, [None, None, 5, 3])
    assert message in said and bool(message) == bool(said)


def test_an_input_shape_of_a_first_layer_is_without_the_batch_axis() -> None:
    dense = layer("Dense", **DENSE, input_shape=[None, 3])
    traced = trace(sequential(None, dense), KERAS3)
    assert traced.shapes[id(dense)] == [((None, None, 4),)]


def test_layers_that_nobody_calls_have_no_variables() -> None:
    dense = layer("Dense", **DENSE)
    assert trace(sequential(None, dense), KERAS3).weights[id(dense)] == ()


def test_a_class_that_is_not_known_leaves_all_that_follows_partly_untold() -> None:
    custom, dense = layer("Mine", "mine"), layer("Dense", **DENSE)
    traced = trace(sequential([None, 3], custom, dense), KERAS3)
    assert traced.weights[id(custom)] is None
    weights = traced.weights[id(dense)]
    assert weights is not None and [each.shape for each in weights] == [(None, 4), (4,)]
    assert traced.misfits == []


def test_messages_are_those_of_the_release() -> None:
    conv = layer("MaxPooling1D", "pool")
    assert refused(conv, [None, 4]) == (
        'Input 0 of layer "pool" is incompatible with the layer: expected ndim=3, found ndim=2. '
        "Full shape received: (None, 4)"
    )
    newer = Dialect(True, (3, 13, 0), "keras3")
    assert "Input 0 with name 'None' of layer 'pool' is" in refused(conv, [None, 4], newer)


def test_a_shared_layer_checks_its_second_input() -> None:
    dense = layer("Dense", "dense", **DENSE)
    dense.calls = [Call((Ref("a"),)), Call((Ref("b"),))]
    model = PaperLayer("Functional", "model", {}, Address(), "functional")
    inputs = [layer("InputLayer", name, batch_shape=[None, size]) for name, size in _TWO]
    model.layers, model.inputs = [*inputs, dense], [Ref("a"), Ref("b")]
    model.outputs = [Ref("dense", 0), Ref("dense", 1)]
    traced = trace(model, KERAS3)
    assert traced.shapes[id(dense)] == [((None, 4),), (None,)]
    assert [misfit.layer for misfit in traced.misfits] == [dense]


_TWO = [("a", 3), ("b", 5)]


def test_both_directions_come_after_each_other() -> None:
    both = layer("Bidirectional", "both")
    both.parts = {"layer": layer("LSTM", "lstm", units=2)}
    weights = trace(sequential([None, 5, 3], both), KERAS3).weights[id(both)]
    assert weights is not None
    assert list(dict.fromkeys(each.owner for each in weights)) == [
        "forward_layer/cell",
        "backward_layer/cell",
    ]


def test_the_wrapped_layer_counts_too_up_to_keras_3_3_2_once_it_is_built() -> None:
    both = layer("Bidirectional", "both")
    inner = layer("LSTM", "lstm", units=2)
    both.parts = {"layer": inner}
    old = Dialect(True, (3, 1, 1), "keras3")
    assert len(shapes_of(both, [None, 5, 3], old) or ()) == 6
    inner.build_shape = {"input_shape": [None, 5, 3]}
    assert len(shapes_of(both, [None, 5, 3], old) or ()) == 9
    assert len(shapes_of(both, [None, 5, 3]) or ()) == 6


def test_a_nested_model_lists_trainable_variables_first() -> None:
    normal, dense = layer("BatchNormalization", "bn"), layer("Dense", "dense", **DENSE)
    inner = sequential([None, 3], normal, dense)
    traced = trace(sequential([None, 3], inner), KERAS2)
    names = [weight.name for weight in flattened(inner, traced) or ()]
    assert names == ["gamma", "beta", "kernel", "bias", "moving_mean", "moving_variance"]
    normal.config["trainable"] = False
    names = [weight.name for weight in flattened(inner, traced) or ()]
    assert names[:2] == ["kernel", "bias"]


def test_a_keras_file_names_the_order_of_quantized_and_lora_layers() -> None:
    dense = layer("Dense", **DENSE, lora_rank=2, dtype="int8_from_float32")
    traced = trace(sequential([None, 3], dense), KERAS3)
    held = stores(dense, traced)
    assert held is not None
    assert [each.name for each in held[""]] == ["kernel", "bias", "kernel_scale"]


def test_a_spectral_normalization_stores_its_matrix_twice() -> None:
    outer = layer("SpectralNormalization", "sn")
    outer.parts = {"layer": layer("Dense", "dense", **DENSE)}
    traced = trace(sequential([None, 3], outer), KERAS3)
    held = stores(outer, traced)
    assert held is not None
    assert [each.shape for each in held[""]] == [(3, 4), (1, 4)]
    assert [each.shape for each in held["layer"]] == [(3, 4), (4,)]


def test_projections_are_private_in_keras_2() -> None:
    assert keras2_owner("query_dense") == "_query_dense"
    assert keras2_owner("forward_layer/cell") == "forward_layer/cell"


def test_odd_values_are_unknown_and_never_raise() -> None:
    for value in (None, True, -1, 2.5, 1e300, "x", [], {}, [[1]], {"a": 1}, 10**40):
        for key in ("units", "use_bias", "lora_rank", "dtype", "trainable"):
            config: dict[str, Any] = {**DENSE, key: value}
            dense = layer("Dense", **config)
            for weight in trace(sequential([None, 3], dense), KERAS3).weights[id(dense)] or ():
                assert isinstance(weight, Weight)


def test_nesting_does_not_multiply_without_end() -> None:
    inner = layer("Dense", "d", **DENSE)
    for depth in range(40):
        inner.calls = [
            Call((Ref(inner.name if node else "i", node - 1 if node else 0),)) for node in range(3)
        ]
        entry = layer("InputLayer", "i", batch_shape=[None, depth + 2, 4])
        outer = PaperLayer("Functional", f"f{depth}", {}, Address(), "functional")
        outer.layers, outer.inputs = [entry, inner], [Ref("i")]
        outer.outputs = [Ref(inner.name, 2)]
        inner = outer
    assert trace(inner, KERAS3).misfits == []
