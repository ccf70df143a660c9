"""Layers."""

# mypy: ignore-errors

from ..layers.gates import GatedScale
from .scale import Scale

__all__ = ["GatedScale", "Scale"]
