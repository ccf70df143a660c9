"""What models expect of their inputs, as text, JSON or Markdown: ``kerasscan contract``."""

from __future__ import annotations

from collections.abc import Sequence

from kerasscan.model.contract import Contract
from kerasscan.report.contract.json_form import contract_json
from kerasscan.report.contract.markdown import contract_markdown
from kerasscan.report.contract.text import contract_text


def render_contracts(contracts: Sequence[Contract], output_format: str) -> str:
    """Return contracts in a format: ``text``, ``json`` or ``markdown``."""
    if output_format == "json":
        return contract_json(contracts)
    if output_format == "markdown":
        return "\n".join(map(contract_markdown, contracts))
    return "\n".join(map(contract_text, contracts))
