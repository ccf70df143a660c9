"""What a replay cannot know, because the file could not be read to its end or leads out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kerasscan.model.saved import ProblemKind, Saved

LARGEST: Final = 64 * 1024**3
"""Bytes of one array; more than the memory of nearly every machine that loads a model."""


_OUTSIDE: Final = frozenset(
    {
        ProblemKind.EXTERNAL_LINK,
        ProblemKind.EXTERNAL_STORAGE,
        ProblemKind.SYMBOLIC_LINK,
        ProblemKind.VIRTUAL_DATASET,
    }
)

_PYTHON_OBJECT: Final = ("!!python/object", "!!python/name", "tag:yaml.org,2002:python/")


def unread(saved: Saved) -> Iterator[str]:
    """Yield why no release can be said to load the file, as clauses."""
    for problem in saved.problems:
        if problem.incomplete:
            yield f"the file was not read to its end: {problem.detail}"
        elif problem.kind in _OUTSIDE:
            yield f"a part lies outside of the file: {problem.detail}"
    for tag in saved.yaml_tags:
        if tag.tag.startswith(_PYTHON_OBJECT):
            yield f"line {tag.line} runs Python code where PyYAML still does that: {tag.tag}"
    for tensor in saved.tensors:
        if tensor.nbytes > LARGEST:
            yield f"an array of {tensor.nbytes:,} bytes may not fit into memory"
            return
