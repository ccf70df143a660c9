"""What the scan itself has to say: SARIF notifications (SARIF 2.1.0 section 3.58).

All are warnings: an error would mean that the run failed (section 3.20.21), which is how GitHub
would then take it, refusing the findings that there are.
"""

from __future__ import annotations

from typing import Any

from kerasscan.model.finding import FileReport, Status
from kerasscan.model.source import SourceProblem
from kerasscan.report.sarif_words import sentence
from kerasscan.report.source_words import problem_in_words

_INCOMPLETE, _NOT_A_MODEL, _LEFT_OUT, _UNREAD_SOURCE = range(4)

_WORDS = (
    (
        "incomplete-scan",
        "IncompleteScan",
        "A file could not be read to its end.",
        "Part of the file stayed unseen, because it is damaged or exceeds a limit. "
        "That nothing was found in that part means nothing.",
    ),
    (
        "not-a-model",
        "NonModelFile",
        "A file holds no model.",
        "The file was named to be scanned, but it holds no Keras model or weights. "
        "A model that was not fetched (a Git LFS pointer) or was cut off looks like this.",
    ),
    (
        "results-left-out",
        "ResultsLeftOut",
        "There are more findings than GitHub accepts in one run.",
        "The least severe findings were left out of this file. "
        "The text and JSON reports hold them all.",
    ),
    (
        "unread-source",
        "UnreadSource",
        "A Python file of the project could not be read.",
        "Custom objects that it defines or registers are not known: findings on them may be wrong.",
    ),
)

DESCRIPTORS: list[dict[str, Any]] = [
    {
        "id": identifier,
        "name": name,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full},
        "defaultConfiguration": {"level": "warning"},
    }
    for identifier, name, short, full in _WORDS
]
"""The driver's notifications (section 3.19.24)."""


def about_file(file: FileReport, location: dict[str, Any]) -> dict[str, Any] | None:
    """Return the notification on a file that was not, or not wholly, scanned.

    It names the file as its location does: the path that was given may tell of the machine.
    """
    name = location["artifactLocation"]["uri"]
    match file.status:
        case Status.SCANNED:
            return None
        case Status.INCOMPLETE:
            text = f"'{name}' could not be read to its end."
            found = _notification(_INCOMPLETE, text)
        case Status.NOT_A_MODEL:
            text = f"'{name}' is not a model ('{file.container}')."
            found = _notification(_NOT_A_MODEL, text)
    return {**found, "locations": [{"physicalLocation": location}]}


def about_results(kept: int, found: int) -> dict[str, Any]:
    """Return the notification on results beyond GitHub's limit."""
    text = f"The {kept} most severe of {found} findings are reported here; GitHub takes no more."
    return _notification(_LEFT_OUT, text)


def about_source(problem: SourceProblem) -> dict[str, Any]:
    """Return the notification on a Python file that could not be read."""
    return _notification(_UNREAD_SOURCE, problem_in_words(problem))


def _notification(index: int, text: str) -> dict[str, Any]:
    return {
        "descriptor": {"id": _WORDS[index][0], "index": index},
        "level": "warning",
        "message": {"text": sentence(text)},
    }
