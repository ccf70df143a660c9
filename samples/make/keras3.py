"""Write the samples that Keras 3 saves: zip, directory, sharded weights, whole-model HDF5, JSON.

Run inside an environment of Keras 3.3.3, 3.8.0 or 3.15.1:
``python samples/make/keras3.py OUTDIR``. What each release writes is named at each sample.
"""

from __future__ import annotations

from typing import Any

import keras
import kit
import numpy as np
from keras import layers
from kit import neutral, neutral_function, sample

NEW = "keras-3.15.1"
SHORT = "keras-" + keras.__version__


def two_inputs() -> Any:
    left = keras.Input((4,), name="left")
    right = keras.Input((4,), name="right")
    shared = layers.Dense(3, activation="relu", name="shared")
    joined = layers.Concatenate(name="join")([shared(left), shared(right)])
    output = layers.Dense(2, activation="softmax", name="probabilities")(joined)
    return keras.Model([left, right], output, name="two_inputs")


def stack() -> Any:
    return keras.Sequential(
        [
            keras.Input((8, 8, 1), name="image"),
            layers.Conv2D(2, 3, activation="relu", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(name="flat"),
            layers.Dense(2, name="scores"),
        ],
        name="stack",
    )


def tiny(*middle: Any, **inputs: Any) -> Any:
    first = keras.Input(inputs.get("shape", (3,)), name="features")
    value = first
    for layer in middle:
        value = layer(value)
    return keras.Model(first, value, name="tiny")


def trained(model: Any) -> Any:
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    rows = [np.ones([2, *tensor.shape[1:]], "float32") for tensor in model.inputs]
    target = np.array([[0.0, 1.0], [1.0, 0.0]], "float32")
    model.train_on_batch(rows if len(rows) > 1 else rows[0], target)
    return model


# ------------------------------------------------------------------------------ clean


@sample(
    "clean/{short}-functional.keras",
    "two inputs, a shared layer, compiled, one training step",
    NEW,
    "keras-3.3.3",
)
def functional(path: str) -> None:
    trained(two_inputs()).save(path)


@sample(
    "clean/{short}-sequential.keras",
    "a convolutional Sequential model with batch norm",
    NEW,
    "keras-3.3.3",
)
def sequential(path: str) -> None:
    stack().save(path)


@sample("clean/{short}-functional.h5", "the legacy whole-model HDF5 of Keras 3, compiled", NEW)
def functional_h5(path: str) -> None:
    trained(two_inputs()).save(path)


@sample("clean/{short}-directory", "the directory form (zipped=False)", NEW, "keras-3.8.0")
def directory(path: str) -> None:
    tiny(layers.Dense(3, name="hidden"), layers.Dense(2, name="scores")).save(path, zipped=False)


@sample("clean/{short}-sharded/model.weights.json", "weights saved in shards with an index", NEW)
def sharded(path: str) -> None:
    model = tiny(*[layers.Dense(8, name=f"dense_{number}") for number in range(4)], shape=(8,))
    model.save_weights(path, max_shard_size=600 / 1024**3)


@sample("clean/{short}.weights.h5", "weights only, in the layout of Keras 3", NEW)
def weights(path: str) -> None:
    tiny(layers.Dense(3, name="hidden"), layers.Dense(2, name="scores")).save_weights(path)


@sample("clean/{short}-functional.json", "to_json of a Functional model", NEW)
def to_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(two_inputs().to_json())


@sample("clean/{short}-sequential.json", "to_json of a Sequential model", NEW)
def sequential_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(stack().to_json())


@sample("clean/{short}-nested.keras", "a model called twice inside a model, twice deep", NEW)
def nested(path: str) -> None:
    entry = keras.Input((3,), name="inner_input")
    core = layers.Dense(3, name="inner_dense")(entry)
    inner = keras.Model(entry, [core, layers.ReLU(name="inner_relu")(core)], name="inner")
    head = keras.Sequential(
        [keras.Input((3,), name="head_input"), layers.Dense(2, name="head_dense")], name="head"
    )
    first = keras.Input((3,), name="first")
    second = keras.Input((3,), name="second")
    plain, positive = inner(first)
    other, _ = inner(second)
    merged = layers.Add(name="merge")([plain, positive, other])
    keras.Model([first, second], [head(merged), head(other)], name="outer").save(path)


@sample("clean/{short}-bidirectional.keras", "Bidirectional LSTM", NEW)
def bidirectional(path: str) -> None:
    tiny(
        layers.Bidirectional(layers.LSTM(2, name="lstm"), name="both"),
        shape=(5, 3),
    ).save(path)


@sample("clean/{short}-timedistributed.keras", "TimeDistributed around a whole model", NEW)
def timedistributed(path: str) -> None:
    inner = keras.Sequential(
        [keras.Input((3,), name="step"), layers.Dense(2, name="step_dense")], name="per_step"
    )
    tiny(layers.TimeDistributed(inner, name="each"), shape=(5, 3)).save(path)


@sample("clean/{short}-stacked-cells.keras", "RNN around StackedRNNCells", NEW)
def stacked_cells(path: str) -> None:
    cells = [layers.LSTMCell(2, name="lstm_cell"), layers.GRUCell(3, name="gru_cell")]
    stacked = layers.StackedRNNCells(cells, name="cells")
    tiny(layers.RNN(stacked, name="rnn"), shape=(5, 3)).save(path)


@sample("clean/{short}-mixed-precision.keras", "dtype policy mixed_float16, float32 output", NEW)
def mixed_precision(path: str) -> None:
    tiny(
        layers.Dense(3, dtype="mixed_float16", name="half"),
        layers.Dense(2, dtype="float32", name="full"),
    ).save(path)


@sample(
    "clean/{short}-attention.keras", "MultiHeadAttention with tensors as keyword arguments", NEW
)
def attention(path: str) -> None:
    query = keras.Input((4, 8), name="query")
    value = keras.Input((5, 8), name="value")
    mask = keras.Input((4, 5), dtype="bool", name="mask")
    attend = layers.MultiHeadAttention(2, 4, name="attend")
    output = attend(query=query, value=value, attention_mask=mask)
    keras.Model([query, value, mask], output, name="attention").save(path)


@sample(
    "clean/{short}-preprocessing.keras", "TextVectorization with its vocabulary as an asset", NEW
)
def preprocessing(path: str) -> None:
    text = keras.Input((1,), dtype="string", name="text")
    lookup = layers.TextVectorization(output_sequence_length=4, name="words")
    lookup.adapt(["a small set of words", "a set"])
    value = layers.Embedding(12, 2, name="embedding")(lookup(text))
    keras.Model(text, value, name="preprocessing").save(path)


@sample("clean/{short}-operations.keras", "keras.ops inside a Functional graph", NEW)
def operations(path: str) -> None:
    first = keras.Input((3,), name="features")
    value = keras.ops.concatenate([first * 2.0, keras.ops.relu(first)[:, 1:]], axis=-1)
    keras.Model(first, layers.Dense(2, name="scores")(value), name="operations").save(path)


# ---------------------------------------------------------------------- compatibility


@sample(
    "compatibility/{short}-npz.keras",
    "weights in model.weights.npz, as pickled dictionaries of arrays: 3.9 and later refuse them",
    NEW,
)
def npz(path: str) -> None:
    from keras.src.saving import saving_lib

    saving_lib.save_model(two_inputs(), path, weights_format="npz")


# ----------------------------------------------------------------------- registration


class Scale(layers.Layer):
    def __init__(self, factor: float = 2.0, **others: Any) -> None:
        super().__init__(**others)
        self.factor = factor

    def build(self, shape: Any) -> None:
        self.offset = self.add_weight(shape=(shape[-1],), initializer="zeros", name="offset")

    def call(self, value: Any) -> Any:
        return value * self.factor + self.offset

    def get_config(self) -> Any:
        return dict(super().get_config(), factor=self.factor)


@keras.saving.register_keras_serializable(package="demo")
class RegisteredScale(Scale):
    pass


def soft_step(value: Any) -> Any:
    return keras.ops.sigmoid(4.0 * value)


def weighted_error(expected: Any, found: Any) -> Any:
    return keras.ops.mean(keras.ops.square(expected - found) * 3.0, axis=-1)


class WeightedLoss(keras.losses.Loss):
    def call(self, expected: Any, found: Any) -> Any:
        return keras.ops.mean(keras.ops.square(expected - found), axis=-1)


class CountRows(keras.metrics.Mean):
    pass


class SlowSGD(keras.optimizers.SGD):
    pass


class Halves(keras.initializers.Initializer):
    def __call__(self, shape: Any, dtype: Any = None, **others: Any) -> Any:
        return keras.ops.full(shape, 0.5, dtype=dtype)

    def get_config(self) -> Any:
        return {}


class PlainCell(layers.Layer):
    def __init__(self, units: int, **others: Any) -> None:
        super().__init__(**others)
        self.units = units
        self.state_size = units

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")

    def call(self, value: Any, states: Any) -> Any:
        result = keras.ops.matmul(value, self.kernel) + states[0]
        return result, [result]

    def get_config(self) -> Any:
        return dict(super().get_config(), units=self.units)


class Perceptron(keras.Model):
    def __init__(self, units: int = 3, **others: Any) -> None:
        super().__init__(**others)
        self.units = units
        self.hidden = layers.Dense(units, activation="relu", name="hidden")
        self.scores = layers.Dense(2, name="scores")

    def call(self, value: Any) -> Any:
        return self.scores(self.hidden(value))

    def get_config(self) -> Any:
        return dict(super().get_config(), units=self.units)


@sample(
    "registration/{short}-custom-layer.keras",
    "a custom layer, registered nowhere",
    NEW,
    "keras-3.3.3",
)
def custom_layer(path: str) -> None:
    tiny(Scale(3.0, name="scale"), layers.Dense(2, name="scores")).save(path)


@sample("registration/{short}-custom-layer.h5", "a custom layer in legacy HDF5", NEW)
def custom_layer_h5(path: str) -> None:
    tiny(Scale(3.0, name="scale"), layers.Dense(2, name="scores")).save(path)


@sample("registration/{short}-custom-layer.json", "a custom layer in to_json", NEW)
def custom_layer_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(tiny(Scale(3.0, name="scale")).to_json())


@sample("registration/{short}-custom-module.keras", "a custom layer that lives in a module", NEW)
def custom_module(path: str) -> None:
    kind = type("Scale", (Scale,), {"__module__": "demo.layers"})
    tiny(kind(3.0, name="scale")).save(path)


PROJECT = """
@keras.saving.register_keras_serializable(package="shop")
class Scale(keras.layers.Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, value):
        return value * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Shift(keras.layers.Layer):
    def __init__(self, offset=1.0, **kwargs):
        super().__init__(**kwargs)
        self.offset = offset

    def call(self, value):
        return value + self.offset

    def get_config(self):
        return {**super().get_config(), "offset": self.offset}


class Clip(keras.layers.Layer):
    def call(self, value):
        return keras.ops.clip(value, -1.0, 1.0)

    def get_config(self):
        return super().get_config()


def gate(value):
    return keras.ops.sigmoid(value)


class Distance(keras.losses.Loss):
    def call(self, expected, found):
        return keras.ops.abs(expected - found)
"""
"""What ``registration/project`` looked like when its model was saved."""


@sample(
    "registration/{short}-project.keras",
    "custom objects of the project beside it, some of them changed since",
    NEW,
)
def project(path: str) -> None:
    own: dict[str, Any] = {"keras": keras, "__name__": "shop.parts"}
    exec(compile(PROJECT, "parts.py", "exec"), own)
    scores = layers.Dense(2, activation=own["gate"], name="scores")
    first = [own["Scale"](3.0, name="scale"), own["Shift"](name="shift"), own["Clip"](name="clip")]
    model = tiny(*first, scores)
    model.compile(optimizer="sgd", loss=own["Distance"]())
    model.save(path)


@sample(
    "registration/{short}-shadowing.h5", "a custom layer that is called as one of Keras' own", NEW
)
def shadowing(path: str) -> None:
    source = """
class GaussianNoise(keras.layers.Layer):
    def __init__(self, stddev, **kwargs):
        super().__init__(**kwargs)
        self.stddev = stddev

    def call(self, value):
        return value * self.stddev

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev}
"""
    kind = neutral_function(source, "GaussianNoise", keras=keras)
    tiny(kind(0.5, name="noise")).save(path)


@sample(
    "registration/{short}-registered-layer.keras", "a layer registered as demo>RegisteredScale", NEW
)
def registered_layer(path: str) -> None:
    tiny(RegisteredScale(3.0, name="scale")).save(path)


@sample("registration/{short}-custom-activation.keras", "a custom function as activation", NEW)
def custom_activation(path: str) -> None:
    tiny(layers.Dense(2, activation=soft_step, name="scores")).save(path)


@sample("registration/{short}-custom-loss.keras", "a custom function as loss", NEW)
def custom_loss(path: str) -> None:
    model = tiny(layers.Dense(2, name="scores"))
    model.compile(optimizer="sgd", loss=weighted_error)
    model.save(path)


@sample(
    "registration/{short}-custom-compile.keras", "custom loss, metric and optimizer classes", NEW
)
def custom_compile(path: str) -> None:
    model = tiny(layers.Dense(2, name="scores"))
    model.compile(
        optimizer=SlowSGD(0.5), loss=WeightedLoss(name="weighted"), metrics=[CountRows(name="rows")]
    )
    model.save(path)


@sample("registration/{short}-custom-initializer.keras", "a custom initializer class", NEW)
def custom_initializer(path: str) -> None:
    tiny(layers.Dense(2, kernel_initializer=Halves(), name="scores")).save(path)


@sample("registration/{short}-custom-cell.keras", "a custom recurrent cell inside RNN", NEW)
def custom_cell(path: str) -> None:
    tiny(layers.RNN(PlainCell(2, name="cell"), name="rnn"), shape=(5, 3)).save(path)


@sample(
    "registration/{short}-subclassed.keras", "a subclassed model: its layers are not written", NEW
)
def subclassed(path: str) -> None:
    model = Perceptron(3, name="perceptron")
    model(np.ones((1, 4), "float32"))
    model.save(path)


# --------------------------------------------------------------------------- security


@sample(
    "security/{short}-lambda-nested.keras", "Lambda in a model in a model in TimeDistributed", NEW
)
def lambda_nested(path: str) -> None:
    deep = keras.Sequential(
        [
            keras.Input((3,), name="deep_input"),
            layers.Lambda(neutral("lambda x: x * 2.0"), name="twice"),
        ],
        name="deep",
    )
    middle_input = keras.Input((3,), name="middle_input")
    middle = keras.Model(
        middle_input, layers.Dense(2, name="middle_dense")(deep(middle_input)), name="middle"
    )
    tiny(layers.TimeDistributed(middle, name="each"), shape=(5, 3)).save(path)


@sample("security/{short}-lambda.keras", "a Lambda layer with bytecode", NEW, "keras-3.3.3")
def lambda_plain(path: str) -> None:
    tiny(layers.Lambda(neutral("lambda x: x * 2.0"), name="twice")).save(path)


@sample("security/{short}-lambda.h5", "a Lambda layer with bytecode in legacy HDF5", NEW)
def lambda_h5(path: str) -> None:
    tiny(layers.Lambda(neutral("lambda x: x * 2.0"), name="twice")).save(path)


@sample("security/{short}-lambda.json", "a Lambda layer with bytecode in to_json", NEW)
def lambda_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(tiny(layers.Lambda(neutral("lambda x: x * 2.0"), name="twice")).to_json())


@sample("security/{short}-lambda-in-compile.keras", "bytecode as the loss in compile_config", NEW)
def lambda_in_compile(path: str) -> None:
    model = tiny(layers.Dense(2, name="scores"))
    model.compile(optimizer="sgd", loss=neutral("lambda y_true, y_pred: y_pred"))
    model.save(path)


@sample(
    "security/{short}-lambda-activation.keras",
    "bytecode as an activation, without a class_name: no recorded release loads it again",
    NEW,
)
def lambda_activation(path: str) -> None:
    tiny(layers.Dense(2, activation=neutral("lambda x: x * 2.0"), name="scores")).save(path)


@sample("security/{short}-lambda-named.keras", "a Lambda layer that names a function", NEW)
def lambda_named(path: str) -> None:
    tiny(layers.Lambda(soft_step, name="step")).save(path)


def _seed() -> None:
    keras.backend.clear_session()
    keras.utils.set_random_seed(7)


# ------------------------------------------------------------------------ preprocessing


def mobilenet(*before: Any) -> Any:
    backbone = keras.applications.MobileNetV2(
        input_shape=(32, 32, 3), alpha=0.35, weights=None, include_top=False, pooling="avg"
    )
    image = keras.Input((32, 32, 3), name="image")
    value = image
    for layer in before:
        value = layer(value)
    return keras.Model(image, layers.Dense(2, name="scores")(backbone(value)), name="transfer")


def as_json(path: str, model: Any) -> None:
    with open(path, "w") as stream:
        stream.write(model.to_json())


@sample("preprocessing/{short}-mobilenetv2-raw.json", "MobileNetV2 without its preprocessing", NEW)
def mobilenet_raw(path: str) -> None:
    as_json(path, mobilenet())


@sample("preprocessing/{short}-mobilenetv2-unit.json", "MobileNetV2 behind x / 255", NEW)
def mobilenet_unit(path: str) -> None:
    as_json(path, mobilenet(layers.Rescaling(1 / 255, name="rescale")))


@sample("preprocessing/{short}-mobilenetv2-ready.json", "MobileNetV2 behind x / 127.5 - 1", NEW)
def mobilenet_ready(path: str) -> None:
    as_json(path, mobilenet(layers.Rescaling(1 / 127.5, -1.0, name="rescale")))


@sample("preprocessing/{short}-efficientnet-twice.json", "EfficientNetB0 behind x / 255", NEW)
def efficientnet_twice(path: str) -> None:
    backbone = keras.applications.EfficientNetB0(
        input_shape=(32, 32, 3), weights=None, include_top=False, pooling="avg"
    )
    first = [keras.Input((32, 32, 3), name="image"), layers.Rescaling(1 / 255, name="rescale")]
    as_json(path, keras.Sequential([*first, backbone, layers.Dense(2, name="scores")], name="m"))


ROWS = [[1.0, 2.0, 3.0], [3.0, 2.0, 9.0], [2.0, 2.0, 6.0]]


def rows(*middle: Any) -> Any:
    features = keras.Input((3,), name="features")
    return keras.Sequential([features, *middle, layers.Dense(1, name="price")], name="rows")


@sample("preprocessing/{short}-not-adapted.keras", "a Normalization that has seen no data", NEW)
def not_adapted(path: str) -> None:
    rows(layers.Normalization(name="norm")).save(path)


@sample("preprocessing/{short}-constant-feature.keras", "a feature that never varies", NEW)
def constant_feature(path: str) -> None:
    norm = layers.Normalization(name="norm")
    norm.adapt(np.array(ROWS, "float32"))
    rows(norm).save(path)


@sample("preprocessing/{short}-adapted.keras", "a Normalization that has adapted", NEW)
def adapted(path: str) -> None:
    norm = layers.Normalization(name="norm")
    norm.adapt(np.array(ROWS, "float32") * [1.0, 1.0, 1.0] + np.eye(3, dtype="float32"))
    rows(norm).save(path)


@sample("preprocessing/{short}-text.keras", "text, with its vocabulary in the model", NEW)
def text(path: str) -> None:
    words = layers.TextVectorization(
        vocabulary=["red", "green", "blue"], output_sequence_length=4, name="words"
    )
    first = [keras.Input((1,), dtype="string", name="text"), words]
    keras.Sequential(
        [
            *first,
            layers.Embedding(5, 2, name="embedding"),
            layers.GlobalAveragePooling1D(name="mean"),
        ],
        name="texts",
    ).save(path)


if __name__ == "__main__":
    kit.run("keras==" + keras.__version__, SHORT, "keras3.py", _seed)
