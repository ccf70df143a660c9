"""`json_utils.decode`: values that JSON has no form for.

Source: keras/saving/saved_model/json_utils.py of TensorFlow 2.4 and newer; `json.loads` before.
"""

from __future__ import annotations

from typing import Any

from kerasscan.loading.replay import Replay


def decoded(replay: Replay, value: Any) -> Any:
    """Return a document as the release reads it; a tuple becomes a list here."""
    if not replay.has("json-decoded"):
        return value
    known = replay.memory.decoded
    if id(value) not in known:
        known[id(value)] = _decoded(value)
        replay.memory.configs.append(value)
    return known[id(value)]


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(each) for each in value]
    if not isinstance(value, dict):
        return value
    items = value.get("items")
    if value.get("class_name") in ("__tuple__", "TensorShape") and isinstance(items, list):
        return [_decoded(each) for each in items]
    return {key: _decoded(each) for key, each in value.items()}
