"""Architecture YAML (``to_yaml`` of Keras up to 2.5): parsed to nodes, never constructed.

PyYAML's ``compose`` builds a tree of scalars, lists and mappings with their tags and runs no
constructor, so a tag such as ``!!python/object/apply`` is seen and does nothing.
"""

from __future__ import annotations

from kerasscan.model.json_value import JsonValue
from kerasscan.model.saved import (
    Container,
    Document,
    Problem,
    ProblemKind,
    Purpose,
    YamlTag,
)
from kerasscan.reader.contents import Claims, Contents
from kerasscan.reader.limits import Limits
from kerasscan.reader.yaml_nodes import NestedTooDeeplyError, compose, plain, tags

_STANDARD = "tag:yaml.org,2002:"
_VALUES_PER_BYTE = 10
"""Without aliases a byte makes less than one value, so more than this is multiplied."""


def read_yaml_file(data: bytes, limits: Limits) -> Contents:
    """Read a YAML file; one that describes no model is Container.UNKNOWN.

    Args:
        data: The file.
        limits: Budgets of YAML, and of JSON's depth and values.
    """
    if len(data) > limits.yaml_bytes:
        detail = f"{len(data):,} bytes of YAML, more than the {limits.yaml_bytes:,} that are read"
        return _unread(ProblemKind.LIMIT_EXCEEDED, detail)
    try:
        root = compose(data, limits.json_depth)
    except NestedTooDeeplyError as error:
        return _unread(ProblemKind.LIMIT_EXCEEDED, str(error))
    except ValueError as error:
        return _unread(ProblemKind.DAMAGED_YAML, str(error))
    found = tuple(YamlTag(_short(tag), line) for tag, line in tags(root))
    value, excess = plain(
        root, limits.json_depth, min(limits.json_nodes, _VALUES_PER_BYTE * len(data))
    )
    problem = Problem(ProblemKind.LIMIT_EXCEEDED, excess, incomplete=True)
    return Contents(
        Container.YAML,
        documents=(Document("", Purpose.MODEL, value),),
        problems=(problem,) if excess else (),
        claims=_claims(value),
        yaml_tags=found,
    )


def _unread(kind: ProblemKind, detail: str) -> Contents:
    return Contents(Container.YAML, problems=(Problem(kind, detail, incomplete=True),))


def _short(tag: str) -> str:
    return f"!!{tag.removeprefix(_STANDARD)}" if tag.startswith(_STANDARD) else tag


def _claims(value: JsonValue) -> Claims:
    if not isinstance(value, dict):
        return Claims()
    version, backend = value.get("keras_version"), value.get("backend")
    return Claims(
        version=str(version) if version is not None else None,
        backend=backend if isinstance(backend, str) else None,
    )
