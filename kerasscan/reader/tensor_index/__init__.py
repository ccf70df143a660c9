"""TensorFlow's tensor bundles: which arrays a checkpoint holds, from its index alone.

A checkpoint ``P`` is ``P.index``, a leveldb table that describes the tensors, and shards
``P.data-00000-of-00001`` with their bytes, which stay unread. May enter: what the index says.
"""

from kerasscan.reader.tensor_index.bundle import (
    Entry,
    Header,
    read_index,
    shard_name,
)
from kerasscan.reader.tensor_index.element_types import (
    ElementType,
    declared_shape,
    element_type,
)
from kerasscan.reader.tensor_index.table import CompressedTable

__all__ = [
    "CompressedTable",
    "ElementType",
    "Entry",
    "Header",
    "declared_shape",
    "element_type",
    "read_index",
    "shard_name",
]
