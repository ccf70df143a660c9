"""The door of the room: a file and a release in, an `Outcome` out."""

from __future__ import annotations

from collections.abc import Sequence

from kerasscan.catalog.releases import Release
from kerasscan.loading.given import Given
from kerasscan.loading.replay import Replay
from kerasscan.model.outcome import Outcome
from kerasscan.model.saved import Saved

_NOTHING = Given()


def predict(saved: Saved, release: Release, given: Given = _NOTHING) -> Outcome:
    """Replay ``load_model(path)`` with default arguments on paper.

    Args:
        saved: The file.
        release: The release that loads it.
        given: What the file cannot tell.
    """
    replay = Replay(saved, release, given)
    _load(replay)
    return replay.outcome()


def predict_all(
    saved: Saved, releases: Sequence[Release], given: Given = _NOTHING
) -> tuple[Outcome, ...]:
    """Replay the load in many releases."""
    return tuple(predict(saved, release, given) for release in releases)


def _load(replay: Replay) -> None:
    if replay.release.line == "keras3":
        from kerasscan.loading.keras3.containers import load
    else:
        from kerasscan.loading.keras2.containers import load
    load(replay)
