"""A package with custom objects, as people write them."""

# mypy: ignore-errors

from .layers import GatedScale, Scale
from .losses import focal

__all__ = ["GatedScale", "Scale", "focal"]
