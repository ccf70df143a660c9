"""Differences between what is done to data before training and before predicting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kerasscan.checks.check import Check, Options
from kerasscan.contract.backbone_families import families
from kerasscan.model.address import Address
from kerasscan.model.backbone import Preparation as Does
from kerasscan.model.finding import Case, Observation
from kerasscan.model.source import ModelCall, Preparation, PreparationKind, Source, Use


class _Sort(StrEnum):
    """Steps of which one stands for another."""

    RANGE = "range"
    STATISTICS = "statistics"
    TOKENS = "tokens"
    CHANNELS = "channels"


_SORTS = {
    PreparationKind.RESCALE: _Sort.RANGE,
    PreparationKind.PREPROCESS_INPUT: _Sort.RANGE,
    PreparationKind.STANDARD_SCALER: _Sort.STATISTICS,
    PreparationKind.MIN_MAX_SCALER: _Sort.STATISTICS,
    PreparationKind.OTHER_SCALER: _Sort.STATISTICS,
    PreparationKind.NORMALIZE_MEAN_STD: _Sort.STATISTICS,
    PreparationKind.TOKENIZER: _Sort.TOKENS,
}

_SAME_AS = {"imagenet_utils": "resnet", "resnet50": "resnet", "vgg19": "vgg16"}
"""Modules of ``keras.applications`` that have no entry of their own among the known families, and
whose ``preprocess_input`` does the same, ``imagenet_utils`` by default (``mode="caffe"``)."""


@dataclass(frozen=True)
class _Place:
    """A file that trains or predicts, with the steps that are done before."""

    call: ModelCall
    steps: tuple[Preparation, ...]

    def has(self, *kinds: PreparationKind) -> bool:
        return any(step.kind in kinds for step in self.steps)

    def compared(self) -> dict[tuple[_Sort, str], Preparation]:
        """Return the steps by what they make of the data, the first of each."""
        found: dict[tuple[_Sort, str], Preparation] = {}
        for step in self.steps:
            made = _made(step)
            if made is not None:
                found.setdefault(made, step)
        return found


def _made(step: Preparation) -> tuple[_Sort, str] | None:
    """Return what a step makes of the data; None for what is not compared."""
    match step.kind:
        case PreparationKind.PREPROCESS_INPUT:
            return _prepared(step.says.partition(".")[0])
        case PreparationKind.STANDARD_SCALER | PreparationKind.NORMALIZE_MEAN_STD:
            return _Sort.STATISTICS, "standard"
        case PreparationKind.MIN_MAX_SCALER:
            return _Sort.STATISTICS, "min-max"
        case PreparationKind.TOKENIZER:
            return _Sort.TOKENS, "tokens"
        case PreparationKind.COLOR if step.says == "BGR to RGB":
            return _Sort.CHANNELS, step.says
    sort = _SORTS.get(step.kind)
    return None if sort is None else (sort, step.says)


def _prepared(module: str) -> tuple[_Sort, str] | None:
    """Return what ``preprocess_input`` of a module makes of an image; None: nothing."""
    known = _SAME_AS.get(module, module)
    for family in families():
        if family.function_module.rpartition(".")[2] == known:
            does = family.preparation
            if does is Does.NONE:
                return None
            return _Sort.RANGE, "x / 127.5 - 1" if does is Does.TF else str(does)
    return _Sort.RANGE, module


def _skew(case: Case, options: Options) -> Iterator[Observation]:
    if case.source is None:
        return
    places = _places(case.source)
    trained = [place for place in places if place.call.use is Use.FIT]
    for serving in places:
        if serving.call.use is Use.PREDICT and trained:
            yield from _differences(trained, serving)


def _places(source: Source) -> list[_Place]:
    return [
        _Place(
            call,
            tuple(
                step
                for step in source.preparations
                if step.use is call.use and step.before == call.spot
            ),
        )
        for call in source.model_calls
    ]


def _differences(trained: list[_Place], serving: _Place) -> Iterator[Observation]:
    """Yield what every training does and this serving does not, and the other way round.

    A project that trains in several files may have several models; what they do in different
    ways contradicts nothing.
    """
    first, *others = [place.compared() for place in trained]
    served = serving.compared()
    told = set()
    for made, step in first.items():
        if made in served or any(made not in other for other in others):
            continue
        if _may_be_done(made[0], serving, trained):
            continue
        told.add(made[0])
        yield _observed(step, serving.call, "before predict", _instead(made[0], served))
    for made, step in served.items():
        if made[0] in told or any(made in steps for steps in (first, *others)):
            continue
        if not any(_may_be_done(made[0], place, [serving]) for place in trained):
            yield _observed(step, trained[0].call, "before fit", _instead(made[0], first))


def _may_be_done(sort: _Sort, lacking: _Place, having: list[_Place]) -> bool:
    """Whether the place that seems to lack a step may do it in a way that is not told."""
    if lacking.has(PreparationKind.UNKNOWN):
        return True
    if lacking.has(PreparationKind.LOADED):
        is_training = lacking.call.use is Use.FIT  # what is loaded may be the prepared data
        return is_training or sort in {_Sort.STATISTICS, _Sort.TOKENS}
    if sort is _Sort.CHANNELS:  # to turn them round is right for one library and wrong for another
        return not all(place.has(PreparationKind.READ_BGR) for place in (lacking, *having))
    return False


def _instead(sort: _Sort, steps: dict[tuple[_Sort, str], Preparation]) -> str:
    found = [step for (other, _), step in steps.items() if other is sort]
    return f", {found[0].says} ({found[0].spot}) in its place" if found else ""


def _observed(step: Preparation, other: ModelCall, missing_in: str, instead: str) -> Observation:
    facts = {
        "says": step.says,
        "where": str(step.spot),
        "done_in": "before fit" if step.use is Use.FIT else "before predict",
        "other_call": other.says,
        "other_where": str(other.spot),
        "missing_in": missing_in,
        "instead": instead,
    }
    return Observation(Address(), facts, f"{step.says} {missing_in} {other.spot.file}")


TRAINING_SERVING_SKEW = Check(
    name="training-serving-skew",
    summary="A step that the project's Python files do to data before fit and not before predict, "
    "or the other way round.",
    run=_skew,
    needs_source=True,
    facts={
        "says": "the step: x / 255, mobilenet_v2.preprocess_input, StandardScaler",
        "where": "file and line of the step",
        "done_in": "before fit, or before predict",
        "other_call": "the call that it is missing before: model.predict",
        "other_where": "file and line of that call",
        "missing_in": "before predict, or before fit",
        "instead": "the step of that sort that is done there, with a comma and its place; "
        "or nothing",
    },
)
