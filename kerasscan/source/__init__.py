"""A project's Python files to `Source`: the only room that opens Python files.

May enter: parsers of Python text and notebooks, and what follows names through them. Nothing is
imported or run: ``ast`` alone tells which custom classes and functions a project defines,
registers and passes. What cannot be read is a `SourceProblem`; what cannot be told is left out.
"""

from kerasscan.source.finding import project_folder
from kerasscan.source.limits import SourceLimits
from kerasscan.source.reading import read_source

__all__ = ["SourceLimits", "project_folder", "read_source"]
