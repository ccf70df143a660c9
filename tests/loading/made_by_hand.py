"""Small models and files, made by hand for the replays."""

from __future__ import annotations

from typing import Any

from kerasscan.catalog.releases import requested
from kerasscan.loading.given import Given
from kerasscan.loading.memory import Memory
from kerasscan.loading.prediction import predict
from kerasscan.loading.replay import Replay
from kerasscan.model.outcome import Outcome, ReasonKind
from kerasscan.model.saved import (
    Artifact,
    Container,
    Document,
    Member,
    Problem,
    ProblemKind,
    Provenance,
    Purpose,
    Saved,
)

Value = dict[str, Any]

INPUT: Value = {
    "class_name": "InputLayer",
    "config": {"name": "a", "batch_input_shape": [None, 4], "dtype": "float32"},
}


def layer(class_name: str, name: str, /, **config: Any) -> Value:
    """Return a layer as HDF5 files hold it."""
    return {"class_name": class_name, "config": {"name": name, **config}}


def sequential(*layers: Value, name: str = "model") -> Value:
    """Return a Sequential model that knows its input shape."""
    return {"class_name": "Sequential", "config": {"name": name, "layers": [INPUT, *layers]}}


def called(made: Value, *nodes: Any) -> Value:
    """Return a layer with its calls."""
    return {**made, "name": made["config"]["name"], "inbound_nodes": list(nodes)}


def functional(*layers: Value, output: str, node: int = 0, class_name: str = "Functional") -> Value:
    """Return a functional model from the input ``a``."""
    return {
        "class_name": class_name,
        "config": {
            "name": "model",
            "layers": [called(INPUT), *layers],
            "input_layers": [["a", 0, 0]],
            "output_layers": [[output, node, 0]],
        },
    }


def load(
    requirement: str, saved: Saved, given: frozenset[str] = frozenset(), **more: Any
) -> Outcome:
    """Load a file in the newest release that a requirement allows."""
    return predict(saved, requested(requirement)[-1], Given(custom_objects=given, **more))


def replay(requirement: str) -> Replay:
    """Return a replay that has not begun."""
    return Replay(hdf5({}), requested(requirement)[-1], Given(), Memory())


def hdf5(model: Any, training: Any = None, extension: str = ".h5") -> Saved:
    """Return an HDF5 file without weights."""
    documents = [Document("@attrs/model_config", Purpose.MODEL, model)]
    if training is not None:
        documents.append(Document("@attrs/training_config", Purpose.TRAINING, training))
    artifact = Artifact(f"model{extension}", Container.H5_MODEL, 1, (), extension)
    return Saved(artifact, documents=tuple(documents), stored_layers=())


def archive(model: Any, extension: str = ".keras") -> Saved:
    """Return a `.keras` archive without weights."""
    members = tuple(Member(name, 1) for name in ("config.json", "model.weights.h5"))
    artifact = Artifact(f"model{extension}", Container.KERAS_ZIP, 1, members, extension)
    documents = (Document("config.json", Purpose.MODEL, model),)
    return Saved(artifact, documents=documents, stored_layers=None)


def directory(
    *documents: Document, producer: str = "TensorFlow 2.11.1", problem: str = ""
) -> Saved:
    """Return a SavedModel."""
    artifact = Artifact("model", Container.SAVEDMODEL, 1)
    problems = (Problem(ProblemKind.MISSING_METADATA, problem),) if problem else ()
    return Saved(artifact, Provenance(producer=producer), documents=documents, problems=problems)


def new(made: Value, module: str = "keras.layers") -> Value:
    """Return a config as `.keras` archives of 2.13 and newer hold it."""
    return {"module": module, "registered_name": None, **made}


def first(outcome: Outcome) -> tuple[ReasonKind, str]:
    """Return kind and subject of what the user meets first."""
    assert outcome.first is not None
    return outcome.first.kind, outcome.first.subject


ACTIVATION = layer("Activation", "act", activation="relu")
PLAIN = sequential(ACTIVATION)
