"""How JSON is written down: the same bytes for the same report, on every machine."""

from __future__ import annotations

import json
from typing import Any

from kerasscan.model.visible import encodable


def written(document: dict[str, Any] | list[Any]) -> str:
    """Return a document as indented ASCII JSON with a final newline.

    ASCII, because standard output may have any encoding (and a terminal obeys control
    characters); keys keep the order in which they were set. What a CI runner would take for a
    command (see `kerasscan.report.runner`) is spelt out.
    """
    text = json.dumps(_encodable(document), indent=2, ensure_ascii=True, allow_nan=False)
    return text.replace("##[", r"\u0023#[") + "\n"


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return encodable(value)
        case dict():
            return {key: _encodable(item) for key, item in value.items()}
        case list() | tuple():
            return [_encodable(item) for item in value]
        case _:
            return value
