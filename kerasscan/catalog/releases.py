"""The releases that people install and load models with, and requirement syntax for sets of them.

A release of the catalog is a wheel; what people name is a product: `tensorflow==2.10` stands for
the `keras` 2.10 that it brings, `tensorflow>=2.16` for the Keras 3 that pip installs with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from kerasscan.catalog.lines import Line
from kerasscan.catalog.shipped import KnownRelease, known_releases

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

PRODUCTS: Final = ("keras", "tensorflow", "tf-keras")
"""What a requirement may name."""

_FIRST_KERAS_3_TENSORFLOW: Final = "2.16"
"""TensorFlow 2.16 is the first whose metadata requires `keras>=3.0.0`."""


class BadRequirement(ValueError):
    """A requirement that is no requirement, or names no release of Keras."""


@dataclass(frozen=True)
class Release:
    """A release as people install it.

    Attributes:
        product: ``keras``, ``tensorflow`` or ``tf-keras``.
        version: As in a requirement; of tensorflow major and minor only, because its patches
            bring the same tf.keras.
        known: The release of the catalog that it brings.
    """

    product: str
    version: str
    known: KnownRelease

    @property
    def requirement(self) -> str:
        """``keras==3.15.1``, ``tensorflow==2.10``."""
        return f"{self.product}=={self.version}"

    @property
    def line(self) -> Line:
        """The product line of the catalog."""
        return self.known.line


@cache
def releases() -> tuple[Release, ...]:
    """All releases that load models: standalone Keras 2, tf.keras, tf-keras, Keras 3."""
    found = []
    for known in known_releases():
        minor = tuple(int(part) for part in known.version.split(".")[:2])
        if known.line == "tf.keras":
            if minor >= (1, 15):
                found.append(Release("tensorflow", ".".join(map(str, minor)), known))
        elif known.line != "keras1":
            found.append(Release(known.distribution, known.version, known))
    return tuple(found)


@cache
def newest() -> Release:
    """The newest Keras 3 in the catalog."""
    return releases()[-1]


def requested(requirement: str) -> tuple[Release, ...]:
    """Return the known releases that a requirement such as ``keras>=3.6,<3.9`` allows.

    `tensorflow` from 2.16 on means the Keras 3 that pip installs with it, the newest; `keras` 2.6
    to 2.15 are the Keras of the TensorFlow of that number.

    Raises:
        BadRequirement: It is no requirement (PEP 508), of another product, or allows no
            release that is known.
    """
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        wanted = Requirement(requirement)
    except InvalidRequirement as error:
        raise BadRequirement(f"'{requirement}' is not a requirement: {error}") from error
    product = _product(canonicalize_name(wanted.name))
    if product is None:
        raise BadRequirement(
            f"'{requirement}' names no product that loads models; known: {', '.join(PRODUCTS)}"
        )
    found = [each for each in releases() if _is_wanted(product, wanted.specifier, each)]
    if product == "tensorflow" and _allows_keras_3(wanted.specifier):
        found.append(newest())
    if not found:
        raise BadRequirement(
            f"'{requirement}' allows no release that is known: {_known(product)}{_hint(wanted)}"
        )
    return tuple(found)


def _is_wanted(product: str, specifier: SpecifierSet, release: Release) -> bool:
    if release.product == product:
        return _allows(specifier, release)
    is_inside = product == "keras" and release.known.distribution == "keras"
    return is_inside and bool(specifier) and specifier.contains(release.known.version)


def _known(product: str) -> str:
    """Return the known versions of a product in a few words."""
    same = [each.version for each in releases() if each.product == product]
    if product != "keras":
        return f"{same[0]} to {same[-1]}"
    old = [version for version in same if version.startswith("2.")]
    new = [version for version in same if not version.startswith("2.")]
    return f"{old[0]} to {old[-1]}, {new[0]} to {new[-1]}"


def _hint(wanted: Requirement) -> str:
    if wanted.name == "keras" and wanted.specifier.contains("2.4.3"):
        return "; keras 2.4 and 2.5 only pass on to TensorFlow: name tensorflow"
    return ""


_ALIASES: Final = {
    "tensorflow-cpu": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-intel": "tensorflow",
    "tensorflow-macos": "tensorflow",
}


def _product(name: str) -> str | None:
    name = _ALIASES.get(name, name)
    return name if name in PRODUCTS else None


def _allows(specifier: SpecifierSet, release: Release) -> bool:
    """Whether a specifier allows a release, or, of tensorflow, any of its patches."""
    if release.product != "tensorflow":
        return specifier.contains(release.version, prereleases=True)
    return any(specifier.contains(version) for version in _patches(release.version))


def _patches(minor: str) -> Iterable[str]:
    return (f"{minor}.{patch}" for patch in range(10))


def _allows_keras_3(specifier: SpecifierSet) -> bool:
    major, first = (int(part) for part in _FIRST_KERAS_3_TENSORFLOW.split("."))
    later = (f"{major}.{minor}" for minor in range(first, first + 30))
    return any(specifier.contains(version) for minor in later for version in _patches(minor))
