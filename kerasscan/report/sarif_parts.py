"""What is inside a model file, as SARIF: nested artifacts (SARIF 2.1.0 section 3.24.5).

A nested artifact holds the configuration as `Part` has it: its text is laid out anew, so that a
result can have a region in it, and values that nobody should see are not in it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from kerasscan.model.excerpt import Part, Region
from kerasscan.model.finding import FileReport, Finding
from kerasscan.report.sarif_words import sentence

_LAID_OUT = (
    "The configuration, laid out anew; code, long strings and paths are replaced by words in "
    "angle brackets."
)
_INSIDE = "A part of the model file."


class Parts:
    """The nested artifacts of one run; each gets its index when it is first mentioned."""

    def __init__(self, artifacts: list[dict[str, Any]]) -> None:
        self._artifacts = artifacts
        self._index: dict[tuple[int, str, str], int] = {}

    def related(self, file: FileReport, parent: int, finding: Finding) -> dict[str, Any] | None:
        """Return where in the file a finding is; None where it is about all of it.

        Args:
            file: The file.
            parent: Index of its artifact.
            finding: One of its findings.
        """
        part = _part(file, finding)
        if part is None and not finding.member:
            return None
        pointer = part.pointer if part is not None else ""
        key = (parent, finding.member, pointer)
        if key not in self._index:
            self._index[key] = len(self._artifacts)
            uri = _uri(finding.member, pointer, self._artifacts[parent]["location"]["uri"])
            self._artifacts.append(_artifact(uri, part, parent))
        location = {**self._artifacts[self._index[key]]["location"], "index": self._index[key]}
        place: dict[str, Any] = {"artifactLocation": location}
        if part is not None and finding.pointer in part.regions:
            place["region"] = _region(part.regions[finding.pointer])
        words = sentence(f"In '{finding.member}'" if finding.member else "In the configuration")
        return {"id": 1, "physicalLocation": place, "message": {"text": words}}


def _part(file: FileReport, finding: Finding) -> Part | None:
    """Return the document that a finding is in: the one with a region for it, else the member."""
    inside = [part for part in file.parts if part.member == finding.member]
    fitting = (part for part in inside if finding.pointer in part.regions)
    return next(fitting, None) or next((part for part in inside if not part.pointer), None)


def _artifact(uri: str, part: Part | None, parent: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "location": {"uri": uri},
        "parentIndex": parent,
        "roles": ["resultFile"],
        "description": {"text": _INSIDE if part is None else _LAID_OUT},
    }
    if part is not None:
        found["mimeType"] = "application/json"
        found["encoding"] = "UTF-8"
        found["contents"] = {"text": part.text}
    return found


def _uri(member: str, pointer: str, file: str) -> str:
    """Return a relative reference to a part (section 3.24.2).

    A file that is itself a document has a part of its own name. A document that is only a value
    has its JSON pointer behind that; as a fragment, Microsoft's validator refuses it. A name
    that leads out of its folder is one segment, so that nobody follows it.
    """
    name = member.lstrip("/")
    if not name:
        reference = file.rpartition("/")[2]
    else:
        reference = _quoted(name, "" if ".." in name.split("/") else "/")
    return reference + _quoted(pointer, "/")


def _quoted(text: str, safe: str) -> str:
    return quote(text.encode("utf-8", "backslashreplace"), safe=safe)


def _region(region: Region) -> dict[str, int]:
    return {
        "startLine": region.start_line,
        "startColumn": region.start_column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
        "charOffset": region.offset,
        "charLength": region.length,
    }
