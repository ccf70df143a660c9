"""Layers called on shapes: the variables they then have, and what they refuse."""

from kerasscan.loading.shapes.dialect import Dialect
from kerasscan.loading.shapes.models import trace
from kerasscan.loading.shapes.order import flattened, keras2_owner
from kerasscan.loading.shapes.stores import stores

__all__ = ["Dialect", "flattened", "keras2_owner", "stores", "trace"]
