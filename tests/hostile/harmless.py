"""Harmless counterparts: the same shapes, and nothing wrong."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import h5py

from tests.hostile import containers as c
from tests.hostile.configs import (
    Json,
    compiled,
    dense,
    functional,
    functional_2,
    lambda_layer,
    layer,
    plain,
    reference,
    sequential,
)
from tests.hostile.lambdas import WRITERS
from tests.hostile.layers import sequential_of
from tests.hostile.trick import ANY, KERAS_3, Trick


def tricks() -> list[Trick]:
    """Return the counterparts."""
    relu = lambda_layer(reference("builtins.relu"))
    registered = {**layer("Dense", "first", units=4), "registered_name": "Dense"}
    active = layer("Activation", "act", activation=reference("keras.activations.relu"))
    words = sequential_of("string", layer("StringLookup", "lookup", vocabulary=["a", "b"]))
    schedule = layer(
        "ExponentialDecay",
        "decay",
        module="keras.optimizers.schedules",
        initial_learning_rate=0.1,
        decay_steps=10,
        decay_rate=0.9,
    )
    optimizer = layer("SGD", "sgd", module="keras.optimizers", learning_rate=schedule)
    trained = {**plain(), "compile_config": compiled(optimizer=optimizer, metrics=["mae"])}
    built = sequential({**dense(), "build_config": {"input_shape": [None, 4]}})
    timed = sequential(
        layer("TimeDistributed", "timed", layer=layer("Activation", "a", activation="relu")),
        shape=(3, 4),
    )
    return [
        *_made("plain", "a model", plain(), "keras directory h5 json", ANY),
        *_made(
            "plain-nested",
            "a model in a model",
            plain(sequential(layer("Activation", "act", activation="relu"), name="in")),
            "keras h5",
            ANY,
        ),
        *_made("plain-functional", "a Functional", functional(dense()), "keras h5", KERAS_3),
        *_made("plain-functional-2", "a Functional of Keras 2", functional_2(dense()), "h5", ANY),
        *_made("plain-lambda", "a Lambda of relu", plain(relu), "keras h5 json", KERAS_3),
        *_made("plain-activation", "relu by its module", plain(active), "keras", ANY),
        *_made("plain-activation", "relu by its module", plain(active), "h5", KERAS_3),
        *_made("plain-registered", "a Dense registered as Dense", plain(registered), "json", ANY),
        *_made("plain-lookup", "a vocabulary in the config", words, "keras h5", KERAS_3),
        *_made("plain-compiled", "a compiled model", trained, "keras", ANY),
        *_made("plain-built", "a `build_config`", built, "keras h5", ANY),
        *_made("plain-wrapped", "a wrapper", timed, "keras h5", ANY),
        Trick("plain-deflated.keras", "a deflated archive", (), _deflated, ANY, harmless=True),
        Trick("plain-packed.keras", "weights in chunks", (), _packed, ANY, harmless=True),
        Trick("plain-training.h5", "a compiled model", (), _training, ANY, harmless=True),
        Trick("plain.weights", "weights alone", (), _weights, KERAS_3, harmless=True),
    ]


def _made(name: str, says: str, config: Json, containers: str, made_for: str) -> list[Trick]:
    made = []
    for container in containers.split():
        make: Any = partial(WRITERS[container], config=config)
        made.append(Trick(f"{name}.{container}", says, (), make, made_for, harmless=True))
    return made


def _deflated(folder: Path) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in c.members(plain()):
            info = c.entry(str(name))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, content)
    return c.written(folder / "model.keras", buffer.getvalue())


def _packed(folder: Path) -> Path:
    def fill(file: h5py.File) -> None:
        c.no_weights(file)
        for key in c.SHAPES:
            file.create_dataset(f"layers/dense/vars/{key}", data=c.values(key), compression="gzip")

    return c.keras_file(folder, plain(), fill)


def _training(folder: Path) -> Path:
    optimizer = {"class_name": "SGD", "config": {"learning_rate": 0.1}}
    return c.h5_file(folder, plain(), training={"optimizer_config": optimizer, **compiled()})


def _weights(folder: Path) -> Path:
    return c.written(folder / "model.weights.h5", c.hdf5(c.dense_weights))
