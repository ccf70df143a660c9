"""A contract as Markdown, for a model card or a comment."""

from __future__ import annotations

from kerasscan.model.contract import Contract
from kerasscan.model.source import Source
from kerasscan.model.visible import visible
from kerasscan.report.contract.project import project_lines
from kerasscan.report.contract.words import lines_of, shape_of


def contract_markdown(contract: Contract) -> str:
    """Return a contract as Markdown."""
    lines = [f"### Inputs of `{_code(contract.path)}`", ""]
    if not contract.inputs:
        lines += ["The file tells nothing of its inputs.", ""]
    for found in contract.inputs:
        lines += [f"**`{_code(found.name)}`** {_plain(shape_of(found))}", ""]
        lines += [f"- {label}: {_plain(text)}" for label, text in lines_of(found)]
        if found.snippet:
            lines += ["", "```python", found.snippet, "```"]
        lines.append("")
    if contract.companions:
        lines += ["Files beside the model:", ""]
        lines += [f"- `{_code(each.name)}`: {each.says}" for each in contract.companions]
        lines.append("")
    return "\n".join(lines)


def project_markdown(source: Source) -> str:
    """Return what a project does to data as Markdown."""
    found = [f"- {_plain(call)}: {_plain(said)}" for call, said in project_lines(source)]
    return "\n".join(["### What the project does to data", "", *(found or ["- nothing"]), ""])


def _code(text: str) -> str:
    return visible(text).replace("`", "'")


def _plain(text: str) -> str:
    """Return text in which nothing is markup."""
    shown = visible(text)
    for mark in "\\`*_{}[]<>#|":
        shown = shown.replace(mark, f"\\{mark}")
    return shown
