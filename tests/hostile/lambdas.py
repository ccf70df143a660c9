"""Tricks with stored bytecode: a Lambda, or a lambda where none is expected."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from tests.hostile import containers as c
from tests.hostile.configs import (
    PYTHON,
    Json,
    code,
    compiled,
    dense,
    functional,
    functional_2,
    lambda_2,
    lambda_layer,
    layer,
    plain,
    reference,
    sequential,
)
from tests.hostile.payloads import LAMBDA
from tests.hostile.trick import ANY, KERAS_2, KERAS_3, Trick

WRITERS: Final[dict[str, Callable[..., Any]]] = {
    "keras": c.keras_file,
    "directory": c.keras_directory,
    "h5": c.h5_file,
    "json": c.json_file,
}
CODE_ADVISORIES: Final = ("CVE-2024-3660", "GHSA-x4wf-678h-2pmq")
H5_ADVISORIES: Final = ("CVE-2025-9905", "GHSA-36rr-ww3j-vrjv")
OUTSIDE_SCOPE: Final = ("CVE-2026-12481",)
NOISY: Final = "!\n*".join(LAMBDA[PYTHON][i : i + 10] for i in range(0, len(LAMBDA[PYTHON]), 10))
TRAILING: Final = base64.b64encode(base64.b64decode(LAMBDA[PYTHON]) + b"trailing").decode()
ESCAPED: Final = base64.b64decode(LAMBDA[PYTHON]).decode("latin-1")


def tricks() -> list[Trick]:
    """Return the tricks with bytecode."""
    return [*_layers(), *_dialects(), *_elsewhere(), *_families()]


def _made(
    name: str, says: str, config: Json, containers: str, made_for: str = KERAS_3, **more: Any
) -> list[Trick]:
    return [
        Trick(
            f"{name}.{container}",
            says,
            _advisories(container),
            partial(_write, container, config),
            made_for=made_for,
            **{"python": PYTHON, **more},
        )
        for container in containers.split()
    ]


def _write(container: str, config: Json, folder: Any) -> Any:
    return WRITERS[container](folder, config)


def _advisories(container: str) -> tuple[str, ...]:
    return CODE_ADVISORIES + {"h5": H5_ADVISORIES, "json": OUTSIDE_SCOPE}.get(container, ())


def _layers() -> list[Trick]:
    """A Lambda of Keras 3, at every place a layer can have."""
    bare = lambda_layer()
    del bare["module"]
    sub = plain(lambda_layer())
    inner = sequential(lambda_layer(name="inner"), name="inner_model")
    shaped = lambda_layer(reference("builtins.relu"), output_shape=code())
    alias = {**lambda_layer(), "module": "keras.src.layers.core.lambda_layer"}
    timed = layer("TimeDistributed", "timed", layer=lambda_layer())
    both = layer("Bidirectional", "both", layer=_rnn("forward"), backward_layer=_rnn("backward"))
    masked = lambda_layer(reference("builtins.relu"), mask=code())
    deep = plain(sequential(sequential(functional(lambda_layer()), name="b"), name="a"))
    every = "keras directory h5 json"
    return [
        *_made("lambda", "a Lambda whose function is stored bytecode", sub, every),
        *_made("lambda-no-module", "a Lambda without `module`", plain(bare), "keras h5"),
        *_made("lambda-alias", "a Lambda named by its internal module", plain(alias), "keras h5"),
        *_made("lambda-output-shape", "bytecode as `output_shape`", plain(shaped), "keras h5"),
        *_made("lambda-mask", "bytecode as `mask` of a Lambda", plain(masked), "keras h5"),
        *_made("lambda-nested", "a Lambda in an inner model", plain(inner), "keras h5 json"),
        *_made("lambda-deep", "a Lambda four models deep", deep, "keras h5 json"),
        *_made(
            "lambda-functional",
            "a Lambda in a Functional",
            functional(lambda_layer(), dense()),
            "keras h5",
        ),
        *_made("lambda-timed", "a Lambda in a TimeDistributed", _series(timed), "keras h5"),
        *_made("lambda-cell", "a Lambda as cell of a Bidirectional RNN", _series(both), "keras h5"),
        *_made(
            "lambda-disguised",
            "a Lambda whose `registered_name` is that of another class",
            plain({**lambda_layer(), "registered_name": "keras>Dense"}),
            "keras h5",
        ),
        *_made("lambda-noise", "junk between the base64 digits", plain(_text(NOISY)), "keras h5"),
        *_made("lambda-trailing", "bytes after the code", plain(_text(TRAILING)), "keras h5"),
        *_made("lambda-escaped", "code that is no base64", plain(_text(ESCAPED)), "keras h5"),
    ]


def _rnn(name: str) -> Json:
    return layer("RNN", name, cell=lambda_layer(name=f"cell_{name}"))


def _series(each: Json) -> Json:
    return sequential(each, dense(), shape=(3, 4))


def _text(text: str) -> Json:
    return lambda_layer(code(text=text))


def _dialects() -> list[Trick]:
    """A Lambda as Keras 2 writes it: code in a list, beside it `function_type`."""
    two = lambda_2()
    keyed = {**lambda_2(code()), "module": "keras.layers", "registered_name": None}
    nested = sequential(lambda_2(name="inner"), name="inner_model")
    for model in (nested,):
        del model["module"]
    return [
        *_made("lambda-2", "a Lambda of Keras 2", plain(two), "keras h5 json", ANY),
        *_made("lambda-2-module", "a Lambda of Keras 2.13", plain(keyed), "keras h5", KERAS_2),
        *_made("lambda-2-nested", "a Lambda of Keras 2, nested", plain(nested), "keras h5", ANY),
        *_made(
            "lambda-2-functional",
            "a Lambda of Keras 2 in a Functional",
            functional_2(lambda_2(), dense()),
            "h5",
            ANY,
        ),
    ]


def _elsewhere() -> list[Trick]:
    """A `__lambda__` where a function, a number or anything else is expected."""
    relu = reference("builtins.relu")
    schedule = {
        "class_name": "SGD",
        "config": {"learning_rate": code()},
        "module": "keras.optimizers",
    }
    built = dense() | {"build_config": {"input_shape": [None, 4], "extra": code()}}
    called = functional(dense(), kwargs={"training": code()})
    places: list[tuple[str, str, Json]] = [
        (
            "activation",
            "bytecode as an activation",
            sequential(dense(activation=code())),
        ),
        ("initializer", "bytecode as an initializer", sequential(dense(kernel_initializer=code()))),
        (
            "arguments",
            "bytecode among `arguments`",
            plain(lambda_layer(relu, arguments={"x": code()})),
        ),
        ("inbound-kwargs", "bytecode in what a layer is called with", called),
        ("build-config", "bytecode in `build_config`", sequential(built)),
        ("loss", "bytecode as loss", _compiled(loss=code())),
        ("metric", "bytecode as metric", _compiled(metrics=[code()])),
        ("schedule", "bytecode as learning rate", _compiled(optimizer=schedule)),
    ]
    made = []
    for name, says, config in places:
        containers = "keras" if "compile_config" in config else "keras h5"
        made_for = KERAS_3 if name in ("arguments", "inbound-kwargs") else ANY
        made += _made(f"lambda-as-{name}", says, config, containers, made_for)
    return [*made, *_training()]


def _compiled(**parts: Any) -> Json:
    return {**plain(), "compile_config": compiled(**parts)}


def _training() -> list[Trick]:
    made = []
    for name, parts in (("loss", {"loss": code()}), ("metric", {"metrics": [code()]})):
        training = {
            "optimizer_config": {"class_name": "SGD", "config": {"learning_rate": 0.1}},
            **compiled(**parts),
        }
        made.append(
            Trick(
                f"lambda-training-{name}.h5",
                f"bytecode as {name} in `training_config`",
                CODE_ADVISORIES + H5_ADVISORIES,
                partial(c.h5_file, config=plain(), training=training),
                python=PYTHON,
            )
        )
    return made


def _families() -> list[Trick]:
    """The same Lambda with the bytecode of each CPython."""
    made = []
    for python in LAMBDA:
        if python == PYTHON:
            continue
        config = plain(lambda_layer(code(python)))
        two = plain(lambda_2([LAMBDA[python], None, None]))
        keyed = {**lambda_2(code(python)), "module": "keras.layers", "registered_name": None}
        says = f"bytecode of CPython {python}"
        name = f"lambda-python-{python.replace('.', '-')}"
        made += _made(name, says, config, "keras", python=python)
        made += _made(f"{name}-2", says, two, "h5", ANY, python=python)
        made += _made(f"{name}-2", says, plain(keyed), "keras", KERAS_2, python=python)
    return made
