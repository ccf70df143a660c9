"""Marshalled Python code objects to nouns: what stored bytecode touches, without running it.

May enter: what decodes, reads and judges the bytes of code objects. `marshal` reads them into
objects of the interpreter and crashes on damaged ones; here they are parsed in plain Python, in
bounded time and memory, and become `StoredCode`. What cannot be read is `Unreadable`.

    >>> from kerasscan.bytecode import decode, reach, read_code
    >>> reach(read_code(decode("aGVsbG8="))).rank
    <Rank.UNKNOWN: 'unknown'>
"""

from kerasscan.bytecode.numeric import is_numeric_name
from kerasscan.bytecode.reaching import reach
from kerasscan.bytecode.reading import read_code, writers
from kerasscan.bytecode.text import decode

__all__ = ["decode", "is_numeric_name", "reach", "read_code", "writers"]
