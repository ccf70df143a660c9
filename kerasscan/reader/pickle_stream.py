"""Whether bytes begin like a pickle: its opcodes are followed, nothing of it is done.

The opcodes are those of protocols 0 to 5 (CPython, Lib/pickletools.py). A word list may begin
with the letters of some: a text is a pickle only where every opcode is one, has the argument it
needs and finds on the stack what it takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LINES = {
    b"I": re.compile(rb"-?\d+"),
    b"L": re.compile(rb"-?\d+L?"),
    b"F": re.compile(rb"-?[\d.]+(?:e[-+]?\d+)?|-?inf|nan"),
    b"S": re.compile(rb"(['\"]).*\1"),
    b"V": re.compile(rb".*"),
    b"P": re.compile(rb".+"),
    b"g": re.compile(rb"\d+"),
    b"p": re.compile(rb"\d+"),
    b"c": re.compile(rb"[\w.]+"),
    b"i": re.compile(rb"[\w.]+"),
}
"""Arguments that end with the line; GLOBAL and INST have two."""

_FIXED = dict.fromkeys(b"Khq\x80\x82", 1) | dict.fromkeys(b"M\x83", 2)
_FIXED |= dict.fromkeys(b"Jjr\x84", 4) | dict.fromkeys(b"G\x95", 8)
_COUNTED = dict.fromkeys(b"U\x8a\x8cC", 1) | dict.fromkeys(b"XTB\x8b", 4)
_COUNTED |= dict.fromkeys(b"\x8d\x8e\x96", 8)
"""Arguments of so many bytes, and those behind a length of so many bytes."""

_NEEDS = dict.fromkeys(b".0Qpqr\x94\x982", 1) | dict.fromkeys(b"Rba\x81\x93\x86", 2)
_NEEDS |= dict.fromkeys(b"s\x87\x92", 3) | {0x85: 1}
_GROWS = dict.fromkeys(
    b"IFLSVNPgch]})jKMJGUTXBC2\x82\x83\x84\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x96\x97", 1
)
_GROWS |= dict.fromkeys(b"Rba\x81\x93\x860", -1) | dict.fromkeys(b"s\x87\x92", -2)
_FROM_MARK = dict.fromkeys(b"tldoi\x91", 1) | dict.fromkeys(b"eu1\x90", 0)
"""Opcodes that take everything down to the last mark, and what they leave."""

_SAME = frozenset(b"(.Qpqr\x80\x94\x95\x98\x85")
_KNOWN = frozenset(_NEEDS) | frozenset(_GROWS) | frozenset(_FROM_MARK) | _SAME
_ENOUGH = 3
"""Opcodes of a whole pickle without a header; as few or fewer kinds of them in one whose end is
not seen are a coincidence: every second line of a sorted word list may begin with a ``c``."""


def begins_pickle(head: bytes, *, is_cut: bool) -> bool:
    """Tell whether bytes begin like a pickle.

    Args:
        head: The first bytes, a few hundred at least where there are as many.
        is_cut: Whether more follow.
    """
    if head[:1] == b"\x80":
        return len(head) > 2 and head[1] <= 5 and head[2] in _KNOWN
    walk = _Walk(head)
    while walk.step():
        pass
    if walk.is_stopped:
        return walk.count >= _ENOUGH
    return is_cut and walk.is_at_end and len(walk.codes) > _ENOUGH


@dataclass
class _Walk:
    """The opcodes of a pickle, one after the other, and how much is on its stack."""

    data: bytes
    at: int = 0
    count: int = 0
    depth: int = 0
    marks: list[int] = field(default_factory=list)
    codes: set[int] = field(default_factory=set)
    is_stopped: bool = False
    is_at_end: bool = False

    def step(self) -> bool:
        """Take the next opcode; False behind the last one, and where there is none."""
        if self.at >= len(self.data):
            self.is_at_end = True
            return False
        code = self.data[self.at]
        if code not in _KNOWN or not self._stack(code):
            return False
        end = self._argument(code, self.at + 1)
        if end is None:
            return False
        self.codes.add(code)
        self.count += 1
        self.at = end
        self.is_stopped = code == ord(".")
        return not self.is_stopped

    def _stack(self, code: int) -> bool:
        """Change the stack's height; False where the opcode finds too little."""
        floor = self.marks[-1] if self.marks else 0
        if code == ord("("):
            self.marks.append(self.depth)
        elif code in _FROM_MARK:
            if not self.marks:
                return False
            self.depth = self.marks.pop() + _FROM_MARK[code]
        elif self.depth - floor < _NEEDS.get(code, 0):
            return False
        else:
            self.depth += _GROWS.get(code, 0)
        return True

    def _argument(self, code: int, at: int) -> int | None:
        """Return where the argument ends, or None where it is none or cut off."""
        pattern = _LINES.get(bytes((code,)))
        if pattern is not None:
            return self._lines(pattern, at, 2 if code in b"ci" else 1)
        if code in _COUNTED:
            width = _COUNTED[code]
            at += width + int.from_bytes(self.data[at : at + width], "little")
        at += _FIXED.get(code, 0)
        self.is_at_end = at > len(self.data)
        return None if self.is_at_end else at

    def _lines(self, pattern: re.Pattern[bytes], at: int, count: int) -> int | None:
        for _ in range(count):
            end = self.data.find(b"\n", at)
            if end < 0:
                self.is_at_end = True
                return None
            if not pattern.fullmatch(self.data[at:end].rstrip(b"\r")):
                return None
            at = end + 1
        return at
