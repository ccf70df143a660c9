"""Preprocessing layers that hold nothing, and inputs that they cannot take."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from kerasscan.catalog.builtin import is_builtin_class
from kerasscan.checks.check import Check, Options, one_of
from kerasscan.contract.contract import contract_of, study
from kerasscan.contract.statistics import normalizations
from kerasscan.contract.values import Kind
from kerasscan.model.contract import Meaning
from kerasscan.model.finding import Case, Observation
from kerasscan.model.graph import Layer
from kerasscan.model.objects import SavedObject
from kerasscan.model.saved import Container

_HOLDING_STATE = (Container.KERAS_ZIP, Container.KERAS_DIR)
"""Formats that hold vocabularies beside the weights, as assets."""

_WITH_WEIGHTS = (*_HOLDING_STATE, Container.H5_MODEL)
_LOOKUPS = frozenset({"IntegerLookup", "StringLookup", "TextVectorization"})
_LEAST = 1e-10
_MOST_NAMED = 3


def _normalization(case: Case, options: Options) -> Iterator[Observation]:
    if case.saved.artifact.container not in _WITH_WEIGHTS:
        return
    seen_all = study(case.saved)
    of_families = seen_all.own_preprocessing()
    for layer in normalizations(case.saved):
        if layer.path in of_families:
            continue
        found = seen_all.statistics.get(layer.path)
        if found is None:
            fault, seen = (
                ("unread", "")
                if _has_weights(case, layer)
                else ("not-adapted", "nothing is stored")
            )
        elif found.is_fresh:
            fault, seen = "not-adapted", "its mean is 0 and its variance 1"
        elif any(isnan(each) or each < _LEAST for each in found.variance):
            fault, seen = "degenerate", _degenerate(found.variance)
        else:
            continue
        if fault == options["fault"]:
            facts = {"layer": layer.path, "seen": seen}
            yield Observation(layer.saved.address, facts, layer.class_name)


def _has_weights(case: Case, layer: Layer) -> bool:
    """Whether something is stored for a layer, though it could not be read as statistics."""
    from kerasscan.reader.attribution import tensors_by_layer

    return bool(tensors_by_layer(case.saved).get(layer.path)) or layer.path.count("/") > 0


def _degenerate(variance: tuple[float, ...]) -> str:
    zero = sum(each < _LEAST for each in variance)
    if zero:
        return f"{zero} of {len(variance)} variances are 0"
    return "a variance is not a number"


def _lookup_state(case: Case, options: Options) -> Iterator[Observation]:
    is_lookup = options["fault"] == "vocabulary"
    lower = case.saved.provenance.fingerprint.lower
    is_keras_3 = lower is not None and lower >= (3,)
    for found in case.saved.objects:
        if not found.is_layer_like:
            continue
        is_empty = _has_no_words(case, found) if is_lookup else is_keras_3 and _has_no_bins(found)
        if is_empty:
            facts = {"layer": found.address.layer, "class_name": found.class_name}
            yield Observation(found.address, facts, found.class_name)


def _has_no_words(case: Case, found: SavedObject) -> bool:
    """Whether a lookup was never given a vocabulary.

    From 2.9 on ``vocabulary_size`` tells the words of an adapted vocabulary, which itself stands in
    the assets (keras/src/layers/preprocessing/index_lookup.py); before, only their absence tells.
    """
    config = found.config
    if found.class_name not in _LOOKUPS or config.get("vocabulary"):
        return False
    if "vocabulary_size" in config:
        return config["vocabulary_size"] is None
    if case.saved.artifact.container not in _HOLDING_STATE:
        return False
    stored = [each for each in case.saved.artifact.members if "vocabulary" in each.name]
    return not any(each.size for each in stored)


def _has_no_bins(found: SavedObject) -> bool:
    """Keras 3 writes the boundaries that it adapted to into the configuration."""
    return found.class_name == "Discretization" and not found.config.get("bin_boundaries")


def _embedding_size(case: Case, options: Options) -> Iterator[Observation]:
    for meeting in study(case.saved).flow.meetings:
        rows = meeting.layer.saved.config.get("input_dim")
        bounds = meeting.value.bounds
        if meeting.layer.class_name != "Embedding" or not isinstance(rows, int):
            continue
        if meeting.value.kind is not Kind.INDEX or bounds is None or bounds.high is None:
            continue
        if bounds.high < rows:
            continue
        step = meeting.value.steps[-1]
        is_told = _is_counted(case, step.layer)
        if ("vocabulary" if is_told else "declared") == options["fault"]:
            facts = {
                "layer": meeting.layer.path,
                "rows": f"{rows:,}",
                "most": f"{bounds.high:,.0f}",
                "source": f"'{step.layer}' ({step.class_name})",
            }
            yield Observation(meeting.layer.saved.address, facts, "Embedding")


def _is_counted(case: Case, path: str) -> bool:
    """Whether the vocabulary itself is in the file, not only its greatest size."""
    return any(
        isinstance(found.config.get("vocabulary"), list) or found.config.get("bin_boundaries")
        for found in case.saved.objects
        if found.address.layer == path and found.is_layer_like
    )


def _string_input(case: Case, _: Options) -> Iterator[Observation]:
    for meeting in study(case.saved).flow.meetings:
        name = meeting.layer.class_name
        if (
            meeting.value.kind is Kind.STRING
            and name != "Lambda"
            and is_builtin_class(name, "layer")
        ):
            facts = {"layer": meeting.layer.path, "class_name": name, "input": meeting.value.origin}
            yield Observation(meeting.layer.saved.address, facts, name)


def _input_meaning(case: Case, options: Options) -> Iterator[Observation]:
    """Yield one observation for a model, however many inputs of the kind it has."""
    found = [
        each
        for each in contract_of(case.saved).inputs
        if each.meaning.value == options["meaning"] and each.outside
    ]
    if found:
        first = found[0]
        names = ", ".join(f"'{each.name}'" for each in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        facts = {
            "inputs": f"{'Input' if len(found) == 1 else 'Inputs'} {names}{more}",
            "evidence": "; ".join(first.evidence),
            "outside": first.outside[0],
            "expects": str(first.expects) if first.expects else "",
        }
        layer = study(case.saved).flow.inputs[first.name]
        yield Observation(layer.saved.address, facts, first.meaning.value)


_MEANINGS = {
    Meaning.IMAGE: "pictures",
    Meaning.SEQUENCE: "steps of features",
    Meaning.TABULAR: "a row of features",
    Meaning.TOKENS: "ids of tokens",
    Meaning.CATEGORIES: "ids of categories",
    Meaning.STRINGS: "text",
    Meaning.UNKNOWN: "what cannot be told",
}

NORMALIZATION_STATE = Check(
    name="normalization-state",
    summary="A Normalization that has adapted to nothing, or to data that do not vary.",
    run=_normalization,
    facts={"layer": "the layer's path", "seen": "what was seen, as a clause"},
    options_schema=one_of(
        "fault",
        {
            "not-adapted": "neither the configuration nor the weights hold what it adapted to",
            "degenerate": "a variance is 0 or not a number",
        },
    ),
)

LOOKUP_STATE = Check(
    name="lookup-state",
    summary="A lookup without a vocabulary, or a discretization without boundaries.",
    run=_lookup_state,
    facts={"layer": "the layer's path", "class_name": "its class"},
    options_schema=one_of(
        "fault",
        {
            "vocabulary": "lookups that hold no words",
            "boundaries": "discretizations that hold no bins",
        },
    ),
)

EMBEDDING_SIZE = Check(
    name="embedding-size",
    summary="An Embedding with fewer rows than there are indexes before it.",
    run=_embedding_size,
    facts={
        "layer": "the Embedding's path",
        "rows": "how many rows it has",
        "most": "the greatest index that reaches it",
        "source": "the layer that gives the indexes",
    },
    options_schema=one_of(
        "fault",
        {
            "vocabulary": "the vocabulary or the bins in the file are too many",
            "declared": "the size that the layer was given is too large",
        },
    ),
)

STRING_INPUT = Check(
    name="string-input",
    summary="Strings that reach a layer that computes with numbers.",
    run=_string_input,
    facts={
        "layer": "the layer's path",
        "class_name": "its class",
        "input": "name of the model's input",
    },
)

INPUT_MEANING = Check(
    name="input-meaning",
    summary="An input of a kind that something outside of the model has to prepare.",
    run=_input_meaning,
    facts={
        "inputs": "the model's inputs of that kind: Inputs 'left', 'right'",
        "evidence": "why the first is thought to be of that kind",
        "outside": "what has to happen outside, as a clause",
        "expects": "the values that the first has to have, or nothing",
    },
    options_schema=one_of("meaning", {str(each): _MEANINGS[each] for each in Meaning}),
)
