"""YAML text to a tree of nodes, and the tree to plain values.

PyYAML parses (through libyaml where its wheel has it) and constructs nothing. This module is
imported only when a YAML file is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node

from kerasscan.model.saved import DuplicateKeys

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?\d{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?")
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}
_IMPLICIT = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "seq", "map", "timestamp", "merge", "value")
)


class NestedTooDeeplyError(ValueError):
    """Lists and mappings nest deeper than may be followed."""


def compose(data: bytes, depth: int) -> Node:
    """Return the root node of the only document.

    Raises:
        NestedTooDeeplyError: Lists and mappings nest deeper than ``depth`` levels.
        ValueError: The text is not one YAML document; the message names line and column.
    """
    try:
        _check_depth(data, depth)
        node = yaml.compose(data, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ValueError(f"{error.problem or 'not YAML'}{where}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(str(error).splitlines()[0]) from error
    if node is None:
        raise ValueError("an empty YAML document")
    return node


def _check_depth(data: bytes, limit: int) -> None:
    """Count the nesting over the stream of events, before anything recurses."""
    level = 0
    for event in yaml.parse(data, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1
        if level > limit:
            raise NestedTooDeeplyError(f"nested deeper than {limit} levels")


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, CollectionNode) else []


def tags(root: Node) -> Iterator[tuple[str, int]]:
    """Yield every tag that is not one of YAML's own, with its line (from 1), once a place."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.tag not in _IMPLICIT:
            yield node.tag, node.start_mark.line + 1
        stack.extend(reversed(_children(node)))


def plain(root: Node, depth: int, budget: int) -> tuple[Any, str]:
    """Return the document as JSON-like values, its tags ignored.

    Args:
        root: The root node.
        depth: Levels that are followed; an alias to a node around it ends here.
        budget: Values that are built; every alias repeats its node.

    Returns:
        The value, and what had to be left out of it (``""``: nothing).
    """
    left = budget
    excess = ""

    def within_budget(nodes: list[Any]) -> Iterator[Any]:
        return takewhile(lambda _: left >= 0, nodes)

    def build(node: Node, level: int) -> Any:
        nonlocal left, excess
        left -= 1
        if level > depth or left < 0:
            excess = "aliases that refer to themselves or multiply the document"
            return None
        if isinstance(node, MappingNode):
            pairs = [
                (_key(key), build(value, level + 1)) for key, value in within_budget(node.value)
            ]
            return DuplicateKeys.keep(pairs)
        if isinstance(node, CollectionNode):
            return [build(item, level + 1) for item in within_budget(node.value)]
        return _scalar(node)

    return build(root, 0), excess


def _key(node: Node) -> str:
    return node.value if isinstance(node.value, str) else ""


def _scalar(node: Node) -> Any:
    """Resolve a scalar as YAML's core schema would; a quoted one stays text."""
    value: str = node.value
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return value
    if value.lower() in _WORDS:
        return _WORDS[value.lower()]
    if _INT.fullmatch(value):
        return int(value)
    if _FLOAT.fullmatch(value):
        return float(value.replace("_", ""))
    return value
