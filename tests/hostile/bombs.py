"""Tricks that cost time or memory by what the config asks for."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.hostile import containers as c
from tests.hostile.configs import Json, compiled, dense, layer, plain, sequential
from tests.hostile.trick import ANY, KERAS_3, Make, Trick

SLOW = "(.+)+[0-9]"
"""Backtracks 2**n times over n letters and a wrong end."""
LETTERS = "a" * 27 + "b"


def tricks() -> list[Trick]:
    """Return the tricks that cost."""
    wide = sequential(dense(units=10**9))
    embedded = plain(layer("Embedding", "wide", input_dim=10**9, output_dim=8))
    rank = sequential(layer("Activation", "act", activation="relu"), shape=(1,) * 300)
    long = sequential(layer("ZeroPadding2D", "pad", padding=10**6), shape=(4, 4, 1))
    repeat = sequential(layer("RepeatVector", "repeat", n=10**9))
    policy = {"module": "keras", "class_name": "DTypePolicy", "registered_name": None}
    values = {SLOW: {**policy, "config": {"name": "float32"}}}
    table = {
        "module": "keras.dtype_policies",
        "class_name": "DTypePolicyMap",
        "config": {"default_policy": None, "policy_map": values},
        "registered_name": None,
    }
    mapped = sequential(dense(LETTERS, dtype=table))
    muon = layer(
        "Muon", "muon", module="keras.optimizers", exclude_layers=[SLOW], learning_rate=0.1
    )
    excluded = {**sequential(dense(LETTERS)), "compile_config": compiled(optimizer=muon)}
    return [
        *_made("wide-dense", "a Dense of 10**9 units", wide, "keras h5 json"),
        *_made("wide-embedding", "an Embedding of 10**9 rows", embedded, "keras h5 json"),
        *_made("rank", "an input with 300 axes", rank, "keras h5"),
        *_made("padding", "a padding of 10**6", long, "keras h5"),
        *_made("repeat", "a RepeatVector of 10**9", repeat, "keras h5"),
        *_made("regex-policy", "a slow pattern in a DTypePolicyMap", mapped, "keras", KERAS_3),
        *_made("regex-muon", "a slow pattern in Muon", excluded, "keras", KERAS_3),
        *_made("many-layers", "250 layers", _many(), "keras"),
        *_made("deep-models", "models 60 deep", _deep(), "keras h5"),
    ]


def _made(name: str, says: str, config: Json, containers: str, made_for: str = ANY) -> list[Trick]:
    writers: dict[str, Any] = {"keras": c.keras_file, "h5": c.h5_file, "json": c.json_file}
    made = []
    for container in containers.split():
        make: Make = partial(writers[container], config=config)
        made.append(Trick(f"{name}.{container}", says, (), make, made_for))
    return made


def _many() -> Json:
    return plain(
        *(layer("Activation", f"act_{number}", activation="relu") for number in range(250))
    )


def _deep() -> Json:
    made = sequential(layer("Activation", "act", activation="relu"), name="innermost")
    for number in range(60):
        made = sequential(made, name=f"model_{number}")
    return made
