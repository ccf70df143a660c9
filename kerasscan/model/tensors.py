"""Stored weights: their paths, shapes and dtypes, never their values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kerasscan.model.address import Address


@dataclass(frozen=True)
class Tensor:
    """One stored array.

    Attributes:
        path: Name inside its store: an HDF5 dataset path, a variable name, an npz member.
        shape: Axis lengths; ``()`` is a scalar.
        dtype: NumPy's or TensorFlow's name of the element type (``float32``, ``bfloat16``).
        address: Member that holds it, and the layer path where that is known.
        itemsize: Bytes per element, 0 where unknown (strings).
        variable: The variable's own name where the file tells it (``kernel``, ``dense/bias:0``).
        stored_bytes: Bytes that the file really holds for it; None where not known.
    """

    path: str
    shape: tuple[int, ...]
    dtype: str
    address: Address
    itemsize: int = 0
    variable: str | None = None
    stored_bytes: int | None = None

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Declared bytes: elements times bytes per element."""
        return self.size * self.itemsize


@dataclass(frozen=True)
class StoredLayer:
    """One entry of ``layer_names`` in the legacy HDF5 layout.

    Attributes:
        name: The layer's name.
        paths: `Tensor.path` of its weights, in the order of ``weight_names``; a path without a
            tensor is a weight that the file names and does not hold.
    """

    name: str
    paths: tuple[str, ...]
