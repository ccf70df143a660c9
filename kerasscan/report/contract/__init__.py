"""What models expect of their inputs, as text, JSON or Markdown: ``kerasscan contract``."""

from __future__ import annotations

from collections.abc import Sequence

from kerasscan.model.contract import Contract
from kerasscan.model.source import Source
from kerasscan.report.contract.json_form import contract_json
from kerasscan.report.contract.markdown import contract_markdown, project_markdown
from kerasscan.report.contract.text import contract_text, project_text


def render_contracts(
    contracts: Sequence[Contract], output_format: str, source: Source | None = None
) -> str:
    """Return contracts in a format.

    Args:
        contracts: Those of some models.
        output_format: ``text``, ``json`` or ``markdown``.
        source: The project's Python files, to tell what they do to data; None: nobody asks.
    """
    if output_format == "json":
        return contract_json(contracts, source)
    is_markdown = output_format == "markdown"
    parts = [contract_markdown(each) if is_markdown else contract_text(each) for each in contracts]
    if source is not None:
        parts.append(project_markdown(source) if is_markdown else project_text(source))
    return "\n".join(parts)
