"""What constructors of both generations refuse in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kerasscan.loading.replay import Replay
from kerasscan.model.address import Address
from kerasscan.model.outcome import ReasonKind, Stage


def refuse(
    replay: Replay, at: Address, subject: str, argument: str, message: str, remedy: str = ""
) -> None:
    """Note a value that a constructor refuses with a ValueError."""
    replay.stop(
        ReasonKind.ARGUMENT_VALUE,
        Stage.CONSTRUCT,
        at.down("config", argument) if argument else at,
        message,
        subject=subject,
        argument=argument,
        error="ValueError",
        remedy=remedy,
    )


def judge_revival(
    replay: Replay, class_name: str, config: Mapping[str, Any], known: Iterable[str], at: Address
) -> None:
    """Replay `Model.from_config` for a config that tells no graph: `cls(**config)`.

    Source: keras/engine/training.py (2.9.0), keras/src/models/model.py (3.0.0).
    """
    refused = [key for key in config if key not in known]
    if refused:
        replay.stop(
            ReasonKind.ARGUMENT_REFUSED,
            Stage.CONSTRUCT,
            at.down("config", refused[0]),
            "Unable to revive model from config. When overriding the `get_config()` method, make "
            "sure that the returned config contains all items used as arguments in the constructor",
            subject=class_name,
            argument=", ".join(refused[:5]),
        )
