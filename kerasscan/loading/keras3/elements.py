"""What stands in the list of layers of a model and does not go together.

Source: keras/src/models/{sequential,functional}.py, keras 3.0.0 to 3.15.1.
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.keras3 import changes
from kerasscan.loading.paper import PaperLayer
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage


def refuse_list_output(replay: Replay, made: PaperLayer) -> None:
    """A functional model that gives a list of one tensor, before another layer of a Sequential.

    Keras up to 3.10 writes ``output_layers`` of one tensor as a list of one; 3.11 and newer take
    the file at its word, and the next layer is called on a list. A Dense layer that its own
    ``build_config`` has built already does not mind.
    """
    if len(made.layers) < 2:
        return
    before, after = made.layers[-2], made.layers[-1]
    is_list = before.kind == "functional" and isinstance(before.outputs, list)
    is_built = after.class_name == "Dense" and after.build_shape is not None
    if is_list and is_built:
        changes.judge_list_output(replay, before, after)
    elif is_list:
        replay.stop(
            ReasonKind.GRAPH_REFUSED,
            Stage.CONNECT,
            after.address,
            "Cannot convert '(...)' to a shape. Found invalid dimension of type 'tuple'",
            subject=after.class_name,
            argument="output_layers",
            error="ValueError",
            remedy=f"write output_layers of '{shown(before.name)}' without the outer list",
        )


def refuse_element(replay: Replay, layer: Any, config: Any, at: Address, owner: str) -> None:
    """What stands in a list of layers and is none."""
    if getattr(layer, "is_broken", False):
        return
    what = config.get("class_name") if isinstance(config, dict) else config
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at,
        "Unexpected object from deserialization, expected a layer or operation"
        if owner == "Functional"
        else "Only instances of `keras.Layer` can be added to a Sequential model.",
        subject=str(what)[:80],
        argument="layers",
        error="ValueError",
    )
