"""Write the samples that tf.keras (TensorFlow 1.15 to 2.15) and tf-keras 2.18 save.

Run inside an environment of one of these releases: ``python samples/make/tfkeras.py OUTDIR``.
What each release writes is named at each sample. It must run under Python 3.7.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import kit
import numpy as np
import tensorflow as tf
from kit import neutral, neutral_function, sample

try:
    import tf_keras as keras

    MADE_BY = "tf-keras==" + keras.__version__
    SHORT = "tf-keras-" + ".".join(keras.__version__.split(".")[:2])
except ImportError:
    from tensorflow import keras

    MADE_BY = "tensorflow==" + tf.__version__
    SHORT = "tf-" + ".".join(tf.__version__.split(".")[:2])

layers = keras.layers
ZIPS = ("tf-2.13", "tf-2.15", "tf-keras-2.18")
MODEL = "tf-2.10"


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
            layers.Conv2D(2, 3, activation="relu", input_shape=(8, 8, 1), name="conv"),
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


def compiled(model: Any) -> Any:
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def trained(model: Any) -> Any:
    compiled(model)
    sizes = [[2] + [int(size) for size in tensor.shape[1:]] for tensor in model.inputs]
    rows = [np.ones(size, "float32") for size in sizes]
    target = np.array([[0.0, 1.0], [1.0, 0.0]], "float32")
    model.train_on_batch(rows if len(rows) > 1 else rows[0], target)
    return model


def save_folder(model: Any, path: str, **options: Any) -> None:
    """Save as a SavedModel, without the stack traces that would name this script's place."""
    model.save(path, save_format="tf", **options)
    shutil.rmtree(os.path.join(path, "debug"), ignore_errors=True)
    for part in ("assets",):
        folder = os.path.join(path, part)
        if os.path.isdir(folder) and not os.listdir(folder):
            os.rmdir(folder)


# ------------------------------------------------------------------------------ clean


@sample("clean/{short}-functional.keras", "two inputs, a shared layer, compiled", *ZIPS)
def functional_zip(path: str) -> None:
    compiled(two_inputs()).save(path)


@sample("clean/{short}-sequential.keras", "a convolutional Sequential model with batch norm", *ZIPS)
def sequential_zip(path: str) -> None:
    stack().save(path)


@sample(
    "clean/{short}-functional.h5",
    "two inputs, a shared layer, compiled, one training step",
    "tf-2.1",
    "tf-2.10",
)
def functional_h5(path: str) -> None:
    trained(two_inputs()).save(path)


@sample(
    "clean/{short}-functional.h5",
    "two inputs, a shared layer, compiled but never trained",
    "tf-2.4",
    "tf-2.15",
    "tf-keras-2.18",
)
def untrained_h5(path: str) -> None:
    compiled(two_inputs()).save(path)


@sample(
    "clean/{short}-sequential.h5", "a convolutional Sequential model in HDF5", "tf-1.15", "tf-2.10"
)
def sequential_h5(path: str) -> None:
    stack().save(path)


@sample(
    "clean/{short}-chunked.h5",
    "layer_names and weight_names split into numbered chunks; the real release with its limit"
    " HDF5_OBJECT_HEADER_LIMIT lowered from 64512 to 80 bytes, to keep the file small",
    MODEL,
)
def chunked(path: str) -> None:
    from keras.saving import hdf5_format

    usual = hdf5_format.HDF5_OBJECT_HEADER_LIMIT
    hdf5_format.HDF5_OBJECT_HEADER_LIMIT = 80
    try:
        names = [f"a_long_name_of_layer_number_{number}" for number in range(3)]
        inner = layers.SimpleRNN(2, name="simple_rnn")
        bidirectional = layers.Bidirectional(inner, name="both_directions")
        model = tiny(
            *([layers.Dense(3, name=name) for name in names] + [bidirectional]), shape=(2, 3)
        )
        model.save(path)
    finally:
        hdf5_format.HDF5_OBJECT_HEADER_LIMIT = usual


@sample("clean/{short}-weights.h5", "weights only, in the layout of Keras 1 and 2", MODEL)
def weights(path: str) -> None:
    two_inputs().save_weights(path)


@sample("clean/{short}-functional.json", "to_json of a Functional model", MODEL)
def to_json(path: str) -> None:
    with open(path, "w") as stream:
        stream.write(two_inputs().to_json())


@sample("clean/{short}-savedmodel", "a SavedModel", "tf-2.3", MODEL)
def savedmodel(path: str) -> None:
    save_folder(tiny(layers.Dense(3, name="hidden"), layers.Dense(2, name="scores")), path)


