"""Bytes to `Saved`: the only room that opens model files.

May enter: parsers of containers and documents, and the walk that finds what they hold.
Content decides what a file is, never its extension; what cannot be read is a `Problem`.
"""

from kerasscan.reader.reading import read

__all__ = ["read"]
