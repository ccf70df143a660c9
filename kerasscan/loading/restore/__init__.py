"""Reading the weights into the layers: numbers, shapes and places, never values.

May enter: what `load_weights` of each loader family compares, and before that the calls that give
the layers their variables.
"""

from __future__ import annotations

from dataclasses import dataclass

from kerasscan.loading.asked import Asked, version_of
from kerasscan.loading.paper import Misfit, PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.restore.archive import restore_archive
from kerasscan.loading.restore.hdf5 import restore_hdf5
from kerasscan.loading.shapes import Dialect, trace
from kerasscan.model.outcome import ReasonKind, Stage
from kerasscan.model.saved import Container

_HDF5 = (Container.H5_MODEL, Container.H5_WEIGHTS, Container.HDF5_DATA)


def restore(replay: Replay, model: PaperLayer) -> None:
    """Call the layers on shapes, and compare their variables with what the file stores."""
    traced = trace(model, dialect(replay))
    for misfit in traced.misfits:
        _refused(replay, misfit)
    if traced.misfits:
        return
    if replay.saved.artifact.container in _HDF5:
        restore_hdf5(replay, model, traced)
    else:
        restore_archive(replay, model, traced)


@dataclass(frozen=True)
class _AskedDialect(Dialect):
    """A dialect that asks the release for its version, so that the question is remembered."""

    asked: Asked | None = None

    def since(self, *version: int) -> bool:
        return super().since(*version) if self.asked is None else self.asked.since(*version)


def dialect(replay: Replay) -> Dialect:
    """Return what the shapes of a release depend on."""
    line = replay.release.line
    version = version_of(replay.release)
    return _AskedDialect(line == "keras3", version, line, replay.contents)


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
