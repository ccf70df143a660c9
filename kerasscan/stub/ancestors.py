"""Which of Keras' own layers a custom layer descends from, told by its name and its arguments."""

from __future__ import annotations

import re
from typing import Any, Final

from kerasscan.catalog.builtin import is_builtin_class
from kerasscan.catalog.contents import contents_of
from kerasscan.catalog.releases import Release
from kerasscan.catalog.shipped import Shipped

_SHARE: Final = 0.8
"""Of what a layer of Keras always writes, the part that its descendant has to hold."""

_FEW: Final = 2
"""Arguments of its own below which a layer of Keras proves nothing."""

_WORD: Final = re.compile(r"[A-Z][a-z0-9]*|[A-Z]+(?![a-z])")


def ancestor(class_name: str, config: dict[str, Any], release: Release) -> Shipped | None:
    """Return the layer that a class is named after and whose arguments its configuration holds.

    ``ReversedLSTM`` with all that an ``LSTM`` writes, ``FixedDropout`` with all of ``Dropout``. A
    layer that only shares the name has other arguments.

    Args:
        class_name: Bare name of the class.
        config: Its configuration.
        release: The release that shall load it.
    """
    starts = [found.start() for found in _WORD.finditer(class_name)]
    for start in starts[1:]:
        name = class_name[start:]
        if not is_builtin_class(name, "layer"):
            continue
        for shipped in contents_of(release.known).by_name(name):
            if shipped.kind == "layer" and shipped.name == name and shipped.canonical:
                return shipped if _fits(shipped, config) else None
    return None


def _fits(shipped: Shipped, config: dict[str, Any]) -> bool:
    own = set(shipped.written) - {"name", "trainable", "dtype"}
    held = own & config.keys()
    return len(held) >= _FEW and len(held) >= _SHARE * len(own)
