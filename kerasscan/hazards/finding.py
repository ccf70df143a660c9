"""All hazards of a file, whichever release loads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kerasscan.hazards.bombs import bombs, stored_bytes
from kerasscan.hazards.code import stored_code
from kerasscan.hazards.layers import layers
from kerasscan.hazards.names import names
from kerasscan.hazards.references import references
from kerasscan.hazards.storage import storage
from kerasscan.model.hazard import Hazard
from kerasscan.model.json_value import unescape_token
from kerasscan.model.objects import SavedObject
from kerasscan.model.saved import ProblemKind, Purpose, Saved


def hazards(saved: Saved) -> tuple[Hazard, ...]:
    """Return what in a file can harm whoever loads it, in the file's order.

    Nothing is run, unpickled or opened besides what the reader has read.
    """
    if _last and _last[0][0] is saved:
        return _last[0][1]
    found = (*_of_objects(saved), *storage(saved))
    _last[:] = [(saved, found)]
    return found


_last: list[tuple[Saved, tuple[Hazard, ...]]] = []
"""The file asked about last: a dozen rules ask about the same one."""


def _of_objects(saved: Saved) -> Iterator[Hazard]:
    stored = stored_bytes(saved)
    for found in saved.objects:
        of_it = [
            *stored_code(found),
            *references(found),
            *layers(found),
            *bombs(found, stored),
            *names(found),
        ]
        if of_it and not _is_read(saved, found):
            of_it = [replace(hazard, is_read=False) for hazard in of_it]
        yield from of_it


def _is_read(saved: Saved, found: SavedObject) -> bool:
    """Whether a loader comes upon an object where it stands.

    What another member or a repeated key of the same name hides is found by the walk only.
    """
    document = saved.documents[found.document]
    if document.purpose is Purpose.OTHER:
        # of a file in two formats, the name decides which half is the model
        return any(problem.kind is ProblemKind.POLYGLOT for problem in saved.problems)
    value: Any = document.value
    for token in found.address.pointer.removeprefix(document.pointer).split("/")[1:]:
        key = unescape_token(token)
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False
    return value is found.raw or value is found.raw.get("config")  # Keras 0.x: as its config
