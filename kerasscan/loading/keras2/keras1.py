"""Arguments of Keras 1, which standalone Keras 2 takes for its own.

Source: `legacy_*_support` and their preprocessors in keras/legacy/interfaces.py, keras 2.0 to 2.3.
tf.keras never had them.
"""

from __future__ import annotations

from typing import Any, Final

from kerasscan.catalog.shipped import Shipped

_SIZES: Final = (("kernel_dim1", "kernel_dim2", "kernel_dim3"), ("nb_row", "nb_col"))
_DROPPED: Final = {
    "BatchNormalization": ("mode",),
    "Conv2DTranspose": ("output_shape",),
    "Embedding": ("dropout",),
}
"""Arguments that a preprocessor takes out with no more than a warning."""

_RECURRENT: Final = frozenset(("ConvLSTM2D", "GRU", "LSTM", "SimpleRNN"))
_SHAPED: Final = frozenset(("Conv1D", "GRU", "LSTM", "SimpleRNN"))


def renewed(shipped: Shipped, config: dict[str, Any]) -> dict[str, Any]:
    """Return a layer's config with the arguments of Keras 1 under their new names."""
    made = dict(config)
    for names in _SIZES:
        if "kernel_size" in shipped.arguments and all(name in made for name in names):
            made["kernel_size"] = [made.pop(name) for name in names]
    for name in _DROPPED.get(shipped.name, ()):
        if name not in shipped.arguments:
            made.pop(name, None)
    if shipped.name in _RECURRENT and "forget_bias_init" in made:
        made["unit_forget_bias"] = made.pop("forget_bias_init") == "one"
    if shipped.name in _SHAPED and "input_dim" in made:
        made["input_shape"] = [made.pop("input_length", None), made.pop("input_dim")]
    if shipped.name == "SeparableConv2D" and "init" in made:
        made["depthwise_initializer"] = made["pointwise_initializer"] = made.pop("init")
    for old, new in shipped.renamed_arguments.items():
        if old in made and new not in made:
            made[new] = made.pop(old)
    return made
