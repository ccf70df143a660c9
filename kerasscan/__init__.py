"""kerasscan: a static analyzer for saved Keras models, without Keras.

>>> import kerasscan
>>> report = kerasscan.scan(["models/"])          # doctest: +SKIP
>>> saved = kerasscan.read("models/a.keras")      # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kerasscan.model.version import __version__

__all__ = ["Limits", "Report", "Saved", "__version__", "read", "scan"]

if TYPE_CHECKING:
    from kerasscan.model.finding import Report
    from kerasscan.model.saved import Saved
    from kerasscan.reader import read
    from kerasscan.reader.limits import Limits
    from kerasscan.scanner.scanning import scan

_HOMES = {
    "Limits": "kerasscan.reader.limits",
    "Report": "kerasscan.model.finding",
    "Saved": "kerasscan.model.saved",
    "read": "kerasscan.reader",
    "scan": "kerasscan.scanner.scanning",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: start-up time is a feature."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
