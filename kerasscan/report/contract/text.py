"""A contract for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.model.contract import Contract, InputContract
from kerasscan.model.source import Source
from kerasscan.model.visible import visible
from kerasscan.report.contract.project import project_lines
from kerasscan.report.contract.words import lines_of, shape_of


def contract_text(contract: Contract) -> str:
    """Return a contract as text for a terminal."""
    lines = [visible(contract.path)]
    if not contract.inputs:
        lines.append("  tells nothing of its inputs: it holds no connected layers")
    for found in contract.inputs:
        lines += ["", *input_lines(found)]
    if contract.companions:
        lines += ["", "  Files beside the model that may belong to its preprocessing:"]
        lines += [f"    {visible(each.name)}: {each.says}" for each in contract.companions]
    return "\n".join(lines) + "\n"


def project_text(source: Source) -> str:
    """Return what a project's Python files do to data, as text for a terminal."""
    lines = ["What the project's Python files do to data:"]
    previous = ""
    for call, said in project_lines(source):
        if call != previous:
            lines.append(f"  {call}:")
        lines.append(f"    {said}")
        previous = call
    if not previous:
        lines.append("  no file trains a model or predicts with one")
    return "\n".join(lines) + "\n"


def input_lines(found: InputContract) -> Iterator[str]:
    """Yield the lines on one input."""
    yield f"  input '{visible(found.name)}' {shape_of(found)}"
    previous = ""
    for label, text in lines_of(found):
        yield f"    {label if label != previous else '':<8} {text}"
        previous = label
    if found.snippet:
        yield f"    {'do':<8} {found.snippet}"
