"""The door of the room: a file and a release in, an `Outcome` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kerasscan.catalog.releases import Release
from kerasscan.loading.asked import Asked
from kerasscan.loading.given import Given
from kerasscan.loading.memory import Memory, keys_of
from kerasscan.loading.places import Places
from kerasscan.loading.replay import Replay
from kerasscan.loading.unread import unread
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
    return Places(saved).named(_replayed(saved, release, given, Memory()).outcome())


def _replayed(saved: Saved, release: Release, given: Given, memory: Memory) -> Replay:
    replay = Replay(saved, release, given, memory)
    _load(replay)
    for doubt in unread(saved):
        replay.doubt(doubt)
    return replay


def predict_all(
    saved: Saved, releases: Sequence[Release], given: Given = _NOTHING
) -> tuple[Outcome, ...]:
    """Replay the load in many releases, once for those that cannot differ."""
    found: dict[Release, Outcome] = {}
    replays: list[tuple[Asked, Outcome]] = []
    places = Places(saved)
    memory = Memory(keys_of(document.value for document in saved.documents))
    for release in releases:
        outcome = _known(release, replays, memory.keys)
        if outcome is None:
            replay = _replayed(saved, release, given, memory)
            outcome = places.named(replay.outcome())
            replays.insert(0, (replay.contents, outcome))
        found[release] = replace(outcome, release=release.requirement)
    return tuple(found[release] for release in releases)


def _known(
    release: Release, replays: Sequence[tuple[Asked, Outcome]], keys: frozenset[str]
) -> Outcome | None:
    """Return what a release must do, because another one answers all questions alike."""
    for asked, outcome in replays:
        if asked.answers_alike(release, keys):
            return outcome
    return None


def _load(replay: Replay) -> None:
    if replay.release.line == "keras3":
        from kerasscan.loading.keras3.containers import load
    else:
        from kerasscan.loading.keras2.containers import load
    load(replay)
