"""Spans of Keras version numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Bound: TypeAlias = tuple[int, ...]

_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def version_number(text: str) -> Bound | None:
    """Return the leading release number of a version string, or None where there is none.

    Files carry suffixes that are no PEP 440 versions: ``2.2.4-tf``, ``tfjs-layers 0.8.5``.
    Only the first run of digits counts.
    """
    match = _NUMBER.search(text)
    return tuple(int(part) for part in match.group().split(".")) if match else None


def _written(bound: Bound) -> str:
    return ".".join(str(part) for part in bound)


def _padded(bound: Bound) -> Bound:
    return bound + (0,) * (4 - len(bound))


@dataclass(frozen=True)
class VersionSpan:
    """Half-open span of version numbers: ``lower <= version < upper``; None is no bound.

    Numbers are those that files carry: tf.keras of TensorFlow 2.3 writes ``2.4.0``, of
    TensorFlow 2.0 and 2.1 ``2.2.4-tf`` (keras/engine/saving.py and
    tensorflow/python/keras/__init__.py of those releases).
    """

    lower: Bound | None = None
    upper: Bound | None = None

    def __and__(self, other: VersionSpan) -> VersionSpan:
        """Return the intersection."""
        lowers = [bound for bound in (self.lower, other.lower) if bound is not None]
        uppers = [bound for bound in (self.upper, other.upper) if bound is not None]
        return VersionSpan(
            max(lowers, key=_padded) if lowers else None,
            min(uppers, key=_padded) if uppers else None,
        )

    def __contains__(self, version: Bound) -> bool:
        """Whether the number lies in the span."""
        low = self.lower is None or _padded(self.lower) <= _padded(version)
        return low and (self.upper is None or _padded(version) < _padded(self.upper))

    @property
    def is_empty(self) -> bool:
        """Whether no version can lie in it."""
        if self.lower is None or self.upper is None:
            return False
        return _padded(self.lower) >= _padded(self.upper)

    def __str__(self) -> str:
        """Return requirement syntax: ``>=2.13,<3``; the empty string is any version."""
        parts = []
        if self.lower is not None:
            parts.append(f">={_written(self.lower)}")
        if self.upper is not None:
            parts.append(f"<{_written(self.upper)}")
        return ",".join(parts)
