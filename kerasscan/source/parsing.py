"""Python text to a syntax tree, whatever it holds."""

from __future__ import annotations

import ast
import re
import warnings

_MAGIC = re.compile(
    rb"(?m)^([ \t]*)(?:[%!?]|[\w., \t]+=[ \t]*[%!](?!=)|[\w.]+\?{1,2}[ \t]*$)[^\r\n]*"
)
"""What IPython runs and Python does not know: ``%cd x``, ``!pip``, ``?f``, ``x = !ls``, ``f?``."""


class Unparsed(Exception):
    """Text that is no Python.

    Attributes:
        message: A clause without a final period.
        line: From 1, where it is known.
    """

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def parse(data: bytes) -> ast.Module:
    """Return the tree of Python text, if need be without the magics of IPython.

    Bytes are decoded as Python does it: byte order mark, PEP 263, UTF-8.

    Raises:
        Unparsed: It is no Python of this release.
    """
    try:
        return _parse(data)
    except Unparsed as first:
        if _MAGIC.search(data) is None:
            raise
        # A magic may be all that a block holds, or a line that goes on with ``% value``.
        for in_its_place in (rb"\1pass", b""):
            try:
                return _parse(_MAGIC.sub(in_its_place, data))
            except Unparsed:
                continue
        raise first from None


def _parse(data: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # '\d' in the text of somebody else is no matter of ours
        try:
            return ast.parse(data)
        except SyntaxError as error:
            message = f"is no Python that can be read: {error.msg}"
            raise Unparsed(message, error.lineno or None) from None
        except ValueError as error:  # zero bytes, up to Python 3.11
            raise Unparsed(f"is no Python that can be read: {error}", None) from None
        except (RecursionError, MemoryError):
            raise Unparsed("is nested too deeply", None) from None
