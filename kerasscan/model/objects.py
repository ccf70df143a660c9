"""Every serialized object of a model file, at any depth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kerasscan.model.address import Address


class Role(StrEnum):
    """What a saved object is for, told by its place, its module or its name."""

    MODEL = "model"
    LAYER = "layer"
    CELL = "cell"
    OPERATION = "operation"
    INITIALIZER = "initializer"
    REGULARIZER = "regularizer"
    CONSTRAINT = "constraint"
    ACTIVATION = "activation"
    LOSS = "loss"
    METRIC = "metric"
    OPTIMIZER = "optimizer"
    SCHEDULE = "schedule"
    DTYPE_POLICY = "dtype-policy"
    QUANTIZER = "quantizer"
    FUNCTION = "function"
    VALUE = "value"
    OTHER = "other"


class Form(StrEnum):
    """How the object was written."""

    OBJECT = "object"
    """``{"class_name": ..., "config": ...}``."""
    FUNCTION = "function"
    """``{"class_name": "function", "config": "<name>"}`` (Keras 2.12 and later)."""
    NAME = "name"
    """A plain string in a place where the loader looks a class or function up by name."""


_LISTED = re.compile(r"/(?:layers|config)/\d+$")
"""``config.layers``, or the list that a Sequential's ``config`` is up to Keras 2.2.2."""

LAYER_LIKE = frozenset({Role.MODEL, Role.LAYER, Role.CELL, Role.OPERATION})


@dataclass(frozen=True)
class SavedObject:
    """One serialized object.

    Attributes:
        role: What it is for.
        form: How it was written.
        class_name: The class, or for the forms FUNCTION and NAME the function's name.
        name: The instance's own name (``config.name``), where there is one.
        module: The ``module`` key of Keras 2.12+ configurations.
        registered_name: The ``registered_name`` key, or a ``package>Name`` class name.
        raw: The object as stored; ``{}`` for the form NAME.
        address: Where it is; ``address.layer`` is the layer that it is, or belongs to.
        depth: Number of saved objects around it; 0 is a document's root.
        document: Index into `Saved.documents`.
    """

    role: Role
    form: Form
    class_name: str
    name: str | None
    module: str | None
    registered_name: str | None
    raw: dict[str, Any]
    address: Address
    depth: int = 0
    document: int = 0

    @property
    def config(self) -> dict[str, Any]:
        """The object's configuration, or an empty one when it is not a JSON object."""
        config = self.raw.get("config")
        return config if isinstance(config, dict) else {}

    @property
    def is_layer_like(self) -> bool:
        """Whether it stands in the layer tree: a model, layer, cell or operation."""
        return self.role in LAYER_LIKE

    @property
    def is_listed(self) -> bool:
        """Whether it stands in a model's list of layers."""
        return self.is_layer_like and _LISTED.search(self.address.pointer) is not None

    @property
    def package(self) -> str | None:
        """The package of a registered name ``package>Name``, else None."""
        package, _, name = (self.registered_name or self.class_name).rpartition(">")
        return package if package and name else None
