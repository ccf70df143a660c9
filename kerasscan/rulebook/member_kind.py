"""Which part of a saved model an address lies in, whatever the file's format.

It is a part of a finding's fingerprint: the same layer's configuration has the same kind in a
``.keras`` file, an HDF5 attribute and a JSON file.
"""

from __future__ import annotations

import re
from enum import StrEnum

from kerasscan.model.address import Address


class MemberKind(StrEnum):
    """A part of a saved model."""

    CONFIG = "config"
    TRAINING = "training"
    WEIGHTS = "weights"
    METADATA = "metadata"
    FILE = "file"


_BY_POINTER = (
    (MemberKind.TRAINING, r"(/modelTopology)?/(compile_config|training_config)(/|$)"),
    (MemberKind.WEIGHTS, r"/weightsManifest(/|$)"),
    (MemberKind.METADATA, r"(/modelTopology)?/(keras_version|backend)$"),
    (MemberKind.METADATA, r"/(format|generatedBy|convertedBy)$"),
)

_BY_MEMBER = (
    (MemberKind.TRAINING, r"@attrs/training_config$"),
    (MemberKind.METADATA, r"@attrs/(keras_version|backend|date_saved)$"),
    (MemberKind.METADATA, r"(.*/)?metadata\.json$"),
    (MemberKind.CONFIG, r"@attrs/"),
    (MemberKind.WEIGHTS, r"/"),  # an HDF5 path
    (MemberKind.WEIGHTS, r"(.*/)?[^/]*weights\.json$"),
    (MemberKind.WEIGHTS, r"(.*/)?[^/]+\.(h5|hdf5|npz|npy|bin|index|data-\d+-of-\d+)(/|$)"),
    (MemberKind.CONFIG, r"(.*/)?(config|model)\.(json|yaml|yml)$"),
    (MemberKind.CONFIG, r"(.*/)?(saved_model|keras_metadata)\.pb"),
)
"""Kinds and patterns, the first that matches counts. Compiled when there is a finding."""


def member_kind(address: Address) -> MemberKind:
    """Return the part of the model that an address lies in."""
    for kind, pattern in _BY_POINTER:
        if re.match(pattern, address.pointer):
            return kind
    for kind, pattern in _BY_MEMBER:
        if re.match(pattern, address.member, re.DOTALL):
            return kind
    if address.pointer:
        return MemberKind.CONFIG
    is_bare_layer = address.layer and not address.member  # a tensor of an HDF5 file
    return MemberKind.WEIGHTS if is_bare_layer else MemberKind.FILE
