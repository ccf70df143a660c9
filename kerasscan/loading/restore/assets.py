"""Vocabularies, which lookup layers keep in the `assets` of an archive.

Source: `load_assets` of IndexLookup and TextVectorization, and `_load_state` in
keras/src/saving/saving_lib.py; Keras 2.12 to 2.15, tf-keras, Keras 3.
"""

from __future__ import annotations

from typing import Final

from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.model.outcome import ReasonKind, Stage

_LOOKUPS: Final = frozenset({"TextVectorization", "StringLookup", "IntegerLookup"})
_MEMBERS_WITHOUT_ASSETS: Final = 3
"""`len(all_filenames) > 3` decides whether assets are looked for at all."""


def has_assets(replay: Replay, layer: PaperLayer, path: str) -> bool:
    """Whether a lookup layer finds its vocabulary; notes it where not."""
    if layer.class_name not in _LOOKUPS or layer.config.get("vocabulary") is not None:
        return True
    names = [member.name for member in replay.saved.artifact.members]
    if len(names) <= _MEMBERS_WITHOUT_ASSETS:
        return True
    folder = f"assets/{path}/"
    if any(name.startswith(folder) for name in names):
        return True
    replay.stop(
        ReasonKind.WEIGHTS_MOVED,
        Stage.WEIGHTS,
        layer.address,
        "expected str, bytes or os.PathLike object, not NoneType",
        subject=layer.class_name,
        argument="vocabulary",
        remedy="load the file with the release that saved it",
    )
    return False
