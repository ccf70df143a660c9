"""Loads the model."""

# mypy: ignore-errors

import keras
from my_pkg import Scale, focal, losses

CUSTOM = {"Scale": Scale, "focal_loss": focal()}


def load(path):
    """Load it."""
    objects = {**CUSTOM, "dice": losses.dice}
    return keras.models.load_model(path, custom_objects=objects)
