"""Does a constructor take what the file holds? Every argument against the release's signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasscan.catalog.shipped import Shipped
from kerasscan.loading.replay import Replay
from kerasscan.loading.shown import shown
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage


def judge_arguments(
    replay: Replay, shipped: Shipped, config: Mapping[str, Any], at: Address
) -> bool:
    """Note every argument that the constructor refuses or misses.

    Args:
        replay: The load.
        shipped: The class or function that is called.
        config: Its arguments.
        at: Where the object stands; its arguments are below ``config``.

    Returns:
        Whether the call is understood.
    """
    refused = [key for key in config if not shipped.accepts(key)]
    if refused:
        named = ", ".join(refused)
        replay.stop(
            ReasonKind.ARGUMENT_REFUSED,
            Stage.CONSTRUCT,
            at.down("config", refused[0]),
            refusal(replay, shipped, refused, config),
            subject=shipped.name,
            argument=named,
            error=refusal_error(replay, shipped),
        )
    missing = [key for key in shipped.required if key not in config]
    if missing:
        replay.stop(
            ReasonKind.ARGUMENT_MISSING,
            Stage.CONSTRUCT,
            at.down("config"),
            f"{shipped.name}.__init__() missing {len(missing)} required positional "
            f"argument{'s' if len(missing) > 1 else ''}: "
            + " and ".join(f"'{key}'" for key in missing),
            subject=shipped.name,
            argument=", ".join(missing),
        )
    return not refused and not missing


def refusal(replay: Replay, shipped: Shipped, refused: list[str], config: Mapping[str, Any]) -> str:
    """Return what the release says of arguments that it does not know."""
    shown_values = ", ".join(f"'{shown(key)}': {shown(_text(config[key]))}" for key in refused)
    if replay.release.line == "keras3":
        if shipped.kind == "optimizer":
            return f"Argument(s) not recognized: {{{shown_values}}}"
        if is_open(shipped):
            return f"Unrecognized keyword arguments passed to {shipped.name}: {{{shown_values}}}"
        return f"{shipped.name}.__init__() got an unexpected keyword argument '{shown(refused[0])}'"
    if shipped.kind == "optimizer":
        return f"Unexpected keyword argument passed to optimizer: {shown(refused[0])}"
    if shipped.name == "InputLayer":
        names = ", ".join(f"'{shown(key)}'" for key in refused)
        return f"Unrecognized keyword arguments: [{names}]"
    if is_open(shipped):
        return f"('Keyword argument not understood:', '{shown(refused[0])}')"
    return f"__init__() got an unexpected keyword argument '{shown(refused[0])}'"


def refusal_error(replay: Replay, shipped: Shipped) -> str:
    """Return the class of the exception for arguments that are not known."""
    if replay.release.line == "keras3" and shipped.kind == "optimizer":
        return "ValueError"
    return "TypeError"


def is_open(shipped: Shipped) -> bool:
    """Whether the constructor hands `**kwargs` on to the base layer, which then complains."""
    return "input_shape" in shipped.arguments or "batch_input_shape" in shipped.arguments


def _text(value: Any) -> str:
    from kerasscan.loading.shown import python_text

    return python_text(value)