@sample("file/exported-savedmodel", "a SavedModel without the metadata of Keras", MODEL)
def exported(path: str) -> None:
    module = tf.Module()
    module.scale = tf.Variable(2.0, name="scale")
    shape = tf.TensorSpec([None, 3], tf.float32, name="features")
    module.serve = tf.function(lambda features: features * module.scale, input_signature=[shape])
    tf.saved_model.save(module, path, signatures=module.serve)


# ---------------------------------------------------------------------- compatibility


def nested_model() -> Any:
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
    return keras.Model([first, second], [head(merged), head(other)], name="outer")


def attention_model() -> Any:
    query = keras.Input((4, 8), name="query")
    value = keras.Input((5, 8), name="value")
    mask = keras.Input((4, 5), dtype="bool", name="mask")
    attend = layers.MultiHeadAttention(2, 4, name="attend")
    output = attend(query=query, value=value, attention_mask=mask)
    return keras.Model([query, value, mask], output, name="attention")


@sample("compatibility/{short}-nested.h5", "a model called twice inside a model", MODEL)
def nested_h5(path: str) -> None:
    nested_model().save(path)


@sample("compatibility/{short}-nested.keras", "a model called twice inside a model", "tf-2.15")
def nested_zip(path: str) -> None:
    nested_model().save(path)


@sample("compatibility/{short}-attention.h5", "MultiHeadAttention with keyword tensors", MODEL)
def attention_h5(path: str) -> None:
    attention_model().save(path)


@sample(
    "compatibility/{short}-attention.keras", "MultiHeadAttention with keyword tensors", "tf-2.15"
)
def attention_zip(path: str) -> None:
    attention_model().save(path)


@sample("compatibility/{short}-bidirectional.h5", "Bidirectional LSTM and GRU (time_major)", MODEL)
def bidirectional(path: str) -> None:
    tiny(
        layers.Bidirectional(layers.LSTM(2, return_sequences=True, name="lstm"), name="both"),
        layers.GRU(2, name="gru"),
        shape=(5, 3),
    ).save(path)


@sample("compatibility/{short}-timedistributed.h5", "TimeDistributed around a whole model", MODEL)
def timedistributed(path: str) -> None:
    inner = keras.Sequential(
        [keras.Input((3,), name="step"), layers.Dense(2, name="step_dense")], name="per_step"
    )
    tiny(layers.TimeDistributed(inner, name="each"), shape=(5, 3)).save(path)


@sample("compatibility/{short}-stacked-cells.h5", "RNN around StackedRNNCells", MODEL)
def stacked_cells(path: str) -> None:
    cells = [layers.LSTMCell(2, name="lstm_cell"), layers.GRUCell(3, name="gru_cell")]
    stacked = layers.StackedRNNCells(cells, name="cells")
    tiny(layers.RNN(stacked, name="rnn"), shape=(5, 3)).save(path)


@sample("compatibility/{short}-mixed-precision.h5", "dtype policy mixed_float16", MODEL)
def mixed_precision(path: str) -> None:
    tiny(
        layers.Dense(3, dtype=keras.mixed_precision.Policy("mixed_float16"), name="half"),
        layers.Dense(2, dtype="float32", name="full"),
    ).save(path)


@sample(
    "compatibility/{short}-convolutions.h5",
    "DepthwiseConv2D, SeparableConv2D and Conv2DTranspose with the arguments Keras 3 dropped",
    MODEL,
)
def convolutions(path: str) -> None:
    tiny(
        layers.DepthwiseConv2D(2, name="depthwise"),
        layers.SeparableConv2D(2, 2, name="separable"),
        layers.Conv2DTranspose(1, 2, name="transpose"),
        shape=(4, 4, 1),
    ).save(path)


@sample("compatibility/{short}-compiled-mse.h5", "loss and metric named by alias (mse, mae)", MODEL)
def compiled_mse(path: str) -> None:
    model = tiny(layers.Dense(1, name="scores"))
    model.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
    model.save(path)


@sample(
    "compatibility/{short}-changed-arguments.h5",
    "an axis, an activation and an optimizer of which Keras 3 makes something else",
    MODEL,
)
def changed_arguments(path: str) -> None:
    model = tiny(
        layers.Dense(3, activation="hard_sigmoid", name="gate"),
        layers.Softmax(axis=1, name="over_time"),
        layers.Dense(1, name="scores"),
        shape=(4, 3),
    )
    slowing = keras.optimizers.SGD(learning_rate=0.25, momentum=0.9, decay=0.01)
    model.compile(optimizer=slowing, loss="mean_squared_error")
    model.save(path)


