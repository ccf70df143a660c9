"""What the release that saved a file did, and names that meant another function there.

Source: `hard_sigmoid` of keras/backend/tensorflow_backend.py (2.2.4), keras/backend.py (2.15.0) and
keras/src/backend/tensorflow/nn.py (3.0.0 to 3.15.1); the names of all other activations that both
have stand for the same function.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from kerasscan.catalog.behaviours import has_behaviour
from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.shipped import KnownRelease, known_releases
from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import ChangeKind
from kerasscan.model.release import VersionSpan, version_number
from kerasscan.model.saved import Provenance

_NAME: Final = "hard_sigmoid"
_KERAS_3: Final = 3
_FORMULAS: Final = {2: "clip(0.2 * x + 0.5, 0, 1)", 3: "clip(x / 6 + 0.5, 0, 1)"}


def judge_meaning(replay: Replay, argument: str, value: Any, at: Address, owner: str) -> None:
    """Note an activation whose name means another function than where the file was saved."""
    if _named(value) != _NAME or replay.is_given(_NAME):
        return
    here = _KERAS_3 if replay.release.line == "keras3" else 2
    there = writer(replay.saved.provenance)
    if there in (None, here):
        return
    replay.change(
        ChangeKind.ACTIVATION_CHANGED,
        at,
        f"{_NAME} was {_FORMULAS[5 - here]} in Keras {5 - here}, which saved the file, and is "
        f"{_FORMULAS[here]} in Keras {here}",
        subject=owner,
        argument=argument,
        remedy=f"set {argument} of the layer, or of its cell, to the old function after loading",
    )


def writer(provenance: Provenance) -> int | None:
    """Return the generation of Keras that saved a file: 2 (and 1) or 3; None if not certain."""
    span = provenance.fingerprint
    claimed = version_number(provenance.claimed_version or "")
    if claimed is not None:
        is_old = claimed < (_KERAS_3,)
        return None if claimed not in span else 2 if is_old else _KERAS_3
    if span.upper is not None and span.upper <= (_KERAS_3,):
        return 2
    return _KERAS_3 if span.lower is not None and span.lower >= (_KERAS_3,) else None


def saved_with(provenance: Provenance, behaviour: str) -> bool | None:
    """Whether the release that saved a file behaves so; None where that cannot be told."""
    found = {has_behaviour(each, behaviour) for each in savers(provenance)}
    return found.pop() if len(found) == 1 else None


def saved_default(provenance: Provenance, name: str, argument: str) -> str | None:
    """Return a layer's default where the file was saved, as source text; None: not certain."""
    found = {
        next(
            (each.default(argument) for each in contents_of(release).in_table("layer", name)), None
        )
        for release in savers(provenance)
    }
    return found.pop() if len(found) == 1 else None


def savers(provenance: Provenance) -> tuple[KnownRelease, ...]:
    """Return the releases of the catalog of which one, or one between two, saved a file."""
    return _savers(provenance.claimed_version or "", provenance.fingerprint)


@cache
def _savers(claimed: str, span: VersionSpan) -> tuple[KnownRelease, ...]:
    """TensorFlow up to 2.1 writes ``2.2.4-tf`` or ``2.3.0-tf``, TensorFlow 2.3 and 2.4 ``2.4.0``.

    Source: ``__version__`` of tensorflow/python/keras/__init__.py.
    """
    version = version_number(claimed)
    if version is None:
        is_new = span.lower is not None and span.lower >= (_KERAS_3,)
        fitting = [each for each in _of("keras3") if _numbers(each) in span]
        return tuple(fitting) if is_new else ()
    if version not in span:
        return ()
    if version >= (_KERAS_3,):
        return _around(_of("keras3"), version)
    within = _of("tf.keras", "tf-keras")
    if re.search(r"\d-tf$", claimed):
        return tuple(each for each in within if (1, 13) <= _numbers(each)[:2] <= (2, 2))
    if version[:2] == (2, 4):
        return tuple(each for each in within if _numbers(each)[:2] in ((2, 3), (2, 4)))
    if version > (2, 4):
        return tuple(each for each in within if _numbers(each)[:2] == version[:2])
    return _around(_of("keras2"), version) if version >= (2,) else ()


def _of(*lines: str) -> Sequence[KnownRelease]:
    return [each for each in known_releases() if each.line in lines]


def _numbers(release: KnownRelease) -> tuple[int, ...]:
    return tuple(int(part) for part in release.version.split("."))


def _around(releases: Sequence[KnownRelease], version: tuple[int, ...]) -> tuple[KnownRelease, ...]:
    """Return the release of a version, or its neighbours where the catalog does not have it."""
    same = [each for each in releases if _numbers(each) == version]
    before = [each for each in releases if _numbers(each) < version][-1:]
    after = [each for each in releases if _numbers(each) > version][:1]
    return tuple(same or [*before, *after])


def _named(value: Any) -> Any:
    """Return the name in a function's config, or the name itself."""
    if isinstance(value, dict) and value.get("class_name") == "function":
        return value.get("config")
    return value
