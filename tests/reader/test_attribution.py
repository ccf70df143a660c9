"""Which tensors belong to which layer."""

from __future__ import annotations

import pytest

from kerasscan.model.objects import Form
from kerasscan.reader.attribution import snake_case, tensors_by_layer
from kerasscan.reader.reading import read
from tests.samples.manifest import SAMPLES

CLEAN = SAMPLES / "clean"

WITHOUT_OPTIMIZER = [
    "keras-2.2.4-sequential.h5",
    "keras-3.15.1-sequential.keras",
    "keras-3.15.1-nested.keras",
    "keras-3.15.1-functional.keras",
    "keras-3.3.3-functional.keras",
    "tf-2.10-functional.h5",
    "tf-2.10-savedmodel",
    "tf-2.13-functional.keras",
    "tf-2.15-functional.keras",
    "tf-keras-2.18-functional.keras",
    "tensorflowjs-layers/model.json",
]


@pytest.mark.parametrize("name", WITHOUT_OPTIMIZER)
def test_weights_of_layers_find_their_layer(name: str) -> None:
    saved = read(CLEAN / name)
    found = tensors_by_layer(saved)
    known = {each.path for graph in saved.graphs for each in graph.layers}
    assert sum(map(len, found.values())) == len(saved.tensors)
    assert found.keys() - {""} <= known
    assert all("optimizer" in each.path or not each.shape for each in found.get("", ())), found[""]
    dense = [each for each in saved.layers if each.class_name == "Dense"]
    assert dense
    for each in dense:
        shapes = sorted(tensor.shape for tensor in found[each.address.layer])
        assert [len(shape) for shape in shapes[:2]] in ([1, 2], [2, 1])
        assert each.form is Form.OBJECT


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Dense", "dense"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("LSTM", "lstm"),
        ("GRUCell", "gru_cell"),
        ("BatchNormalization", "batch_normalization"),
        ("MultiHeadAttention", "multi_head_attention"),
        ("TFOpLambda", "tf_op_lambda"),
        ("My-Layer", "my_layer"),
    ],
)
def test_a_class_is_written_in_snake_case(name: str, written: str) -> None:
    assert snake_case(name) == written
