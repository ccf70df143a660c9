"""The shape of a snapshot: nested names, a name being there or not.

`{"keras.layers.ReLU": {"args": {"max_value": {"None": {}}}}}` says that the class has the
argument and that its default reads `None`. Everything is a name, so releases can be compared
and folded without knowing what the names mean.
"""

import hashlib
import json
from typing import TypeAlias

Tree: TypeAlias = dict[str, "Tree"]


def digest(tree: Tree) -> str:
    """A sha256 over the names of a tree, independent of their order."""
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
