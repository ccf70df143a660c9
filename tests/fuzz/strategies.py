"""Hypothesis strategies: inputs made from nothing, where mutation only changes what there is."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.mutators import json_text
from tests.fuzz.mutators.code import TYPES
from tests.fuzz.mutators.npz import archive, array
from tests.fuzz.mutators.wire import varint
from tests.fuzz.mutators.zip_archive import Part, packed

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(json_text.CLASSES)
)
_KEYS = st.sampled_from(json_text.KEYS) | st.text(max_size=6)

values = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=25,
)
"""JSON values with the keys that loaders know, and `NaN` and lone surrogates."""


def _object(class_name: Any, config: Any, others: dict[str, Any]) -> dict[str, Any]:
    return {**others, "class_name": class_name, "config": config}


objects = st.builds(
    _object,
    st.sampled_from(json_text.CLASSES) | values,
    values,
    st.dictionaries(_KEYS, values, max_size=3),
)
"""Saved objects, or almost."""


def _model(layers: list[Any], kind: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": "m", **more, "layers": layers}}


models = st.builds(
    _model,
    st.lists(objects, max_size=4),
    st.sampled_from(("Sequential", "Functional", "Model", "Own>Model")),
    st.dictionaries(_KEYS, values, max_size=2),
)
"""Models whose layers are saved objects, or almost."""

model_texts = models.map(lambda value: json.dumps(value).encode())
json_texts = (models | objects | values).map(lambda value: json.dumps(value).encode())

_field = st.builds(
    lambda number, content: varint(number << 3 | 2) + varint(len(content)) + content,
    st.integers(1, 12),
    st.binary(max_size=12) | json_texts,
) | st.builds(
    lambda number, value: varint(number << 3) + varint(value),
    st.integers(1, 12),
    st.integers(0, 2**64 - 1),
)
messages = st.recursive(
    st.lists(_field, max_size=4).map(b"".join),
    lambda inner: st.lists(
        st.builds(
            lambda number, content: varint(number << 3 | 2) + varint(len(content)) + content,
            st.integers(1, 12),
            inner,
        ),
        max_size=4,
    ).map(b"".join),
    max_leaves=12,
)
"""Protobuf messages in messages."""

_counts = st.integers(0, 2**32 - 1) | st.integers(0, 6)
_value = st.builds(
    lambda kind, count, content: bytes([kind]) + count.to_bytes(4, "little") + content,
    st.sampled_from(TYPES) | st.sampled_from(TYPES).map(lambda kind: kind | 0x80),
    _counts,
    st.binary(max_size=8),
)
codes = st.builds(
    lambda start, parts: start + b"".join(parts),
    st.sampled_from((b"c", b"\xe3")).flatmap(
        lambda kind: st.binary(min_size=16, max_size=24).map(lambda numbers: kind + numbers)
    ),
    st.lists(_value, max_size=12),
)
"""Bytes that begin as a marshalled code object does."""

_headers = st.sampled_from(
    ("{'descr': %s, 'fortran_order': %s, 'shape': %s}", "{'shape': %s}", "%s", "[%s]")
)
_literals = st.recursive(
    st.integers() | st.text(max_size=5) | st.sampled_from(("<f4", "|O", ">i8", "<U3", True, None)),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.lists(inner, max_size=3),
    max_leaves=6,
)
arrays = st.builds(
    lambda header, parts, data: archive(
        {"a": array(header % tuple(map(ascii, parts[: header.count("%s")])), data)}
    ),
    _headers,
    st.lists(_literals, min_size=3, max_size=3),
    st.binary(max_size=40),
)
"""Archives of one array with a header that NumPy might not write."""

_names = st.sampled_from(
    ("config.json", "metadata.json", "model.weights.npz", "model.weights.h5", "assets/a/v.txt", "x")
)
_parts = st.builds(
    Part, _names, json_texts | st.binary(max_size=60), st.sampled_from((0, 8)), st.just(b"")
)
archives = st.lists(_parts, max_size=5).map(packed)
"""Zip archives whose members a `.keras` file has, also two of one name."""

_lines = st.lists(
    st.text("abc:-[]{}&*!|>'\"#%,? \n\t0.1~=<@`", max_size=14)
    | st.sampled_from(
        ("class_name: Lambda", "config:", "- &a", "*a", "!!python/name:len", "<<: *a")
    ),
    max_size=8,
)
yaml_texts = st.builds(
    lambda lines, indents: "\n".join(
        " " * indent + line for line, indent in zip(lines, indents, strict=False)
    ).encode(),
    _lines,
    st.lists(st.integers(0, 6), min_size=8, max_size=8),
)
"""Texts of YAML's own characters."""
