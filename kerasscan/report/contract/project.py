"""What a project's Python files do to data before models are trained or predict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kerasscan.model.source import ModelCall, Preparation, PreparationKind, Source
from kerasscan.model.visible import visible

_IN_WORDS = {
    PreparationKind.LOADED: "what was loaded from a file ({})",
    PreparationKind.READ_BGR: "reads images as BGR ({})",
    PreparationKind.UNKNOWN: "{}, which could not be followed",
}


def project_json(source: Source) -> list[dict[str, Any]]:
    """Return, for every file that trains or predicts, what it does before, as JSON."""
    return [
        {
            "use": call.use.value,
            "call": call.says,
            "where": str(call.spot),
            "steps": [
                {"kind": step.kind.value, "says": step.says, "where": str(step.spot)}
                for step in steps
            ],
        }
        for call, steps in _calls(source)
    ]


def project_lines(source: Source) -> Iterator[tuple[str, str]]:
    """Yield a call, ``before model.fit at train.py:9``, and what is done before it."""
    for call, steps in _calls(source):
        told = f"before {visible(call.says)} at {visible(str(call.spot))}"
        if not steps:
            yield told, "nothing that was found"
        for step in steps:
            yield told, f"{_says(step)} ({visible(str(step.spot))})"


def _calls(source: Source) -> Iterator[tuple[ModelCall, list[Preparation]]]:
    for call in source.model_calls:
        steps = [
            step
            for step in source.preparations
            if step.use is call.use and step.before == call.spot
        ]
        yield call, steps


def _says(step: Preparation) -> str:
    return _IN_WORDS.get(step.kind, "{}").format(visible(step.says))
