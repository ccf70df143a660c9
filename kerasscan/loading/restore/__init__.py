"""Reading the weights into the layers: numbers, shapes and places, never values.

May enter: what `load_weights` of each loader family compares, and before that the calls that give
the layers their variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kerasscan.loading.asked import Asked, version_of
from kerasscan.loading.memory import KnownTrace
from kerasscan.loading.paper import Misfit, PaperLayer, Traced
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore import changes
from kerasscan.loading.restore.archive import restore_archive
from kerasscan.loading.restore.hdf5 import restore_hdf5
from kerasscan.loading.shapes import Dialect, trace
from kerasscan.model.outcome import ReasonKind, Stage


def restore(replay: Replay, model: PaperLayer) -> tuple[PaperLayer, Traced] | None:
    """Call the layers on shapes, and compare their variables with what the file stores.

    Returns:
        As `judge_calls`.
    """
    found = judge_calls(replay, model)
    if found is None:
        return None
    model, traced = found
    if replay.is_hdf5:
        restore_hdf5(replay, model, traced)
    else:
        restore_archive(replay, model, traced)
    return found


def judge_calls(replay: Replay, model: PaperLayer) -> tuple[PaperLayer, Traced] | None:
    """Call the layers of a model on shapes.

    Returns:
        The model, or its equal, and what tracing it found; None where the load stops here.
    """
    if replay.is_beyond_help:
        return None
    model, traced = tracing(replay, model)
    for misfit in traced.misfits:
        _refused(replay, misfit)
    if traced.misfits:
        return None
    changes.judge_model(replay, model, traced)
    return model, traced


def tracing(replay: Replay, model: PaperLayer) -> tuple[PaperLayer, Traced]:
    """Call the layers of a model, unless an equal one was traced for a release of the line.

    Returns:
        The model, or its equal, and what tracing it found.
    """
    line = replay.release.line
    for known in replay.memory.traces:
        if known.line == line and known.model == model and _answers(replay, known.versions):
            return known.model, known.traced
    asked = Asked(replay.release)
    traced = trace(model, _AskedDialect(line == "keras3", version_of(replay.release), line, asked))
    versions = asked.versions()
    _answers(replay, versions)
    replay.memory.traces.append(KnownTrace(line, model, traced, versions))
    return model, traced


def _answers(replay: Replay, versions: Mapping[tuple[int, ...], bool]) -> bool:
    """Ask the release what another one was asked; whether it answers alike."""
    answers = [replay.contents.since(*version) is it for version, it in versions.items()]
    return all(answers)  # every question counts as asked, so no answer may be skipped


@dataclass(frozen=True)
class _AskedDialect(Dialect):
    """A dialect that asks the release for its version, so that the question is remembered."""

    asked: Asked | None = None

    def since(self, *version: int) -> bool:
        return super().since(*version) if self.asked is None else self.asked.since(*version)


def _refused(replay: Replay, misfit: Misfit) -> None:
    replay.stop(
        ReasonKind.GRAPH_REFUSED,
        Stage.CONNECT,
        misfit.layer.address,
        misfit.message,
        subject=misfit.layer.class_name,
        argument=misfit.argument,
        error=misfit.error,
    )
