"""What was read of the project's Python files, in words."""

from __future__ import annotations

from collections.abc import Iterator

from kerasscan.model.source import Source, SourceProblem
from kerasscan.report.tally import counted

_SHOWN = 10


def source_in_words(source: Source) -> str:
    """Return the sentence that says which Python files were looked at."""
    roots = "', '".join(source.roots)
    files = counted(source.files, "Python file")
    return f"Custom objects were looked for in {files} below '{roots}'."


def source_problems(source: Source) -> Iterator[str]:
    """Yield a sentence for each Python file that could not be read, and one for the rest."""
    for problem in source.problems[:_SHOWN]:
        yield problem_in_words(problem)
    more = len(source.problems) - _SHOWN
    if more > 0:
        yield f"{counted(more, 'more problem')} in Python files, all of them in the JSON report."


def problem_in_words(problem: SourceProblem) -> str:
    """Return what is wrong with a Python file, as a sentence."""
    place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
    return f"{place}: {problem.message}."
