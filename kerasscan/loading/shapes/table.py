"""Which rule a class has."""

from __future__ import annotations

from kerasscan.loading.shapes import (
    attention,
    convolution,
    convolution_recurrent,
    core,
    merging,
    normalization,
    operations,
    pooling,
    preprocessing,
    recurrent,
    reshaping,
)
from kerasscan.loading.shapes.dialect import Dialect
from kerasscan.loading.shapes.visits import Rule, unknown

_UNTOLD = Rule(unknown)

_TENSORFLOW = (
    "ClassMethod",
    "InstanceMethod",
    "InstanceProperty",
    "SlicingOpLambda",
    "TFOpLambda",
    "TensorFlowOpLayer",
)
"""Operations of TensorFlow as layers: what they return is not told."""

_RULES: dict[str, Rule] = {
    **dict.fromkeys((*operations.UNTOLD, *_TENSORFLOW), _UNTOLD),
    **operations.RULES,
    **core.RULES,
    **convolution.RULES,
    **convolution_recurrent.RULES,
    **pooling.RULES,
    **reshaping.RULES,
    **merging.RULES,
    **normalization.RULES,
    **recurrent.RULES,
    **attention.RULES,
    **preprocessing.RULES,
}


def rule_of(class_name: str, dialect: Dialect) -> Rule | None:
    """Return what is known of a class; None for a class that is not known.

    Args:
        class_name: Name of a layer class of Keras, or of an operation of Keras 3.
        dialect: The release.
    """
    if class_name in ("Layer", "InputLayer"):
        return None if dialect.keras3 and class_name == "Layer" else Rule()
    return _RULES.get(class_name)
