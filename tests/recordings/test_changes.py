"""What real releases predicted otherwise is named by a change, and nothing else is.

The pairs are those of both zoos in which the load succeeded with nothing given: of the first all,
of the second (custom objects) those in which nothing was passed or registered. A prediction
differs where it is further off than rounding, has another shape, or fails.

Over all pairs (seen when this was written; of those that predict as before only one in `EVERY` is
repeated here): 755 of 16,767 drift; of 551 of these the cause is in the file; 514 of the 551 are
named by a change, and the 37 others by the rule `shadows-builtin`. Of 16,012 pairs that predict as
before, none has a change of predictions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import pytest

from kerasscan.catalog.releases import requested
from kerasscan.loading.given import Given
from kerasscan.loading.prediction import predict
from kerasscan.model.outcome import ChangeKind
from kerasscan.model.saved import Saved
from kerasscan.reader.limits import DEFAULT_LIMITS
from kerasscan.reader.reading import read
from tests.oracle.customs import recordings as customs
from tests.oracle.zoo import packing, recordings
from tests.oracle.zoo.recordings import Record

EVERY = 12
"""Of the pairs that predict as before, one in so many is replayed; of those that drift, all."""

LARGEST_SAME = (1e-4, 1e-3)
"""Largest absolute and relative difference that rounding makes: beyond both predictions differ."""

RANDOM = "it is random by design"
ROUNDED = "half precision: the difference is the last digit of a 16-bit number"
NO_GPU = "the processor cannot compute it: UnimplementedError of TensorFlow without a GPU"
NOT_WRITTEN = "the saver did not write the argument"
NAME_ALONE = "the saver wrote the name of an author's function, which is that of one of Keras"
BYTECODE = "the bytecode of another Python, which the replay leaves open"

NOT_IN_THE_FILE = {
    "graph-functional-training-argument": RANDOM,
    "graph-mixed-precision-trained": ROUNDED,
    "layer-Conv2D-channels-first": NO_GPU,
    "layer-Conv2D-groups": NO_GPU,
    "layer-AdditiveAttention-causal": NOT_WRITTEN,
    "layer-Attention-causal": NOT_WRITTEN,
    "layer-Conv1DTranspose-output-padding": NOT_WRITTEN,
    "layer-Conv2DTranspose-output-padding": NOT_WRITTEN,
    "layer-Normalization-inverted": NOT_WRITTEN,
    "lambda-tensorflow-function": BYTECODE,
    "bare.activation-like-builtin": NAME_ALONE,
    "module.activation-like-builtin": NAME_ALONE,
    "registered.activation-like-builtin": NAME_ALONE,
    "registered-custom.activation-like-builtin": NAME_ALONE,
}
"""Models that drift for a reason that their files do not show."""

BY_ANOTHER_RULE = {"bare.like-unit-normalization", "module.like-unit-normalization"}
"""A custom layer that is taken for Keras' own of the same name: `shadows-builtin` says so, whatever
the release (`tests/recordings/test_customs.py`)."""

Noted: TypeAlias = "list[tuple[Record, set[ChangeKind]]]"


def drifts(record: Record) -> bool:
    """Whether the release predicted otherwise than the saver, or failed to."""
    if isinstance(record.drift, list):
        absolute, relative = record.drift
        return absolute > LARGEST_SAME[0] and relative > LARGEST_SAME[1]
    return record.drift is not None


def _known(pairs: Iterable[Record]) -> list[Record]:
    known = [each for each in pairs if each.result == "loaded" and each.drift]
    return [each for each in known if drifts(each)] + [each for each in known if not drifts(each)][
        ::EVERY
    ]


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Noted:
    """Loaded pairs with the changes of predictions that the replay notes."""
    zoo, second = tmp_path_factory.mktemp("zoo"), tmp_path_factory.mktemp("customs")
    packing.extract(zoo)
    packing.extract(second, customs.FOLDER)
    bare = (each for each in customs.read() if each.given == customs.NOTHING)
    files: dict[Path, Saved] = {}
    found: Noted = []
    for folder, records in ((zoo, _known(recordings.read())), (second, _known(bare))):
        for record in records:
            if NOT_IN_THE_FILE.get(record.model) != RANDOM:
                found.append((record, _changes(files, folder / record.path, record)))
    return found


def _changes(files: dict[Path, Saved], path: Path, record: Record) -> set[ChangeKind]:
    if path not in files:
        files[path] = read(path, DEFAULT_LIMITS)
    major, minor = record.python.split(".")
    given = Given(python=(int(major), int(minor)))
    outcome = predict(files[path], requested(record.loader)[0], given)
    return {each.what for each in outcome.met_changes if not each.what.is_of_training}


def test_hardly_anything_is_noted_where_a_release_predicts_as_before(noted: Noted) -> None:
    same = [(record, kinds) for record, kinds in noted if not drifts(record)]
    false = [(record.loader, record.path) for record, kinds in same if kinds]
    assert len(same) > 1_000
    assert len(false) <= 0.01 * len(same)
    assert false == []  # as it is: a first one is a reason to look


def test_what_drifts_for_a_cause_in_the_file_is_named(noted: Noted) -> None:
    drifting = [
        (record, kinds)
        for record, kinds in noted
        if drifts(record) and record.model not in NOT_IN_THE_FILE
    ]
    unnamed = [(record.model, record.loader) for record, kinds in drifting if not kinds]
    assert len(drifting) > 540
    assert 1 - len(unnamed) / len(drifting) >= 0.90
    assert {model for model, _ in unnamed} == BY_ANOTHER_RULE


@pytest.mark.parametrize("model", sorted(NOT_IN_THE_FILE))
def test_the_exceptions_are_exceptions(noted: Noted, model: str) -> None:
    """A model that no longer drifts, or is named after all, leaves the list."""
    drifting = [kinds for record, kinds in noted if record.model == model and drifts(record)]
    assert drifting or NOT_IN_THE_FILE[model] == RANDOM
    assert not all(drifting) or not drifting


def test_every_kind_that_the_zoos_can_show_is_seen(noted: Noted) -> None:
    seen = Counter(kind for record, kinds in noted if drifts(record) for kind in kinds)
    assert seen[ChangeKind.INPUT_SHAPE_MISREAD] >= 360
    assert seen[ChangeKind.AXIS_DROPPED] >= 40
    assert seen[ChangeKind.CALL_FAILS] >= 40
    assert seen[ChangeKind.COMPUTED_OTHERWISE] >= 18
    assert seen[ChangeKind.WEIGHTS_IGNORED] >= 17
    assert seen[ChangeKind.ACTIVATION_CHANGED] >= 14
    assert seen[ChangeKind.SHAPE_CHANGED] >= 6
    assert seen[ChangeKind.VOCABULARY_LOST] >= 5
    assert seen[ChangeKind.MASK_CHANGED] >= 4
