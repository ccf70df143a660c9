"""How the answer of ``kerasscan compat`` is said: as text, JSON or Markdown.

- `ways`: what it takes to load a file in a release;  `matrix`: the same by release family
- `grouped`: each reason once, over all releases;  `wording`: reasons and advice in words
- `changed`: what releases change that load a file
- `text`, `json_form`, `markdown`: the formats
"""

from __future__ import annotations

from collections.abc import Callable

from kerasscan.model.compatibility import Compatibility
from kerasscan.report import Manner

__all__ = ["COMPAT_FORMATS", "render_compat"]


def _text(compatibility: Compatibility, manner: Manner) -> str:
    from kerasscan.report.compat.text import compat_text

    return compat_text(compatibility, color=manner.color, width=manner.width)


def _json(compatibility: Compatibility, manner: Manner) -> str:
    from kerasscan.report.compat.json_form import compat_json

    return compat_json(compatibility)


def _markdown(compatibility: Compatibility, manner: Manner) -> str:
    from kerasscan.report.compat.markdown import compat_markdown

    return compat_markdown(compatibility)


COMPAT_FORMATS: dict[str, Callable[[Compatibility, Manner], str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
}
"""Every output format of ``kerasscan compat`` by its name on the command line."""


def render_compat(
    compatibility: Compatibility, output_format: str, manner: Manner | None = None
) -> str:
    """Return the answer in one of `COMPAT_FORMATS`, ending with a newline.

    Raises:
        KeyError: There is no such format.
    """
    return COMPAT_FORMATS[output_format](compatibility, manner or Manner())
