"""Losses."""

# mypy: ignore-errors
# ruff: noqa: N812

import keras.backend as K


def focal(gamma=2.0):
    """Return a focal loss."""

    def focal_loss(y_true, y_pred):
        return K.mean(K.pow(1.0 - y_pred, gamma) * K.binary_crossentropy(y_true, y_pred))

    return focal_loss


def dice(y_true, y_pred):
    """Return the dice loss."""
    return 1.0 - 2.0 * K.sum(y_true * y_pred) / (K.sum(y_true) + K.sum(y_pred))
