"""Which names count as Keras's own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kerasscan.catalog import builtin
from kerasscan.catalog.builtin import (
    is_builtin_class,
    is_builtin_function,
    is_builtin_registered,
    kinds_of_class,
    releases_of_class,
)

FAVOURITES = """
    Sampling ReversedLSTM Transformer SelfAttention LayerNormalization1D FixedDropout KerasLayer
    relu6 Swish PositionalEncoding TransformerBlock AutoEncoder LRN2D Patches PatchEncoder CRF
    InstanceNormalization AttentionLayer MultiHeadSelfAttention ReflectionPadding2D Encoder
    L2Normalization AnchorBoxes CapsuleLayer Decoder DiceLoss WeightNormalization
"""
NAMES = Path(builtin.__file__).with_name("names.json")


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("layer", "Dense Attention Conv2D InputLayer Lambda Bidirectional GroupQueryAttention"),
        ("layer", "Merge MaxoutDense TimeDistributedDense Highway AtrousConvolution2D"),
        ("layer", "BatchNormalizationV1 BatchNormalizationV2 Convolution2D ThresholdedReLU SReLU"),
        ("layer", "TFOpLambda SlicingOpLambda ClassMethod InstanceMethod InstanceProperty"),
        ("layer", "AddLoss AddMetric TensorFlowOpLayer DenseFeatures CuDNNLSTM RandomHeight"),
        ("layer", "LSTMCell StackedRNNCells Sequential Functional Model"),
        ("model", "Sequential Functional Model LinearModel SharpnessAwareMinimization"),
        ("cell", "LSTMCell GRUCell SimpleRNNCell PeepholeLSTMCell StackedRNNCells"),
        ("initializer", "GlorotUniform Orthogonal OrthogonalInitializer GlorotUniformV2 Zeros"),
        ("regularizer", "L1 L2 L1L2 OrthogonalRegularizer"),
        ("constraint", "MaxNorm NonNeg UnitNorm RadialConstraint"),
        ("loss", "MeanSquaredError LossFunctionWrapper CTC Huber"),
        ("metric", "AUC MeanMetricWrapper SumOverBatchSizeMetricWrapper F1Score Reduce"),
        ("optimizer", "Adam adam RMSprop TFOptimizer LossScaleOptimizer Muon"),
        ("schedule", "ExponentialDecay NoisyLinearCosineDecay"),
        ("dtype_policy", "Policy PolicyV1 DTypePolicy DTypePolicyMap"),
        ("quantizer", "AbsMaxQuantizer QuantizationConfig"),
        ("operation", "Add GetItem NotEqual Relu6"),
        ("other", "InputSpec NumericColumn DynamicLossScale FeatureDistillation Cross"),
    ],
)
def test_what_keras_ships_is_its_own(kind: str, names: str) -> None:
    assert [name for name in names.split() if not is_builtin_class(name, kind)] == []
    assert all(is_builtin_class(name) for name in names.split())


@pytest.mark.parametrize(
    "name",
    FAVOURITES.split(),
)
def test_favourite_names_of_custom_objects_are_nobodys(name: str) -> None:
    assert not is_builtin_class(name)


@pytest.mark.parametrize("name", ["BatchNorm", "Resize", "Slice", "Mish", "Scan"])
def test_an_operation_of_keras_3_is_no_layer(name: str) -> None:
    assert is_builtin_class(name, "operation")
    assert not is_builtin_class(name, "layer")


@pytest.mark.parametrize("name", ["LayerScale", "StochasticDepth", "CustomScaleLayer"])
def test_layers_of_keras_applications_need_custom_objects(name: str) -> None:
    assert not is_builtin_class(name)
    assert kinds_of_class(name) == ("application_private",)


def test_a_name_may_be_of_several_kinds() -> None:
    assert set(kinds_of_class("Add")) == {"layer", "operation"}
    assert set(kinds_of_class("Hinge")) == {"loss", "metric"}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("activation", "relu relu6 hard_silu hard_swish swish silu gelu linear exponential"),
        ("loss", "mse MSE mae MAPE KLD kld logcosh huber cosine_proximity binary_crossentropy"),
        ("metric", "acc ACC accuracy mse cosine sparse_top_k_categorical_accuracy"),
        ("initializer", "glorot_uniform he_normal zeros one uniform normal lecun_uniform"),
        ("regularizer", "l1 l2 l1_l2 l1l2"),
        ("constraint", "maxnorm max_norm nonneg non_neg unitnorm min_max_norm"),
        ("optimizer", "adam sgd rmsprop adamw nadam"),
        ("operation", "relu6 einsum get_item softmax concatenate"),
        ("layer", "add concatenate Input dot"),
    ],
)
def test_strings_that_stand_for_something_of_keras(kind: str, names: str) -> None:
    assert [name for name in names.split() if not is_builtin_function(name, kind)] == []


@pytest.mark.parametrize("name", ["dice_coef", "get", "deserialize", "rmse", "iou"])
def test_other_strings_stand_for_nothing(name: str) -> None:
    assert not is_builtin_function(name)


def test_the_product_line_narrows_a_name_down() -> None:
    assert is_builtin_function("precision", "metric", "keras1")
    assert not is_builtin_function("precision", "metric", "tf.keras")
    assert is_builtin_class("ThresholdedReLU", "layer", "tf.keras")
    assert not is_builtin_class("Highway", "layer", "keras3")
    assert is_builtin_function("f1_score", "metric", "keras3")
    assert not is_builtin_class("f1_score")
    assert is_builtin_function("concatenate", "layer", "keras2")
    assert is_builtin_function("merge", "layer", "keras1")
    assert is_builtin_class("PolicyV1", "dtype_policy", "tf-keras")


def test_a_class_carries_the_releases_that_have_it() -> None:
    spans = {
        line: (first, last) for line, first, last in releases_of_class("RMSNormalization", "layer")
    }
    assert list(spans) == ["keras3"]
    assert spans["keras3"][0] == "3.9.0"


def test_names_that_keras_registers_for_itself() -> None:
    assert is_builtin_registered("Custom>Adam")
    assert not is_builtin_registered("Custom>MyAdam")


def test_no_name_is_both_public_layer_and_private_to_an_application() -> None:
    classes = json.loads(NAMES.read_text("utf-8"))["class"]
    shared = set(classes["layer"]) & set(classes["application_private"])
    assert shared == {"DepthwiseConv2D"}  # MobileNet's own until Keras 2.1.5 made it a layer


def test_the_file_is_sorted_and_small() -> None:
    text = NAMES.read_text("utf-8")
    assert len(text) < 150_000
    for kinds in json.loads(text).values():
        for names in kinds.values():
            assert list(names) == sorted(names)


def test_importing_reads_no_data() -> None:
    code = "import sys, kerasscan.catalog.builtin as b; assert b._catalog.cache_info().misses == 0"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 (our own text)
