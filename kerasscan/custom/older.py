"""Whether a class is younger than the release that saved a file, and so was the author's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kerasscan.catalog.builtin import releases_of_class
from kerasscan.catalog.lines import Line
from kerasscan.model.saved import Provenance

_NUMBER = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(-tf)?$")

_STANDALONE: tuple[Line, ...] = ("keras1", "keras2")
WITHIN_TENSORFLOW: tuple[Line, ...] = ("tf.keras",)


@dataclass(frozen=True)
class Saver:
    """What is known of the release that saved a file.

    Attributes:
        version: By the file's own word; None where it says nothing that is understood.
        lines: Product lines of which it may be one; none from Keras 3 on, which writes modules.
        is_keras_3: Whether the file can only be of Keras 3.
    """

    version: tuple[int, ...] | None
    lines: tuple[Line, ...]
    is_keras_3: bool

    def predates(self, class_name: str, kinds: Iterable[str]) -> bool:
        """Whether Keras ships a class of this name, but did not when the file was saved."""
        if self.version is None or not self.lines:
            return False
        spans = [span for kind in kinds for span in releases_of_class(class_name, kind)]
        own = [_minor(first) for line, first, _ in spans if line in self.lines]
        return bool(spans) and (not own or self.version[:2] < min(own))


def saver_of(provenance: Provenance) -> Saver:
    """Return what a file tells of the release that saved it.

    ``keras_version`` is ``2.2.4`` for standalone Keras, ``2.2.4-tf`` for TensorFlow up to 2.1, and
    a bare number again for TensorFlow 2.3 and newer, which say 2.4.0 and more
    (tensorflow/python/keras/__init__.py); standalone Keras ended with 2.3.1.
    """
    lower = provenance.fingerprint.lower
    is_keras_3 = lower is not None and lower >= (3,)
    match = _NUMBER.match(provenance.claimed_version or "")
    if match is None:
        return Saver(None, (), is_keras_3)
    version = tuple(int(part or 0) for part in match.groups()[:3])
    if version >= (3,):
        return Saver(version, (), is_keras_3)
    within = match[4] is not None or version >= (2, 4)
    return Saver(version, WITHIN_TENSORFLOW if within else _STANDALONE, is_keras_3)


def _minor(version: str) -> tuple[int, ...]:
    """Return major and minor: of each minor release the catalog has one patch."""
    return tuple(int(part) for part in version.split(".")[:2])