def operators_model() -> Any:
    first = keras.Input((4,), name="features")
    half = first[:, 1:3]
    value = layers.Dense(2, name="scores")(tf.concat([half * 2.0, tf.nn.relu(half)], axis=-1))
    return keras.Model(first, value, name="operators")


@sample("compatibility/{short}-operators.h5", "TFOpLambda and SlicingOpLambda", MODEL)
def operators_h5(path: str) -> None:
    operators_model().save(path)


@sample(
    "compatibility/{short}-operators.keras", "TFOpLambda and SlicingOpLambda in a zip", "tf-2.15"
)
def operators_zip(path: str) -> None:
    operators_model().save(path)


@sample("compatibility/{short}-operators.h5", "TensorFlowOpLayer", "tf-2.3")
def old_operators(path: str) -> None:
    first = keras.Input((4,), name="features")
    value = layers.Dense(2, name="scores")(tf.nn.relu(first * 2.0))
    keras.Model(first, value, name="operators").save(path)


# ----------------------------------------------------------------------- registration


class Scale(layers.Layer):
    def __init__(self, factor: float = 2.0, **others: Any) -> None:
        super().__init__(**others)
        self.factor = factor

    def call(self, value: Any) -> Any:
        return value * self.factor

    def get_config(self) -> Any:
        return dict(super().get_config(), factor=self.factor)


def register(thing: Any) -> Any:
    if not hasattr(keras.utils, "register_keras_serializable"):
        return thing
    return keras.utils.register_keras_serializable(package="demo")(thing)


@register
class RegisteredScale(Scale):
    pass


def soft_step(value: Any) -> Any:
    return tf.sigmoid(4.0 * value)


def weighted_error(expected: Any, found: Any) -> Any:
    return tf.reduce_mean(tf.square(expected - found) * 3.0, axis=-1)


class SlowSGD(keras.optimizers.SGD):
    pass


class WeightedLoss(keras.losses.Loss):
    def call(self, expected: Any, found: Any) -> Any:
        return tf.reduce_mean(tf.square(expected - found), axis=-1)


class CountRows(keras.metrics.Mean):
    pass


class Halves(keras.initializers.Initializer):
    def __call__(self, shape: Any, dtype: Any = None, **others: Any) -> Any:
        return tf.fill(shape, tf.constant(0.5, dtype))


class PlainCell(layers.Layer):
    def __init__(self, units: int, **others: Any) -> None:
        super().__init__(**others)
        self.units = units
        self.state_size = units

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")
        self.built = True

    def call(self, value: Any, states: Any) -> Any:
        result = tf.matmul(value, self.kernel) + states[0]
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
        return {"units": self.units}


@sample(
    "registration/{short}-custom-layer.h5", "a custom layer, registered nowhere", MODEL, "tf-2.3"
)
def custom_layer(path: str) -> None:
    tiny(Scale(3.0, name="scale"), layers.Dense(2, name="scores")).save(path)


@sample("registration/{short}-custom-layer.keras", "a custom layer, registered nowhere", "tf-2.15")
def custom_layer_zip(path: str) -> None:
    tiny(Scale(3.0, name="scale")).save(path)


@sample(
    "preprocessing/{short}-augmentation-active.h5", "augmentation called for training", "tf-2.10"
)
def augmentation_active(path: str) -> None:
    image = keras.Input((8, 8, 3), name="image")
    value = layers.RandomFlip(name="flip")(image, training=True)
    value = layers.Conv2D(2, 3, name="conv")(layers.Rescaling(1 / 255, name="rescale")(value))
    keras.Model(image, layers.GlobalAveragePooling2D(name="mean")(value), name="m").save(path)


@sample(
    "registration/{short}-addons.h5",
    "a layer under the name that tensorflow-addons registers",
    "tf-2.10",
)
def addons(path: str) -> None:
    kind = neutral_function(
        "class WeightNormalization(Scale):\n    pass\n", "WeightNormalization", Scale=Scale
    )
    kind = keras.utils.register_keras_serializable(package="Addons")(kind)
    tiny(kind(2.0, name="norm")).save(path)


@sample(
    "registration/{short}-registered-layer.h5", "a layer registered as demo>RegisteredScale", MODEL
)
def registered_layer(path: str) -> None:
    tiny(RegisteredScale(3.0, name="scale")).save(path)


@sample("registration/{short}-custom-activation.h5", "a custom function as activation", MODEL)
def custom_activation(path: str) -> None:
    tiny(layers.Dense(2, activation=soft_step, name="scores")).save(path)


