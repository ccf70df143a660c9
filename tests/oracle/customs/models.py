"""The models of the second zoo, and what is custom in each: known because it is written here.

A model is a function of the Keras module and of the parts; its truth lists role, part and layer
path of each custom object, as a file of such a model is bound to hold it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Truth = Any  # a list of (role, name of the part, layer path), or a function that gives one
WAYS = ("bare", "module", "registered", "registered-custom")
OTHERWISE = "registered-otherwise"
"""Registered under another name than the class has; some models are saved so too."""
SAVED_MODELS = ("layer", "perceptron", "loss-function", "activation")
SAVED_MODEL_WAYS = ("bare", "registered")
BY_OWN_CODE = (
    "activated",
    "activated-by-builtin",
    "holder",
    "keeper",
    "keeper-of-builtin",
    "keeper-of-function",
    "layer-with-initializer",
    "quantizer",
    "wrapper",
    "wrapper-of-custom",
)
"""Models with a custom class that reads other objects out of its configuration: once it is given,
its own code decides whether they are found, and no file tells that."""


class Model(NamedTuple):
    """One model.

    Attributes:
        name: Of the model.
        build: Makes it of the Keras module and the parts.
        truth: What is custom in it, or a function of family (2 or 3) and ending (or "text",
            where functions are written so) that tells.
        shape: Of one sample of its input.
        since: The first Keras 3 that can have it; none: Keras 2 as well.
        otherwise: Whether it is saved registered under other names too.
        more: Names of parts that a loader is given, beside those of the truth.
    """

    name: str
    build: Any
    truth: Truth
    shape: tuple[int, ...] = (4,)
    since: tuple[int, ...] = ()
    otherwise: bool = False
    more: tuple[str, ...] = ()


def stack(k: Any, *layers: Any, shape: Any = (4,), kind: Any = None, **named: Any) -> Any:
    """Return a Sequential model."""
    return (kind or k.models.Sequential)([k.layers.Input(shape), *layers], **named)


def chain(k: Any, *layers: Any, shape: Any = (4,), kind: Any = None, **named: Any) -> Any:
    """Return a Functional model of layers one after the other."""
    value = first = k.layers.Input(shape, name="a")
    for layer in layers:
        value = layer(value)
    return (kind or k.models.Model)(inputs=first, outputs=value, **named)


def dense(k: Any, units: int = 2, **arguments: Any) -> Any:
    """Return a Dense layer with a name that does not depend on others."""
    arguments.setdefault("name", "dense")
    return k.layers.Dense(units, **arguments)


def compiled(k: Any, *before: Any, **arguments: Any) -> Any:
    """Return a small model that is compiled so."""
    model = stack(k, *before, dense(k))
    arguments.setdefault("optimizer", k.optimizers.SGD(0.125))
    arguments.setdefault("loss", "mse")
    model.compile(**arguments)
    return model


def two_outputs(k: Any, p: Any) -> Any:
    """Return a model with losses and metrics by the names of its outputs."""
    first = k.layers.Input((4,), name="a")
    left, right = dense(k, 2, name="left")(first), dense(k, 3, name="right")(first)
    model = k.models.Model(inputs=first, outputs={"left": left, "right": right})
    model.compile(
        optimizer="sgd",
        loss={"left": p.squared, "right": "mse"},
        metrics={"left": [p.Spread()], "right": [p.spread, "mae"]},
    )
    return model


def two_branches(k: Any, p: Any) -> Any:
    """Return a Functional model that uses one custom layer twice, and another once."""
    first = k.layers.Input((4,), name="a")
    shared = p.Scale(0.5, name="shared")
    one, two = shared(first), shared(dense(k, 4)(first))
    joined = k.layers.Add(name="join")([one, two])
    return k.models.Model(inputs=first, outputs=p.Weighted(name="weighted")(joined))


def recurrent(k: Any, p: Any) -> Any:
    return k.layers.RNN(p.PlainCell(3, name="cell"), name="rnn")


def stacked(k: Any, p: Any) -> Any:
    cells = [p.PlainCell(3, name="one"), p.PlainCell(2, name="two")]
    return k.layers.RNN(k.layers.StackedRNNCells(cells, name="stack"), name="rnn")


def both_ways(family: int, ending: str) -> Truth:
    """Keras 2 writes the layer that it was given, Keras 3 the two that it made of it."""
    if family == 2:
        return [("cell", "PlainCell", "both/rnn/cell")]
    return [("cell", "PlainCell", f"both/{way}_rnn/cell") for way in ("forward", "backward")]


def lambda_function(family: int, ending: str) -> Truth:
    """Keras 2 writes the bytecode of a function, not its name."""
    return [] if family == 2 else [("function", "soft_step", "twice")]


def kept_function(family: int, ending: str) -> Truth:
    """Keras 2 before `keras.saving` writes a text, in which nobody sees a function."""
    kept = [("layer", "Keeper", "keeper")]
    return kept if ending == "text" else [*kept, ("function", "soft_step", "keeper")]


STEPS = (3, 4)
LAYERS = [
    Model(
        "layer",
        lambda k, p: stack(k, p.Scale(3.0, name="scale"), dense(k)),
        [("layer", "Scale", "scale")],
        otherwise=True,
    ),
    Model(
        "layer-functional",
        lambda k, p: chain(k, p.Scale(3.0, name="scale"), dense(k)),
        [("layer", "Scale", "scale")],
    ),
    Model(
        "layer-shared",
        two_branches,
        [("layer", "Scale", "shared"), ("layer", "Weighted", "weighted")],
    ),
    Model(
        "layer-weighted",
        lambda k, p: stack(k, p.Weighted(name="weighted"), dense(k)),
        [("layer", "Weighted", "weighted")],
    ),
    Model(
        "layer-with-initializer",
        lambda k, p: stack(k, p.Weighted(p.Halves(), name="weighted"), dense(k)),
        [("layer", "Weighted", "weighted"), ("initializer", "Halves", "weighted")],
    ),
    Model(
        "wrapper",
        lambda k, p: stack(k, p.Around(dense(k), name="around")),
        [("layer", "Around", "around")],
    ),
    Model(
        "wrapper-of-custom",
        lambda k, p: stack(k, p.Around(p.Scale(name="scale"), name="around"), dense(k)),
        [("layer", "Around", "around"), ("layer", "Scale", "around/scale")],
    ),
    Model(
        "time-distributed",
        lambda k, p: stack(
            k, k.layers.TimeDistributed(p.Scale(name="scale"), name="each"), shape=STEPS
        ),
        [("layer", "Scale", "each/scale")],
        STEPS,
    ),
    Model(
        "nested-sequential",
        lambda k, p: stack(k, stack(k, p.Scale(name="scale"), name="inner"), dense(k)),
        [("layer", "Scale", "inner/scale")],
    ),
    Model(
        "nested-functional",
        lambda k, p: chain(
            k,
            chain(k, chain(k, p.Scale(name="scale"), name="inner"), name="middle"),
            p.Weighted(name="weighted"),
        ),
        [("layer", "Scale", "middle/inner/scale"), ("layer", "Weighted", "weighted")],
        otherwise=True,
    ),
    Model(
        "holder",
        lambda k, p: stack(k, p.Holder(p.Scale(name="scale"), name="holder"), dense(k)),
        [("layer", "Holder", "holder"), ("layer", "Scale", "holder/scale")],
    ),
    Model(
        "keeper",
        lambda k, p: stack(k, p.Keeper(p.Scale(name="scale"), name="keeper"), dense(k)),
        [("layer", "Keeper", "keeper"), ("other", "Scale", "keeper")],
    ),
    Model(
        "keeper-of-builtin",
        lambda k, p: stack(k, p.Keeper(k.layers.ReLU(name="relu"), name="keeper"), dense(k)),
        [("layer", "Keeper", "keeper")],
    ),
    Model(
        "keeper-of-function",
        lambda k, p: stack(k, p.Keeper(p.soft_step, name="keeper"), dense(k)),
        kept_function,
        more=("soft_step",),
    ),
    Model(
        "activated",
        lambda k, p: stack(k, p.Activated(p.soft_step, name="activated"), dense(k)),
        [("layer", "Activated", "activated"), ("activation", "soft_step", "activated")],
    ),
    Model(
        "activated-by-builtin",
        lambda k, p: stack(k, p.Activated("tanh", name="activated"), dense(k)),
        [("layer", "Activated", "activated")],
    ),
    Model(
        "subclass-of-dropout",
        lambda k, p: stack(k, p.FixedDropout(0.5, name="drop"), dense(k)),
        [("layer", "FixedDropout", "drop")],
    ),
    Model(
        "like-attention",
        lambda k, p: stack(k, p.Attention(0.5, name="attention"), dense(k)),
        [("layer", "Attention", "attention")],
    ),
    Model(
        "like-rescaling",
        lambda k, p: stack(k, p.Rescaling(0.5, name="rescaling"), dense(k)),
        [("layer", "Rescaling", "rescaling")],
    ),
    Model(
        "like-unit-normalization",
        lambda k, p: stack(k, p.UnitNormalization(name="unit"), dense(k)),
        [("layer", "UnitNormalization", "unit")],
    ),
]
MODELS = [
    Model(
        "perceptron",
        lambda k, p: p.Perceptron(2, name="perceptron"),
        [("model", "Perceptron", "")],
        otherwise=True,
    ),
    Model(
        "perceptron-nested",
        lambda k, p: stack(k, p.Perceptron(3, name="perceptron"), dense(k)),
        [("layer", "Perceptron", "perceptron")],
    ),
    Model(
        "own-functional",
        lambda k, p: chain(k, dense(k), kind=p.OwnFunctional, name="own"),
        [("model", "OwnFunctional", "")],
        otherwise=True,
    ),
    Model(
        "own-functional-of-customs",
        lambda k, p: chain(k, p.Scale(name="scale"), dense(k), kind=p.OwnFunctional, name="own"),
        [("model", "OwnFunctional", ""), ("layer", "Scale", "scale")],
    ),
    Model(
        "own-functional-nested",
        lambda k, p: chain(k, chain(k, dense(k), kind=p.OwnFunctional, name="own")),
        [("model", "OwnFunctional", "own")],
    ),
    Model(
        "own-sequential",
        lambda k, p: stack(k, dense(k), kind=p.OwnSequential, name="own"),
        [("model", "OwnSequential", "")],
    ),
    Model(
        "own-sequential-nested",
        lambda k, p: stack(k, stack(k, dense(k), kind=p.OwnSequential, name="own")),
        [("model", "OwnSequential", "own")],
    ),
]
PARTS = [
    Model(
        "cell",
        lambda k, p: stack(k, recurrent(k, p), shape=STEPS),
        [("cell", "PlainCell", "rnn/cell")],
        STEPS,
        otherwise=True,
    ),
    Model(
        "cells-stacked",
        lambda k, p: stack(k, stacked(k, p), shape=STEPS),
        [("cell", "PlainCell", "rnn/stack/one"), ("cell", "PlainCell", "rnn/stack/two")],
        STEPS,
    ),
    Model(
        "cell-both-ways",
        lambda k, p: stack(k, k.layers.Bidirectional(recurrent(k, p), name="both"), shape=STEPS),
        both_ways,
        STEPS,
    ),
    Model(
        "activation",
        lambda k, p: stack(k, dense(k, activation=p.soft_step)),
        [("activation", "soft_step", "dense")],
        otherwise=True,
    ),
    Model(
        "activation-layer",
        lambda k, p: chain(k, dense(k), k.layers.Activation(p.soft_step, name="act")),
        [("activation", "soft_step", "act")],
    ),
    Model(
        "activation-like-builtin",
        lambda k, p: stack(k, dense(k, activation=p.relu)),
        [("activation", "relu", "dense")],
    ),
    Model(
        "activation-instance",
        lambda k, p: stack(k, dense(k, activation=p.Scale(name="scale"))),
        [("activation", "Scale", "dense")],
    ),
    Model(
        "activation-instance-of-builtin",
        lambda k, p: stack(k, dense(k, activation=k.layers.LeakyReLU(name="leaky"))),
        [],
    ),
    Model(
        "initializer",
        lambda k, p: stack(k, dense(k, kernel_initializer=p.Halves())),
        [("initializer", "Halves", "dense")],
    ),
    Model(
        "initializer-function",
        lambda k, p: stack(k, dense(k, kernel_initializer=p.quarters)),
        [("initializer", "quarters", "dense")],
    ),
    Model(
        "regularizer",
        lambda k, p: stack(k, dense(k, kernel_regularizer=p.Gentle())),
        [("regularizer", "Gentle", "dense")],
    ),
    Model(
        "regularizer-function",
        lambda k, p: stack(k, dense(k, bias_regularizer=p.gentle)),
        [("regularizer", "gentle", "dense")],
    ),
    Model(
        "constraint",
        lambda k, p: stack(k, dense(k, kernel_constraint=p.Bounded())),
        [("constraint", "Bounded", "dense")],
    ),
    Model(
        "constraint-function",
        lambda k, p: stack(k, dense(k, bias_constraint=p.bounded)),
        [("constraint", "bounded", "dense")],
    ),
    Model(
        "lambda-function",
        lambda k, p: stack(k, k.layers.Lambda(p.soft_step, name="twice"), dense(k)),
        lambda_function,
        more=("soft_step",),
    ),
    Model(
        "dtype-policy",
        lambda k, p: stack(k, dense(k, dtype=p.OwnPolicy("float32"))),
        [("dtype-policy", "OwnPolicy", "dense")],
        since=(3, 4),
    ),
    Model(
        "quantizer",
        lambda k, p: stack(k, p.Quantized(p.Rounding(), name="low"), dense(k)),
        [("layer", "Quantized", "low"), ("quantizer", "Rounding", "low")],
        since=(3, 0),
    ),
    Model(
        "operation",
        lambda k, p: chain(k, p.Doubled(name="doubled"), dense(k)),
        [("operation", "Doubled", "doubled")],
        since=(3, 0),
    ),
]
TRAINING = [
    Model("loss", lambda k, p: compiled(k, loss=p.Squared()), [("loss", "Squared", "")]),
    Model("loss-function", lambda k, p: compiled(k, loss=p.squared), [("loss", "squared", "")],
          otherwise=True),
    Model("loss-like-builtin", lambda k, p: compiled(k, loss=p.mse), [("loss", "mse", "")]),
    Model("metric", lambda k, p: compiled(k, metrics=[p.Spread()]), [("metric", "Spread", "")]),
    Model("metric-function", lambda k, p: compiled(k, metrics=[p.spread]),
          [("metric", "spread", "")]),
    Model("optimizer", lambda k, p: compiled(k, optimizer=p.SlowSGD(0.125)),
          [("optimizer", "SlowSGD", "")], otherwise=True),
    Model("schedule", lambda k, p: compiled(k, optimizer=k.optimizers.SGD(p.SlowDecay())),
          [("schedule", "SlowDecay", "")]),
    Model("losses-by-output", two_outputs,
          [("loss", "squared", ""), ("metric", "Spread", ""), ("metric", "spread", "")]),
    Model("everything",
          lambda k, p: compiled(k, p.Scale(name="scale"), loss=p.Squared(), metrics=[p.spread],
                                optimizer=p.SlowSGD(p.SlowDecay())),
          [("layer", "Scale", "scale"), ("loss", "Squared", ""), ("metric", "spread", ""),
           ("optimizer", "SlowSGD", ""), ("schedule", "SlowDecay", "")]),
]  # fmt: skip
ALL = [*LAYERS, *MODELS, *PARTS, *TRAINING]


def names_of(model: Model) -> list[str]:
    """Return the names of all parts that a loader of the model needs to be given."""
    truth = model.truth if isinstance(model.truth, list) else model.truth(3, "")
    return sorted({name for _, name, _ in truth} | set(model.more))


def shown(name: str, way: str) -> str:
    """Return the name by which a file calls a part."""
    prefixes = {"registered": "zoo>", "registered-custom": "Custom>", OTHERWISE: "zoo>Other"}
    return prefixes.get(way, "") + name