@sample(
    "registration/{short}-custom-activation-savedmodel",
    "a custom function as activation in a SavedModel",
    MODEL,
)
def custom_activation_savedmodel(path: str) -> None:
    save_folder(tiny(layers.Dense(2, activation=soft_step, name="scores")), path)


@sample("registration/{short}-custom-loss.h5", "a custom function as loss", MODEL)
def custom_loss(path: str) -> None:
    model = tiny(layers.Dense(2, name="scores"))
    model.compile(optimizer="sgd", loss=weighted_error)
    model.save(path)


@sample(
    "registration/{short}-custom-compile.h5", "custom loss, metric and optimizer classes", MODEL
)
def custom_compile(path: str) -> None:
    model = tiny(layers.Dense(2, name="scores"))
    model.compile(
        optimizer=SlowSGD(0.5), loss=WeightedLoss(name="weighted"), metrics=[CountRows(name="rows")]
    )
    model.save(path)


@sample("registration/{short}-custom-initializer.h5", "a custom initializer class", MODEL)
def custom_initializer(path: str) -> None:
    tiny(layers.Dense(2, kernel_initializer=Halves(), name="scores")).save(path)


@sample("registration/{short}-custom-cell.h5", "a custom recurrent cell inside RNN", MODEL)
def custom_cell(path: str) -> None:
    tiny(layers.RNN(PlainCell(2, name="cell"), name="rnn"), shape=(5, 3)).save(path)


@sample("registration/{short}-subclassed-savedmodel", "a subclassed model as a SavedModel", MODEL)
def subclassed(path: str) -> None:
    model = Perceptron(3, name="perceptron")
    model(np.ones((1, 4), "float32"))
    model.compute_output_shape((None, 4))
    save_folder(model, path)


# --------------------------------------------------------------------------- security


@sample("security/{short}-lambda.h5", "a Lambda layer with bytecode in list form", MODEL, "tf-2.4")
def lambda_h5(path: str) -> None:
    tiny(layers.Lambda(neutral("lambda x: x * 2.0"), name="twice")).save(path)


@sample("security/{short}-lambda.keras", "a Lambda layer with bytecode in a zip", "tf-2.15")
def lambda_zip(path: str) -> None:
    tiny(layers.Lambda(neutral("lambda x: x * 2.0"), name="twice")).save(path)


@sample(
    "security/{short}-lambda-named.h5",
    "a Lambda layer around a function with a name: Keras 2 stores its bytecode all the same",
    MODEL,
)
def lambda_named(path: str) -> None:
    source = "def soft_step(value):\n    return tf.sigmoid(4.0 * value)\n"
    function = neutral_function(source, "soft_step", tf=tf)
    tiny(layers.Lambda(function, name="step")).save(path)


@sample("security/{short}-lambda-builtin.h5", "a Lambda layer that names a function (abs)", MODEL)
def lambda_builtin(path: str) -> None:
    tiny(layers.Lambda(abs, name="size")).save(path)


@sample(
    "security/{short}-lambda-closure.h5",
    "a Lambda layer with bytecode, defaults, a closure and an output_shape lambda",
    MODEL,
)
def lambda_closure(path: str) -> None:
    function = neutral("(lambda factor: lambda x, shift=1.0: x * factor + shift)(2.0)")
    shape = neutral("lambda shape: shape")
    tiny(layers.Lambda(function, output_shape=shape, name="twice")).save(path)


@sample("security/{short}-lambda-savedmodel", "a Lambda layer in a SavedModel", MODEL)
def lambda_savedmodel(path: str) -> None:
    save_folder(tiny(layers.Lambda(neutral("lambda x: x * 2.0"), name="twice")), path)


# ------------------------------------------------------------------------------- file


@sample("file/hdf5-named-keras.keras", "HDF5 written by save('name.keras')", MODEL)
def hdf5_named_keras(path: str) -> None:
    two_inputs().save(path)


@sample("file/tf-checkpoint", "a TensorFlow checkpoint: weights without a model", MODEL)
def checkpoint(path: str) -> None:
    os.makedirs(path)
    tiny(layers.Dense(2, name="scores")).save_weights(
        os.path.join(path, "weights"), save_format="tf"
    )


def _seed() -> None:
    keras.backend.clear_session()
    np.random.seed(7)
    (tf.random.set_seed if hasattr(tf.random, "set_seed") else tf.set_random_seed)(7)


if __name__ == "__main__":
    kit.run(MADE_BY, SHORT, "tfkeras.py", _seed)
